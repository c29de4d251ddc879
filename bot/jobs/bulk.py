"""Sends bulk on one channel: claims a few rows at a time, right before their slots, each of them once."""

import asyncio
import contextlib
from collections.abc import Callable

import structlog

from bot.channels.base import Channel
from bot.clock import now
from bot.jobs.attempts import Attempts
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
        self._bell = asyncio.Event()
        self._sending = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._work: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look for bulk."""
        self._work = asyncio.create_task(self._run(), name=f"bulk {self._channel.name}")

    def ring(self) -> None:
        """There is bulk to send."""
        self._bell.set()

    async def stop(self) -> None:
        """Claim no more, and finish what is claimed."""
        if self._work is not None:
            self._work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._work
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    async def _run(self) -> None:
        while True:
            try:
                sent = await self._next()
            except Exception as error:
                log.error("bulk not readable", channel=self._channel.name, error=type(error).__name__, exc_info=error)
                sent = False
                await asyncio.sleep(1.0)
            if not sent:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._bell.wait(), IDLE_SECONDS)

    async def _next(self) -> bool:
        """Claim as many as are wanted now and send them; False when there is nothing to send."""
        wanted = await self._wanted()
        self._bell.clear()
        if not self._serves():
            return False
        outbox = Outbox(self._database, Changes())
        # Shielded: a claim that is given up on its way would leave rows in doubt that nobody ever sent.
        claim = asyncio.ensure_future(outbox.take_bulk(self._channel.name, self._owner, now(), wanted))
        try:
            rows = await asyncio.shield(claim)
        except asyncio.CancelledError:
            for row in await claim:
                self._spawn(row)
            raise
        for row in rows:
            self._spawn(row)
        return bool(rows)

    async def _wanted(self) -> int:
        if self._channel.pacer is not None:
            return await self._channel.pacer.wants_bulk(lambda: self._sending)
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
