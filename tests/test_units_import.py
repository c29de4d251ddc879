"""Importing units from CSV and XLSX: what goes in, what is refused and why, and that it may be done again."""

import io
import time

import pytest
from openpyxl import Workbook

from bot.errors import UserError
from bot.i18n import Reader, render
from bot.units_file import MAX_BYTES, MAX_ROWS
from bot.units_import import ImportResult, import_units
from storage.changes import Changes
from storage.commits import Committer
from storage.database import Database
from storage.units import Unit, Units
from tests.chat import NOON

TREE = """code,name,parent code,kind
A,Trung đoàn A,,military
A1,Tiểu đoàn 1,A,
A1.1,Đại đội 1,A1,
"""


async def load(database: Database, committer: Committer, content: str | bytes, name: str = "units.csv") -> ImportResult:
    raw = content.encode() if isinstance(content, str) else content
    return await import_units(database, committer, raw, name, NOON)


async def unit(database: Database, code: str) -> Unit:
    found = await Units(database, Changes()).by_code(code)
    assert found is not None
    return found


def reasons(result: ImportResult) -> dict[int, str]:
    return {error.row: render(error.reason, Reader("en")) for error in result.errors}


def xlsx(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


async def test_a_tree_is_imported_whatever_the_order_of_its_rows(database: Database, committer: Committer) -> None:
    header, *rows = TREE.splitlines()

    result = await load(database, committer, "\n".join([header, *reversed(rows)]))

    assert (result.new, result.errors) == (3, [])
    leaf = await unit(database, "a1.1")
    line = await Units(database, Changes()).ancestors(leaf.id)
    assert [one.code for one in line] == ["A", "A1", "A1.1"]
    assert line[0].kind == "military"


async def test_the_same_file_again_changes_nothing(database: Database, committer: Committer) -> None:
    await load(database, committer, TREE)

    again = await load(database, committer, TREE)

    assert (again.new, again.changed, again.unchanged, again.errors) == (0, 0, 3, [])


async def test_a_new_name_renames_and_the_unit_is_found_by_it(database: Database, committer: Committer) -> None:
    await load(database, committer, TREE)

    result = await load(database, committer, TREE.replace("Đại đội 1", "Đại đội Đỏ"))

    assert (result.new, result.changed) == (0, 1)
    found = await Units(database, Changes()).search("dai doi do")
    assert [one.name for one in found] == ["Đại đội Đỏ"]


async def test_a_new_parent_is_refused_and_nothing_moves(database: Database, committer: Committer) -> None:
    await load(database, committer, TREE)

    result = await load(database, committer, TREE.replace("Đại đội 1,A1", "Đại đội 1,A"))

    assert "another parent" in reasons(result)[4]
    assert (await unit(database, "A1.1")).parent_id == (await unit(database, "A1")).id


async def test_new_units_hang_below_units_that_are_there(database: Database, committer: Committer) -> None:
    await load(database, committer, TREE)

    result = await load(database, committer, "Mã đơn vị;Tên đơn vị;Mã cấp trên\nA1.2;Đại đội 2;a1\n")

    assert (result.new, result.errors) == (1, [])
    leaf = await unit(database, "A1.2")
    assert [one.code for one in await Units(database, Changes()).ancestors(leaf.id)] == ["A", "A1", "A1.2"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",No code,A", "the code is missing"),
        ("B1,,A", "the name is missing"),
        ("A,Another A,", "the code stands already in row 2"),
        ("a,Another A,", "the code stands already in row 2"),
        ("B1,B one,NOWHERE", "no unit with the parent's code NOWHERE"),
        ("B1,B one,B1", "the parents form a circle"),
        (f"{'B' * 65},B one,A", "the code is longer than 64 characters"),
        (f"B1,{'B' * 201},A", "the name is longer than 200 characters"),
        ("B1,B\x07one,A", "control characters"),
        ("B1,B\u200bone,A", "control characters"),
        ("B 1,B one,A", "the code may hold only"),
        ("Đ1,B one,A", "the code may hold only"),
        ("B|1,B one,A", "the code may hold only"),
    ],
)
async def test_a_faulty_row_is_named_and_the_good_rows_go_in(
    database: Database, committer: Committer, row: str, reason: str
) -> None:
    result = await load(database, committer, f"code,name,parent\nA,Unit A,\n{row}\nA1,Unit A1,A\n")

    assert list(reasons(result)) == [3]
    assert reason in reasons(result)[3]
    assert result.new == 2


