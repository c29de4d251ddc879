"""Asking the Zalo Bot Platform for updates: one at a time, no cursor, and an idle poll that ends in 408."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from bot.channels.zalo_bot_client import Client, NoAnswer, Refused
from bot.channels.zalo_bot_updates import unwrapped

log = logging.getLogger(__name__)

LONG_POLL: Final = 30
"""Seconds that Zalo holds an empty answer back."""
_SLACK = 10.0
"""Seconds that our own patience exceeds Zalo's."""
_LONGEST_BACKOFF = 60.0
_IDLE, _TOKEN, _WEBHOOK_SET = 408, 401, 400
_TOLD_AGAIN = 60.0

Handle = Callable[[dict[str, Any]], Awaitable[None]]


class Polling:
    """The next question is asked only when the answer of the last one is handled to its commit: Zalo forgets an update
    once it is told (or tells it again and again: then it is a known message, and `handle` ignores it)."""

    def __init__(self, client: Client, handle: Handle, *, gap: float = 1.0) -> None:
        """`gap`: seconds between two polls that brought something; a replayed update would else be a hot loop."""
        self._client = client
        self._handle = handle
        self._gap = gap
        self._failures = 0
        self._told = float("-inf")
        self._work: asyncio.Task[None] | None = None

    @property
    def work(self) -> asyncio.Task[None] | None:
        """The update being handled."""
        return self._work if self._work and not self._work.done() else None

    async def run(self) -> str:
        """Ask, hand over, and ask again; returns only when the token is refused, with the reason."""
        while True:
            began = time.monotonic()
            try:
                updates = await self._ask()
            except Refused as refused:
                if refused.code == _TOKEN:
                    return str(refused)
                await asyncio.sleep(self._pause_after(refused))
                continue
            except NoAnswer as nothing:
                await asyncio.sleep(self._backoff(nothing))
                continue
            self._failures = 0
            for update in updates:
                await self._take(update)
            # An idle poll that comes back at once is no idle poll: never more than one question in a gap.
            await asyncio.sleep(max(self._gap - (time.monotonic() - began), 0))

    async def _ask(self) -> list[dict[str, Any]]:
        try:
            answer = await self._client.call("getUpdates", {"timeout": LONG_POLL}, seconds=LONG_POLL + _SLACK)
        except Refused as refused:
            if refused.code == _IDLE:
                return []
            raise
        except NoAnswer as nothing:
            if nothing.sent and str(nothing).endswith("TimeoutError"):
                return []  # a poll that nobody ended is an idle one
            raise
        return list(unwrapped(answer))

    async def _take(self, update: dict[str, Any]) -> None:
        """In a task of its own: a stopping process lets it end."""

        async def handle() -> None:
            await self._handle(update)

        self._work = asyncio.create_task(handle())
        await asyncio.shield(self._work)

    def _pause_after(self, refused: Refused) -> float:
        if refused.code == _WEBHOOK_SET and time.monotonic() - self._told >= _TOLD_AGAIN:
            self._told = time.monotonic()
            log.error(
                "zalo bot: getUpdates is refused (%s); a webhook may be set by another program of this bot", refused
            )
        return self._backoff(refused)

    def _backoff(self, error: Exception) -> float:
        """Seconds until the next try, doubled up to a minute, with jitter."""
        self._failures += 1
        if not (isinstance(error, Refused) and error.code == _WEBHOOK_SET):
            log.warning("zalo bot: no updates: %s (failure %d)", error, self._failures)
        return min(2.0 ** min(self._failures - 1, 6) / 2, _LONGEST_BACKOFF) * random.uniform(0.8, 1.0)
