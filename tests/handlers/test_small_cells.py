"""Nobody gets the figures of fewer than five people by subtracting what is shown: periods, trees, areas, courses."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from storage.tables import study_logs
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

HIDDEN = "số liệu được ẩn"
TODAY = NOON.date()


@pytest.fixture
async def units(app: Bot) -> Organisation:
    """Cục Mẫu with large units A.2 and A.3, so that A.1 is never hidden for being the only one left."""
    units = await organisation(app)
    for day in (date(2026, 9, 3), date(2026, 10, 5), date(2026, 10, 14), date(2026, 10, 22), date(2026, 11, 4)):
        await units.members("A.2", [60] * 30, day=day)
        await units.members("A.3", [60] * 40, day=day)
    return units


async def asks(units: Organisation, what: str, *, officer_of: str = "A") -> FakePerson:
    officer = await units.officer(f"officer of {officer_of}", officer_of)
    await officer.says(f"/tonghop {what}")
    return officer


async def shown(units: Organisation, *periods: str, officer_of: str = "A") -> list[bool]:
    """Whether the officer reads the hours of A.1 in these periods."""
    found = []
    for period in periods:
        officer = await asks(units, f"A.1 {period}", officer_of=officer_of)
        found.append(HIDDEN not in officer.last.text)
        assert ("giờ (trung vị" in officer.last.text) is found[-1]
    return found


async def test_a_month_minus_its_other_weeks_does_not_tell_of_a_small_week(units: Organisation) -> None:
    for day, people in ((date(2026, 10, 6), 9), (date(2026, 10, 13), 7), (date(2026, 10, 20), 2)):
        await units.members("A.1", [60] * people, day=day)

    assert await shown(units, "2026-10", "2026-W41", "2026-W42", "2026-W43") == [True, True, False, False]
    assert await shown(units, "2026-10", "2026-W42", "2026-W43", officer_of="A.1") == [True, True, True]


async def test_a_quarter_minus_its_other_months_does_not_tell_of_a_small_month(units: Organisation) -> None:
    for day, people in ((date(2026, 7, 6), 9), (date(2026, 8, 13), 7), (date(2026, 9, 20), 2)):
        await units.members("A.1", [60] * people, day=day)

    assert await shown(units, "2026-Q3", "2026-07", "2026-08", "2026-09") == [True, True, False, False]


async def test_a_running_year_does_not_tell_of_the_first_entry_of_its_newest_month(units: Organisation) -> None:
    await units.members("A.1", [60] * 9, day=date(2026, 10, 6))
    assert await shown(units, "2026", "2026-Q4", "2026-10") == [True, True, True]

    await units.members("A.1", [60], day=TODAY)

    assert await shown(units, "2026", "2026-Q4", "2026-10", "2026-11") == [False, False, True, False]
    await units.members("A.1", [60] * 4, day=TODAY)
    assert await shown(units, "2026", "2026-Q4", "2026-10", "2026-11") == [True] * 4


async def test_months_put_together_by_hand_are_shown_only_where_each_of_them_is(units: Organisation) -> None:
    for day, people in ((date(2026, 7, 6), 9), (date(2026, 8, 13), 7), (date(2026, 9, 20), 2)):
        await units.members("A.1", [60] * people, day=day)

    assert await shown(units, "202607-202608", "202608-202609") == [True, False]


async def test_the_comparison_does_not_tell_of_a_small_rest_of_the_month_before(units: Organisation) -> None:
    await units.members("A.1", [60] * 9, day=date(2026, 11, 6))
    await units.members("A.1", [60] * 9, day=date(2026, 10, 6))
    await units.members("A.1", [60] * 2, day=date(2026, 10, 30))

    officer = await asks(units, "A.1 2026-11")

    assert "9/20 người có ghi" in officer.last.text
    assert "So với" not in officer.last.text


async def change(units: Organisation, unit: str, to: str) -> None:
    """An admin moves a unit with effect from the first of November."""
    admin = await units.admin("quan")
    await admin.says(f"/caydonvi {unit}")
    await admin.taps("Chuyển")
    await admin.says(to)
    await admin.says("01/11/2026")
    await admin.taps("Thực hiện")


@pytest.mark.parametrize(("people", "is_shown"), [(2, False), (6, True)])
async def test_the_tree_then_minus_the_tree_now_does_not_tell_of_a_small_unit_that_moved(
    units: Organisation, people: int, is_shown: bool
) -> None:
    await units.members("A.1", [60] * 9, day=date(2026, 10, 6))
    await units.members("A.1.1", [60] * people, day=date(2026, 10, 6))
    await change(units, "A.1.1", "A.2")

    now = await asks(units, "A.1 2026-10", officer_of="A.1")
    assert "9 giờ" in now.last.text
    await now.taps("Theo cây đơn vị khi đó")

    assert ("giờ (trung vị" in now.last.text) is is_shown
    assert (HIDDEN not in now.last.text) is is_shown
    await now.taps("Excel")
    assert (f"{9 + people}" in cells(now)) is is_shown
    assert (f"{540 + 60 * people}" in cells(now)) is is_shown


def cells(person: FakePerson) -> list[str]:
    """Every cell of the newest workbook."""
    content = next(content for name, content in person.last.files.items() if name.endswith(".xlsx"))
    return [str(cell) for sheet in load_workbook(BytesIO(content)) for row in sheet.values for cell in row]


async def spread(units: Organisation, code: str, sizes: Sequence[tuple[str, int]]) -> None:
    for area, people in sizes:
        await units.members(code, [60] * people, area=area, day=date(2026, 10, 6))


async def test_areas_of_few_people_stand_together_for_whoever_is_above(units: Organisation) -> None:
    await spread(units, "A.1", [("digital", 9), ("law", 6), ("politics", 1)])

    above = await asks(units, "A.1 2026-10")
    await above.taps("Chi tiết")
    above.hears("Theo lĩnh vực: năng lực số 9 giờ (56%); các phần còn lại gộp chung 7 giờ (44%).")

    itself = await asks(units, "A.1 2026-10", officer_of="A.1")
    await itself.taps("Chi tiết")
    itself.hears("Theo lĩnh vực: năng lực số 9 giờ (56%); pháp luật 6 giờ (38%); chính trị 1 giờ (6%).")


async def test_a_course_of_few_people_is_told_to_their_own_officer_only(units: Organisation) -> None:
    many = await units.members("A.1", [60] * 5, day=date(2026, 10, 6))
    few = await units.members("A.1", [60] * 4, day=date(2026, 10, 6))
    async with units.bot.database.writing() as connection:
        for course, people in (("Kỹ năng số cơ bản", many), ("Tiếng Khmer", few)):
            mine = study_logs.c.person_id.in_(people)
            await connection.execute(update(study_logs).where(mine).values(course=course, mode="online"))

    for officer_of, is_told in (("A", False), ("A.1", True)):
        officer = await asks(units, "A.1 2026-10", officer_of=officer_of)
        await officer.taps("Chi tiết")
        officer.hears("Theo hình thức học: trực tuyến 9 giờ (100%).")
        officer.hears("Theo khóa học: “Kỹ năng số cơ bản” 5 lượt, 5 giờ")
        assert ("Tiếng Khmer" in officer.last.text) is is_told
        await officer.taps("Excel")
        assert ("Tiếng Khmer" in cells(officer)) is is_told


async def months_then(units: Organisation, code: str) -> tuple[str, list[object]]:
    """The months of the first half-year by the tree then: the line of the details, and the workbook's hours."""
    officer = await asks(units, f"{code} 2026-H1", officer_of=code)
    await officer.taps("Theo cây đơn vị khi đó")
    assert HIDDEN not in officer.last.text
    await officer.taps("Chi tiết")
    line = next(line for line in officer.last.text.split("\n") if line.startswith("Theo tháng"))
    await officer.taps("Excel")
    book = load_workbook(BytesIO(next(iter(officer.last.files.values()))))
    return line, [row[-1] for row in list(book["Tháng"].values)[1:]]


