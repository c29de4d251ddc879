"""Recognised figures: what an authority has decided about a unit, entered by an admin with the decision behind it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, func, select, update

from storage.changes import Changes
from storage.columns import Id, UtcDateTime, new_id
from storage.database import Database
from storage.summary_rows import subtree_of
from storage.tables import metadata

recognitions = Table(
    "recognitions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("unit_id", Id, ForeignKey("units.id"), nullable=False),
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
    what: str
    count: int
    decision_number: str
    decision_date: date
    entered_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class Recognised:
    """How many of one matter were recognised in a unit and below, with every decision (number, date) behind it."""

    what: str
    count: int
    decisions: tuple[tuple[str, date], ...]


_COLUMNS = [column for column in recognitions.c if column.name not in ("entered_by", "withdrawn_by")]


class Recognitions:
    """Queries and changes about recognised figures."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def add(self, unit_id: int, what: str, count: int, number: str, day: date, by: int, now: datetime) -> int:
        """Enter a figure; returns its key."""
        id = new_id()
        self._changes.insert(
            recognitions, id=id, unit_id=unit_id, what=what, count=count, decision_number=number, decision_date=day,
            entered_by=by, entered_at=now,
        )  # fmt: skip
        return id

    async def same(self, unit_id: int, what: str, number: str) -> Recognition | None:
        """The figure of this unit, matter and decision that holds, so that none is entered twice."""
        c = recognitions.c
        statement = select(*_COLUMNS).where(c.unit_id == unit_id, c.decision_number == number, c.withdrawn_at.is_(None))
        row = await self._database.first(statement.where(func.lower(c.what) == what.lower()))
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
    ) -> tuple[Recognised, ...]:
        """What was recognised in the unit and below by decisions of these days, summed by matter."""
        c, below = recognitions.c, subtree_of(unit_id, tree_of)
        properties = (c.what, c.decision_number, c.decision_date)
        within = c.decision_date.between(start, end) & c.withdrawn_at.is_(None)
        statement = select(*properties, func.sum(c.count)).join(below, below.c.unit_id == c.unit_id).where(within)
        rows = await self._database.all(statement.group_by(*properties).order_by(c.decision_date, c.decision_number))
        matters: dict[str, Recognised] = {}
        for what, number, day, count in rows:
            known = matters.get(what.casefold(), Recognised(what, 0, ()))
            decisions = tuple(dict.fromkeys((*known.decisions, (number, day))))
            matters[what.casefold()] = Recognised(known.what, known.count + int(count), decisions)
        return tuple(matters[key] for key in sorted(matters))

    def withdraw(self, id: int, by: int, now: datetime) -> None:
        """Take a figure back; taken back meanwhile = conflict."""
        same = (recognitions.c.id == id) & recognitions.c.withdrawn_at.is_(None)
        self._changes.require(update(recognitions).where(same).values(withdrawn_at=now, withdrawn_by=by))
