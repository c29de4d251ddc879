"""Asking Telegram for updates: a long poll whose offset never passes an update that is not handled to its commit."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import urlencode

from telegram.error import Conflict, TelegramError
from telegram.request import BaseRequest

from bot.channels.telegram_request import Flooded
from bot.channels.telegram_updates import ALLOWED_UPDATES

log = logging.getLogger(__name__)

LONG_POLL: Final = 25
"""Seconds that Telegram holds an empty answer back."""
_BATCH = 100
_LONGEST_BACKOFF = 30.0
_LAST_WAIT = 10.0
"""Seconds that a stopping process gives its last updates; what is cut off comes again after the next start."""
_CATCH_UP = 1.0
"""Seconds that the next question waits for slow updates of the last answer."""


class Polling:
    """One chat in order, chats in parallel. Telegram forgets an update only when a later offset is asked for, so the
    offset stays at the oldest unfinished one and a killed process is told all of them again."""

    def __init__(
        self, request: BaseRequest, base_url: str, handle: Callable[[dict[str, Any]], Awaitable[None]]
    ) -> None:
        """`base_url` ends in the token; `handle` takes one raw update to its commit and raises only cancellation."""
        self._request = request
        self._base_url = base_url
        self._handle = handle
        self._next = 0
        self._running: dict[int, asyncio.Task[None]] = {}
        self._finished: set[int] = set()
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._failures = 0
        self._conflict_told = float("-inf")

    @property
    def offset(self) -> int:
        """The id of the oldest update that is not yet handled."""
        return min(self._running, default=self._next)

    async def run(self) -> None:
        """Ask, hand over, and ask again, until cancelled."""
        while True:
            try:
                updates = await self._ask(0 if self._running else LONG_POLL)
                self._failures = 0
            except TelegramError as error:
                await asyncio.sleep(self._backoff(error))
                continue
            for update in updates:
                self._take(update)
            if self._running:
                await asyncio.wait(set(self._running.values()), timeout=_CATCH_UP)

    async def finish(self) -> None:
        """Let what was taken come to its commit, then tell Telegram, so that it is not told again."""
        if self._running:
            _, stuck = await asyncio.wait(set(self._running.values()), timeout=_LAST_WAIT)
            for task in stuck:
                task.cancel()
        if not self._next:
            return
        try:
            await self._ask(0, limit=1)
        except TelegramError as error:
            log.info("telegram: the last offset was not confirmed: %s", type(error).__name__)

    async def _ask(self, seconds: int, limit: int = _BATCH) -> list[dict[str, Any]]:
        """The raw updates from the offset on; raw, so that one strange update cannot spoil its neighbours."""
        offset = self.offset
        question = {"timeout": seconds, "limit": limit, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        query = urlencode({**question, **({"offset": offset} if offset else {})})
        answer = await self._request.retrieve(f"{self._base_url}/getUpdates?{query}", read_timeout=seconds + 10)
        updates: list[dict[str, Any]] = self._request.parse_json_payload(answer)["result"]
        self._finished = {update_id for update_id in self._finished if update_id >= offset}
        return updates

    def _take(self, update: dict[str, Any]) -> None:
        update_id = int(update["update_id"])
        if update_id in self._running or update_id in self._finished:
            return
        self._next = update_id + 1
        lane = lane_of(update)
        task = asyncio.create_task(self._in_turn(self._lanes.get(lane), update))
        self._running[update_id] = self._lanes[lane] = task
        task.add_done_callback(lambda done: self._done(update_id, lane, done))

    async def _in_turn(self, before: asyncio.Task[None] | None, update: dict[str, Any]) -> None:
        if before is not None:
            await asyncio.wait({before})
        await self._handle(update)

    def _done(self, update_id: int, lane: int, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return  # it stays unfinished, so that the offset never passes it
        self._running.pop(update_id, None)
        self._finished.add(update_id)
        if self._lanes.get(lane) is task:
            del self._lanes[lane]
        if error := task.exception():
            log.error("telegram: update %d was dropped: %s", update_id, type(error).__name__, exc_info=error)

    def _backoff(self, error: TelegramError) -> float:
        """Seconds until the next try; another reader of the same token is told of once a minute."""
        self._failures += 1
        if isinstance(error, Flooded):
            return error.after
        if not isinstance(error, Conflict):
            log.warning("telegram: no updates: %s (failure %d)", type(error).__name__, self._failures)
        elif time.monotonic() - self._conflict_told >= 60:
            self._conflict_told = time.monotonic()
            log.error("telegram: another program reads the updates of this bot (409); stop one of the two")
        return float(min(2.0 ** min(self._failures - 1, 5) / 2, _LONGEST_BACKOFF))


def lane_of(update: dict[str, Any]) -> int:
    """The chat whose updates keep their order with this one; 0 when it has none."""
    for kind in ALLOWED_UPDATES:
        body = update.get(kind)
        if isinstance(body, dict):
            holder = body.get("message") if kind == "callback_query" else body
            chat = holder.get("chat") if isinstance(holder, dict) else None
            if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                return int(chat["id"])
    return 0
