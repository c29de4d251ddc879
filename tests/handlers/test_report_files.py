"""An officer takes the chart, the workbook, the CSV and the report from the summary; nobody else can."""

import csv
from collections.abc import Iterable
from io import BytesIO, StringIO

import docx
import pytest
from openpyxl import load_workbook
from PIL import Image

from bot.demo import load_demo
from bot.reports.unit import figures
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

FILES = ("Biểu đồ", "Excel", "CSV", "Word")


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def summary_of(units: Organisation, code: str, *, name: str = "oanh", period: str = "tháng 10") -> FakePerson:
    officer = await units.officer(name, code)
    await officer.says(f"/tonghop {code} {period}")
    return officer


def received(person: FakePerson) -> dict[str, bytes]:
    """The files of the newest messages, back to the last one without a file; the newest stand last."""
    found: dict[str, bytes] = {}
    for message in reversed(person.heard):
        if not message.files:
            break
        found = message.files | found
    return found


async def test_the_summary_offers_its_four_files(units: Organisation) -> None:
    officer = await summary_of(units, "A")

    assert tuple(label for label in officer.last.buttons if label in FILES) == FILES


async def test_the_chart_comes_as_a_picture_and_leads_to_the_one_by_unit(units: Organisation) -> None:
    await units.members("A.1", [60] * 6)
    officer = await summary_of(units, "A")

    await officer.taps("Biểu đồ")
    officer.hears("Cục Mẫu (A) · tháng 10/2026: biểu đồ.", buttons=["Biểu đồ theo đơn vị", "Về bản tổng hợp"])
    by_month = officer.last.files["bieu-do-A-2026-10.png"]
    await officer.taps("Biểu đồ theo đơn vị")
    by_unit = officer.last.files["bieu-do-A-2026-10.png"]

    assert by_month != by_unit
    for content in (by_month, by_unit):
        assert Image.open(BytesIO(content)).size == (1080, 1350)


async def test_the_buttons_of_the_summary_stay_so_that_a_second_file_can_be_taken(units: Organisation) -> None:
    officer = await summary_of(units, "A")

    for label in FILES:
        await officer.taps(label)

        assert received(officer)


async def test_chat_workbook_csv_and_report_tell_the_same_figures_as_the_command_line(app: Bot) -> None:
    demo = await load_demo(app.database, app.committer, NOON)
    admin = app.person("quan")
    await admin.says(f"/quantri {demo.admin_code}")

    for code, period in (("CUC", "2026-10"), ("TINH", "2026-Q3"), ("TINH-AM", "2026")):
        printed = await figures(app.database, code, period, admin.at)
        await admin.says(f"/tonghop {code} {period}")
        summary = admin.last
        await admin.taps_payload(summary.buttons["Excel"])
        overview = {row[0].value: row[1].value for row in book(received(admin), ".xlsx")["Tổng hợp"].iter_rows()}
        below = list(book(received(admin), ".xlsx")["Đơn vị"].iter_rows(values_only=True))
        await admin.taps_payload(summary.buttons["CSV"])
        rows = list(csv.DictReader(StringIO(content_of(received(admin), ".csv").decode("utf-8-sig"))))
        await admin.taps_payload(summary.buttons["Word"])
        appendix = {row[1]: row[3] for row in book(received(admin), ".xlsx").worksheets[0].iter_rows(values_only=True)}

        assert overview["Số phút học"] == appendix["Số phút học"] == printed["minutes"]
        assert overview["Lượt ghi"] == appendix["Lượt ghi"] == printed["entries"]
        assert overview["Thành viên"] == appendix["Thành viên"] == printed["members"]
        present = printed["active_people"] - printed["former_people"]
        assert overview["Người có ghi"] == appendix["Người có ghi"] == present
        children = {child["code"]: child["minutes"] for child in printed["children"]}
        minutes = below[0].index("Số phút học")
        told = {row[0]: row[minutes] for row in below[1:] if isinstance(row[minutes], int) and row[0] != code}
        assert told == {unit: minutes for unit, minutes in children.items() if unit in told}
        assert {row["Mã đơn vị"] for row in rows} >= children.keys()
        assert list(rows[0]) == list(below[0])
        assert [plain(row.values()) for row in rows] == [plain(row) for row in below[1:]]


def plain(cells: Iterable[object]) -> list[str]:
    """Cells of a workbook or a CSV alike: the CSV writes 6 hours as 6.0."""
    return [str(cell).removesuffix(".0") for cell in cells]


def content_of(files: dict[str, bytes], ending: str) -> bytes:
    return next(files[name] for name in reversed(files) if name.endswith(ending))


def book(files: dict[str, bytes], ending: str):  # type: ignore[no-untyped-def]
    return load_workbook(BytesIO(content_of(files, ending)))


