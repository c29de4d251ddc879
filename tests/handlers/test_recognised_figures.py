"""What an authority recognised stands in every output beside its decision, apart from what was logged and approved."""

from dataclasses import dataclass
from io import BytesIO

import docx
import pytest
from openpyxl import load_workbook

from bot.reports.unit import figures
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.handlers.test_report_files import content_of, received
from tests.organisation import Organisation, organisation

DECISIONS = "45/QĐ-UBND ngày 15/10/2026; 50/QĐ-UBND ngày 20/10/2026"
ROW = f"Được công nhận: Công dân học tập ({DECISIONS})"
SAID = f"Công dân học tập 1.242 ({DECISIONS})"
FIXED = {
    "Người đạt danh hiệu “Công dân học tập”", "Gia đình học tập", "Dòng họ học tập", "Cộng đồng học tập",
    "Đơn vị học tập mức độ 1", "Đơn vị học tập mức độ 2",
}  # fmt: skip
"""Rows of titles that every report has."""


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def enters(units: Organisation, *lines: str) -> None:
    """An admin enters recognised figures."""
    admin = await units.admin("chi")
    for line in lines:
        await admin.says(f"/congnhan {line}")
        admin.hears("Đã nhập cho")


@dataclass
class Told:
    """What one officer reads of recognised figures."""

    details: str
    overview: dict[object, object]
    text: str
    """The text of the official report."""
    figures: dict[str, str]
    """The recognised column of its Table 1."""
    targets: dict[str, list[str]]
    """Count and decisions in its Table 4."""
    annex: dict[str, object]
    """The recognised column of the appendix as a workbook."""
    annex_targets: dict[str, list[object]]

    @property
    def known(self) -> dict[str, str]:
        return {label: cell for label, cell in self.figures.items() if cell != "chưa có số liệu"}


async def asks(officer: FakePerson, code: str, period: str) -> Told:
    """Tap through details, workbook and report."""
    await officer.says(f"/tonghop {code} {period}")
    buttons = officer.last.buttons
    await officer.taps_payload(buttons["Chi tiết"])
    details = officer.last.text
    await officer.taps_payload(buttons["Excel"])
    book = load_workbook(BytesIO(content_of(received(officer), ".xlsx")))
    overview = {row[0]: row[1] for row in book["Tổng hợp"].iter_rows(values_only=True)}
    await officer.taps_payload(buttons["Word"])
    files = received(officer)
    report, annex = (
        docx.Document(BytesIO(content_of(files, ".docx"))),
        load_workbook(BytesIO(content_of(files, ".xlsx"))),
    )
    tables = {one.rows[0].cells[-1].text: one.rows[1:] for one in report.tables}
    targets = {row.cells[1].text: [cell.text for cell in row.cells[-2:]] for row in tables["Theo quyết định"]}
    return Told(
        details,
        overview,
        "\n".join(one.text for one in report.paragraphs),
        {row.cells[1].text: row.cells[-1].text for row in tables["Được công nhận"]},
        targets,
        {str(row[1]): row[-1] for row in annex.worksheets[0].iter_rows(min_row=2, values_only=True)},
        {str(row[1]): list(row[-2:]) for row in annex.worksheets[-1].iter_rows(min_row=2, values_only=True)},
    )


async def test_the_officer_reads_what_was_recognised_alike_in_details_workbook_report_and_json(
    units: Organisation, app: Bot
) -> None:
    await units.members("A.1", [60] * 6)
    await enters(
        units,
        "A.1; Công dân học tập; 12; 45/QĐ-UBND; 15/10/2026",
        "A.2; công dân học tập; 1.230; 50/QĐ-UBND; 20/10/2026",
        "A.1; Công dân học tập; 7; 40/QĐ-UBND; 30/9/2026",
        "M; Công dân học tập; 99; 60/QĐ-UBND; 15/10/2026",
    )
    officer = await units.officer("oanh", "A")

    told = await asks(officer, "A", "tháng 10")

    assert f"Số liệu đã duyệt: chưa có số liệu. Số liệu được công nhận: {SAID}." in told.details
    assert told.overview[ROW] == 1242
    assert told.overview["Số phút học"] == 360, "what was recognised is not added to what was logged"
    assert f"Số liệu được công nhận: {SAID}." in told.text
    assert f"Số liệu được cấp có thẩm quyền công nhận: {SAID}." in told.text
    row = f"Người đạt danh hiệu “Công dân học tập” ({DECISIONS})"
    assert told.known == {row: "1.242"}, "the row of the title, and none besides"
    assert told.annex[row] == 1242
    assert told.targets["Công dân đạt danh hiệu “Công dân học tập”"] == ["1.242", DECISIONS]
    assert told.annex_targets["Công dân đạt danh hiệu “Công dân học tập”"] == [1242, DECISIONS]
    assert [cells for cells in told.targets.values() if cells != ["chưa có số liệu", ""]] == [["1.242", DECISIONS]]
    decisions = [{"number": "45/QĐ-UBND", "date": "2026-10-15"}, {"number": "50/QĐ-UBND", "date": "2026-10-20"}]
    for then in (False, True):
        found = (await figures(app.database, "A", "2026-10", NOON, then=then))["recognised"]
        assert found == [{"title": "citizen", "what": "Công dân học tập", "count": 1242, "decisions": decisions}]


