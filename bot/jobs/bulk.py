"""Sends bulk on one channel: claims a few rows at a time, right before their slots, each of them once."""

import asyncio
from collections.abc import Callable

import structlog

from bot.channels.base import Channel
from bot.clock import now
from bot.jobs.attempts import Attempts
from bot.jobs.loops import Loop
from storage.changes import Changes
from storage.database import Database
from storage.outbox import Outbox, Promised

log = structlog.get_logger(__name__)

IDLE_SECONDS = 5.0
"""Without a call, how often a channel looks for bulk by itself."""
UNPACED = 4
"""Bulk messages at once on a channel without a rate."""


class BulkPump:
    """One channel's bulk; replies overtake it at the pacer's door."""

    def __init__(
        self, database: Database, attempts: Attempts, channel: Channel, owner: str, serves: Callable[[], bool]
    ) -> None:
        """`serves` is asked before each claim: another process may lead the channel by now."""
        self._database = database
        self._attempts = attempts
        self._channel = channel
        self._owner = owner
        self._serves = serves
        self._sending = 0
        self._fetching = 0.0
        self._found = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = Loop(f"bulk {channel.name}", self._step)
        self.ring = self._loop.ring
        self.start = self._loop.start

    async def stop(self) -> None:
        """Claim no more, and finish what is claimed."""
        await self._loop.stop()
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    async def _step(self) -> float:
        """Claim as many as are wanted now and send them."""
        wanted = await self._loop.rest(self._wanted())
        if not self._serves():
            return IDLE_SECONDS
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            box = Outbox(self._database, Changes())
            rows = await box.take_bulk(self._channel.name, self._owner, now(), wanted, look_first=not self._found)
        except Exception as error:
            log.error("bulk not readable", channel=self._channel.name, error=type(error).__name__, exc_info=error)
            return 1.0
        self._found = bool(rows)
        self._fetching = 0.7 * self._fetching + 0.3 * (clock() - began)
        for row in rows:
            self._spawn(row)
        return 0.0 if rows else IDLE_SECONDS

    async def _wanted(self) -> int:
        if self._channel.pacer is not None:
            return await self._channel.pacer.wants_bulk(lambda: self._sending, self._fetching)
        while self._sending >= UNPACED:
            await asyncio.wait(list(self._tasks), return_when=asyncio.FIRST_COMPLETED)
        return UNPACED - self._sending

    def _spawn(self, message: Promised) -> None:
        self._sending += 1
        task = asyncio.create_task(self._send(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, message: Promised) -> None:
        try:
            await self._attempts.send(message, self._ended)
        except Exception as error:
            log.error("bulk not settled", channel=message.channel, outbox=message.id, exc_info=error)

    def _ended(self) -> None:
        self._sending -= 1
        if self._channel.pacer is not None:
            self._channel.pacer.room()