async def test_a_circle_and_all_that_hangs_on_it_are_refused(database: Database, committer: Committer) -> None:
    rows = "code,name,parent\nX,X,Y\nY,Y,Z\nZ,Z,X\nBELOW,Below,X\nFREE,Free,\n"

    result = await load(database, committer, rows)

    assert reasons(result) == {
        2: "the parents form a circle",
        3: "the parents form a circle",
        4: "the parents form a circle",
        5: "the parent's row X has an error",
    }
    assert result.new == 1


async def test_a_chain_deeper_than_any_organisation_is_cut(database: Database, committer: Committer) -> None:
    rows = "".join(f"L{level},Level {level},{f'L{level - 1}' if level else ''}\n" for level in range(14))

    result = await load(database, committer, f"code,name,parent\n{rows}")

    assert result.new == 12
    assert "more than 12 levels" in reasons(result)[14]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
async def test_every_usual_way_of_saving_a_csv_is_read(
    database: Database, committer: Committer, delimiter: str, encoding: str
) -> None:
    text = delimiter.join(["Loại", "Tên đơn vị", "MÃ", "Mã cấp trên"]) + "\r\n"
    text += delimiter.join(["quân sự", '"Ban Chỉ huy"', "B", ""]) + "\r\n"

    result = await load(database, committer, text.encode(encoding))

    assert (result.new, result.errors) == (1, [])
    assert ((await unit(database, "B")).name, (await unit(database, "B")).kind) == ("Ban Chỉ huy", "military")


async def test_a_spreadsheet_with_a_title_above_and_numbers_as_codes_is_read(
    database: Database, committer: Committer
) -> None:
    sheet = xlsx(
        ("DANH SÁCH ĐƠN VỊ",),
        (),
        ("STT", "Tên đơn vị", "Mã đơn vị (*)", "Mã cấp trên", "Loại"),
        (1, "Sở Mẫu", 12, None, "tỉnh"),
        (2, "Phòng\nMẫu", 13.0, 12, None),
    )

    result = await load(database, committer, sheet, "units.xlsx")

    assert (result.new, result.errors) == (2, [])
    child = await unit(database, "13")
    assert (child.name, child.parent_id) == ("Phòng Mẫu", (await unit(database, "12")).id)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no header row"),
        (b"a,b,c\n1,2,3\n", "no header row"),
        (b"PK\x03\x04 torn", "cannot be read as XLSX"),
        (b"\xd0\xcf\x11\xe0 old", "old .xls"),
        ("mã,tên\n1,Phòng".encode("utf-16-le")[1:], "UTF-8"),
        (b'code,name\nA,"open\nB,b\n', "cannot be read from row 2"),
        (b"x" * (MAX_BYTES + 1), "larger than 10 MB"),
        (b"code,name\n" + b"A,a\n" * (MAX_ROWS + 1), "more than 60,000 rows"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(
    database: Database, committer: Committer, content: bytes, reason: str
) -> None:
    with pytest.raises(UserError) as refused:
        await load(database, committer, content)

    assert reason in render(refused.value.text, Reader("en"))
    assert await Units(database, Changes()).count() == 0


async def test_fifty_thousand_units_go_in_within_half_a_minute(database: Database, committer: Committer) -> None:
    rows = ["code,name,parent"]
    for number in range(50_000):
        parent = f"U{(number - 1) // 9}" if number else ""
        rows.append(f"U{number},Đơn vị {number},{parent}")
    started = time.monotonic()

    result = await load(database, committer, "\n".join(rows))

    assert (result.new, result.errors) == (50_000, [])
    assert time.monotonic() - started < 30
    assert (await load(database, committer, "\n".join(rows))).unchanged == 50_000


async def test_the_report_names_the_figures_and_the_rows(database: Database, committer: Committer) -> None:
    result = await load(database, committer, "code,name\nA,a\n,b\n")

    words = render(result.text(), Reader("en"))

    assert words.splitlines() == [
        "1 new units, 0 changed, 0 as before; 1 rows with errors.",
        "Row 3, –: the code is missing.",
    ]
