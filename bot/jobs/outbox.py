"""Sends what turns promised, in order per account; sends again after a crash; postpones, stops or gives up as told."""

import asyncio
import contextlib
import os
import socket
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from secrets import token_hex
from typing import Any

import structlog

from bot.channels.base import Channel
from bot.clock import now
from bot.errors import ChannelError, Rejected, Retry, Unreachable
from bot.message import FileRef, Outgoing, Tap
from bot.metrics import SENDS
from storage.changes import Changes
from storage.commits import Commit, Committer
from storage.database import Database
from storage.outbox import MAX_ATTEMPTS, Outbox, Promised

log = structlog.get_logger(__name__)

SEND_SECONDS = 25.0
"""Longest time for one send; shorter than the outbox's lease, so that nobody else takes the row meanwhile."""
RECOVER_SECONDS = 3.0
"""How often what is due and unclaimed is looked for."""
PARALLEL = 40


def payload_of(text: str, buttons: Iterable[Tap], files: Iterable[FileRef], edits: str, clears: str) -> dict[str, Any]:
    """A fitted message as JSON for the outbox."""
    return {
        "text": text,
        "buttons": [[tap.label, tap.payload] for tap in buttons],
        "files": [[str(file.id), file.name, file.media_type, file.size] for file in files],
        "edits": edits,
        "clears": clears,
        "extra": {},
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
    """Hands promised messages to their channels."""

    def __init__(self, database: Database, committer: Committer, channels: Mapping[str, Channel]) -> None:
        self._database = database
        self._committer = committer
        self._channels = channels
        self._queues: dict[tuple[str, str], deque[Promised]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(PARALLEL)
        self.owner = f"{socket.gethostname()[:60]}:{os.getpid()}:{token_hex(4)}"
        self._recovering: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look for what is due: at once for what a crash left, then every few seconds."""
        self._recovering = asyncio.create_task(self._recover())

    async def stop(self) -> None:
        """Finish the sends under way."""
        if self._recovering is not None:
            self._recovering.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._recovering
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    async def idle(self) -> None:
        """Wait until everything handed in so far was tried."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    def serves(self, channel: str) -> bool:
        """True when this process sends on the channel; else another one finds the row in the outbox."""
        return channel in self._channels

    def is_idle(self, channel: str, address: str) -> bool:
        """True when nothing waits for this account."""
        return (channel, address) not in self._queues

    def deliver(self, promised: Iterable[Promised]) -> None:
        """Send these after all that waits for the same accounts; returns at once."""
        for message in promised:
            if message.channel not in self._channels:
                continue
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
        payload = message.payload
        return Outgoing(
            id=message.id,
            address=message.address,
            text=payload["text"],
            buttons=tuple(Tap(label, data) for label, data in payload["buttons"]),
            files=tuple(self._file(message, *file) for file in payload["files"]),
            edits=payload["edits"],
            clears=payload["clears"],
            extra=payload["extra"],
        )

    async def mark_sent(self, id: int, vendor_id: str = "") -> None:
        """The channel took it."""
        await self._settle(lambda outbox: outbox.sent(id, vendor_id, now()))

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _file(self, message: Promised, id: str, name: str, media_type: str, size: int) -> FileRef:
        async def read() -> bytes:
            row = await Outbox(self._database, Changes()).file(int(id))
            if row is None:
                raise Rejected("the file is gone")
            content: bytes = row.content
            return content

        return FileRef(int(id), name, media_type, size, read)

    async def _typing(self, channel: str, address: str) -> None:
        with contextlib.suppress(ChannelError, OSError, TimeoutError):
            await asyncio.wait_for(self._channels[channel].typing(address), 5)

    async def _drain(self, key: tuple[str, str]) -> None:
        queue = self._queues[key]
        try:
            while queue:
                async with self._slots:
                    await self._send(queue[0])
                queue.popleft()
        finally:
            del self._queues[key]

    async def _send(self, message: Promised) -> None:
        channel = self._channels[message.channel]
        if message.expires_at is not None and message.expires_at <= now():
            SENDS.labels(message.channel, "expired").inc()
            await self._settle(lambda outbox: outbox.dropped(message.id))
            return
        try:
            vendor_id = await asyncio.wait_for(channel.send(self.outgoing(message)), SEND_SECONDS)
        except Unreachable:
            SENDS.labels(message.channel, "stopped").inc()
            await self._settle(lambda outbox: outbox.stop_account(message.channel, message.address, now()))
        except Rejected as error:
            reason = str(error)
            SENDS.labels(message.channel, "refused").inc()
            log.warning("message refused", channel=message.channel, outbox=message.id, reason=reason)
            await self._settle(lambda outbox: outbox.failed(message.id, reason))
        except Exception as error:
            SENDS.labels(message.channel, "postponed").inc()
            await self._postpone(message, error)
        else:
            SENDS.labels(message.channel, "sent").inc()
            await self.mark_sent(message.id, vendor_id)

    async def _postpone(self, message: Promised, error: Exception) -> None:
        reason = str(error) or type(error).__name__
        if message.attempts + 1 >= MAX_ATTEMPTS:
            log.error("message given up", channel=message.channel, outbox=message.id, reason=reason)
            await self._settle(lambda outbox: outbox.failed(message.id, reason))
            return
        after = error.after if isinstance(error, Retry) else min(2.0**message.attempts, 300.0)
        due = now() + timedelta(seconds=after)
        await self._settle(lambda outbox: outbox.later(message.id, due, reason))

    async def _settle(self, write: Callable[[Outbox], None]) -> None:
        changes = Changes()
        write(Outbox(self._database, changes))
        await self._committer.commit(Commit(changes))

    async def _recover(self) -> None:
        while True:
            try:
                outbox = Outbox(self._database, Changes())
                if await outbox.has_late(now()):
                    await self._settle(lambda outbox: outbox.expire(now()))
                dead = [owner for owner in await outbox.owners(now()) if is_dead(owner, self.owner)]
                self.deliver(await outbox.take_due(now(), self.owner, list(self._channels), dead))
            except Exception as error:
                log.error("outbox not readable", error=type(error).__name__, exc_info=error)
            await asyncio.sleep(RECOVER_SECONDS)
