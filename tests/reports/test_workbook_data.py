"""What the files are made of, read from a database: months that sum to the period, and people who may be named."""

from collections.abc import Collection
from datetime import date

import pytest
from sqlalchemy import update

from bot.demo import load_demo
from bot.language.periods import Period, day, half, month, parse_period, phase, quarter, week
from bot.reports.unit import SMALL, UnitSummary, unit_summary
from bot.reports.unit_data import UnitData, months_of, unit_data, year_of_months
from bot.reports.unit_months import MonthFigures
from bot.reports.unit_tables import Figure, units_table
from bot.study import AREA_NAMES
from storage.changes import Changes
from storage.named_people import PeopleByName
from storage.summaries import Summaries
from storage.tables import persons, study_logs
from storage.units import Units
from tests.chat import NOON
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

OCTOBER = month(2026, 10)


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def named(units: Organisation, ids: Collection[int], prefix: str = "Bạn") -> None:
    """These people agree to be named, each by an alias of their own."""
    async with units.bot.database.writing() as connection:
        for number, id in enumerate(ids, 1):
            agreed = {"log": True, "unit_totals": True, "named": True}
            await connection.execute(
                update(persons).where(persons.c.id == id).values(consents=agreed, alias=f"{prefix} {number}")
            )


async def summary_of(units: Organisation, code: str, own: Collection[int], period: Period = OCTOBER) -> UnitSummary:
    database = units.bot.database
    tree = Units(database, Changes())
    unit = await tree.by_code(code)
    assert unit is not None
    return await unit_summary(Summaries(database, Changes()), tree, unit, period, NOON, own=own)


async def data_of(units: Organisation, code: str, *, officer_of: str = "", period: Period = OCTOBER) -> UnitData:
    own = [units.ids[officer_of or code]]
    summary = await summary_of(units, code, own, period)
    return await unit_data(units.bot.database, Changes(), summary, own=own, areas=AREA_NAMES)


async def year_to(units: Organisation, summary: UnitSummary, own: Collection[int]) -> tuple[MonthFigures, ...]:
    return await year_of_months(Summaries(units.bot.database, Changes()), summary, own=own)


async def listed(units: Organisation, code: str, *, officer_of: str = "") -> list[str]:
    return [person.alias for person in (await data_of(units, code, officer_of=officer_of)).people.people]


@pytest.mark.parametrize(
    ("period", "first", "count"),
    [
        (month(2026, 10), "2026-10", 1),
        (month(2026, 11), "2026-11", 1),
        (quarter(2026, 4), "2026-10", 2),
        (half(2026, 1), "2026-01", 6),
        (phase(1), "2023-01", 36),
        (phase(2), "2026-01", 11),
    ],
)
def test_the_months_of_a_period_are_those_that_have_begun(period: Period, first: str, count: int) -> None:
    months = months_of(period, NOON.date())

    assert (months[0].key, len(months)) == (first, count)


@pytest.mark.parametrize("period", [week(date(2026, 11, 22)), day(date(2026, 11, 22)), month(2027, 1)])
def test_a_week_a_day_and_the_future_have_no_months(period: Period) -> None:
    assert months_of(period, NOON.date()) == []


async def test_months_sum_to_the_period_for_every_unit_of_the_demo(app: Bot) -> None:
    await load_demo(app.database, app.committer, NOON)
    tree, summaries = Units(app.database, Changes()), Summaries(app.database, Changes())
    year = parse_period("2026", NOON.date())
    assert year is not None

    for code in ("QS", "CUC", "TINH-AM", "QS-A-2-3"):
        unit = await tree.by_code(code)
        assert unit is not None
        summary = await unit_summary(summaries, tree, unit, year, NOON, own=[unit.id])
        data = await unit_data(app.database, Changes(), summary, own=[unit.id], areas=AREA_NAMES)

        assert sum(one.figures.minutes for one in data.months) == summary.figures.minutes
        assert sum(one.figures.entries for one in data.months) == summary.figures.entries


async def test_the_year_of_the_chart_ends_with_the_period_or_with_this_month(units: Organisation) -> None:
    await units.members("A.1", [60] * 6)
    own = [units.ids["A"]]

    past = await year_to(units, await summary_of(units, "A", own), own)
    running = await year_to(units, await summary_of(units, "A", own, phase(2)), own)

    assert [past[0].period.key, past[-1].period.key, len(past)] == ["2025-11", "2026-10", 12]
    assert [running[0].period.key, running[-1].period.key, len(running)] == ["2025-12", "2026-11", 12]
    assert [one.figures.minutes for one in past] == [0] * 11 + [360]


async def test_a_month_of_few_people_is_hidden_from_the_officer_above_and_not_from_their_own(
    units: Organisation,
) -> None:
    await units.members("A.1", [60] * 3)
    await units.members("A.1", [60] * 9, day=date(2026, 9, 3))
    shown = await summary_of(units, "A.1", [])

    above = await year_to(units, shown, [units.ids["A"]])
    itself = await year_to(units, shown, [units.ids["A.1"]])

    assert [one.hidden for one in above[-2:]] == [False, True]
    assert not any(one.hidden for one in itself)