async def test_the_total_of_the_tree_then_minus_its_other_months_does_not_tell_of_the_hidden_one(
    units: Organisation,
) -> None:
    """Tổ Một went from Phòng Một to Phòng Hai; 6 of its people studied in April, and 2 (to be hidden) in March."""
    for code, minutes, day in (
        ("A.1.1", [60] * 2, date(2026, 3, 6)),
        ("A.1.1", [60] * 6, date(2026, 4, 6)),
        ("A.1", [60] * 9, date(2026, 5, 6)),
        ("A.1", [30] * 8, date(2026, 6, 6)),
        ("A.2", [60] * 9, date(2026, 3, 6)),
    ):
        await units.members(code, minutes, day=day)
    await change(units, "A.1.1", "A.2")

    line, hours = await months_then(units, "A.1")
    assert "02/2026 chưa có ai ghi; 03/2026 ẩn số liệu; 04/2026 ẩn số liệu; 05/2026 9 giờ; 06/2026 4 giờ." in line
    assert hours == [0, 0, "ẩn", "ẩn", 9, 4], "the smallest of the others goes with the only one that is hidden"
    line, hours = await months_then(units, "A.2")
    assert (line.count("ẩn số liệu"), hours) == (6, ["ẩn"] * 6), "its total is that one month: which one is not told"
