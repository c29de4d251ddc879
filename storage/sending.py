"""What senders read and write in the outbox: what is due, who has claimed it, and how each message ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, literal, literal_column, select, union_all, update

from storage.changes import Changes
from storage.database import Database
from storage.tables import accounts, outbox

LEASE = timedelta(seconds=60)
"""How long a row belongs to the process that took it; after that another one may send it."""
MAX_ATTEMPTS = 12
RECENT = timedelta(seconds=3)
"""What was sent so long ago counts in nobody's window any more, also when two hosts' clocks differ a little."""
READY = outbox.c.state == literal_column("'ready'")
"""Written out, so that both engines know that the small index of what waits is enough."""
LEFT = "the process that sent it ended"
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


class OutboxSending:
    """The senders' half of the outbox."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def sent(self, id: int, vendor_id: str, now: datetime) -> None:
        """The channel took it."""
        self._changes.repeat(_SENT, row=id, at=now, vendor=vendor_id[:80])

    def later(self, id: int, due_at: datetime, error: str, *, tried: bool = True) -> None:
        """The channel did not take it: try again at `due_at`."""
        attempts = outbox.c.attempts + (1 if tried else 0)
        values = {"due_at": due_at, "claimed_by": "", "error": error[:200], "attempts": attempts}
        self._changes.run(update(outbox).where(outbox.c.id == id, READY).values(**values))

    def failed(self, id: int, error: str) -> None:
        """It will never be taken: a dead letter."""
        values = {"state": "failed", "error": error[:200]}
        self._changes.run(update(outbox).where(outbox.c.id == id).values(**values))

    def doubted(self, id: int, error: str) -> None:
        """It may have arrived, and nothing will tell."""
        mine = (outbox.c.id == id) & READY
        self._changes.run(update(outbox).where(mine).values(state="unknown", error=error[:200]))

    def give_back(self, ids: Sequence[int]) -> None:
        """These were not tried: whoever leads by now may have them."""
        mine = outbox.c.id.in_(ids) & READY
        self._changes.run(update(outbox).where(mine).values(claimed_by="", due_at=outbox.c.created_at))
        self._changes.wake()

    def adopt(self, channel: str, owner: str, now: datetime) -> None:
        """A new leader: bulk that another process held is in doubt, anything else is sent (again)."""
        held = (outbox.c.channel == channel) & READY
        held &= outbox.c.claimed_by.not_in(["", owner])
        bulk = update(outbox).where(held, outbox.c.priority == BULK)
        self._changes.run(bulk.values(state="unknown", error=LEFT))
        self._changes.run(update(outbox).where(held).values(claimed_by="", due_at=now))

    def doubt_left(self, now: datetime, dead: Sequence[str]) -> None:
        """Bulk that a process took and never settled (dead, or its lease ran out) is in doubt."""
        self._changes.run(update(outbox).where(_left(now, dead)).values(state="unknown", error=LEFT))

    async def has_doubtful(self, now: datetime, dead: Sequence[str]) -> bool:
        """True when `doubt_left` has something to do."""
        return await self._database.first(select(outbox.c.id).where(_left(now, dead)).limit(1)) is not None

    async def was_busy(self, channel: str, now: datetime) -> bool:
        """True when some process may have sent on the channel within the last seconds."""
        here = outbox.c.channel == channel
        under_way = select(outbox.c.id).where(here, READY, outbox.c.claimed_by != "").limit(1)
        if await self._database.first(under_way) is not None:
            return True
        lately = select(outbox.c.id).where(here, outbox.c.sent_at > now - RECENT).limit(1)
        return await self._database.first(lately) is not None

    async def due(self, now: datetime, channels: Sequence[str]) -> list[tuple[str, int]]:
        """What waits on these channels: (channel, priority) pairs; one look into the index for each."""
        pairs = [(channel, priority) for channel in channels for priority in (REPLY, NOTICE, BULK)]
        if not pairs:
            return []
        looks = [
            select(literal(channel).label("channel"), literal(priority).label("priority")).where(
                select(outbox.c.id)
                .where(READY, outbox.c.channel == channel, outbox.c.priority == priority, outbox.c.due_at <= now)
                .exists()
            )
            for channel, priority in pairs
        ]
        return [(row.channel, int(row.priority)) for row in await self._database.all(union_all(*looks))]

    async def take_bulk(
        self, channel: str, owner: str, now: datetime, limit: int, *, look_first: bool = True
    ) -> list[Promised]:
        """Claim a few bulk messages of a channel, oldest first; each is claimed once in its life unless it comes back
        by `later`. `look_first` costs a question, and spares the write when there is probably nothing."""
        free = (outbox.c.channel == channel) & (outbox.c.priority == BULK) & (outbox.c.due_at <= now)
        free &= (outbox.c.claimed_by == "") & (outbox.c.expires_at.is_(None) | (outbox.c.expires_at > now))
        due = select(outbox.c.id).where(READY, free).order_by(outbox.c.due_at, outbox.c.id)
        return await self._claim(due, owner, now, limit, look_first=look_first)

    async def _claim(
        self, due: Select[Any], owner: str, now: datetime, limit: int, *, look_first: bool = True
    ) -> list[Promised]:
        if look_first and await self._database.first(due.limit(1)) is None:
            return []
        due = due.limit(limit).with_for_update(skip_locked=True)
        claim = {"due_at": now + LEASE, "claimed_by": owner}
        statement = update(outbox).where(outbox.c.id.in_(due.scalar_subquery())).values(**claim)
        async with self._database.writing() as connection:
            rows = (await connection.execute(statement.returning(*COLUMNS))).all()
        return sorted((Promised(**row._mapping) for row in rows), key=lambda message: (message.priority, message.id))

    async def owners(self, now: datetime) -> list[str]:
        """The processes that hold messages they have not sent yet."""
        held = READY & (outbox.c.due_at > now) & (outbox.c.claimed_by != "")
        rows = await self._database.all(select(outbox.c.claimed_by).where(held).distinct())
        return [row.claimed_by for row in rows]

    async def take_due(
        self, now: datetime, owner: str, channels: Sequence[str], dead: Sequence[str] = (), limit: int = 100
    ) -> list[Promised]:
        """Claim replies and notices that are due on these channels (promised elsewhere, postponed, lease ran out, of a
        dead process), replies and then the oldest first."""
        free = (outbox.c.due_at <= now) | outbox.c.claimed_by.in_(dead)
        free &= outbox.c.channel.in_(channels) & (outbox.c.priority < BULK)
        free &= outbox.c.expires_at.is_(None) | (outbox.c.expires_at > now)
        due = select(outbox.c.id).where(READY, free).order_by(outbox.c.priority, outbox.c.id)
        return await self._claim(due, owner, now, limit)

    def expire(self, now: datetime) -> None:
        """Drop and record what nobody took while it was of use."""
        self._changes.run(update(outbox).where(_late(now)).values(state="expired"))

    async def has_late(self, now: datetime) -> bool:
        """True when `expire` has something to do."""
        return await self._database.first(select(outbox.c.id).where(_late(now)).limit(1)) is not None

    def dropped(self, id: int) -> None:
        """It came too late to be of use."""
        self._changes.run(update(outbox).where(outbox.c.id == id, READY).values(state="expired"))

    def stop_account(self, channel: str, address: str, now: datetime) -> None:
        """The person blocked the bot there: nothing more goes to that account until they write again."""
        mine = (accounts.c.channel == channel) & (accounts.c.address == address)
        self._changes.run(update(accounts).where(mine).values(stopped_at=now))
        waiting = (outbox.c.channel == channel) & (outbox.c.address == address) & READY
        self._changes.run(update(outbox).where(waiting).values(state="failed", error="stopped"))


_SENT = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(state="sent", sent_at=bindparam("at"), vendor_id=bindparam("vendor"), error="")
)
COLUMNS: Sequence[Any] = (
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


def _left(now: datetime, dead: Sequence[str]) -> ColumnElement[bool]:
    gone = (outbox.c.due_at <= now) | outbox.c.claimed_by.in_(dead)
    return READY & (outbox.c.priority == BULK) & (outbox.c.claimed_by != "") & gone


def _late(now: datetime) -> ColumnElement[bool]:
    return READY & (outbox.c.claimed_by == "") & (outbox.c.expires_at <= now)
