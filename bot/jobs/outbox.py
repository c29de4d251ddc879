"""Sends what turns promised, in order per account; leads the channels that one process may send on; takes over."""

import asyncio
import contextlib
import os
import socket
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from secrets import token_hex
from typing import Any

import structlog

from bot.channels.base import Channel
from bot.clock import now
from bot.errors import ChannelError, Retry
from bot.jobs.attempts import Attempts
from bot.jobs.bulk import BulkPump
from bot.jobs.loops import Loop
from bot.message import FileRef, Outgoing, Style, Tap
from bot.metrics import LEADS, OUTBOX
from storage.changes import Changes
from storage.commits import Committer
from storage.database import Database
from storage.leadership import Leadership
from storage.outbox import BULK, Outbox, Promised

log = structlog.get_logger(__name__)

RECOVER_SECONDS = 3.0
"""How often everything is looked for: what is due, what a dead process left, what came too late."""
POLL_SECONDS = 0.25
"""How often a process that nobody can call looks for what another one promised, and who leads is looked at."""
PARALLEL = (40, 10)
"""Replies and notices of one channel that are on their way at once."""
MOST_HELD = 400
"""Messages in memory; what is beyond waits in the outbox."""


def payload_of(
    text: str, buttons: Iterable[Tap], files: Iterable[FileRef], edits: str, clears: str, styles: Iterable[Style] = ()
) -> dict[str, Any]:
    """A fitted message as JSON for the outbox; `styles` stand in it only where there are some."""
    stretches = [[style.start, style.length, style.kind] for style in styles]
    return {
        "text": text,
        "buttons": [[tap.label, tap.payload] for tap in buttons],
        "files": [[str(file.id), file.name, file.media_type, file.size] for file in files],
        "edits": edits,
        "clears": clears,
        "extra": {},
        **({"styles": stretches} if stretches else {}),
    }


def is_dead(owner: str, me: str) -> bool:
    """True when the process of this name ran on this host and is gone; on other hosts only the lease tells."""
    host, pid, _ = owner.rsplit(":", 2)
    my_host, my_pid, _ = me.rsplit(":", 2)
    if host != my_host or owner == me:
        return False
    if pid == my_pid:
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


