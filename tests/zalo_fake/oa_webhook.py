"""Events on their way to the bot: signed over their raw bytes, two seconds of patience, and a ladder of retries."""

import asyncio
import io
import json
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import aiohttp

LADDER = (30.0, 300.0, 900.0, 1800.0, 3600.0)
"""Seconds between the tries, as Zalo documents them."""
PATIENCE = 2.0


@dataclass(frozen=True)
class Delivery:
    """One try; status 0 = no answer within PATIENCE or no connection."""

    event_name: str
    retry: int
    status: int
    seconds: float


class Deliveries:
    """Brings events to `url`; an app whose event failed at every try is unsubscribed."""

    def __init__(self, app_id: str, secret: str, scale: float) -> None:
        """`scale` shortens the ladder for tests."""
        self.app_id = app_id
        self.secret = secret
        self.scale = scale
        self.url = ""
        self.subscribed = True
        self.made: list[Delivery] = []
        self.bodies: list[bytes] = []
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def sign(self, body: bytes, timestamp: str) -> str:
        """The value of X-ZEvent-Signature."""
        return "mac=" + sha256(self.app_id.encode() + body + timestamp.encode() + self.secret.encode()).hexdigest()

    async def bring(self, event: dict[str, Any]) -> None:
        """Deliver an event; returns after the first try, the others follow in the background."""
        if not (self.url and self.subscribed):
            return
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        self.bodies.append(body)
        if not await self._try(event, body, 0):
            task = asyncio.create_task(self._climb(event, body))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def post(self, body: bytes, headers: dict[str, str]) -> int:
        """Knock with anything; returns the status."""
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200))
        async with self._session.post(
            self.url, data=io.BytesIO(body), headers={"Content-Type": "application/json", **headers}, timeout=timeout
        ) as response:
            await response.read()
            return response.status

    async def settled(self) -> None:
        """Wait until no event is on its way."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Give up what is on its way."""
        for task in self._tasks:
            task.cancel()
        await self.settled()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _climb(self, event: dict[str, Any], body: bytes) -> None:
        for retry, seconds in enumerate(LADDER, 1):
            await asyncio.sleep(seconds * self.scale)
            if await self._try(event, body, retry):
                return
        self.subscribed = False

    async def _try(self, event: dict[str, Any], body: bytes, retry: int) -> bool:
        headers = {"X-ZEvent-Signature": self.sign(body, str(event.get("timestamp", "")))}
        if retry:
            headers["num_retry"] = str(retry)
        began, status = time.monotonic(), 0
        try:
            status = await self.post(body, headers)
        except (aiohttp.ClientError, OSError, TimeoutError):
            status = 0
        self.made.append(Delivery(str(event.get("event_name")), retry, status, time.monotonic() - began))
        return status == 200
