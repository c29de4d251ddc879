"""Roll-ups: the sums of every unit and all below it, kept up by folding in what has changed since.

Triggers write each change of an entry or of the tree's closure beside it, in the same transaction. `fold` takes what
is there, in one transaction that sees one state of the database: it moves the sums of the units above each change, and
makes anew the sums of those units whose subtree has changed. So a move, a late entry, an edit, a deletion, a person's
transfer and a merge of two accounts all end in the same place, and nobody has to remember to call anything.

Distinct people stay exact: the people of the touched months are taken out of the counts before the fold and put back
after it, counted from one row per person, month and unit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, cast, delete, except_, func, literal, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Date

from storage.database import Database
from storage.rollup_tables import (
    rollup_areas,
    rollup_changes,
    rollup_days,
    rollup_months,
    rollup_people,
    rollup_tree_changes,
)
from storage.tables import study_logs, unit_tree

BATCH = 20_000
"""Changes that one fold takes at most; a change of the tree makes it take all."""
SHOWN = 20
"""Differences that a check names at most."""
_CHUNK = 500
_LOCKED = "55P03"
"""PostgreSQL's SQLSTATE for a lock that somebody else holds."""


@dataclass(frozen=True, slots=True)
class MonthSum:
    """One month of a unit and all below it; `people` counts each person once."""

    month: date
    entries: int
    minutes: int
    people: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of the sums that the raw rows do not bear out, or one that they demand and that is `missing`."""

    table: str
    row: tuple[Any, ...]
    missing: bool


class Rollups:
    """Folds, reads, checks and rebuilds the sums."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert = (sqlite if database.is_sqlite else postgresql).insert

    async def fold(self, limit: int = BATCH) -> int:
        """Take in what has changed; returns how many changes, 0 also while another process folds."""
        try:
            async with self._database.writing() as connection:
                await self._alone(connection)
                return await self._fold(connection, limit)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") == _LOCKED:
                return 0
            raise

    async def waiting(self) -> int:
        """How many changes are not in the sums yet."""
        changes = await self._database.value(select(func.count()).select_from(rollup_changes))
        moves = await self._database.value(select(func.count()).select_from(rollup_tree_changes))
        return int(changes or 0) + int(moves or 0)

    async def months(self, unit_ids: Iterable[int], first: date, last: date) -> dict[int, list[MonthSum]]:
        """The months of units between two days (each by its first day), without those in which nobody logged."""
        table = rollup_months
        statement = select(table).where(table.c.unit_id.in_(list(unit_ids)), table.c.month.between(first, last))
        found: dict[int, list[MonthSum]] = {}
        for row in await self._database.all(statement.where(table.c.entries > 0).order_by(table.c.month)):
            found.setdefault(row.unit_id, []).append(MonthSum(row.month, row.entries, row.minutes, row.people))
        return found

    async def minutes(self, unit_ids: Iterable[int], first: date, last: date) -> dict[int, tuple[int, int]]:
        """Entries and minutes of units from one day to another inclusive; units without any are left out."""
        table = rollup_days
        sums = (func.sum(table.c.entries), func.sum(table.c.minutes))
        statement = select(table.c.unit_id, *sums).where(table.c.day.between(first, last), table.c.entries > 0)
        rows = await self._database.all(statement.where(table.c.unit_id.in_(list(unit_ids))).group_by(table.c.unit_id))
        return {unit: (int(entries), int(minutes)) for unit, entries, minutes in rows}

    async def differences(self) -> list[Difference]:
        """Fold everything, then hold the sums against the raw rows; empty when all is well."""
        async with self._database.writing() as connection:
            await self._alone(connection, wait=True)
            await self._fold(connection, None)
            found: list[Difference] = []
            for table, kept, wanted in self._comparisons():
                for missing, pair in ((False, except_(kept, wanted)), (True, except_(wanted, kept))):
                    rows = (await connection.execute(pair.limit(SHOWN))).all()
                    found += [Difference(table.name, tuple(row), missing) for row in rows]
            return found

    async def rebuild(self) -> None:
        """Make all sums anew from the raw rows."""
        async with self._database.writing() as connection:
            await self._alone(connection, wait=True)
            for table in (rollup_changes, rollup_tree_changes, rollup_people):
                await connection.execute(delete(table))
            own = self._raw_people().subquery()
            await connection.execute(self._insert(rollup_people).from_select(rollup_people.c.keys(), select(own)))
            await self._make_anew(connection, None)

    async def _alone(self, connection: AsyncConnection, *, wait: bool = False) -> None:
        """Nobody else folds, and the whole transaction sees one state of the database (SQLite has one writer anyway).

        The lock is taken before the first question, hence before the snapshot; readers of the sums are not held up.
        """
        if not self._database.is_sqlite:
            await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            lock = "LOCK TABLE rollup_months IN SHARE ROW EXCLUSIVE MODE"
            await connection.execute(text(lock if wait else f"{lock} NOWAIT"))

    async def _fold(self, connection: AsyncConnection, limit: int | None) -> int:
        moved = await self._moved(connection)
        top = await self._top(connection, None if moved is not None else limit)
        folded = 0
        if top is not None:
            folded = await self._take_in(connection, rollup_changes.c.id <= top)
        if moved is not None:
            folded += (await connection.execute(delete(rollup_tree_changes))).rowcount
            for at in range(0, len(moved), _CHUNK):
                await self._make_anew(connection, moved[at : at + _CHUNK])
        return folded

    async def _moved(self, connection: AsyncConnection) -> list[int] | None:
        """Units whose subtree won or lost a unit with entries; None when the tree has not changed at all."""
        if await connection.scalar(select(rollup_tree_changes.c.id).limit(1)) is None:
            return None
        pair = (rollup_tree_changes.c.ancestor_id, rollup_tree_changes.c.unit_id)
        net = select(*pair).group_by(*pair).having(func.sum(rollup_tree_changes.c.change) != 0).subquery()
        used = [
            select(table.c.unit_id).where(table.c.unit_id == net.c.unit_id).exists()
            for table in (study_logs, rollup_people, rollup_changes)
        ]
        statement = select(net.c.ancestor_id).where(used[0] | used[1] | used[2]).distinct()
        return sorted((await connection.execute(statement)).scalars())

    async def _top(self, connection: AsyncConnection, limit: int | None) -> int | None:
        ids = select(rollup_changes.c.id).order_by(rollup_changes.c.id)
        if limit is not None:
            ids = ids.limit(limit)
        found = await connection.scalar(select(func.max(ids.subquery().c.id)))
        return None if found is None else int(found)

    async def _take_in(self, connection: AsyncConnection, batch: ColumnElement[bool]) -> int:
        await self._count_people(connection, batch, -1)
        own = (rollup_changes.c.month, rollup_changes.c.person_id, rollup_changes.c.unit_id)
        await self._add(connection, rollup_people, select(*own, *_sums()).where(batch).group_by(*own))
        await connection.execute(delete(rollup_people).where(rollup_people.c.entries == 0))
        await self._count_people(connection, batch, 1)
        step = rollup_changes.join(unit_tree, unit_tree.c.unit_id == rollup_changes.c.unit_id)
        for table in (rollup_days, rollup_months, rollup_areas):
            keys = [unit_tree.c.ancestor_id, *(rollup_changes.c[name] for name in _by(table))]
            rows = select(*keys, *_sums(), *_nobody(table)).select_from(step).where(batch).group_by(*keys)
            await self._add(connection, table, rows)
        return (await connection.execute(delete(rollup_changes).where(batch))).rowcount

    async def _count_people(self, connection: AsyncConnection, batch: ColumnElement[bool], sign: int) -> None:
        """Put the people of the touched months into the counts of all units above them, or take them out."""
        touched = select(rollup_changes.c.person_id, rollup_changes.c.month).where(batch).distinct().subquery()
        same = (rollup_people.c.person_id == touched.c.person_id) & (rollup_people.c.month == touched.c.month)
        source = rollup_people.join(touched, same).join(unit_tree, unit_tree.c.unit_id == rollup_people.c.unit_id)
        keys = (unit_tree.c.ancestor_id, rollup_people.c.month)
        people = (sign * func.count(rollup_people.c.person_id.distinct())).label("people")
        rows = select(*keys, literal(0).label("entries"), literal(0).label("minutes"), people).select_from(source)
        await self._add(connection, rollup_months, rows.where(rollup_people.c.entries > 0).group_by(*keys))

    async def _add(self, connection: AsyncConnection, table: Table, rows: Select[Any]) -> None:
        """Add these rows to the sums that are there."""
        statement = self._insert(table).from_select(table.c.keys(), rows)
        names = [column.name for column in table.c if not column.primary_key]
        summed = {name: table.c[name] + statement.excluded[name] for name in names}
        keys = list(table.primary_key)
        await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=summed))

    async def _make_anew(self, connection: AsyncConnection, units: Sequence[int] | None) -> None:
        """The sums of these units (or of all) from the raw rows."""
        for table in (rollup_days, rollup_months, rollup_areas):
            gone, rows = delete(table), self._raw(table)
            if units is not None:
                gone = gone.where(table.c.unit_id.in_(units))
                rows = rows.where(unit_tree.c.ancestor_id.in_(units))
            await connection.execute(gone)
            await connection.execute(self._insert(table).from_select(table.c.keys(), rows))

    def _raw(self, table: Table) -> Select[Any]:
        """What the table must hold, by the raw rows and the tree now."""
        entries = study_logs.join(unit_tree, unit_tree.c.unit_id == study_logs.c.unit_id)
        names = {"day": study_logs.c.day, "month": self._month(), "area": study_logs.c.area}
        keys = [unit_tree.c.ancestor_id, *(names[name] for name in _by(table))]
        sums: list[ColumnElement[Any]] = [func.count(), func.sum(study_logs.c.minutes)]
        if "people" in table.c:
            sums.append(func.count(study_logs.c.person_id.distinct()))
        rows = select(*keys, *sums).select_from(entries).where(study_logs.c.deleted_at.is_(None))
        return rows.group_by(*keys)

    def _raw_people(self) -> Select[Any]:
        keys = (self._month(), study_logs.c.person_id, study_logs.c.unit_id)
        counts = study_logs.c.deleted_at.is_(None) & study_logs.c.unit_id.is_not(None)
        return select(*keys, func.count(), func.sum(study_logs.c.minutes)).where(counts).group_by(*keys)

    def _month(self) -> ColumnElement[Any]:
        """The first day of an entry's month, in the engine's own form of a date."""
        if self._database.is_sqlite:
            return func.date(study_logs.c.day, text("'start of month'"))
        return cast(func.date_trunc(text("'month'"), study_logs.c.day), Date)

    def _comparisons(self) -> Iterable[tuple[Table, Select[Any], Select[Any]]]:
        yield rollup_people, select(*rollup_people.c), self._raw_people()
        for table in (rollup_days, rollup_months, rollup_areas):
            present = table.c.entries != 0
            for column in table.c:
                if not column.primary_key:
                    present = present | (column != 0)
            yield table, select(*table.c).where(present), self._raw(table)


def _by(table: Table) -> list[str]:
    """What the sums of a unit are kept by: day, month, area."""
    return [column.name for column in table.primary_key if column.name != "unit_id"]


def _sums() -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return func.sum(rollup_changes.c.entries).label("entries"), func.sum(rollup_changes.c.minutes).label("minutes")


def _nobody(table: Table) -> list[ColumnElement[Any]]:
    """The people of a month are counted apart."""
    return [literal(0).label("people")] if "people" in table.c else []
