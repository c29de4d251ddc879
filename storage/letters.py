"""Dead letters: messages that ended badly, why, and sending them again or letting them go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update

from storage.broadcast_tables import broadcast_recipients as recipients
from storage.changes import Changes
from storage.database import Database
from storage.tables import outbox, persons

FAILED, UNKNOWN = "failed", "unknown"
DEAD = (FAILED, UNKNOWN)
STOPPED = "stopped"
"""Why a message to somebody who blocked the bot failed: it is not sent again before they write."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message that ended badly; `unknown` ones may have arrived."""

    id: int
    channel: str
    alias: str
    state: str
    error: str
    attempts: int
    created_at: datetime
    broadcast_id: int | None


@dataclass(frozen=True, slots=True)
class Pile:
    """How many ended so for the same reason on the same channel."""

    state: str
    channel: str
    error: str
    count: int


class Letters:
    """Queries and changes about dead letters."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def piles(self) -> list[Pile]:
        """All of them by state, channel and reason, the largest first."""
        columns = (outbox.c.state, outbox.c.channel, outbox.c.error)
        statement = select(*columns, func.count().label("count")).where(outbox.c.state.in_(DEAD)).group_by(*columns)
        rows = await self._database.all(statement.order_by(func.count().desc()))
        return [Pile(row.state, row.channel, row.error, int(row[3])) for row in rows]

    async def newest(self, limit: int, state: str | None = None) -> list[Letter]:
        """The newest ones."""
        columns = (outbox.c.id, outbox.c.channel, persons.c.alias, outbox.c.state, outbox.c.error, outbox.c.attempts,
                   outbox.c.created_at, outbox.c.broadcast_id)  # fmt: skip
        statement = select(*columns).join(persons, persons.c.id == outbox.c.person_id)
        statement = statement.where(outbox.c.state.in_(DEAD if state is None else (state,)))
        rows = await self._database.all(statement.order_by(outbox.c.id.desc()).limit(limit))
        return [Letter(**row._mapping) for row in rows]

    async def count(self, state: str, ids: Sequence[int] = ()) -> int:
        """How many `retry` or `drop` would touch."""
        return int(await self._database.value(select(func.count()).where(_chosen(state, ids))) or 0)

    def retry(self, state: str, now: datetime, ids: Sequence[int] = ()) -> None:
        """Send them again (all of a state, or these); nobody who blocked the bot. What may have arrived may come
        twice: whoever asks for it has been told."""
        chosen = _chosen(state, ids)
        self._changes.run(
            update(recipients)
            .where(recipients.c.outbox_id.in_(select(outbox.c.id).where(chosen)))
            .values(state="promised")
        )
        again = {"state": "ready", "attempts": 0, "claimed_by": "", "due_at": now, "error": "", "expires_at": None}
        self._changes.run(update(outbox).where(chosen).values(**again))
        self._changes.wake()

    def drop(self, state: str, ids: Sequence[int] = ()) -> None:
        """Let them go: they count as taken back."""
        chosen = _chosen(state, ids)
        self._changes.run(
            update(recipients)
            .where(recipients.c.outbox_id.in_(select(outbox.c.id).where(chosen)))
            .values(state="cancelled")
        )
        self._changes.run(update(outbox).where(chosen).values(state="cancelled"))


def _chosen(state: str, ids: Sequence[int]) -> ColumnElement[bool]:
    chosen = (outbox.c.state == state) & (outbox.c.error != STOPPED)
    return chosen & outbox.c.id.in_(ids) if ids else chosen
