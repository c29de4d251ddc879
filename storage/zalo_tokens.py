"""What the Zalo OA must not lose: its one pair of tokens, and events that were answered before they were handled.

The refresh token works once. The right to use it is therefore a committed claim in the row itself: who claims rotation
N may ask Zalo once, and nobody ever asks with rotation N again unless that process knows that its question had no
effect. The lock (PostgreSQL: advisory; SQLite: BEGIN IMMEDIATE) is held for the claim only, not while Zalo is asked:
SQLite has one writer, and all turns would wait for Zalo.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Integer, String, Table, Text, delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.changes import Changes
from storage.columns import UtcDateTime
from storage.commits import Commit, Committer, Outcome
from storage.database import Database
from storage.tables import metadata

zalo_tokens = Table(
    "zalo_tokens",
    metadata,
    Column("app_id", String(40), primary_key=True),
    Column("oa_id", String(40), nullable=False, server_default=""),
    Column("access_token", Text, nullable=False),
    Column("refresh_token", Text, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("consented_at", UtcDateTime, nullable=False),
    Column("rotation", Integer, nullable=False),
    Column("claimed_by", String(120), nullable=False, server_default=""),
    Column("claimed_at", UtcDateTime),
    Column("dead_at", UtcDateTime),
    Column("dead_reason", String(160), nullable=False, server_default=""),
    comment="the one token pair of the Zalo OA; claimed_by alone may use the refresh token of this rotation",
)

zalo_held = Table(
    "zalo_held",
    metadata,
    Column("message_id", String(160), primary_key=True),
    Column("body", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_zalo_held_at", "at"),
    comment="events of Zalo that were answered with 200 before they were handled: kept until they are",
)

Alert = Callable[[Changes, str], Awaitable[None]]
"""Adds the notices to all admins (outbox rows) to the changes in which the tokens are marked dead; the text is why."""

_LOCK = 0x62685A616C6F
"""Key of the PostgreSQL advisory lock around claims ("bhZalo")."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The row as it is now; the secrets are not in its repr."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime
    consented_at: datetime
    rotation: int
    claimed_by: str
    claimed_at: datetime | None
    dead_at: datetime | None


class ZaloTokens:
    """The token pair of one app; every change is durable when its method returns."""

    def __init__(self, database: Database, committer: Committer, app_id: str, alert: Alert | None = None) -> None:
        """`alert` is asked once for each death of the refresh token, inside the same transaction."""
        self._database = database
        self._committer = committer
        self._app_id = app_id
        self._alert = alert
        self._mine = zalo_tokens.c.app_id == app_id

    async def read(self) -> Pair | None:
        """The newest pair, or None before the first consent."""
        row = await self._database.first(select(zalo_tokens).where(self._mine))
        if row is None:
            return None
        return Pair(
            row.access_token,
            row.refresh_token,
            row.issued_at,
            row.expires_at,
            row.consented_at,
            row.rotation,
            row.claimed_by,
            row.claimed_at,
            row.dead_at,
        )

    async def claim(self, rotation: int, owner: str, at: datetime) -> bool:
        """True when `owner`, and nobody else over all processes, may now use the refresh token of this rotation."""
        free = zalo_tokens.c.claimed_at.is_(None) & zalo_tokens.c.dead_at.is_(None)
        statement = update(zalo_tokens).where(self._mine, zalo_tokens.c.rotation == rotation, free)
        async with self._database.writing() as connection:
            await self._lock(connection)
            result = await connection.execute(statement.values(claimed_by=owner, claimed_at=at))
            return bool(result.rowcount == 1)

    async def release(self, rotation: int, owner: str) -> None:
        """Give the claim back: only when the question surely had no effect at Zalo."""
        mine = self._mine & (zalo_tokens.c.rotation == rotation) & (zalo_tokens.c.claimed_by == owner)
        await self._write(update(zalo_tokens).where(mine).values(claimed_by="", claimed_at=None))

    async def save(self, rotation: int, access: str, refresh: str, issued_at: datetime, expires_at: datetime) -> bool:
        """Put the pair that followed `rotation` in its place; False when an admin has consented anew meanwhile."""
        statement = update(zalo_tokens).where(self._mine, zalo_tokens.c.rotation == rotation)
        values = _fresh(access, refresh, issued_at, expires_at)
        return await self._write(statement.values(rotation=rotation + 1, **values)) == 1

    async def bury(self, rotation: int, reason: str, at: datetime) -> bool:
        """The refresh token is burnt or may be: mark it dead and promise one alert, both or neither; True the first
        time. The access token stays in use until it expires."""
        changes = Changes()
        alive = self._mine & (zalo_tokens.c.rotation == rotation) & zalo_tokens.c.dead_at.is_(None)
        changes.require(update(zalo_tokens).where(alive).values(dead_at=at, dead_reason=reason[:160]))
        if self._alert is not None:
            await self._alert(changes, reason)
        return await self._committer.commit(Commit(changes)) is Outcome.DONE

    async def consented(
        self, access: str, refresh: str, issued_at: datetime, expires_at: datetime, oa_id: str = ""
    ) -> None:
        """An admin of the OA has consented: the pair replaces whatever was there, dead or alive."""
        values = {**_fresh(access, refresh, issued_at, expires_at), "oa_id": oa_id, "consented_at": issued_at}
        async with self._database.writing() as connection:
            await self._lock(connection)
            again = update(zalo_tokens).where(self._mine).values(rotation=zalo_tokens.c.rotation + 1, **values)
            if not (await connection.execute(again)).rowcount:
                await connection.execute(insert(zalo_tokens).values(app_id=self._app_id, rotation=1, **values))

    async def _write(self, statement: Any) -> int:
        async with self._database.writing() as connection:
            result = await connection.execute(statement)
            return int(result.rowcount)

    async def _lock(self, connection: AsyncConnection) -> None:
        if not self._database.is_sqlite:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


class ZaloHeld:
    """Events whose handling takes longer than Zalo waits: kept so that no kill loses them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hold(self, message_id: str, body: str, at: datetime) -> None:
        """Keep an event; a known one stays as it is."""
        async with self._database.writing() as connection:
            known = select(zalo_held.c.message_id).where(zalo_held.c.message_id == message_id)
            if (await connection.execute(known)).first() is None:
                await connection.execute(insert(zalo_held).values(message_id=message_id, body=body, at=at))

    async def drop(self, message_id: str) -> None:
        """The event is handled."""
        async with self._database.writing() as connection:
            await connection.execute(delete(zalo_held).where(zalo_held.c.message_id == message_id))

    async def left(self, before: datetime) -> Sequence[tuple[str, str]]:
        """Ids and bodies of events held before a moment, oldest first, at most 1,000."""
        statement = select(zalo_held.c.message_id, zalo_held.c.body).where(zalo_held.c.at <= before)
        rows = await self._database.all(statement.order_by(zalo_held.c.at).limit(1000))
        return [(row.message_id, row.body) for row in rows]


def _fresh(access: str, refresh: str, issued_at: datetime, expires_at: datetime) -> dict[str, Any]:
    return {
        "access_token": access,
        "refresh_token": refresh,
        "issued_at": issued_at,
        "expires_at": expires_at,
        "claimed_by": "",
        "claimed_at": None,
        "dead_at": None,
        "dead_reason": "",
    }
