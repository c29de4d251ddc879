"""Recognised figures: what an authority has decided about a unit, entered by an admin with the decision behind it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, func, select, update

from storage.changes import Changes
from storage.columns import Id, UtcDateTime, new_id
from storage.database import Database
from storage.summary_rows import subtree_of
from storage.tables import metadata

CITIZEN, FAMILY, CLAN, COMMUNITY, COMMUNE, COMMUNE_UNIT, UNIT, UNIT_1, UNIT_2 = TITLES = (
    "citizen", "family", "clan", "community", "commune", "commune_unit", "unit", "unit_1", "unit_2",
)  # fmt: skip
"""The movement's titles: learning citizens, families, clans, village communities, communes; units of communes; units
without a level (as before 2024), of level 1 and of level 2."""

recognitions = Table(
    "recognitions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("unit_id", Id, ForeignKey("units.id"), nullable=False),
    Column("title", String(16)),
    Column("what", String(120), nullable=False),
    Column("count", Integer, nullable=False),
    Column("decision_number", String(60), nullable=False),
    Column("decision_date", Date, nullable=False),
    Column("entered_by", Id, ForeignKey("persons.id")),
    Column("entered_at", UtcDateTime, nullable=False),
    Column("withdrawn_at", UtcDateTime),
    Column("withdrawn_by", Id, ForeignKey("persons.id")),
    Index("ix_recognitions_unit_id", "unit_id", "decision_date"),
    comment="figures of an authority's decision; never computed, and never added to self-logged or approved ones",
)


@dataclass(frozen=True, slots=True)
class Recognition:
    """How many of what were recognised in a unit, by which decision."""

    id: int
    unit_id: int
    title: str | None
    """One of `TITLES`; None where the matter is free text only."""
    what: str
    """The matter in the words of whoever entered it."""
    count: int
    decision_number: str
    decision_date: date
    entered_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class Recognised:
    """How many of one matter were recognised in a unit and below, with every decision (number, date) behind it."""

    title: str | None
    what: str
    count: int
    decisions: tuple[tuple[str, date], ...]


@dataclass(frozen=True, slots=True)
class RecognisedBelow:
    """What was recognised in a unit and all below it, and the same for each unit right below (itself: its own)."""

    whole: tuple[Recognised, ...]
    cells: Mapping[int, tuple[Recognised, ...]]


NOTHING_RECOGNISED = RecognisedBelow((), {})

_COLUMNS = [column for column in recognitions.c if column.name not in ("entered_by", "withdrawn_by")]


class Recognitions:
    """Queries and changes about recognised figures."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def add(
        self, unit_id: int, title: str | None, what: str, count: int, number: str, day: date, by: int, now: datetime
    ) -> int:
        """Enter a figure; returns its key."""
        id = new_id()
        self._changes.insert(
            recognitions, id=id, unit_id=unit_id, title=title, what=what, count=count, decision_number=number,
            decision_date=day, entered_by=by, entered_at=now,
        )  # fmt: skip
        return id

    async def same(self, unit_id: int, title: str | None, what: str, number: str) -> Recognition | None:
        """The figure of this unit, title (or matter, without one) and decision that holds: none is entered twice."""
        c = recognitions.c
        statement = select(*_COLUMNS).where(c.unit_id == unit_id, c.decision_number == number, c.withdrawn_at.is_(None))
        matter = c.title == title if title else c.title.is_(None) & (func.lower(c.what) == what.lower())
        row = await self._database.first(statement.where(matter))
        return None if row is None else Recognition(**row._mapping)

    async def by_id(self, id: int) -> Recognition | None:
        """One figure."""
        row = await self._database.first(select(*_COLUMNS).where(recognitions.c.id == id))
        return None if row is None else Recognition(**row._mapping)

    async def newest(self, limit: int) -> list[Recognition]:
        """The figures entered last that hold."""
        statement = select(*_COLUMNS).where(recognitions.c.withdrawn_at.is_(None))
        rows = await self._database.all(statement.order_by(recognitions.c.id.desc()).limit(limit))
        return [Recognition(**row._mapping) for row in rows]

    async def recognised(
        self, unit_id: int, start: date, end: date, *, tree_of: date | None = None
    ) -> RecognisedBelow:
        """What was recognised in the unit and below by decisions of these days, summed by title or matter."""
        c, below = recognitions.c, subtree_of(unit_id, tree_of)
        properties = (below.c.branch_id, c.title, c.what, c.decision_number, c.decision_date)
        within = c.decision_date.between(start, end) & c.withdrawn_at.is_(None)
        statement = select(*properties, func.sum(c.count).label("count")).join(below, below.c.unit_id == c.unit_id)
        order = (c.decision_date, c.decision_number, c.what, below.c.branch_id)
        rows = await self._database.all(statement.where(within).group_by(*properties).order_by(*order))
        cells: dict[int, list[Any]] = defaultdict(list)
        for row in rows:
            cells[row.branch_id].append(row)
        return RecognisedBelow(_summed(rows), {cell: _summed(those) for cell, those in cells.items()})

    def set_title(self, id: int, before: str | None, title: str | None) -> None:
        """Say which title a figure is about, or that it is about none; changed or taken back meanwhile = conflict."""
        c = recognitions.c
        known = c.title.is_(None) if before is None else c.title == before
        same = (c.id == id) & known & c.withdrawn_at.is_(None)
        self._changes.require(update(recognitions).where(same).values(title=title))

    def withdraw(self, id: int, by: int, now: datetime) -> None:
        """Take a figure back; taken back meanwhile = conflict."""
        same = (recognitions.c.id == id) & recognitions.c.withdrawn_at.is_(None)
        self._changes.require(update(recognitions).where(same).values(withdrawn_at=now, withdrawn_by=by))


def _summed(rows: Iterable[Any]) -> tuple[Recognised, ...]:
    """One figure for each title and each free matter, titles first in their order."""
    matters: dict[tuple[int, str], Recognised] = {}
    for row in rows:
        key = (len(TITLES), row.what.casefold()) if row.title is None else (TITLES.index(row.title), "")
        known = matters.get(key, Recognised(row.title, row.what, 0, ()))
        decisions = tuple(dict.fromkeys((*known.decisions, (row.decision_number, row.decision_date))))
        matters[key] = Recognised(known.title, known.what, known.count + int(row.count), decisions)
    return tuple(matters[key] for key in sorted(matters))
