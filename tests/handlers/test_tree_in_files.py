"""An officer takes every file by the tree then and by the tree now, and a period that a change cut in two in parts."""

from datetime import date
from io import BytesIO, StringIO

import docx
import pytest
from openpyxl import load_workbook

from tests.chat import FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

FILES = ("Biểu đồ", "Excel", "CSV", "Word")


@pytest.fixture
async def units(app: Bot) -> Organisation:
    """Phòng Một (in September 12 hours, in October 10) became part of Phòng Hai on the first of October."""
    units = await organisation(app)
    for day, minutes in ((date(2026, 9, 3), 120), (date(2026, 10, 6), 100)):
        await units.members("A.1", [minutes] * 6, day=day)
        await units.members("A.2", [minutes // 2] * 6, day=day)
    admin = await units.admin("quan")
    await admin.says("/caydonvi A.1")
    await admin.taps("Sáp nhập")
    await admin.says("A.2")
    await admin.says("01/10/2026 Quyết định 12")
    await admin.taps("Thực hiện")
    return units


async def files_of(officer: FakePerson, labels: tuple[str, ...] = FILES) -> dict[str, bytes]:
    """Tap each file's button on the summary; gives the files by name."""
    found: dict[str, bytes] = {}
    for label in labels:
        before = len(officer.heard)
        await officer.taps(label)
        for message in officer.heard[before:]:
            found |= message.files
    return found


def rows(content: bytes) -> list[list[str]]:
    return [[str(cell or "") for cell in row] for sheet in load_workbook(BytesIO(content)) for row in sheet.values]


async def test_every_file_follows_the_tree_that_the_summary_shows(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    await officer.says("/tonghop A 2026-09")
    now = await files_of(officer)
    await officer.says("/tonghop A 2026-09")
    await officer.taps("Theo cây đơn vị khi đó")
    then = await files_of(officer)

    stems = ("bieu-do-A-2026-09", "tong-hop-A-2026-09", "bao-cao-A-2026-09", "phu-luc-A-2026-09")
    assert {name.rpartition(".")[0] for name in now} == set(stems)
    assert {name.rpartition(".")[0] for name in then} == {f"{stem}-cay-khi-do" for stem in stems}
    assert now["bieu-do-A-2026-09.png"] != then["bieu-do-A-2026-09-cay-khi-do.png"]
    for files, tree, is_then in ((now, "", False), (then, "-cay-khi-do", True)):
        book = rows(files[f"tong-hop-A-2026-09{tree}.xlsx"])
        table = list(StringIO(files[f"tong-hop-A-2026-09{tree}.csv"].decode("utf-8-sig")))
        report = docx.Document(BytesIO(files[f"bao-cao-A-2026-09{tree}.docx"]))
        annex = rows(files[f"phu-luc-A-2026-09{tree}.xlsx"])
        assert ["Cây đơn vị", "ngày 30/09/2026" if is_then else "hiện nay", ""] in book
        printed = [[cell.text for cell in row.cells] for table in report.tables for row in table.rows]
        assert any(line.startswith("A.1,") for line in table) is is_then
        for cells in (book, annex, printed):
            assert any(row[0] == "A.1" for row in cells) is is_then
        said = "theo cây đơn vị ngày 30/09/2026" in " ".join(one.text for one in report.paragraphs)
        assert said is is_then
        assert [row[3] for row in annex if row[1] == "Số giờ học"] == ["18"]


async def test_the_charts_of_the_tree_then_keep_to_it_and_the_way_back_too(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    await officer.says("/tonghop A 2026-09")
    await officer.taps("Theo cây đơn vị khi đó")
    await officer.taps("Biểu đồ")
    officer.hears("Theo cây đơn vị ngày 30/09/2026.")
    await officer.taps("Biểu đồ theo đơn vị")

    await officer.taps("Về bản tổng hợp")
    officer.hears("Theo cây đơn vị ngày 30/09/2026:")
    await officer.taps("Chi tiết")
    officer.hears("Theo cây đơn vị ngày 30/09/2026:")
    await officer.taps("Quay lại")
    await officer.taps("Theo cây đơn vị hiện nay")

    assert "Theo cây đơn vị ngày" not in officer.last.text


async def test_a_period_in_which_the_tree_changed_warns_and_is_offered_in_two_parts(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    await officer.says("/tonghop A năm 2026")
    officer.hears("33 giờ")
    officer.hears("Cây đơn vị thay đổi trong kỳ (01/10/2026)")

    await officer.taps("tháng 01/2026 đến tháng 09/2026")
    officer.hears("Theo cây đơn vị ngày 30/09/2026:")
    officer.hears("18 giờ")
    assert "Cây đơn vị thay đổi" not in officer.last.text
    await officer.taps("Đơn vị trực thuộc")
    officer.hears("Phòng Một (A.1)")
    await officer.says("/tonghop A năm 2026")
    await officer.taps("tháng 10/2026 đến tháng 12/2026")

    officer.hears("15 giờ")
    files = await files_of(officer)
    assert "bao-cao-A-202610-202612-cay-khi-do.docx" in files


async def test_the_report_of_a_unit_that_is_no_more_is_still_to_be_had_by_the_tree_then(units: Organisation) -> None:
    admin = units.bot.person("quan")
    await admin.says("/tonghop A 2026-09")
    await admin.taps("Theo cây đơn vị khi đó")
    await admin.taps("Đơn vị trực thuộc")
    await admin.taps("Phòng Một (A.1)")
    files = await files_of(admin)

    annex = rows(files["phu-luc-A.1-2026-09-cay-khi-do.xlsx"])
    assert [row[3] for row in annex if row[1] == "Số giờ học"] == ["12"]
    await admin.taps_payload(f"sum.xlsx|{units.ids['A.1']}|2026-09")
    assert "tong-hop-A.2-2026-09.xlsx" in admin.last.files, "by the tree now it is the unit that it is part of"


@pytest.mark.parametrize("tree", ["later", "", "then|x"])
async def test_a_tree_that_nobody_offered_is_refused(units: Organisation, tree: str) -> None:
    admin = units.bot.person("quan")

    for payload in (f"sum|{units.ids['A']}|2026-09|{tree}", f"sum.csv|{units.ids['A']}|2026-09|{tree}"):
        await admin.taps_payload(payload)

        admin.hears("Nút này")
