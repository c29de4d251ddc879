"""Updates on their way to the bot: kept until confirmed, given out by long poll or brought to the webhook."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.telegram_emulator.refusal import Refusal, bad_request

_DEFAULT = ("message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "my_chat_member")


@dataclass
class Webhook:
    """What setWebhook was told, and how it goes."""

    url: str
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_at: int = 0


@dataclass
class Feed:
    """Pending updates in order of their ids."""

    answer: Callable[[dict[str, Any]], Awaitable[None]]
    """Executes the method call in a webhook's answer."""
    retry_delay: float = 0.2
    webhook: Webhook | None = None
    allowed: tuple[str, ...] = _DEFAULT
    pending: dict[int, dict[str, Any]] = field(default_factory=dict)
    deliveries: list[tuple[int, int]] = field(default_factory=list)
    """(update id, status) of each webhook call; status 0 = no connection."""
    _next_id: int = 700_000_001
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _reader: int = 0
    _pump: asyncio.Task[None] | None = None

    async def add(self, kind: str, body: dict[str, Any]) -> int:
        """A new update; kinds that the bot did not ask for are dropped at once."""
        update_id, self._next_id = self._next_id, self._next_id + 1
        if kind in self.allowed or kind.startswith("unknown"):
            await self.put({"update_id": update_id, kind: body})
        return update_id

    async def put(self, update: dict[str, Any]) -> None:
        """An update as it is, also one that was told before."""
        async with self._changed:
            self.pending[update["update_id"]] = update
            self._changed.notify_all()

    def allow(self, kinds: list[str] | None) -> None:
        """allowed_updates: an empty list means the default, None leaves it as it is."""
        if kinds is not None:
            self.allowed = tuple(kinds) or _DEFAULT

    async def take(self, offset: int, limit: int, seconds: int) -> list[dict[str, Any]]:
        """getUpdates: forget what lies below the offset, wait for something, give out up to `limit`."""
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        self._reader += 1
        mine = self._reader
        async with self._changed:
            self._changed.notify_all()
            if offset < 0:
                offset = (sorted(self.pending)[offset:] or [0])[0]
            for update_id in [known for known in self.pending if known < offset]:
                del self.pending[update_id]
            try:
                async with asyncio.timeout(seconds):
                    await self._changed.wait_for(lambda: self.pending or self._reader != mine)
            except TimeoutError:
                return []
            if self._reader != mine:
                raise Refusal(409, "Conflict: terminated by other getUpdates request; one bot instance only")
            return [self.pending[update_id] for update_id in sorted(self.pending)[:limit]]

    async def emptied(self) -> None:
        """Wait until nothing is pending."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self.pending)

    async def set_webhook(self, url: str, secret: str, max_connections: int) -> None:
        """Start to bring updates to this address; an empty one ends it."""
        await self.close()
        self.webhook = None
        if not url:
            return
        if not re.match(r"https?://[^/]+", url):
            raise bad_request("bad webhook: invalid URL")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad_request("secret token contains unallowed characters")
        if not 1 <= max_connections <= 100:
            raise bad_request("max_connections must be between 1 and 100")
        self.webhook = Webhook(url, secret, max_connections)
        self._pump = asyncio.create_task(self._bring(self.webhook))

    async def close(self) -> None:
        """Stop bringing updates."""
        if self._pump:
            self._pump.cancel()
            await asyncio.wait({self._pump})
            self._pump = None

    async def _bring(self, webhook: Webhook) -> None:
        """Chats in parallel up to max_connections, the updates of one chat in order, each until it is taken."""
        busy: set[str] = set()
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session,
            asyncio.TaskGroup() as group,
        ):
            while True:
                for update in [self.pending[update_id] for update_id in sorted(self.pending)]:
                    lane = _lane(update)
                    if lane not in busy and len(busy) < webhook.max_connections:
                        busy.add(lane)
                        group.create_task(self._deliver(session, webhook, update, busy))
                async with self._changed:
                    await self._changed.wait()

    async def _deliver(
        self, session: aiohttp.ClientSession, webhook: Webhook, update: dict[str, Any], busy: set[str]
    ) -> None:
        taken = await self._taken(session, webhook, update)
        while not taken:
            await asyncio.sleep(self.retry_delay)
            taken = await self._taken(session, webhook, update)
        async with self._changed:
            if self.pending.get(update["update_id"]) is update:
                del self.pending[update["update_id"]]
            busy.discard(_lane(update))
            self._changed.notify_all()

    async def _taken(self, session: aiohttp.ClientSession, webhook: Webhook, update: dict[str, Any]) -> bool:
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        status, body = 0, b""
        try:
            async with session.post(webhook.url, data=json.dumps(update), headers=headers) as response:
                status, body = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            webhook.last_error = type(error).__name__
        self.deliveries.append((update["update_id"], status))
        if not 200 <= status < 300:
            webhook.last_error = webhook.last_error if status == 0 else f"Wrong response from the webhook: {status}"
            webhook.last_error_at = int(time.time())
            return False
        call = json.loads(body) if body[:1] == b"{" else {}
        if "method" in call:
            await self.answer(call)
        return True


def _lane(update: dict[str, Any]) -> str:
    for body in update.values():
        if isinstance(body, dict):
            holder = body.get("message", body)
            if isinstance(holder, dict) and isinstance(holder.get("chat"), dict):
                return str(holder["chat"].get("id"))
    return f"update {update['update_id']}"