async def test_each_title_fills_its_own_rows_and_free_words_get_one(units: Organisation) -> None:
    await units.members("A.1", [60] * 6)
    await enters(
        units,
        "A.1; 120 gia đình học tập; 1/QĐ-UBND; 01/02/2024",
        "A.1; Dòng họ học tập; 31; 1/QĐ-UBND; 01/02/2024",
        "A.1; cộng đồng học tập (thôn); 32; 1/QĐ-UBND; 01/02/2024",
        "A.1; Cộng đồng học tập cấp xã; 33; 1/QĐ-UBND; 01/02/2024",
        "A.1; Đơn vị học tập; 34; 1/QĐ-UBND; 01/02/2024",
        "A.1; ĐVHT mức 1; 35; 1/QĐ-UBND; 01/02/2024",
        "A.1; Đơn vị học tập mức độ 2; 36; 1/QĐ-UBND; 01/02/2024",
        "A.1; Đơn vị học tập cấp xã; 37; 1/QĐ-UBND; 01/02/2024",
        "A.1; Đăng ký công dân học tập; 38; 1/QĐ-UBND; 01/02/2024",
    )
    officer = await units.officer("oanh", "A.1")

    told = await asks(officer, "A.1", "năm 2024")

    by = "(1/QĐ-UBND ngày 01/02/2024)"
    assert told.known == {
        f"Gia đình học tập {by}": "120", f"Dòng họ học tập {by}": "31", f"Cộng đồng học tập {by}": "32",
        f"Đơn vị học tập mức độ 1 {by}": "35", f"Đơn vị học tập mức độ 2 {by}": "36",
        f"Được công nhận: Cộng đồng học tập cấp xã {by}": "33", f"Được công nhận: Đơn vị học tập {by}": "34",
        f"Được công nhận: Đơn vị học tập thuộc cấp xã {by}": "37",
        f"Được công nhận: Đăng ký công dân học tập {by}": "38",
    }  # fmt: skip
    assert {label: str(cell) for label, cell in told.annex.items() if cell != "chưa có số liệu"} == told.known
    counts = {label: cells[0] for label, cells in told.targets.items() if cells[0] != "chưa có số liệu"}
    assert counts == {
        "Gia đình đạt danh hiệu “Gia đình học tập”": "120", "Dòng họ đạt danh hiệu “Dòng họ học tập”": "31",
        "Cộng đồng cấp thôn đạt danh hiệu “Cộng đồng học tập”": "32",
        "Đơn vị thuộc cấp xã đạt danh hiệu “Đơn vị học tập”": "37",
    }  # fmt: skip
    assert {label: str(cells[0]) for label, cells in told.annex_targets.items() if cells[1]} == counts


async def test_without_a_recognition_in_the_period_every_output_says_that_there_are_no_data(
    units: Organisation, app: Bot
) -> None:
    await units.members("A.1", [60] * 6)
    await enters(units, "A.1; Công dân học tập; 12; 45/QĐ-UBND; 15/9/2026")
    officer = await units.officer("oanh", "A")

    told = await asks(officer, "A", "tháng 10")

    assert "Số liệu được công nhận: chưa có số liệu." in told.details
    assert told.overview["Số liệu được công nhận"] == "chưa có số liệu"
    assert "Số liệu được công nhận: chưa có số liệu." in told.text
    assert told.known == {}
    assert told.figures.keys() >= FIXED
    assert (await figures(app.database, "A", "2026-10", NOON))["recognised"] is None


async def test_few_people_and_military_head_counts_stay_hidden_also_where_they_were_recognised(
    units: Organisation,
) -> None:
    for code in ("A.1", "A.2", "M.1"):
        await units.members(code, [60] * 6)
    await enters(
        units,
        "A.1; Công dân học tập; 3; 45/QĐ-UBND; 15/10/2026",
        "M.1; Công dân học tập; 77; 46/QĐ-UBND; 15/10/2026",
    )
    above, itself, military = [
        await units.officer(name, code) for name, code in (("oanh", "A"), ("lan", "A.1"), ("minh", "M.1"))
    ]

    for officer, code in ((above, "A.1"), (military, "M.1")):
        told = await asks(officer, code, "tháng 10")
        assert "Số liệu được công nhận: ẩn." in told.details
        assert told.overview["Số liệu được công nhận"] == "ẩn"
        assert "Số liệu được công nhận: ẩn." in told.text
        assert told.known == dict.fromkeys({*FIXED, "Số liệu được công nhận"}, "ẩn"), "of which title is not told"
        assert {label: cell for label, cell in told.annex.items() if cell != "chưa có số liệu"} == told.known
        assert "QĐ-UBND" not in told.details + told.text + str(told.figures) + str(told.targets)
    told = await asks(itself, "A.1", "tháng 10")
    assert "Số liệu được công nhận: Công dân học tập 3 (45/QĐ-UBND ngày 15/10/2026)." in told.details
    assert told.known == {"Người đạt danh hiệu “Công dân học tập” (45/QĐ-UBND ngày 15/10/2026)": "3"}