async def test_the_report_comes_with_its_workbook_and_offers_other_layouts_and_periods(units: Organisation) -> None:
    await units.members("A.1", [60] * 6)
    officer = await summary_of(units, "A")

    await officer.taps("Word")

    assert sorted(received(officer)) == ["bao-cao-A-2026-10.docx", "phu-luc-A-2026-10.xlsx"]
    said = next(message for message in reversed(officer.heard) if "dự thảo báo cáo" in message.text)
    assert "(Thể thức hành chính)" in said.text
    buttons = [label for message in officer.heard[-2:] for label in message.buttons]
    assert buttons == [
        "Thể thức văn bản của Đảng",
        "Thể thức quân đội",
        "6 tháng cuối năm 2026",
        "năm 2026",
        "giai đoạn 2 (2026-2030)",
        "Về bản tổng hợp",
    ]


async def test_another_layout_is_one_tap_away(units: Organisation) -> None:
    officer = await summary_of(units, "A")
    await officer.taps("Word")

    await officer.taps("Thể thức văn bản của Đảng")

    document = docx.Document(BytesIO(content_of(received(officer), ".docx")))
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in document.tables[0].cell(0, 1).text


async def test_a_week_has_no_report_but_the_longer_periods_that_hold_it(units: Organisation) -> None:
    officer = await summary_of(units, "A", period="tuần này")

    await officer.taps("Word")
    officer.hears("từ một tháng trở lên", buttons=["6 tháng cuối năm 2026", "năm 2026", "giai đoạn 2 (2026-2030)"])
    await officer.taps("năm 2026")

    assert "bao-cao-A-2026.docx" in received(officer)


async def test_the_names_of_military_files_tell_no_unit(units: Organisation) -> None:
    await units.members("M.1", [60] * 8)
    officer = await summary_of(units, "M.1", period="tháng 10")

    for label in FILES:
        await officer.taps(label)

    names = [name for message in officer.heard for name in message.files]
    assert sorted(set(names)) == [
        "bao-cao-2026-10.docx", "bieu-do-2026-10.png", "phu-luc-2026-10.xlsx", "tong-hop-2026-10.csv",
        "tong-hop-2026-10.xlsx",
    ]  # fmt: skip


async def test_a_military_report_has_the_army_layout(units: Organisation) -> None:
    officer = await summary_of(units, "M")

    await officer.taps("Word")

    assert "(Thể thức quân đội)" in "\n".join(message.text for message in officer.heard[-2:])


async def test_a_unit_hidden_from_its_superior_is_hidden_in_every_file(units: Organisation) -> None:
    await units.members("A.1", [61, 62, 63])
    await units.members("A.2", [500] * 6)
    await units.members("A.3", [600] * 9)
    officer = await summary_of(units, "A.1", name="binh")
    superior = await summary_of(units, "A")

    await officer.taps("Excel")
    own = {row[0].value: row[1].value for row in book(received(officer), ".xlsx")["Tổng hợp"].iter_rows()}
    await superior.says("/tonghop A.1 tháng 10")
    summary = superior.last
    told: list[object] = []
    for label in ("Excel", "Word"):
        await superior.taps_payload(summary.buttons[label])
        sheets = book(received(superior), ".xlsx").worksheets
        told += [cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row]

    assert own["Số phút học"] == 186
    assert 186 not in told
    assert 3.1 not in told
    assert "ẩn" in told


@pytest.mark.parametrize("who", ["an", "binh"])
async def test_replayed_buttons_of_another_officer_give_no_file(units: Organisation, who: str) -> None:
    await units.members("A.2", [60] * 6)
    officer = await summary_of(units, "A")
    await units.officer("binh", "A.1")
    payloads = [officer.last.buttons[label] for label in FILES]
    stranger = units.bot.person(who)

    for payload in payloads:
        await stranger.taps_payload(payload)

        assert not stranger.last.files
        assert "chỉ dành cho cán bộ" in stranger.last.text


@pytest.mark.parametrize(
    "payload",
    [
        "sum.chart|x|2026-10|month", "sum.chart|1|2026-10|month", "sum.chart|{A}|2026-10|colour",
        "sum.xlsx|{A}|soon", "sum.csv|9|2026-10", "sum.word|{A}|2026-10|navy", "sum.word|{A}|2026-10",
    ],
)  # fmt: skip
async def test_a_button_that_nobody_made_gives_no_file(units: Organisation, payload: str) -> None:
    admin = await units.admin("quan")

    await admin.taps_payload(payload.replace("{A}", str(units.ids["A"])))

    admin.hears("Nút này")
    assert not admin.last.files


async def test_every_button_fits_into_what_telegram_carries(units: Organisation) -> None:
    officer = await summary_of(units, "A")
    await officer.taps("Word")

    payloads = [payload for message in officer.heard for payload in message.buttons.values()]
    assert max(len(payload.encode()) for payload in payloads) <= 64
