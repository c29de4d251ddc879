"""Broadcasts: drafts, the frozen recipients, handing them to the outbox bit by bit, stop and resume, and the result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.broadcast_tables import broadcast_recipients as recipients
from storage.broadcast_tables import broadcasts
from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.outbox import BULK, Outbox, Promised
from storage.segments import Segment, counted, people_of, sample
from storage.sending import READY
from storage.tables import files, outbox, units

DRAFT, APPROVAL, SCHEDULED, SENDING = "draft", "approval", "scheduled", "sending"
STOPPED, DONE, CANCELLED = "stopped", "done", "cancelled"
WAITING, PROMISED, UNREACHABLE = "waiting", "promised", "unreachable"
ENDS = ("sent", "failed", "unknown", "expired", "cancelled", UNREACHABLE)
"""Recipients' end states; before that they are waiting."""
FAR = timedelta(days=36_500)
"""How far away a stopped message is due."""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One announcement."""

    id: int
    created_by: int
    created_at: datetime
    state: str
    segment: Segment
    texts: dict[str, str]
    file_id: int | None
    ack: bool
    urgent: bool
    due_at: datetime | None
    valid_until: datetime | None
    approved_by: int | None
    started_at: datetime | None
    finished_at: datetime | None
    progress_id: int | None
    progress_at: datetime | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person who is still to be handed to the outbox."""

    person_id: int
    channel: str
    address: str
    language: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many people a segment has on one channel; of the Zalo OA, how many can be written to for nothing."""

    channel: str
    people: int
    free: int


class Broadcasts:
    """Queries and changes about broadcasts."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def add(
        self, by: int, segment: Segment, texts: Mapping[str, str], now: datetime, *,
        file_id: int | None, ack: bool = True, urgent: bool = False, due_at: datetime | None = None,
        valid_until: datetime | None = None,
    ) -> int:  # fmt: skip
        """A new draft; returns its key."""
        id = new_id()
        self._changes.insert(
            broadcasts,
            id=id,
            created_by=by,
            created_at=now,
            state=DRAFT,
            segment=segment.kept(),
            texts=dict(texts),
            file_id=file_id,
            ack=ack,
            urgent=urgent,
            due_at=due_at,
            valid_until=valid_until,
        )
        return id

    async def by_id(self, id: int) -> Broadcast | None:
        """A broadcast, or None."""
        row = await self._database.first(select(*_COLUMNS).where(broadcasts.c.id == id))
        return None if row is None else _broadcast(row)

    async def newest(self, limit: int, *, by: int | None = None) -> list[Broadcast]:
        """The newest ones that are no drafts; with `by`, that person's."""
        statement = select(*_COLUMNS).where(broadcasts.c.state != DRAFT).order_by(broadcasts.c.id.desc()).limit(limit)
        if by is not None:
            statement = statement.where(broadcasts.c.created_by == by)
        return [_broadcast(row) for row in await self._database.all(statement)]

    async def in_state(self, *states: str) -> list[Broadcast]:
        """All in one of these states, oldest first."""
        statement = select(*_COLUMNS).where(broadcasts.c.state.in_(states)).order_by(broadcasts.c.id)
        return [_broadcast(row) for row in await self._database.all(statement)]

    async def in_force(self, now: datetime) -> list[Broadcast]:
        """Finished ones that people who come now still get."""
        alive = (broadcasts.c.state == DONE) & (broadcasts.c.valid_until > now)
        statement = select(*_COLUMNS).where(alive).order_by(broadcasts.c.id)
        return [_broadcast(row) for row in await self._database.all(statement)]

    def edit(self, broadcast: Broadcast, **values: Any) -> None:
        """Change a draft; a conflict when it is none any more."""
        if isinstance(values.get("segment"), Segment):
            values["segment"] = values["segment"].kept()
        self._move(broadcast.id, (DRAFT,), **values)

    def move(self, broadcast: Broadcast, state: str, *, since: Sequence[str] = (), **values: Any) -> None:
        """Into another state, from the one that was read (or one of `since`); else a conflict."""
        self._move(broadcast.id, since or (broadcast.state,), state=state, **values)

    def _move(self, id: int, states: Sequence[str], **values: Any) -> None:
        mine = (broadcasts.c.id == id) & broadcasts.c.state.in_(states)
        self._changes.require(update(broadcasts).where(mine).values(**values))

    async def count(self, segment: Segment, now: datetime, today: date) -> list[Counted]:
        """People of a segment by the channel that they are reached on ("" for none)."""
        rows = await self._database.all(counted(segment, now, today))
        return [Counted(row.channel, row.people, row.free) for row in rows]

    async def sample(self, segment: Segment, now: datetime, today: date, size: int = 5) -> list[tuple[str, str]]:
        """Alias and unit of a few people of a segment."""
        rows = await self._database.all(sample(segment, now, today, size))
        return [(row.alias or "", row.name or "") for row in rows]

    async def freeze(self, broadcast: Broadcast, now: datetime, today: date) -> int:
        """Write down who gets it, in one statement; a second call adds only those who have come since."""
        people = people_of(broadcast.segment, now, today).subquery("people")
        state = case((people.c.channel == "", UNREACHABLE), else_=WAITING)
        at = literal(now, recipients.c.added_at.type)
        found = (people.c[name] for name in ("person_id", "unit_id", "channel", "address", "language"))
        chosen = select(literal(broadcast.id), *found, state, at)
        names = ["broadcast_id", "person_id", "unit_id", "channel", "address", "language", "state", "added_at"]
        build = (sqlite if self._database.is_sqlite else postgresql).insert
        # SQLite takes ON CONFLICT after a SELECT for a join's ON unless a WHERE stands between them.
        added = build(recipients).from_select(names, chosen.where(people.c.person_id.is_not(None)))
        async with self._database.writing() as connection:
            return int((await connection.execute(added.on_conflict_do_nothing())).rowcount)

    async def waiting(self, id: int) -> dict[str, int]:
        """Recipients not yet handed to the outbox, by channel."""
        statement = select(recipients.c.channel, func.count()).where(_in(id, WAITING)).group_by(recipients.c.channel)
        return {channel: int(count) for channel, count in await self._database.all(statement)}

    async def ready(self, channel: str) -> int:
        """Bulk that waits in the outbox of a channel."""
        bulk = (outbox.c.channel == channel) & (outbox.c.priority == BULK)
        return int(await self._database.value(select(func.count()).where(READY, bulk)) or 0)

    async def next(self, id: int, channel: str, limit: int) -> list[Recipient]:
        """The next recipients on a channel."""
        columns = (recipients.c.person_id, recipients.c.channel, recipients.c.address, recipients.c.language)
        statement = select(*columns).where(_in(id, WAITING), recipients.c.channel == channel)
        rows = await self._database.all(statement.order_by(recipients.c.person_id).limit(limit))
        return [Recipient(**row._mapping) for row in rows]

    def hand_over(
        self, broadcast: Broadcast, those: Sequence[Recipient], payloads: Mapping[tuple[str, str], Any], now: datetime
    ) -> None:
        """Promise these people the message, by (language, channel) of the payload; each once, whoever asks."""
        box = Outbox(self._database, self._changes)
        for one in those:
            message = Promised(
                new_id(),
                one.channel,
                one.address,
                one.person_id,
                payloads[one.language, one.channel],
                priority=BULK,
                key=f"broadcast:{broadcast.id}:{one.person_id}",
                expires_at=broadcast.valid_until,
                broadcast_id=broadcast.id,
            )
            box.promise(message, now)
            self._changes.repeat(_HANDED, b=broadcast.id, p=one.person_id, o=message.id)

    def hold(self, id: int, now: datetime) -> None:
        """Stop what waits in the outbox; what is being sent at this moment goes out."""
        soon = _unclaimed(id) & (outbox.c.due_at < now + FAR / 2)
        self._changes.run(update(outbox).where(soon).values(due_at=now + FAR))

    def release(self, id: int, now: datetime) -> None:
        """Let it go on."""
        self._changes.run(update(outbox).where(_unclaimed(id)).values(due_at=now))
        self._changes.wake()

    def drop(self, id: int, state: str) -> None:
        """Nobody who still waits gets it: they end as `cancelled` or `expired`."""
        self._changes.run(update(outbox).where(_unclaimed(id)).values(state=state))
        self._changes.run(update(recipients).where(_in(id, WAITING)).values(state=state))

    def settle(self, id: int) -> None:
        """Copy the end states from the outbox, whose rows are not kept for ever."""
        end = select(outbox.c.state).where(outbox.c.id == recipients.c.outbox_id, outbox.c.state != "ready")
        settled = _in(id, PROMISED) & end.exists()
        self._changes.run(update(recipients).where(settled).values(state=end.scalar_subquery()))

    async def counts(self, id: int) -> dict[str, int]:
        """Recipients by state (`waiting` and ENDS), and of them `read`."""
        state = _state().label("state")
        statement = select(state, func.count(), func.count(recipients.c.read_at)).select_from(_joined())
        rows = await self._database.all(statement.where(recipients.c.broadcast_id == id).group_by(state))
        found = {row[0]: int(row[1]) for row in rows}
        return {**found, "read": sum(int(row[2]) for row in rows)}

    async def is_settled(self, id: int) -> bool:
        """True when nobody waits any more, neither here nor in the outbox."""
        if await self._database.first(select(recipients.c.person_id).where(_in(id, WAITING)).limit(1)) is not None:
            return False
        mine = select(outbox.c.id).where(outbox.c.broadcast_id == id, outbox.c.state == "ready")
        return await self._database.first(mine.limit(1)) is None

    def looked(self, id: int, now: datetime) -> None:
        """The progress was looked at, with nobody to be told."""
        self._changes.run(update(broadcasts).where(broadcasts.c.id == id).values(progress_at=now))

    async def unit_counts(self, id: int) -> list[tuple[str, str, str, int, int]]:
        """(unit code, unit name, state, people, of them read), by unit."""
        state = _state().label("state")
        columns = (units.c.code, units.c.name, state, func.count(), func.count(recipients.c.read_at))
        joined = _joined().outerjoin(units, units.c.id == recipients.c.unit_id)
        statement = select(*columns).select_from(joined).where(recipients.c.broadcast_id == id)
        rows = await self._database.all(statement.group_by(units.c.code, units.c.name, state).order_by(units.c.code))
        return [(row[0] or "", row[1] or "", row[2], int(row[3]), int(row[4])) for row in rows]

    async def newest_unread(self, person_id: int) -> int | None:
        """The newest broadcast that this person got and has not said to have read, of those that ask for it."""
        statement = (
            select(broadcasts.c.id)
            .join(recipients, recipients.c.broadcast_id == broadcasts.c.id)
            .where(recipients.c.person_id == person_id, broadcasts.c.ack.is_(True), recipients.c.read_at.is_(None))
            .where(recipients.c.outbox_id.is_not(None))
        )
        found = await self._database.value(statement.order_by(broadcasts.c.id.desc()).limit(1))
        return None if found is None else int(found)

    async def is_recipient(self, id: int, person_id: int) -> bool:
        """True when the person got it (or is about to)."""
        mine = (recipients.c.broadcast_id == id) & (recipients.c.person_id == person_id)
        return await self._database.first(select(recipients.c.person_id).where(mine)) is not None

    def read(self, id: int, person_id: int, now: datetime) -> None:
        """The person says to have read it; the first time counts."""
        mine = (recipients.c.broadcast_id == id) & (recipients.c.person_id == person_id)
        self._changes.run(update(recipients).where(mine, recipients.c.read_at.is_(None)).values(read_at=now))

    async def file(self, id: int | None) -> Any:
        """The broadcast's file without its content: id, name, media_type, size; or None."""
        if id is None:
            return None
        return await self._database.first(
            select(files.c.id, files.c.name, files.c.media_type, files.c.size).where(files.c.id == id)
        )

    async def vendor_id(self, outbox_id: int | None) -> tuple[str, str, str] | None:
        """Where a sent message stands: channel, address, the vendor's id; None when it is not sent (or unknown)."""
        if outbox_id is None:
            return None
        columns = (outbox.c.channel, outbox.c.address, outbox.c.vendor_id)
        row = await self._database.first(select(*columns).where(outbox.c.id == outbox_id, outbox.c.state == "sent"))
        return None if row is None else (row.channel, row.address, row.vendor_id)

    def progress(self, id: int, outbox_id: int, now: datetime) -> None:
        """The message that shows the progress."""
        self._changes.run(
            update(broadcasts).where(broadcasts.c.id == id).values(progress_id=outbox_id, progress_at=now)
        )


_COLUMNS = tuple(broadcasts.c[name] for name in Broadcast.__slots__)
_HANDED = (
    update(recipients)
    .where(recipients.c.broadcast_id == bindparam("b"), recipients.c.person_id == bindparam("p"))
    .where(recipients.c.state == WAITING)
    .values(state=PROMISED, outbox_id=bindparam("o"))
)


def _broadcast(row: Any) -> Broadcast:
    values = dict(row._mapping)
    return Broadcast(**{**values, "segment": Segment.read(values["segment"])})


def _in(id: int, state: str) -> ColumnElement[bool]:
    return (recipients.c.broadcast_id == id) & (recipients.c.state == state)


def _unclaimed(id: int) -> ColumnElement[bool]:
    return (outbox.c.broadcast_id == id) & READY & (outbox.c.claimed_by == "")


def _joined() -> Any:
    return recipients.outerjoin(outbox, outbox.c.id == recipients.c.outbox_id)


def _state() -> ColumnElement[str]:
    promised = case((outbox.c.state == "ready", WAITING), else_=func.coalesce(outbox.c.state, "unknown"))
    return case((recipients.c.state == PROMISED, promised), else_=recipients.c.state)
