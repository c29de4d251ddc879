"""One transaction in which several changes of the tree are planned one upon the other: kept at its end, or dropped.

Dropped, it is the dry run: what is asked inside is the tree as it would be. Kept, it is a whole reorganisation, or the
changes whose day has come.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import CursorResult, Executable, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.audit import SYSTEM, Audit, audit, seal
from storage.changes import Changes
from storage.database import Database
from storage.unit_changes import WAITING, Refused, UnitChanges
from storage.unit_tables import unit_events


class Meanwhile(Exception):
    """Somebody else changed the tree at the same moment: nothing was written."""


class TreeTransaction(Database):
    """The database as one open transaction sees it."""

    def __init__(self, connection: AsyncConnection, is_sqlite: bool) -> None:
        self._connection = connection
        self.is_sqlite = is_sqlite
        self.is_kept = False
        self._audited: list[dict[str, Any]] = []

    async def all(self, statement: Executable) -> Sequence[Any]:
        """All rows of a question."""
        return (await self._connection.execute(statement)).all()

    async def first(self, statement: Executable) -> Any:
        """The first row of a question, or None."""
        return (await self._connection.execute(statement)).first()

    async def write(self, changes: Changes) -> None:
        """Write planned changes, so that the next plan sees them. Raises Meanwhile."""
        for statement in changes.conditions:
            result: CursorResult[Any] = await self._connection.execute(statement)
            if result.rowcount != 1:
                raise Meanwhile
        for statement in changes.statements:
            await self._connection.execute(statement)
        self._audited += [values for table, values in changes.rows if table is audit]

    async def seal(self) -> None:
        """Write what the audit keeps of the changes; the last step of the transaction."""
        await seal(self._connection, self._audited)

    def keep(self) -> None:
        """Commit at the end of the block."""
        self.is_kept = True


class _Dropped(Exception):
    """The block ended without `keep`."""


@asynccontextmanager
async def tree_transaction(database: Database) -> AsyncIterator[TreeTransaction]:
    """The block's changes, rolled back at its end unless it calls `keep`. Raises Meanwhile."""
    try:
        async with database.writing() as connection:
            inside = TreeTransaction(connection, database.is_sqlite)
            yield inside
            if not inside.is_kept:
                raise _Dropped
            await inside.seal()
    except _Dropped:
        return
    except IntegrityError as error:
        raise Meanwhile from error


async def apply_due(database: Database, now: datetime, today: date) -> int:
    """Apply the changes whose day has come, in their order; those that can be no more are refused. Returns how many."""
    due = select(unit_events).where(unit_events.c.state == WAITING, unit_events.c.effective <= today)
    applied = 0
    for row in await database.all(due.order_by(unit_events.c.effective, unit_events.c.number)):
        try:
            async with tree_transaction(database) as inside:
                applied += await _apply_or_refuse(inside, row, now)
                inside.keep()
        except Meanwhile:
            continue  # another process applies it
    return applied


async def _apply_or_refuse(inside: TreeTransaction, row: Any, now: datetime) -> bool:
    changes = Changes()
    planned = UnitChanges(inside, changes)
    try:
        await planned.apply_waiting(row, now)
    except Refused as refusal:
        changes = Changes()
        UnitChanges(inside, changes).refuse_waiting(row.id, refusal.reason)
        _note(inside, changes, row, now, "tree.refused")
        await inside.write(changes)
        return False
    _note(inside, changes, row, now, "tree.changed")
    await inside.write(changes)
    return True


def _note(inside: TreeTransaction, changes: Changes, row: Any, now: datetime, what: str) -> None:
    """The audit says that the program applied (or refused) what an admin had decided for this day."""
    Audit(inside, changes).record(what, now, via=SYSTEM, role=SYSTEM, detail={"kind": row.kind, "event": row.id})
