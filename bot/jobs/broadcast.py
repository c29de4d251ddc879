"""Brings broadcasts on: begins what is due, hands recipients to the outbox bit by bit, shows progress, ends them."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

import structlog

from bot.broadcast_words import payloads, progress, steering
from bot.channels.base import Abilities
from bot.clock import local
from bot.i18n import Reader, render
from bot.jobs.outbox import payload_of
from bot.jobs.runs import Context, Facts
from storage.broadcasts import (
    DONE,
    SCHEDULED,
    SENDING,
    STOPPED,
    Broadcast,
    Broadcasts,
)
from storage.changes import Changes
from storage.columns import new_id
from storage.commits import Commit, Committer
from storage.database import Database
from storage.outbox import NOTICE, Outbox, Promised
from storage.people import People

log = structlog.get_logger(__name__)

OPENS, CLOSES = time(7, 30), time(21, 30)
"""Announcements that are not urgent are sent between these hours only."""
AHEAD = 300
"""Messages of a channel that wait in the outbox: some seconds of sending, so that a stop is quick and cheap."""
CHUNK = 150
SHOWN_EVERY = timedelta(seconds=10)
LATE_JOINERS_EVERY = timedelta(minutes=1)


def is_quiet(moment: datetime) -> bool:
    """True outside the hours in which people are told things."""
    return not OPENS <= local(moment).time() < CLOSES


def next_opening(moment: datetime) -> datetime:
    """The next moment at which the hours begin."""
    here = local(moment)
    opens = here.replace(hour=OPENS.hour, minute=OPENS.minute, second=0, microsecond=0)
    return opens if here < opens else opens + timedelta(days=1)


async def run(now: datetime, context: Context) -> Facts | None:
    """One round over all broadcasts that are not settled."""
    worked = await Round(context.database, context.committer, context.abilities, now).all()
    return {"handed_over": worked} if worked else None


class Round:
    """One look at every broadcast."""

    def __init__(
        self, database: Database, committer: Committer, abilities: Mapping[str, Abilities], now: datetime
    ) -> None:
        self._database = database
        self._committer = committer
        self._abilities = abilities
        self._now = now
        self._today = local(now).date()

    async def all(self) -> int:
        """How many recipients were handed to the outbox."""
        handed = 0
        store = Broadcasts(self._database, Changes())
        for broadcast in [*await store.in_state(SCHEDULED, SENDING, STOPPED), *await store.in_force(self._now)]:
            try:
                handed += await self._one(broadcast)
            except Exception as error:
                # One that cannot go on must not hold up the others; the next round tries it again.
                log.error("broadcast stuck", broadcast=broadcast.id, error=type(error).__name__, exc_info=error)
        return handed

    async def _one(self, broadcast: Broadcast) -> int:
        if broadcast.state == SCHEDULED:
            return await self._begin(broadcast)
        if broadcast.state == SENDING:
            return await self._go_on(broadcast)
        if broadcast.state == STOPPED:
            # What was postponed just when it was stopped is held, too.
            await self._commit(lambda store: store.hold(broadcast.id, self._now))
        else:
            await self._late_joiners(broadcast)
        return 0

    async def _begin(self, broadcast: Broadcast) -> int:
        if broadcast.due_at is not None and broadcast.due_at > self._now:
            return 0
        if not broadcast.urgent and is_quiet(self._now):
            return 0
        await Broadcasts(self._database, Changes()).freeze(broadcast, self._now, self._today)
        await self._commit(lambda store: store.move(broadcast, SENDING, started_at=self._now))
        again = await Broadcasts(self._database, Changes()).by_id(broadcast.id)
        return await self._go_on(again) if again is not None and again.state == SENDING else 0

    async def _go_on(self, broadcast: Broadcast) -> int:
        """Keep some messages ahead of the senders; end what has no recipient left."""
        store = Broadcasts(self._database, Changes())
        if broadcast.valid_until is not None and broadcast.valid_until <= self._now:
            await self._commit(lambda store: store.drop(broadcast.id, "expired"))
        handed = 0
        if broadcast.urgent or not is_quiet(self._now):
            for channel in await store.waiting(broadcast.id):
                handed += await self._feed(broadcast, channel)
        if await store.is_settled(broadcast.id):
            await self._end(broadcast)
        elif broadcast.progress_at is None or self._now - broadcast.progress_at >= SHOWN_EVERY:
            await self._show(broadcast, await store.counts(broadcast.id))
        return handed

    async def _feed(self, broadcast: Broadcast, channel: str) -> int:
        handed = 0
        room = AHEAD - await Broadcasts(self._database, Changes()).ready(channel)
        while room > 0 and channel in self._abilities:
            changes = Changes()
            store = Broadcasts(self._database, changes)
            those = await store.next(broadcast.id, channel, min(room, CHUNK))
            if not those:
                break
            file = await store.file(broadcast.file_id)
            words = payloads(broadcast, file, self._abilities)
            languages = {one.language for one in those}
            words |= {(language, channel): words["vi", channel] for language in languages - {key[0] for key in words}}
            # A conflict when it was stopped meanwhile: nothing is handed over then.
            store.move(broadcast, SENDING)
            store.hand_over(broadcast, those, words, self._now)
            await self._committer.commit(Commit(changes))
            handed += len(those)
            room -= len(those)
        return handed

    async def _end(self, broadcast: Broadcast) -> None:
        def end(store: Broadcasts) -> None:
            store.move(broadcast, DONE, finished_at=self._now)
            store.settle(broadcast.id)

        await self._commit(end)
        ended = await Broadcasts(self._database, Changes()).by_id(broadcast.id)
        if ended is not None and ended.state == DONE:
            await self._show(ended, await Broadcasts(self._database, Changes()).counts(broadcast.id))

    async def _late_joiners(self, broadcast: Broadcast) -> None:
        """Who has come into the segment since gets what is still in force."""
        if broadcast.valid_until is None or broadcast.valid_until <= self._now:
            return
        looked = broadcast.progress_at or broadcast.finished_at
        if looked is not None and self._now - looked < LATE_JOINERS_EVERY:
            return
        added = await Broadcasts(self._database, Changes()).freeze(broadcast, self._now, self._today)
        await self._commit(lambda store: store.looked(broadcast.id, self._now))
        if added:
            await self._commit(lambda store: store.move(broadcast, SENDING))

    async def _show(self, broadcast: Broadcast, counts: Mapping[str, int]) -> None:
        """Tell the sender how far it is: in the message of before where the channel can edit, else only at the end."""
        changes = Changes()
        store = Broadcasts(self._database, changes)
        sender = (await People(self._database, changes).by_ids([broadcast.created_by])).get(broadcast.created_by)
        if sender is None or sender.channel not in self._abilities:
            await self._commit(lambda store: store.looked(broadcast.id, self._now))
            return
        shown = await store.vendor_id(broadcast.progress_id)
        edits = shown[2] if shown is not None and shown[:2] == (sender.channel, sender.address) else ""
        edits = edits if self._abilities[sender.channel].edits else ""
        if broadcast.progress_id is not None and not edits and broadcast.state != DONE:
            return
        words = render(progress(broadcast, counts), Reader(sender.language, sender.address_form, self._today))
        buttons = steering(broadcast, sender.language) if self._abilities[sender.channel].buttons else ()
        payload = payload_of(words, buttons, (), edits, "")
        id = new_id()
        message = Promised(id, sender.channel, sender.address, sender.id, payload, priority=NOTICE)
        Outbox(self._database, changes).promise(message, self._now)
        store.progress(broadcast.id, id, self._now)
        await self._committer.commit(Commit(changes))

    async def _commit(self, write: Any) -> None:
        changes = Changes()
        write(Broadcasts(self._database, changes))
        await self._committer.commit(Commit(changes))
