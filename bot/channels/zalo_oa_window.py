"""Zalo's window: answers are free for 48 hours after a person's last word, cost up to 7 days, then are not taken."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from bot.channels.zalo_oa_refusals import OutsideWindow
from bot.clock import now

FREE: Final = timedelta(hours=48)
LIMIT: Final = timedelta(days=7)
LastHeard = Callable[[str], Awaitable[datetime | None]]
"""When the person behind an address last wrote, over all processes; None when that is not known."""
_REMEMBERED = 100_000


class Window:
    """Remembers who wrote when, and asks the injected memory about everyone else."""

    def __init__(self, last_heard: LastHeard | None = None, *, pays: bool = False) -> None:
        """`pays`: messages between 48 hours and 7 days are sent although the OA is billed for them."""
        self._last_heard = last_heard
        self._longest = LIMIT if pays else FREE
        self._heard: dict[str, datetime] = {}

    def heard(self, address: str, at: datetime) -> None:
        """The person wrote, tapped or followed: the window is open again."""
        before = self._heard.pop(address, at)
        self._heard[address] = max(before, at)
        while len(self._heard) > _REMEMBERED:
            del self._heard[next(iter(self._heard))]

    async def check(self, address: str) -> None:
        """Raises OutsideWindow. When nobody knows the last word the message is sent, and Zalo decides."""
        limit = now() - self._longest
        last = self._heard.get(address)
        if last is None or last < limit:
            stored = await self._last_heard(address) if self._last_heard else None
            last = max(filter(None, (last, stored)), default=None)
        if last is not None and last < limit:
            raise OutsideWindow
