"""The outbox: what was promised to people, whether it was sent, and who is sending it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, func, select, update

from storage.changes import Changes
from storage.database import Database
from storage.tables import accounts, files, outbox

LEASE = timedelta(seconds=30)
"""How long a row belongs to the process that took it; after that another one may send it."""
MAX_ATTEMPTS = 12
REPLY, NOTICE, BULK = 0, 1, 2
"""Priorities. Replies (and reports that were asked for) and notices about one's own matters are sent at least once;
bulk (broadcasts, reminders to many) waits for both and is sent at most once: what was in flight when a process died
stays `unknown`, for a human to decide."""


@dataclass(frozen=True, slots=True)
class Promised:
    """One message of the outbox; `payload` holds text, buttons, files, edits, clears and extra."""

    id: int
    channel: str
    address: str
    person_id: int
    payload: dict[str, Any]
    attempts: int = 0
    priority: int = REPLY
    key: str | None = None
    """What nobody may get twice: a second promise with the same key is left out."""
    expires_at: datetime | None = None
    """When it is no longer of use: then it is dropped and recorded as `expired`."""
    broadcast_id: int | None = None


class Outbox:
    """Queries and changes of the outbox. Promises are written with their turn; the rest is written by senders."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def promise(self, message: Promised, now: datetime, owner: str = "") -> None:
        """Write a message with the turn; the owner is the process that sends it right after the commit."""
        write = self._changes.insert_once if message.key else self._changes.insert
        write(
            outbox,
            id=message.id,
            channel=message.channel,
            address=message.address,
            person_id=message.person_id,
            payload=message.payload,
            state="ready",
            due_at=now + LEASE if owner else now,
            claimed_by=owner,
            created_at=now,
            priority=message.priority,
            key=message.key,
            expires_at=message.expires_at,
            broadcast_id=message.broadcast_id,
        )

    async def known_keys(self, keys: Iterable[str]) -> set[str]:
        """Those of these keys that were promised before."""
        rows = await self._database.all(select(outbox.c.key).where(outbox.c.key.in_(list(keys))))
        return {row.key for row in rows}

    def cancel(self, key_prefix: str) -> None:
        """Take back what waits under keys that begin so; what is being sent at this moment goes out."""
        mine = (outbox.c.key >= key_prefix) & (outbox.c.key < key_prefix + "\U0010ffff")
        waiting = mine & (outbox.c.state == "ready") & (outbox.c.claimed_by == "")
        self._changes.run(update(outbox).where(waiting).values(state="cancelled"))

    def expire(self, now: datetime) -> None:
        """Drop and record what nobody took while it was of use."""
        self._changes.run(update(outbox).where(_late(now)).values(state="expired"))

    async def has_late(self, now: datetime) -> bool:
        """True when `expire` has something to do."""
        return await self._database.first(select(outbox.c.id).where(_late(now)).limit(1)) is not None

    def dropped(self, id: int) -> None:
        """It came too late to be of use."""
        self._changes.run(update(outbox).where(outbox.c.id == id, outbox.c.state == "ready").values(state="expired"))

    def store_file(self, id: int, person_id: int, name: str, media_type: str, content: bytes, now: datetime) -> None:
        """Keep a file that a message refers to, or that a person sent."""
        self._changes.insert(
            files,
            id=id,
            person_id=person_id,
            name=name[:160],
            media_type=media_type,
            size=len(content),
            content=content,
            created_at=now,
        )

    def sent(self, id: int, vendor_id: str, now: datetime) -> None:
        """The channel took it."""
        self._changes.repeat(_SENT, row=id, at=now, vendor=vendor_id[:80])

    def later(self, id: int, due_at: datetime, error: str) -> None:
        """The channel did not take it: try again at `due_at`."""
        values = {"due_at": due_at, "claimed_by": "", "error": error[:200], "attempts": outbox.c.attempts + 1}
        self._changes.run(update(outbox).where(outbox.c.id == id, outbox.c.state == "ready").values(**values))

    def failed(self, id: int, error: str) -> None:
        """It will never be taken: a dead letter."""
        values = {"state": "failed", "error": error[:200]}
        self._changes.run(update(outbox).where(outbox.c.id == id).values(**values))

    def stop_account(self, channel: str, address: str, now: datetime) -> None:
        """The person blocked the bot there: nothing more goes to that account until they write again."""
        mine = (accounts.c.channel == channel) & (accounts.c.address == address)
        self._changes.run(update(accounts).where(mine).values(stopped_at=now))
        waiting = (outbox.c.channel == channel) & (outbox.c.address == address) & (outbox.c.state == "ready")
        self._changes.run(update(outbox).where(waiting).values(state="failed", error="stopped"))

    async def owners(self, now: datetime) -> list[str]:
        """The processes that hold messages they have not sent yet."""
        held = (outbox.c.state == "ready") & (outbox.c.due_at > now) & (outbox.c.claimed_by != "")
        rows = await self._database.all(select(outbox.c.claimed_by).where(held).distinct())
        return [row.claimed_by for row in rows]

    async def take_due(
        self, now: datetime, owner: str, channels: Sequence[str], dead: Sequence[str] = (), limit: int = 100
    ) -> list[Promised]:
        """Claim what is due on these channels (postponed, lease ran out, of a dead process), oldest first."""
        free = (outbox.c.due_at <= now) | outbox.c.claimed_by.in_(dead)
        free &= outbox.c.channel.in_(channels)
        free &= outbox.c.expires_at.is_(None) | (outbox.c.expires_at > now)
        due = select(outbox.c.id).where(outbox.c.state == "ready", free).order_by(outbox.c.priority, outbox.c.id)
        if await self._database.first(due.limit(1)) is None:
            return []
        due = due.limit(limit).with_for_update(skip_locked=True)
        claim = {"due_at": now + LEASE, "claimed_by": owner}
        statement = update(outbox).where(outbox.c.id.in_(due.scalar_subquery())).values(**claim)
        async with self._database.writing() as connection:
            rows = (await connection.execute(statement.returning(*_COLUMNS))).all()
        return sorted((Promised(**row._mapping) for row in rows), key=lambda message: message.id)

    async def since(self, channel: str, address: str, after_id: int, limit: int = 100) -> list[Promised]:
        """An account's newest messages after an id, oldest first: what a web page has not seen yet."""
        statement = _messages().where(outbox.c.channel == channel, outbox.c.address == address, outbox.c.id > after_id)
        rows = await self._database.all(statement.order_by(outbox.c.id.desc()).limit(limit))
        return [Promised(**row._mapping) for row in reversed(rows)]

    async def file(self, id: int, person_id: int | None = None) -> Any:
        """A stored file with its content, or None; with a person, only that person's."""
        statement = select(files).where(files.c.id == id)
        if person_id is not None:
            statement = statement.where(files.c.person_id == person_id)
        return await self._database.first(statement)

    async def account_file(self, channel: str, address: str, id: int) -> Any:
        """A stored file, when it belongs to the person behind the account."""
        owner = select(accounts.c.person_id).where(accounts.c.channel == channel, accounts.c.address == address)
        return await self._database.first(select(files).where(files.c.id == id, files.c.person_id.in_(owner)))

    async def sent_since(self, channel: str, moment: datetime) -> tuple[int, int]:
        """Messages that a channel took since a moment, and its accounts: what a vendor's quota counts."""
        sent = select(func.count()).where(outbox.c.channel == channel, outbox.c.sent_at >= moment)
        people = select(func.count()).where(accounts.c.channel == channel)
        return int(await self._database.value(sent) or 0), int(await self._database.value(people) or 0)

    async def counts(self) -> dict[str, int]:
        """Messages by state."""
        statement = select(outbox.c.state, func.count()).group_by(outbox.c.state)
        return {state: int(count) for state, count in await self._database.all(statement)}

    def forget_before(self, moment: datetime) -> None:
        """Retention: delete messages that were settled before a moment."""
        self._changes.run(delete(outbox).where(outbox.c.state != "ready", outbox.c.created_at < moment))


_SENT = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(state="sent", sent_at=bindparam("at"), vendor_id=bindparam("vendor"), error="")
)
_COLUMNS: Sequence[Any] = (
    outbox.c.id,
    outbox.c.channel,
    outbox.c.address,
    outbox.c.person_id,
    outbox.c.payload,
    outbox.c.attempts,
    outbox.c.priority,
    outbox.c.key,
    outbox.c.expires_at,
    outbox.c.broadcast_id,
)


def _late(now: datetime) -> ColumnElement[bool]:
    return (outbox.c.state == "ready") & (outbox.c.claimed_by == "") & (outbox.c.expires_at <= now)


def _messages() -> Select[Any]:
    return select(*_COLUMNS)
