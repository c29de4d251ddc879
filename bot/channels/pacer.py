"""Keeps one token within its vendor's rate, whatever the clock and the network do; replies go before bulk."""

import asyncio
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from bot.errors import Retry

LONGEST_PAUSE: Final = 5.0
"""Seconds of a vendor's flood pause that are waited out here; a longer pause goes back to the outbox."""
LONGEST_WAIT: Final = 15.0
"""Seconds that a send waits for its slot; then it goes back to the outbox, surely unsent."""
UNSEEN: Final = 0.2
"""Seconds after which a webhook's answer counts as seen by the vendor, who never says when that was."""
BULK: Final = 2
_EPSILON: Final = 0.002


@dataclass(slots=True)
class _Waiting:
    """A send that waits for its slot; without a chat (an edit) there is no gap to keep."""

    priority: int
    chat: Hashable
    granted: "asyncio.Future[None]"


class Pacer:
    """An acknowledgement window: a send leaves only when fewer than `limit` sends are under way or were acknowledged
    within the last `window` seconds, and none of them to the same chat within `chat_gap` seconds.

    The vendor counted a send before it acknowledged it, so no stall of ours or of the network puts more than `limit`
    sends into one of its windows. Bulk is spread evenly over the window, so that a reply finds the next slot soon.
    """

    def __init__(
        self,
        limit: int,
        window: float = 1.0,
        chat_gap: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`limit` 0 is no limit, `chat_gap` 0 no gap."""
        self.limit = limit
        self._window = window + _EPSILON
        self._chat_gap = chat_gap + _EPSILON if chat_gap else 0.0
        self._bulk_gap = window / limit * 0.9 if limit else 0.0
        self._clock = clock
        self._acknowledged: deque[float] = deque()
        self._under_way = self._bulk_under_way = 0
        self._chats: dict[Hashable, float] = {}
        self._not_before = 0.0
        self._bulk_at = float("-inf")
        self._waiting: list[_Waiting] = []
        self._timer: asyncio.TimerHandle | None = None
        self._wanted = asyncio.Event()

    def start_full(self) -> None:
        """Somebody else may have sent until now: behave as if a whole window had just been used."""
        self._acknowledged = deque([self._clock()] * self.limit)

    @property
    def pause_left(self) -> float:
        """Seconds for which the vendor wants nothing from this token, else 0."""
        return max(self._not_before - self._clock(), 0.0)

    def pause(self, seconds: float) -> None:
        """The vendor asked for silence; who would wait too long for its end goes back to the outbox."""
        self._not_before = max(self._not_before, self._clock() + seconds)
        if (left := self.pause_left) > LONGEST_PAUSE:
            self.turn_away(Retry("the vendor asked to wait", after=left, tried=False))
        self._grant()

    def turn_away(self, error: Retry) -> None:
        """Send everyone who waits back with this error."""
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.granted.done():
                one.granted.set_exception(error)

    @asynccontextmanager
    async def slot(self, chat: Hashable, priority: int = 0) -> AsyncIterator[None]:
        """Around one call that the vendor counts. Raises Retry when the slot would come too late."""
        if (left := self.pause_left) > LONGEST_PAUSE:
            raise Retry("the vendor asked to wait", after=left, tried=False)
        await self._turn(_Waiting(priority, chat, asyncio.get_running_loop().create_future()))
        try:
            yield
        finally:
            self._bulk_under_way -= priority == BULK
            self.finish(chat)

    def try_now(self, chat: Hashable) -> bool:
        """Take a slot for a webhook's answer when one is free and nobody waits; `finish` gives it back."""
        if any(not one.granted.done() for one in self._waiting) or self._ready_at(0, chat) > self._clock():
            return False
        self._take(0, chat)
        return True

    def finish(self, chat: Hashable, unseen: float = 0.0) -> None:
        """The call of a slot was acknowledged (or surely seen in `unseen` seconds)."""
        at = self._clock() + unseen
        self._under_way -= 1
        if self.limit:
            self._acknowledged.append(at)
        if self._chat_gap and chat is not None:
            self._chats[chat] = at
        self._grant()

    def give_back(self, chat: Hashable) -> None:
        """The slot was not used."""
        self._under_way -= 1
        self._chats.pop(chat, None)
        self._grant()

    async def wants_bulk(self, sending: Callable[[], int], fetching: float = 0.0) -> int:
        """Wait until more bulk should come to the slots' door; how many. Few wait there, so that a kill leaves few
        in doubt, and none come while the vendor wants silence. `sending` counts the bulk that was let come and has not
        ended; `fetching` is how many seconds the next ones take to come: as many wait as leave in that time."""
        rate = self.limit / self._window if self.limit else 0.0
        few = max(2, self.limit // 20, min(math.ceil(rate * fetching) + 1, self.limit // 3))
        while True:
            waiting = sending() - self._bulk_under_way
            if (pause := self.pause_left) > _EPSILON:
                await asyncio.sleep(min(pause, 1.0))
            elif waiting < few:
                return few - waiting
            else:
                self._wanted.clear()
                await self._wanted.wait()

    def room(self) -> None:
        """Bulk ended (or was turned away): look again how much more is wanted."""
        self._wanted.set()

    async def _turn(self, mine: _Waiting) -> None:
        at = sum(one.priority <= mine.priority for one in self._waiting)
        self._waiting.insert(at, mine)
        self._grant()
        try:
            await asyncio.wait_for(asyncio.shield(mine.granted), LONGEST_WAIT)
        except BaseException as error:
            if mine in self._waiting:
                self._waiting.remove(mine)
                mine.granted.cancel()
                self._wanted.set()
            elif not mine.granted.cancelled() and mine.granted.exception() is None:
                self._bulk_under_way -= mine.priority == BULK
                self.give_back(mine.chat)
            if isinstance(error, TimeoutError):
                raise Retry("no slot came", after=1.0, tried=False) from None
            raise

    def _grant(self) -> None:
        """Let go who may, in order; set the alarm for the next."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._wanted.set()
        if not self._waiting:
            return
        now = self._clock()
        soonest = float("inf")
        for one in list(self._waiting):
            ready_at = self._ready_at(one.priority, one.chat)
            if ready_at > now:
                soonest = min(soonest, ready_at)
                continue
            self._waiting.remove(one)
            if not one.granted.done():
                self._take(one.priority, one.chat)
                one.granted.set_result(None)
        if self._waiting and soonest < float("inf"):
            self._timer = asyncio.get_running_loop().call_later(max(soonest - now, 0.0005), self._grant)

    def _take(self, priority: int, chat: Hashable) -> None:
        self._under_way += 1
        if self._chat_gap and chat is not None:
            self._chats[chat] = float("inf")
        if priority == BULK:
            self._bulk_under_way += 1
            self._bulk_at = self._clock()
        self._forget_chats()

    def _ready_at(self, priority: int, chat: Hashable) -> float:
        """The moment from which this send may leave; infinite while only an acknowledgement can tell."""
        now = self._clock()
        ready_at = max(self._not_before, self._window_at(now))
        if self._chat_gap and (last := self._chats.get(chat)) is not None:
            ready_at = max(ready_at, last + self._chat_gap)
        if priority == BULK:
            ready_at = max(ready_at, self._bulk_at + self._bulk_gap)
        return ready_at

    def _window_at(self, now: float) -> float:
        if not self.limit:
            return float("-inf")
        while self._acknowledged and self._acknowledged[0] + self._window <= now:
            self._acknowledged.popleft()
        over = self._under_way + len(self._acknowledged) - self.limit
        if over < 0:
            return float("-inf")
        return self._acknowledged[over] + self._window if over < len(self._acknowledged) else float("inf")

    def _forget_chats(self) -> None:
        if len(self._chats) > 500:
            now = self._clock()
            self._chats = {chat: at for chat, at in self._chats.items() if at + self._chat_gap > now}
