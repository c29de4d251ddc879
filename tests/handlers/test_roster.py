"""A roster becomes expected members after the officer's yes; faulty rows come back in the file; twice is nothing."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from sqlalchemy import func, select

from bot.i18n import Reader, render
from bot.roster_import import import_roster, save_beside
from storage.changes import Changes
from storage.joining_tables import roster_imports
from storage.people import People
from storage.summaries import Summaries
from storage.tables import files, memberships, persons
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

HEADER = ("Bí danh", "Mã đơn vị", "Đối tượng", "Mã người")
ROWS = 10_000


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


def book(rows: Sequence[Sequence[Any]], *, header: Sequence[str] = HEADER) -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["DANH SÁCH NGƯỜI HỌC"])
    sheet.append(list(header))
    sheet["A2"].font = Font(bold=True, name="Times New Roman")
    for row in rows:
        sheet.append(list(row))
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def sheet_of(content: bytes) -> Any:
    return load_workbook(BytesIO(content)).active


async def sends(officer: FakePerson, rows: Sequence[Sequence[Any]], *, header: Sequence[str] = HEADER) -> None:
    await officer.sends_file("danh-sach.xlsx", book(rows, header=header))


def codes(officer: FakePerson) -> dict[str, str]:
    """Personal codes by alias, from the list in the newest message."""
    (content,) = officer.last.files.values()
    rows = list(sheet_of(content).iter_rows(min_row=2, values_only=True))
    return {row[0]: row[3] for row in rows}


async def members(units: Organisation, code: str) -> int:
    found = await Summaries(units.bot.database, Changes()).figures(units.ids[code], NOON.date(), NOON.date())
    assert found is not None
    return found.members


async def count(units: Organisation, table: Any) -> int:
    return int(await units.bot.database.value(select(func.count()).select_from(table)))


GOOD = [("Sao Mai", "A.1", "Cán bộ", "K1"), ("Hoa Ban", "a.2", "", "K2"), ("Núi Cao", "A.1.1", "Người dân", "")]


async def test_people_of_a_roster_are_expected_members_who_claim_their_place_with_a_code(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    await sends(officer, GOOD)
    officer.hears("3 người mới, 0 thay đổi, 0 giữ nguyên; 0 dòng lỗi.")
    assert list(officer.last.buttons) == ["Nhập danh sách", "Bỏ"]
    assert await members(units, "A") == 0

    await officer.taps("Nhập danh sách")

    officer.hears("Đã nhập.")
    assert [await members(units, code) for code in ("A", "A.1", "A.1.1", "A.2")] == [3, 2, 1, 1]
    given = codes(officer)
    an = units.bot.person("an")
    await an.says(f"/nhanma {given['Sao Mai']}")
    an.hears("Mã này dành cho “Sao Mai” ở Phòng Một (A.1). Có đúng là anh/chị không?")
    await an.taps("Đúng là tôi")
    an.hears("đã vào Phòng Một (A.1) với bí danh “Sao Mai”")
    assert await members(units, "A") == 3
    person = await People(units.bot.database, Changes()).by_account("console", "an")
    assert person is not None
    assert (person.unit_id, person.alias, person.category) == (units.ids["A.1"], "Sao Mai", "official")

    binh = units.bot.person("binh")
    await binh.says(f"/nhanma {given['Sao Mai']}")
    binh.hears("Mã này đã được dùng")
    await binh.says(f"/donvi {given['Núi Cao']}")
    await binh.taps("Đúng là tôi")
    binh.hears("đã vào Tổ Một (A.1.1)")
    assert await members(units, "A") == 3


async def test_the_same_file_again_changes_nothing_also_after_people_claimed(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    await sends(officer, GOOD)
    yes = officer.last.buttons["Nhập danh sách"]
    await officer.taps("Nhập danh sách")
    an = units.bot.person("an")
    await an.says(f"/nhanma {codes(officer)['Núi Cao']}")
    await an.taps("Đúng là tôi")
    before = (await count(units, persons), await count(units, memberships))

    await sends(officer, GOOD)

    officer.hears("Không có gì để nhập.\n0 người mới, 0 thay đổi, 3 giữ nguyên; 0 dòng lỗi.", buttons=[])
    await officer.taps_payload(yes)
    officer.hears("đã được xử lý")
    assert (await count(units, persons), await count(units, memberships)) == before


async def test_faulty_rows_come_back_in_the_same_file_and_good_ones_go_in(units: Organisation) -> None:
    officer = await units.officer("oanh", "A.1")
    rows = [
        ("Sao Mai", "A.1", "", "K1"),
        ("", "A.1", "", ""),
        ("Hoa Ban", "", "", ""),
        ("Núi Cao", "A.2", "", ""),
        ("0912 345 678", "A.1", "", ""),
        ("Suối Trong", "A.1", "Vua", ""),
        ("Sao Hôm", "A.1", "", "K1"),
        ("Đồi Thông", "Z9", "", ""),
    ]

    await sends(officer, rows)

    officer.hears("1 người mới, 0 thay đổi, 0 giữ nguyên; 7 dòng lỗi.")
    (content,) = officer.last.files.values()
    sheet = sheet_of(content)
    assert list(officer.last.files) == ["danh-sach-loi.xlsx"]
    assert (sheet["E2"].value, sheet["E2"].font.name, sheet["A2"].font.bold) == ("Lỗi", "Calibri", True)
    assert [sheet.cell(row, 5).value for row in range(3, 11)] == [
        None,
        "thiếu bí danh",
        "thiếu mã đơn vị",
        "không có đơn vị mã A.2 trong phạm vi phụ trách",
        "không được lưu số điện thoại hay số giấy tờ; số đã bị xóa khỏi tệp này",
        "không rõ đối tượng “Vua”; chọn theo danh sách của mẫu",
        "“Mã người” K1 đã có ở dòng 3",
        "không có đơn vị mã Z9 trong phạm vi phụ trách",
    ]
    assert sheet["A7"].value is None
    await officer.taps("Nhập danh sách")
    assert await members(units, "A") == 1

    # The mended file: the row that went in is as before, and the old reasons are gone.
    sheet["A4"], sheet["B5"], sheet["C8"] = "Hoa Sen", "A.1", None
    stream = BytesIO()
    sheet.parent.save(stream)
    await officer.sends_file("danh-sach-loi.xlsx", stream.getvalue())
    officer.hears("3 người mới, 0 thay đổi, 1 giữ nguyên; 4 dòng lỗi.")
    again = sheet_of(next(iter(officer.last.files.values())))
    assert (again.max_column, again["E4"].value, again["E6"].value is None) == (5, None, False)


async def test_phone_and_identity_columns_are_neither_kept_nor_sent_back(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    header = ("STT", "Họ và tên", "Số điện thoại", "Mã đơn vị", "Số CCCD", "Dân tộc")
    rows = [(1, "Sao Mai", "0912345678", "A.1", "012345678901", "Tày"), (2, "Hoa", "0987654321", "Z9", "1", "Kinh")]

    await sends(officer, rows, header=header)

    officer.hears("Không đọc và không lưu: “Số điện thoại”, “Số CCCD”, “Dân tộc”.")
    (content,) = officer.last.files.values()
    assert not [cell.value for row in sheet_of(content).iter_rows(min_row=3, max_row=4) for cell in row
                if str(cell.value) in ("0912345678", "0987654321", "012345678901", "Tày", "Kinh")]  # fmt: skip
    await officer.taps("Nhập danh sách")
    kept = str(await units.bot.database.all(select(persons.c.alias))) + str(
        await units.bot.database.all(select(roster_imports.c.rows))
    )
    assert "Sao Mai" in kept
    assert not [secret for secret in ("0912345678", "012345678901", "Tày") if secret in kept]
    for row in await units.bot.database.all(select(files.c.name)):
        assert row.name in ("danh-sach-loi.xlsx", "ma-nhan.xlsx")


async def test_formulas_of_a_file_stay_text_and_csv_comes_back_as_csv(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    await sends(officer, [('=HYPERLINK("http://x","y")', "Z9", "", ""), ("Sao Mai", "A.1", "", "")])
    cell = sheet_of(next(iter(officer.last.files.values())))["A3"]
    assert cell.data_type == "s"

    text = "\ufeffbí danh;mã đơn vị;ghi chú\n=Hoa;Z9;x\nHoa Ban;A.2;y\n"
    await officer.sends_file("ds.csv", text.encode())

    officer.hears("1 người mới")
    ((name, content),) = officer.last.files.items()
    assert name == "ds-loi.csv"
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["bí danh", "mã đơn vị", "ghi chú", "Lỗi"]
    assert rows[1] == ["'=Hoa", "Z9", "x", "không có đơn vị mã Z9 trong phạm vi phụ trách"]
    assert rows[2] == ["Hoa Ban", "A.2", "y", ""]


async def test_another_unit_in_the_file_moves_the_person_within_the_scope_only(units: Organisation) -> None:
    above, officer = await units.officer("oanh", "A"), await units.officer("binh", "A.1")
    await sends(above, GOOD)
    await above.taps("Nhập danh sách")

    await sends(above, [("Sao Mai", "A.3", "Cán bộ", "k1")])
    above.hears("0 người mới, 1 thay đổi, 0 giữ nguyên")
    await above.taps("Nhập danh sách")
    assert [await members(units, code) for code in ("A", "A.1", "A.3")] == [3, 1, 1]
    assert not above.last.files

    await sends(officer, [("Sao Mai", "A.1", "Cán bộ", "K1")])
    officer.hears("“Mã người” K1 đang dùng ở đơn vị ngoài phạm vi phụ trách", buttons=[])
    assert await members(units, "A.1") == 1


async def test_a_member_who_joined_before_is_recognised_and_not_counted_twice(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    an = units.bot.person("an")
    await an.says("/donvi A.1")
    await an.says("Sao Mai")
    await officer.taps("Xác nhận")

    await sends(officer, [("sao mai", "A.1", "", "K1")])
    officer.hears("0 người mới, 1 thay đổi")
    await officer.taps("Nhập danh sách")

    assert await members(units, "A") == 1
    await sends(officer, [("Sao Mai", "A.1", "", "K1")])
    officer.hears("0 người mới, 0 thay đổi, 1 giữ nguyên")


async def test_whoever_belongs_to_the_unit_already_is_one_person_after_claiming(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    for name, code in (("an", "A.1"), ("binh", "A.2")):
        person = units.bot.person(name)
        await person.says(f"/donvi {code}")
        await person.says(f"Tên khác {name}")
        await officer.taps("Xác nhận")
    await sends(officer, [("Sao Mai", "A.1", "", ""), ("Hoa Ban", "A.1", "", "")])
    await officer.taps("Nhập danh sách")
    assert await members(units, "A") == 4
    given = codes(officer)

    for name, alias in (("an", "Sao Mai"), ("binh", "Hoa Ban")):
        await units.bot.person(name).says(f"/nhanma {given[alias]}")
        await units.bot.person(name).taps("Đúng là tôi")

    assert [await members(units, code) for code in ("A", "A.1", "A.2")] == [2, 2, 0]


async def test_an_import_is_undone_except_for_whoever_has_claimed(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    await sends(officer, GOOD)
    await officer.taps("Nhập danh sách")
    an = units.bot.person("an")
    await an.says(f"/nhanma {codes(officer)['Sao Mai']}")
    await an.taps("Đúng là tôi")

    await officer.taps("Hoàn tác")

    officer.hears("Đã hoàn tác: 2 người")
    assert [await members(units, code) for code in ("A", "A.1")] == [1, 1]


async def test_new_codes_replace_those_handed_out(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    await sends(officer, GOOD)
    await officer.taps("Nhập danh sách")
    old = codes(officer)["Hoa Ban"]

    await officer.says("/phatma")
    officer.hears("3 người dự kiến chưa nhận chỗ")
    await officer.taps("Tạo mã mới")

    an = units.bot.person("an")
    await an.says(f"/nhanma {old}")
    an.hears("Không có mã này")
    await an.says(f"/nhanma {codes(officer)['Hoa Ban']}")
    an.hears("“Hoa Ban” ở Phòng Hai (A.2)")


async def test_the_form_holds_the_officers_units_and_can_be_sent_back_filled(units: Organisation) -> None:
    officer = await units.officer("oanh", "A.1")
    await officer.says("mẫu danh sách")
    (content,) = officer.last.files.values()
    filled = load_workbook(BytesIO(content))
    assert [row[0] for row in filled["Đơn vị"].iter_rows(min_row=2, values_only=True)] == ["A.1", "A.1.1"]
    rules = [(str(one.sqref), one.type) for one in filled["Danh sách"].data_validations.dataValidation]
    assert rules == [("B2:B10001", "list"), ("C2:C10001", "list")]
    filled["Danh sách"]["A2"], filled["Danh sách"]["B2"] = "Sao Mai", "A.1.1"
    filled["Danh sách"]["C2"] = "Quân nhân, lực lượng vũ trang"
    stream = BytesIO()
    filled.save(stream)

    await officer.sends_file("mau.xlsx", stream.getvalue())

    officer.hears("1 người mới")


@pytest.mark.parametrize(
    ("name", "content", "answer"),
    [
        ("a.xlsx", b"PK\x03\x04 torn", "Không đọc được tệp a.xlsx"),
        ("a.csv", "tên;lớp\nAn;1\n".encode(), "không có dòng tiêu đề"),
        ("a.csv", "tên;đơn vị\n".encode() + b"An;A.1\n" * 10_001, "10.000"),
        ("a.csv", b"x" * (5 * 1024 * 1024 + 1), "5 MB"),
    ],
)
async def test_a_file_that_is_no_roster_is_refused_with_its_reason(
    units: Organisation, name: str, content: bytes, answer: str
) -> None:
    officer = await units.officer("oanh", "A")

    await officer.sends_file(name, content)

    officer.hears(answer)


async def test_only_whoever_may_confirm_imports(units: Organisation) -> None:
    officer, other = await units.officer("oanh", "A"), await units.officer("dung", "M")
    await sends(officer, GOOD)
    yes = officer.last.buttons["Nhập danh sách"]
    an = units.bot.person("an")

    await an.sends_file("danh-sach.xlsx", book(GOOD))
    assert "người mới" not in an.last.text
    for stranger in (an, other):
        await stranger.taps_payload(yes)
    other.hears("đã được xử lý")
    await sends(other, GOOD)
    other.hears("0 người mới, 0 thay đổi, 0 giữ nguyên; 3 dòng lỗi.", buttons=[])

    assert await members(units, "A") == 0


async def test_ten_thousand_rows_go_in_at_once_and_the_same_file_again_changes_nothing(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    places = ("A", "A.1", "A.1.1", "A.2", "A.3")
    rows = [(f"Người {number}", places[number % 5], "Công nhân", f"K{number}") for number in range(ROWS)]
    content = book(rows)

    await officer.sends_file("lon.xlsx", content)
    officer.hears("10.000 người mới, 0 thay đổi, 0 giữ nguyên; 0 dòng lỗi.")
    await officer.taps("Nhập danh sách")

    assert len(set(codes(officer).values())) == ROWS
    assert [await members(units, code) for code in places] == [ROWS, 2 * ROWS // 5, ROWS // 5, ROWS // 5, ROWS // 5]
    await officer.sends_file("lon.xlsx", content)
    officer.hears("0 người mới, 0 thay đổi, 10.000 giữ nguyên")


async def test_the_command_line_imports_into_all_units_and_leaves_the_files_beside(
    units: Organisation, tmp_path: Path
) -> None:
    content = book([*GOOD, ("Sao Hôm", "Z9", "", ""), ("Gió Mới", "M.1", "Quân nhân", "")])
    bot = units.bot

    done = await import_roster(bot.database, bot.committer, content, "ds.xlsx", NOON)
    written = save_beside(tmp_path / "ds.xlsx", done.files)
    again = await import_roster(bot.database, bot.committer, content, "ds.xlsx", NOON)

    assert "4 người mới, 0 thay đổi, 0 giữ nguyên; 1 dòng lỗi." in render(done.text, Reader())
    assert [path.name for path in written] == ["ds-loi.xlsx", "ma-nhan.xlsx"]
    assert sheet_of(written[0].read_bytes())["E6"].value.startswith("không có đơn vị mã Z9")
    assert "0 người mới, 0 thay đổi, 4 giữ nguyên" in render(again.text, Reader())
    assert (await members(units, "A"), await members(units, "M")) == (3, 1)