class Sender:
    """Hands promised messages to their channels; on a channel with a pacer only while this process leads it."""

    def __init__(self, database: Database, committer: Committer, channels: Mapping[str, Channel]) -> None:
        self._database = database
        self._channels = channels
        self._attempts = Attempts(database, committer, channels)
        self._attempts.postponed = self._wake_in
        self._leadership = Leadership(database, self.wake)
        committer.woken = self.wake
        self._leading: set[str] = set()
        self._pumps: dict[str, BulkPump] = {}
        self._queues: dict[tuple[str, str], deque[Promised]] = {}
        self._held: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots: dict[tuple[str, int], asyncio.Semaphore] = {}
        self._full_at = 0.0
        self._recovery = Loop("outbox", self._recover)
        self._leader = Loop("leadership", self._keep_leading)
        self.owner = f"{socket.gethostname()[:60]}:{os.getpid()}:{token_hex(4)}"

    async def lead(self) -> None:
        """Lead every channel of this process that no other one leads; before the channels begin to listen."""
        paced = {name: channel for name, channel in self._channels.items() if channel.pacer is not None}
        held = await self._leadership.refresh(channel.token_name for channel in paced.values()) if paced else set()
        for name, channel in paced.items():
            if channel.token_name in held and name not in self._leading:
                await self._take_over(name, channel)
            elif channel.token_name not in held and name in self._leading:
                self._step_down(name, channel)

    def start(self) -> None:
        """Begin to look for what is due: at once for what a crash left, then whenever there may be more."""
        for name, channel in self._channels.items():
            serves = self._serving(name)
            self._pumps[name] = BulkPump(self._database, self._attempts, channel, self.owner, serves)
            self._pumps[name].start()
        self._recovery.start()
        if any(channel.pacer is not None for channel in self._channels.values()):
            self._leader.start()

    async def stop(self) -> None:
        """Finish the sends under way, then let another process lead."""
        await self._recovery.stop()
        await self._leader.stop()
        for pump in self._pumps.values():
            await pump.stop()
        await self.idle()
        await self._leadership.close()

    async def idle(self) -> None:
        """Wait until everything handed in so far was tried."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    def wake(self) -> None:
        """Something was promised that waits in the outbox."""
        self._recovery.ring()

    def _wake_in(self, seconds: float) -> None:
        if seconds < RECOVER_SECONDS:
            asyncio.get_running_loop().call_later(seconds + 0.01, self.wake)

    def serves(self, channel: str) -> bool:
        """True when this process sends on the channel now; else another one finds the row in the outbox."""
        return channel in self._channels and (self._channels[channel].pacer is None or channel in self._leading)

    def is_idle(self, channel: str, address: str) -> bool:
        """True when nothing waits for this account."""
        return (channel, address) not in self._queues

    def deliver(self, promised: Iterable[Promised]) -> None:
        """Send these after all that waits for the same accounts; returns at once."""
        for message in promised:
            if message.channel not in self._channels or message.id in self._held:
                continue
            self._held.add(message.id)
            key = (message.channel, message.address)
            if (queue := self._queues.get(key)) is not None:
                queue.append(message)
                continue
            self._queues[key] = deque([message])
            self._spawn(self._drain(key))

    def show_typing(self, channel: str, address: str) -> None:
        """Tell the person that an answer is on its way; failing to do so harms nothing."""
        self._spawn(self._typing(channel, address))

    def outgoing(self, message: Promised) -> Outgoing:
        """The message as its channel sends it."""
        return self._attempts.outgoing(message)

    async def mark_sent(self, id: int, vendor_id: str = "") -> None:
        """The channel took it."""
        await self._attempts.write(lambda outbox: outbox.sent(id, vendor_id, now()))

    def _serving(self, channel: str) -> Callable[[], bool]:
        return lambda: self.serves(channel)

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _typing(self, channel: str, address: str) -> None:
        with contextlib.suppress(ChannelError, OSError, TimeoutError):
            await asyncio.wait_for(self._channels[channel].typing(address), 5)

    async def _drain(self, key: tuple[str, str]) -> None:
        queue = self._queues[key]
        try:
            while queue:
                message = queue[0]
                place = (message.channel, min(message.priority, len(PARALLEL) - 1))
                slots = self._slots.setdefault(place, asyncio.Semaphore(PARALLEL[place[1]]))
                async with slots:
                    await self._try(message)
                self._held.discard(queue.popleft().id)
        finally:
            self._held -= {message.id for message in queue}
            del self._queues[key]
            if len(self._held) == MOST_HELD - 1:
                self.wake()

    async def _try(self, message: Promised) -> None:
        try:
            if self.serves(message.channel):
                await self._attempts.send(message)
            else:
                # Somebody else leads by now; a claim of ours would keep the row from them.
                await self._attempts.write(lambda outbox: outbox.give_back([message.id]))
        except Exception as error:
            log.error("message not settled", channel=message.channel, outbox=message.id, exc_info=error)

    async def _take_over(self, name: str, channel: Channel) -> None:
        """Begin to lead a channel: what another process may have sent within a second counts as our own window."""
        outbox = Outbox(self._database, Changes())
        if channel.pacer is not None and await outbox.was_busy(name, now()):
            channel.pacer.start_full()
        await self._attempts.write(lambda box: box.adopt(name, self.owner, now()))
        self._leading.add(name)
        LEADS.labels(name).set(1)
        log.info("leads the sending", channel=name)
        self._ring(name)
        self.wake()

    def _step_down(self, name: str, channel: Channel) -> None:
        self._leading.discard(name)
        LEADS.labels(name).set(0)
        log.warning("leads the sending no more", channel=name)
        if channel.pacer is not None:
            channel.pacer.turn_away(Retry("another process leads", after=0.0, tried=False))

    def _ring(self, name: str) -> None:
        if name in self._pumps:
            self._pumps[name].ring()

    async def _keep_leading(self) -> float:
        try:
            await self.lead()
        except Exception as error:
            log.error("leadership not settled", error=type(error).__name__, exc_info=error)
        return POLL_SECONDS

    async def _recover(self) -> float:
        """Whatever happens, look at all every few seconds; in between when called, and where nobody can call, often."""
        whole = asyncio.get_running_loop().time() >= self._full_at
        if whole:
            self._full_at = asyncio.get_running_loop().time() + RECOVER_SECONDS
        try:
            more = await self._look(whole)
        except Exception as error:
            log.error("outbox not readable", error=type(error).__name__, exc_info=error)
            more = False
        if more:
            return 0.0
        return min(POLL_SECONDS, RECOVER_SECONDS) if self._database.is_sqlite else RECOVER_SECONDS

    async def _look(self, whole: bool) -> bool:
        """Take what is due; True when there is more than was taken."""
        outbox = Outbox(self._database, Changes())
        dead: list[str] = []
        if whole:
            dead = [owner for owner in await outbox.owners(now()) if is_dead(owner, self.owner)]
            await self._tidy(outbox, dead)
        served = [name for name in self._channels if self.serves(name)]
        due = await outbox.due(now(), served)
        for name, priority in due:
            if priority == BULK:
                self._ring(name)
        if len(self._held) >= MOST_HELD or not (dead or any(priority < BULK for _, priority in due)):
            return False
        taken = await outbox.take_due(now(), self.owner, served, dead)
        self.deliver(taken)
        return len(taken) >= 100

    async def _tidy(self, outbox: Outbox, dead: list[str]) -> None:
        if await outbox.has_late(now()):
            await self._attempts.write(lambda box: box.expire(now()))
        if await outbox.has_doubtful(now(), dead):
            await self._attempts.write(lambda box: box.doubt_left(now(), dead))
        for state, count in (await outbox.unsent()).items():
            OUTBOX.labels(state).set(count)
