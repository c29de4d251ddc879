"""What an authority recognised stands in every output beside its decision, apart from what was logged and approved."""

from io import BytesIO

import docx
import pytest
from openpyxl import load_workbook

from bot.reports.unit import figures
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.handlers.test_report_files import content_of, received
from tests.organisation import Organisation, organisation

ROW = "Được công nhận: Công dân học tập (45/QĐ-UBND ngày 15/10/2026; 50/QĐ-UBND ngày 20/10/2026)"
SAID = "Công dân học tập 1.242 (45/QĐ-UBND ngày 15/10/2026; 50/QĐ-UBND ngày 20/10/2026)"


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def enters(units: Organisation, *lines: str) -> None:
    """An admin enters recognised figures."""
    admin = await units.admin("chi")
    for line in lines:
        await admin.says(f"/congnhan {line}")
        admin.hears("Đã nhập cho")


async def asks(officer: FakePerson, code: str, period: str) -> tuple[str, dict[object, object], str, dict[str, str]]:
    """The details, the workbook's overview, the report's text and the recognised column of its appendix."""
    await officer.says(f"/tonghop {code} {period}")
    buttons = officer.last.buttons
    await officer.taps_payload(buttons["Chi tiết"])
    details = officer.last.text
    await officer.taps_payload(buttons["Excel"])
    book = load_workbook(BytesIO(content_of(received(officer), ".xlsx")))
    overview = {row[0]: row[1] for row in book["Tổng hợp"].iter_rows(values_only=True)}
    await officer.taps_payload(buttons["Word"])
    report = docx.Document(BytesIO(content_of(received(officer), ".docx")))
    table = next(one for one in report.tables if one.rows[0].cells[-1].text == "Được công nhận")
    recognised = {row.cells[1].text: row.cells[-1].text for row in table.rows[1:]}
    return details, overview, "\n".join(one.text for one in report.paragraphs), recognised


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

    details, overview, text, appendix = await asks(officer, "A", "tháng 10")

    assert f"Số liệu đã duyệt: chưa có số liệu. Số liệu được công nhận: {SAID}." in details
    assert overview[ROW] == 1242
    assert overview["Số phút học"] == 360, "what was recognised is not added to what was logged"
    assert f"Số liệu được công nhận: {SAID}." in text
    assert f"Số liệu được cấp có thẩm quyền công nhận: {SAID}." in text
    assert {label: cell for label, cell in appendix.items() if cell != "chưa có số liệu"} == {ROW: "1.242"}
    decisions = [{"number": "45/QĐ-UBND", "date": "2026-10-15"}, {"number": "50/QĐ-UBND", "date": "2026-10-20"}]
    for then in (False, True):
        told = (await figures(app.database, "A", "2026-10", NOON, then=then))["recognised"]
        assert told == [{"what": "Công dân học tập", "count": 1242, "decisions": decisions}]


async def test_without_a_recognition_in_the_period_every_output_says_that_there_are_no_data(
    units: Organisation, app: Bot
) -> None:
    await units.members("A.1", [60] * 6)
    await enters(units, "A.1; Công dân học tập; 12; 45/QĐ-UBND; 15/9/2026")
    officer = await units.officer("oanh", "A")

    details, overview, text, appendix = await asks(officer, "A", "tháng 10")

    assert "Số liệu được công nhận: chưa có số liệu." in details
    assert overview["Số liệu được công nhận"] == "chưa có số liệu"
    assert "Số liệu được công nhận: chưa có số liệu." in text
    assert set(appendix.values()) == {"chưa có số liệu"}
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
        details, overview, text, appendix = await asks(officer, code, "tháng 10")
        assert "Số liệu được công nhận: ẩn." in details
        assert overview["Số liệu được công nhận"] == "ẩn"
        assert "Số liệu được công nhận: ẩn." in text
        assert appendix["Số liệu được công nhận"] == "ẩn"
        assert "QĐ-UBND" not in details + text
    details, *_ = await asks(itself, "A.1", "tháng 10")
    assert "Số liệu được công nhận: Công dân học tập 3 (45/QĐ-UBND ngày 15/10/2026)." in details