async def test_only_people_who_agreed_are_named_with_what_they_logged_there(units: Organisation) -> None:
    people = await units.members("A.1", [60, 120, 30, 45, 90, 15, 20])
    await named(units, people[:2])

    data = await data_of(units, "A.1")

    assert [(one.alias, one.minutes, one.entries) for one in data.people.people] == [
        ("Bạn 1", 60, 1),
        ("Bạn 2", 120, 1),
    ]
    assert data.people.people[0].last_day == date(2026, 10, 15)


async def test_who_took_the_agreement_back_or_has_left_is_not_named(units: Organisation) -> None:
    from storage.tables import memberships

    people = await units.members("A.1", [60] * 8)
    await named(units, people[:3])
    async with units.bot.database.writing() as connection:
        refused = {"log": True, "unit_totals": True, "named": False}
        await connection.execute(update(persons).where(persons.c.id == people[0]).values(consents=refused))
        left = update(memberships).where(memberships.c.person_id == people[1])
        await connection.execute(left.values(state="ended", ended_at=NOON))

    assert await listed(units, "A.1") == ["Bạn 3"]


async def test_deleted_entries_and_those_that_are_not_counted_name_nobody(units: Organisation) -> None:
    people = await units.members("A.1", [60] * 8)
    await named(units, people[:3])
    async with units.bot.database.writing() as connection:
        of = study_logs.c.person_id
        await connection.execute(update(study_logs).where(of == people[0]).values(deleted_at=NOON))
        await connection.execute(update(study_logs).where(of == people[1]).values(unit_id=None))

    assert await listed(units, "A.1") == ["Bạn 3"]


@pytest.mark.parametrize(
    ("named_ones", "all_people", "shown"), [(6, 6, 6), (6, 11, 6), (6, 8, 0), (3, 3, 0), (4, 4, 0)]
)
async def test_the_officer_above_reads_no_list_that_gives_the_unnamed_away(
    units: Organisation, named_ones: int, all_people: int, shown: int
) -> None:
    people = await units.members("A.1", [60] * all_people)
    await units.members("A.2", [60] * 9)
    await units.members("A.3", [60] * 8)
    await named(units, people[:named_ones])

    assert len(await listed(units, "A")) == shown
    assert len(await listed(units, "A.1", officer_of="A.1")) == named_ones


async def test_below_a_hidden_branch_nobody_is_named(units: Organisation) -> None:
    await units.members("A.1", [60] * 3)
    protector = await units.members("A.2", [60] * 6)
    shown = await units.members("A.3", [60] * 9)
    await named(units, protector, "Ẩn")
    await named(units, shown, "Hiện")

    names = await listed(units, "A")

    assert len(names) == 9
    assert all(name.startswith("Hiện") for name in names)


async def test_of_a_military_unit_and_for_an_admin_who_is_no_officer_nobody_is_named(units: Organisation) -> None:
    await named(units, await units.members("M.1", [60] * 9))
    people = await units.members("A.1", [60] * 9)
    await named(units, people)

    assert await listed(units, "M") == []
    summary = await summary_of(units, "A", [])
    assert not (await unit_data(units.bot.database, Changes(), summary, own=[], areas=AREA_NAMES)).people.people


async def test_a_list_that_nobody_would_read_is_left_out_and_said_to_be(units: Organisation) -> None:
    await named(units, await units.members("A.1", [60] * 9))
    people = PeopleByName(units.bot.database, Changes())
    asked = (units.ids["A"], OCTOBER.start, OCTOBER.end)

    found = await people.below(*asked, own=[units.ids["A"]], least=SMALL, most=8)

    assert (found.people, found.too_many) == ((), True)


async def test_the_own_people_of_a_unit_protect_its_only_small_branch(units: Organisation) -> None:
    await units.members("A", [60] * 3)
    await units.members("A.1", [60] * 4)
    await units.members("A.2", [60] * 9)

    table = units_table(await summary_of(units, "A", [units.ids["A"]]))

    minutes = {row[0]: row[-2] for row in table.rows}
    assert minutes["A.2"] == Figure(540)
    assert not isinstance(minutes["A"], Figure)
    assert not isinstance(minutes["A.1"], Figure)


async def test_a_branch_that_its_officer_sees_anyway_protects_no_other(units: Organisation) -> None:
    await units.members("A.1", [60] * 3)
    await units.members("A.2", [60] * 4)
    await units.members("A.3", [60] * 9)

    summary = await summary_of(units, "A", [units.ids["A"], units.ids["A.1"]])

    assert summary.hidden_branches == {units.ids["A.2"], units.ids["A.3"]}


async def test_what_is_below_a_unit_that_is_hidden_to_protect_another_is_hidden_too(units: Organisation) -> None:
    await units.members("A.1.1", [60] * 6)
    await units.members("A.2", [60] * 3)
    await units.members("A.3", [60] * 9)

    summary = await summary_of(units, "A.1", [units.ids["A"]])

    assert summary.hidden
    assert units.ids["A.1.1"] in summary.hidden_branches
