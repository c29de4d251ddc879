"""Figures of a unit and all below it over some days: one statement, so that all of them are of the same moment.

Every summary, on whatever channel or in whatever file, reads its numbers here. An entry counts for the unit that stands
on it (the person's unit when it was logged, and only if the person agreed to be counted), whoever leaves later.
Where that unit stands is asked of the tree now (`unit_tree`) or of the tree on a day (`unit_parents`); a unit
that does not stand there then is part of the one that stands in its place, so that no entry is lost.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from storage.changes import Changes
from storage.database import Database
from storage.goals import Goals, UnitGoal
from storage.recognitions import RecognisedBelow, Recognitions
from storage.small_counts import WHOLE, Days, people_by_days, people_who_moved
from storage.summary_rows import (
    APPROVALS,
    AREA,
    BRANCH,
    BRANCH_APPROVALS,
    COURSE,
    MEMBERS,
    MODE,
    TOTAL,
    statement,
)
from storage.tables import units
from storage.unit_rows import valid_on
from storage.unit_tables import unit_names, unit_parents


@dataclass(frozen=True, slots=True)
class Part:
    """Figures of one area, form of study or course; a person counts in each that they studied."""

    key: str
    """The area, the form ("" where it was not said), or the name of the course."""
    people: int
    entries: int
    minutes: int
    completed: int = 0
    """Entries that say that a course was completed."""


@dataclass(frozen=True, slots=True)
class Branch:
    """Figures of one unit right below (with all below that one), or of the unit's own people."""

    unit_id: int
    code: str
    name: str
    members: int
    active_people: int
    former_people: int
    entries: int
    minutes: int
    approved: Part | None = None
    """Entries whose evidence was approved; None where nothing has been, which is not 0."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of a unit with all below it.

    The sums of `branches` and `direct` equal the totals; only a person with entries in two of them counts in both.
    """

    members: int
    """People who belong there now: who is expected to log."""
    active_people: int
    """Different people with at least one entry."""
    former_people: int
    """Those of them who belong there no more."""
    entries: int
    minutes: int
    median_minutes: float
    """Median over the active people of each one's minutes; 0 without any."""
    by_area: tuple[Part, ...]
    """Every area with entries, most minutes first; their sums are the totals."""
    branches: tuple[Branch, ...]
    """Every unit right below, in the tree's order, also those without an entry."""
    direct: Branch
    """People and entries of the unit itself, not of a unit below."""
    by_mode: tuple[Part, ...] = ()
    """The same by form: online, in_person, self_study, "" where it was not said."""
    by_course: tuple[Part, ...] = ()
    """The same for named courses (most entries name none), at most `summary_rows.COURSES`."""
    approved: Part | None = None
    """Entries whose evidence was approved; None where nothing has been, which is not 0."""

    @property
    def areas(self) -> dict[str, int]:
        """Minutes by area, largest first."""
        return {part.key: part.minutes for part in self.by_area}


class Summaries:
    """Questions about units' totals."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def figures(self, unit_id: int, start: date, end: date, *, tree_of: date | None = None) -> Figures | None:
        """The figures from `start` to `end`, both included, in the tree now or in that of a day.

        None when there is no such unit in that tree.
        """
        shown = _units(tree_of)
        itself = await self._database.first(shown.where(units.c.id == unit_id))
        if itself is None:
            return None
        parent = units.c.parent_id if tree_of is None else unit_parents.c.parent_id
        below = await self._database.all(shown.where(parent == unit_id))
        rows = await self._database.all(statement(unit_id, start, end, tree_of))
        total = next(row for row in rows if row.part == TOTAL)
        members = {row.id: int(row.entries) for row in rows if row.part == MEMBERS}
        branches = {row.id: row for row in rows if row.part == BRANCH}
        approved = {row.id: _part(row) for row in rows if row.part == BRANCH_APPROVALS}

        def branch(unit: Any) -> Branch:
            counts = _counts(members.get(unit.id, 0), branches.get(unit.id))
            return Branch(unit.id, unit.code, unit.name, *counts, approved.get(unit.id))

        return Figures(
            *_counts(sum(members.values()), total),
            median_minutes=float(total.median or 0),
            by_area=_parts(rows, AREA),
            branches=tuple(branch(unit) for unit in below),
            direct=branch(itself),
            by_mode=_parts(rows, MODE),
            by_course=_parts(rows, COURSE),
            approved=next((part for part in _parts(rows, APPROVALS) if part.entries), None),
        )

    async def goal(self, unit_id: int) -> UnitGoal | None:
        """The goal that holds in a unit now: its own, or that of the nearest unit above that has one."""
        return await Goals(self._database, self._changes).nearest(unit_id)

    async def recognised(
        self, unit_id: int, start: date, end: date, *, tree_of: date | None = None
    ) -> RecognisedBelow:
        """What decisions of these days recognised there, by title or matter; a figure apart from all the others."""
        return await Recognitions(self._database, self._changes).recognised(unit_id, start, end, tree_of=tree_of)

    async def people_by_days(
        self, unit_id: int, days: Sequence[Days], cells: Collection[int], *, tree_of: date | None = None
    ) -> dict[tuple[Days, int], int]:
        """Different people by days and cell (WHOLE for all cells together); pairs without an entry are missing."""
        if not days or not cells:
            return {}
        rows = await self._database.all(people_by_days(unit_id, days, cells, tree_of))
        return {(days[row.number], row.cell): row.people for row in rows}

    async def people_who_moved(self, unit_id: int, start: date, end: date, day: date) -> list[tuple[set[int], int]]:
        """The cells whose figures differ between the tree of a day and now, each with how many people differ.

        Every pair is one way that units went; WHOLE is among the cells where they came from outside or left.
        """
        rows = await self._database.all(people_who_moved(unit_id, start, end, day))
        return [({row.then_cell or WHOLE, row.now_cell or WHOLE}, row.people) for row in rows]


def _counts(members: int, row: Any) -> tuple[int, int, int, int, int]:
    if row is None:
        return (members, 0, 0, 0, 0)
    return (members, row.active, row.former or 0, int(row.entries or 0), int(row.minutes or 0))


def _units(day: date | None) -> Select[Any]:
    """The units that stand now or on a day, with their names then, in the tree's order."""
    if day is None:
        standing = select(units.c.id, units.c.code, units.c.name).where(units.c.valid_to.is_(None))
    else:
        standing = (
            select(units.c.id, units.c.code, unit_names.c.name)
            .join(unit_names, (unit_names.c.unit_id == units.c.id) & valid_on(unit_names, day))
            .join(unit_parents, (unit_parents.c.unit_id == units.c.id) & valid_on(unit_parents, day))
            .where(unit_parents.c.stands)
        )
    return standing.order_by(units.c.position, units.c.code)


def _parts(rows: Sequence[Any], part: str) -> tuple[Part, ...]:
    found = (_part(row) for row in rows if row.part == part)
    return tuple(sorted(found, key=lambda one: (-one.minutes, one.key)))


def _part(row: Any) -> Part:
    return Part(row.name, row.active, int(row.entries or 0), int(row.minutes or 0), int(row.completed or 0))
