"""A unit's figures equal a brute-force sum over the raw rows, whatever happened to them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Any

from sqlalchemy import select, update

from bot.demo import load_demo
from bot.units_import import import_units
from storage.changes import Changes
from storage.commits import Commit, Committer
from storage.database import Database
from storage.people import People
from storage.study_logs import StudyLog, StudyLogs
from storage.summaries import Figures, Summaries
from storage.tables import memberships, study_logs, units
from storage.units import Units
from tests.chat import NOON

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


@dataclass
class Sums:
    """What plain counting finds for one unit and month."""

    entries: int = 0
    by_person: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    areas: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def line_of(unit_id: int, parents: dict[int, int | None]) -> list[int]:
    """The unit and all above it, by walking the parents (not by the closure that the product uses)."""
    line, here = [], unit_id
    while here is not None:
        line.append(here)
        here = parents[here]  # type: ignore[assignment]
    return line


def count(rows: Sequence[Any], parents: dict[int, int | None]) -> dict[tuple[int, str], Sums]:
    found: dict[tuple[int, str], Sums] = defaultdict(Sums)
    for row in rows:
        for unit_id in line_of(row.unit_id, parents):
            sums = found[unit_id, f"{row.day:%Y-%m}"]
            sums.entries += 1
            sums.by_person[row.person_id] += row.minutes
            sums.areas[row.area] += row.minutes
    return found


def month_of(key: str) -> tuple[date, date]:
    start = date.fromisoformat(f"{key}-01")
    return start, (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)


async def test_the_summary_of_every_unit_and_month_of_the_demo_equals_a_brute_force_sum(
    database: Database, committer: Committer
) -> None:
    await load_demo(database, committer, NOON)
    await disturb(database)
    parents = {row.id: row.parent_id for row in await database.all(select(units.c.id, units.c.parent_id))}
    rows = await database.all(
        select(study_logs).where(study_logs.c.deleted_at.is_(None), study_logs.c.unit_id.is_not(None))
    )
    expected = count(rows, parents)
    belongs = await database.all(select(memberships).where(memberships.c.state == "active"))
    months = sorted({month for _, month in expected})
    summaries = Summaries(database, Changes())
    compared = 0

    for unit_id in parents:
        members = {row.person_id for row in belongs if unit_id in line_of(row.unit_id, parents)}
        for month in months:
            figures = await summaries.figures(unit_id, *month_of(month))
            assert figures is not None
            compare(figures, expected.get((unit_id, month), Sums()), members)
            assert_sums_of_the_parts(figures)
            compared += 1

    assert compared == 45 * 13
    assert sum(sums.entries for sums in expected.values()) > 10_000


async def disturb(database: Database) -> None:
    """Delete entries, and let a member leave and another move: the figures must follow the rows."""
    ids = [row.id for row in await database.all(select(study_logs.c.id).order_by(study_logs.c.id).limit(300))]
    active = (await database.all(select(memberships).where(memberships.c.state == "active").order_by("person_id")))[:2]
    async with database.writing() as connection:
        await connection.execute(update(study_logs).where(study_logs.c.id.in_(ids[::3])).values(deleted_at=NOON))
        gone, moved = active
        left = update(memberships).where(memberships.c.id == gone.id)
        await connection.execute(left.values(state="ended", ended_at=NOON))
        other = select(units.c.id).where(units.c.code == "CUC-VP").scalar_subquery()
        await connection.execute(update(memberships).where(memberships.c.id == moved.id).values(unit_id=other))


def compare(figures: Figures, sums: Sums, members: set[int]) -> None:
    assert figures.entries == sums.entries
    assert figures.minutes == sum(sums.by_person.values())
    assert figures.active_people == len(sums.by_person)
    assert figures.former_people == len(sums.by_person.keys() - members)
    assert figures.median_minutes == (median(sums.by_person.values()) if sums.by_person else 0)
    assert figures.areas == sums.areas
    assert list(figures.areas.values()) == sorted(figures.areas.values(), reverse=True)
    assert figures.members == len(members)


def assert_sums_of_the_parts(figures: Figures) -> None:
    """One truth: the unit is the sum of the units below and its own people."""
    parts = [*figures.branches, figures.direct]
    assert figures.entries == sum(part.entries for part in parts)
    assert figures.minutes == sum(part.minutes for part in parts)
    assert figures.members == sum(part.members for part in parts)


async def small_tree(database: Database, committer: Committer) -> dict[str, int]:
    content = b"code,name,parent\nA,A,\nA1,A1,A\nA2,A2,A\nA1.1,A11,A1\n"
    await import_units(database, committer, content, "units.csv", NOON)
    return {unit.code: unit.id for unit in await Units(database, Changes()).all()}


async def log(database: Database, committer: Committer, name: str, unit_id: int | None, day: date, minutes: int) -> int:
    changes = Changes()
    people = People(database, changes)
    known = (await people.by_accounts([("console", name)])).get(("console", name))
    person = known or people.add("console", name, "vi", NOON)
    entry = StudyLog(0, person.id, unit_id, day, minutes, "", "digital", None, False, None, NOON)
    StudyLogs(database, changes).add(entry)
    await committer.commit(Commit(changes))
    return person.id


async def test_both_ends_of_a_period_count_and_the_days_outside_do_not(
    database: Database, committer: Committer
) -> None:
    ids = await small_tree(database, committer)
    for day, minutes in ((30, 1), (1, 10), (31, 100)):
        month = 9 if day == 30 else 10
        await log(database, committer, "an", ids["A1.1"], date(2026, month, day), minutes)
    await log(database, committer, "an", ids["A1.1"], date(2026, 11, 1), 500)

    figures = await Summaries(database, Changes()).figures(ids["A"], *OCTOBER)

    assert figures is not None
    assert (figures.minutes, figures.entries, figures.active_people) == (110, 2, 1)


async def test_an_entry_without_a_unit_counts_nowhere(database: Database, committer: Committer) -> None:
    ids = await small_tree(database, committer)
    await log(database, committer, "an", None, OCTOBER[0], 60)

    figures = await Summaries(database, Changes()).figures(ids["A"], *OCTOBER)

    assert figures is not None
    assert (figures.entries, figures.median_minutes, figures.areas) == (0, 0.0, {})
    assert [branch.entries for branch in figures.branches] == [0, 0]


async def test_a_person_who_moved_counts_once_above_and_once_in_each_unit_below(
    database: Database, committer: Committer
) -> None:
    ids = await small_tree(database, committer)
    await log(database, committer, "an", ids["A1.1"], OCTOBER[0], 60)
    await log(database, committer, "an", ids["A2"], OCTOBER[1], 30)
    await log(database, committer, "binh", ids["A"], OCTOBER[1], 45)

    figures = await Summaries(database, Changes()).figures(ids["A"], *OCTOBER)

    assert figures is not None
    assert (figures.active_people, figures.minutes, figures.median_minutes) == (2, 135, 67.5)
    assert [(branch.code, branch.active_people, branch.minutes) for branch in figures.branches] == [
        ("A1", 1, 60),
        ("A2", 1, 30),
    ]
    assert (figures.direct.active_people, figures.direct.minutes) == (1, 45)


async def test_a_unit_that_is_not_there_has_no_figures(database: Database) -> None:
    assert await Summaries(database, Changes()).figures(1, *OCTOBER) is None
