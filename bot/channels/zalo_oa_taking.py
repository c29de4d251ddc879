"""Taking events to their commit: each once, a person's in order, and none lost although Zalo waits two seconds only."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.channels.base import Inbox
from bot.clock import now
from bot.errors import Retry
from bot.message import Message

log = logging.getLogger(__name__)

PATIENCE: Final = 1.0
"""Seconds that an event may take before it is kept aside; most are committed in a few hundredths."""
LONGEST: Final = 1.8
"""Seconds after which Zalo is answered whatever happens (its limit is 2)."""
_LAST_WAIT = 10.0
_LONGEST_BACKOFF = 30.0
_REMEMBERED = 10_000
_TRIES = 5
_OURS = timedelta(seconds=60)
"""An event held for longer belongs to a process that died."""
_LOOK = 60.0


class Held(Protocol):
    """Events that were answered before they were handled, as `storage.zalo_tokens.ZaloHeld` keeps them."""

    async def hold(self, message_id: str, body: str, at: datetime) -> None: ...
    async def drop(self, message_id: str) -> None: ...
    async def left(self, before: datetime) -> Sequence[tuple[str, str]]: ...


class Taking:
    """The choice, and why: Zalo counts every 200 as delivered, and its retries may not follow an error status at all.

    An event is answered when it is committed, nearly always at once. One that takes longer than PATIENCE is first made
    durable as it came and then answered; the sweep after a crash hands it in again and `Message.id` makes it count
    once. Only when storage itself does not answer within LONGEST is the 200 sent for an event that exists in memory
    alone; it is tried until storage is back.
    """

    def __init__(self, inbox: Inbox, held: Held | None = None) -> None:
        self._inbox = inbox
        self._held = held
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._handled: dict[str, None] = {}
        self._kept: set[str] = set()
        self._holding: set[asyncio.Task[None]] = set()
        self._sweeping: asyncio.Task[None] | None = None

    def start(self, hand_in: Callable[[str], Awaitable[None]]) -> None:
        """Hand in what a crash left, now and from time to time; `hand_in` takes the body of one event."""
        if self._held is not None:
            self._sweeping = asyncio.create_task(self._sweep(self._held, hand_in), name="zalo oa held events")

    async def stop(self) -> None:
        """Let what was taken come to its commit; what is stuck is handed in after the next start if it is held."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.wait({self._sweeping})
        if work := {*self._tasks.values(), *self._holding}:
            _, stuck = await asyncio.wait(work, timeout=_LAST_WAIT)
            for task in stuck:
                task.cancel()
            if stuck:
                log.error(
                    "zalo oa: %d events were not finished at the stop, %d are kept", len(self._tasks), len(self._kept)
                )
                await asyncio.wait(stuck)

    async def take(self, message: Message, body: str) -> None:
        """Returns when the message is committed, or durable in another way, or after LONGEST seconds."""
        if message.id in self._handled:
            return
        began = asyncio.get_running_loop().time()
        task = self._tasks.get(message.id) or self._begin(message)
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if done or self._held is None:
            if not done:
                await asyncio.wait({task}, timeout=LONGEST - PATIENCE)
            return
        if message.id not in self._kept:
            # Not cut off after LONGEST: what storage takes late is still better kept than not.
            holding = asyncio.create_task(self._hold(self._held, message.id, body))
            self._holding.add(holding)
            holding.add_done_callback(self._holding.discard)
            left = LONGEST - (asyncio.get_running_loop().time() - began)
            await asyncio.wait({holding}, timeout=max(left, 0.05))

    async def _hold(self, held: Held, message_id: str, body: str) -> None:
        self._kept.add(message_id)
        try:
            await held.hold(message_id, body, now())
            if message_id in self._handled:
                await held.drop(message_id)
        except Exception as error:
            self._kept.discard(message_id)
            log.error("zalo oa: an event is in memory alone: %s", type(error).__name__)

    def _begin(self, message: Message) -> asyncio.Task[None]:
        task = asyncio.create_task(self._settle(message, self._lanes.get(message.address)))
        self._tasks[message.id] = self._lanes[message.address] = task

        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.pop(message.id, None)
            if self._lanes.get(message.address) is task:
                del self._lanes[message.address]

        task.add_done_callback(ended)
        return task

    async def _settle(self, message: Message, previous: asyncio.Task[None] | None) -> None:
        """After the person's earlier messages; again and again while storage is out of reach."""
        if previous is not None:
            await asyncio.wait({previous})
        delay, faults = 0.5, 0
        while True:
            try:
                await self._inbox.accept(message)
                break
            except Retry:
                log.warning("zalo oa: storage is out of reach; trying an event again in %.1f s", delay)
            except Exception:
                faults += 1
                log.exception("zalo oa: an event failed (%d of %d)", faults, _TRIES)
                if faults == _TRIES:
                    break
            await asyncio.sleep(delay)
            delay = min(delay * 2, _LONGEST_BACKOFF)
        await self._end(message.id)

    async def _end(self, message_id: str) -> None:
        self._handled[message_id] = None
        while len(self._handled) > _REMEMBERED:
            del self._handled[next(iter(self._handled))]
        if self._held is not None and message_id in self._kept:
            try:
                await self._held.drop(message_id)
            except Exception as error:
                log.warning("zalo oa: a handled event stays kept until the next sweep: %s", type(error).__name__)
        self._kept.discard(message_id)

    async def _sweep(self, held: Held, hand_in: Callable[[str], Awaitable[None]]) -> None:
        """Only the message id decides whether an event counts, so one that is still at work elsewhere does no harm."""
        before = now()
        while True:
            try:
                for message_id, body in await held.left(before):
                    await hand_in(body)
                    await held.drop(message_id)
            except Exception as error:
                log.warning("zalo oa: kept events cannot be read: %s", type(error).__name__)
            await asyncio.sleep(_LOOK)
            before = now() - _OURS

    async def take_held(self, message: Message) -> None:
        """An event that a dead process left, to its commit."""
        await asyncio.shield(self._tasks.get(message.id) or self._begin(message))
