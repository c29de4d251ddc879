"""Goals of units: hours a week that a unit sets itself, with the document; the nearest one above a person holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    ScalarSelect,
    Select,
    String,
    Table,
    select,
    text,
    update,
)

from storage.changes import Changes
from storage.columns import Id, UtcDateTime, new_id
from storage.database import Database
from storage.tables import metadata, unit_tree, units

BASIS_LETTERS = 300
"""Longest citation of the document behind a unit's goal."""

unit_goals = Table(
    "unit_goals",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("unit_id", Id, ForeignKey("units.id", ondelete="CASCADE"), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("basis", String(BASIS_LETTERS), nullable=False),
    Column("set_by", Id, ForeignKey("persons.id")),
    Column("set_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    CheckConstraint("minutes > 0", name="minutes"),
    Index(
        "ux_unit_goals_holds",
        "unit_id",
        unique=True,
        postgresql_where=text("ended_at IS NULL"),
        sqlite_where=text("ended_at IS NULL"),
    ),
    Index("ix_unit_goals_unit_id", "unit_id", "ended_at"),
    Index("ix_unit_goals_set_by", "set_by"),
    comment="minutes a week that a unit asks of each person, every version kept; at most one of a unit holds",
)


@dataclass(frozen=True, slots=True)
class UnitGoal:
    """One goal of a unit: minutes a week and the document that it rests on."""

    id: int
    unit_id: int
    unit_name: str
    minutes: int
    basis: str
    set_at: datetime


class Goals:
    """Queries and changes about the goals of units."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def nearest(self, unit_id: int | None) -> UnitGoal | None:
        """The goal that holds in a unit: its own, else that of the nearest unit above that has one."""
        if unit_id is None:
            return None
        above = unit_tree.c.ancestor_id == unit_goals.c.unit_id
        statement = _goals().join(unit_tree, above).where(unit_tree.c.unit_id == unit_id, _HOLDS)
        return _goal(await self._database.first(statement.order_by(unit_tree.c.depth)))

    async def own(self, unit_id: int) -> UnitGoal | None:
        """The goal that the unit itself has set."""
        return _goal(await self._database.first(_goals().where(unit_goals.c.unit_id == unit_id, _HOLDS)))

    async def by_id(self, id: int) -> UnitGoal | None:
        """A goal of any time by its key."""
        return _goal(await self._database.first(_goals().where(unit_goals.c.id == id)))

    async def before(self, goal: UnitGoal) -> UnitGoal | None:
        """The goal that this one took the place of."""
        earlier = (unit_goals.c.unit_id == goal.unit_id) & (unit_goals.c.set_at < goal.set_at)
        replaced = earlier & (unit_goals.c.ended_at == goal.set_at)
        return _goal(await self._database.first(_goals().where(replaced)))

    async def history(self, unit_id: int) -> Sequence[UnitGoal]:
        """Every goal that the unit has ever set, newest first."""
        statement = _goals().where(unit_goals.c.unit_id == unit_id).order_by(unit_goals.c.set_at.desc())
        return [UnitGoal(**row._mapping) for row in await self._database.all(statement)]

    def set(self, unit_id: int, minutes: int, basis: str, by: int, now: datetime) -> int:
        """Let this goal hold from now on; the one before ends. Returns its key. Set twice at once = conflict."""
        self.end(unit_id, now)
        id = new_id()
        values = {"minutes": minutes, "basis": basis[:BASIS_LETTERS], "set_by": by, "set_at": now}
        self._changes.insert(unit_goals, id=id, unit_id=unit_id, **values)
        return id

    def end(self, unit_id: int, now: datetime) -> None:
        """The unit has no goal of its own any more."""
        mine = (unit_goals.c.unit_id == unit_id) & _HOLDS
        self._changes.first(update(unit_goals).where(mine).values(ended_at=now))


_HOLDS: ColumnElement[bool] = unit_goals.c.ended_at.is_(None)


def goal_of_unit(unit_id: ColumnElement[Any]) -> ScalarSelect[Any]:
    """The minutes a week that hold in the unit of this column, for a statement about many people."""
    goals = unit_goals.alias("nearest_goal")
    above = unit_tree.alias("above_goal")
    return (
        select(goals.c.minutes)
        .join(above, above.c.ancestor_id == goals.c.unit_id)
        .where(above.c.unit_id == unit_id, goals.c.ended_at.is_(None))
        .order_by(above.c.depth)
        .limit(1)
        .scalar_subquery()
    )


def _goals() -> Select[Any]:
    return select(
        unit_goals.c.id,
        unit_goals.c.unit_id,
        units.c.name.label("unit_name"),
        unit_goals.c.minutes,
        unit_goals.c.basis,
        unit_goals.c.set_at,
    ).join(units, units.c.id == unit_goals.c.unit_id)


def _goal(row: Any) -> UnitGoal | None:
    return None if row is None else UnitGoal(**row._mapping)
