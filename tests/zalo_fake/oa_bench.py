"""The Zalo OA channel on a bench: fake OA, web server and an inbox around it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.channels.base import Inbox
from bot.channels.zalo_oa import ZaloOA
from bot.channels.zalo_oa_webhook import PATH, signature
from bot.errors import Retry
from tests.telegram_emulator.inbox import Rule, SmallInbox
from tests.zalo_fake.oa import APP_ID, OA_ID, OA_SECRET, FakeOA
from tests.zalo_fake.server import Server

STAMP = "1700000000000"


class PlainTokens:
    """The least that the channel needs of its tokens: the fake's newest pair."""

    def __init__(self, oa: FakeOA) -> None:
        self._oa = oa
        self.value = oa.grant().access
        self.refreshed = 0

    async def access(self) -> str:
        """What was granted last, as far as we know."""
        return self.value

    async def refresh(self, stale: str) -> str:
        """Another token, unless the OA has been cut off."""
        self.refreshed += 1
        if self.refreshed > 5:
            raise Retry("no token")
        self.value = self._oa.grant().access
        return self.value

    async def close(self) -> None:
        """Nothing is under way."""


@dataclass
class Bench:
    """Everything that a test of the channel needs."""

    oa: FakeOA
    channel: ZaloOA
    inbox: Any
    tokens: PlainTokens


@asynccontextmanager
async def bench(rule: Rule | None = None, *, inbox: Inbox | None = None, **settings: Any) -> AsyncIterator[Bench]:
    """A running channel that answers by `rule`, or hands its messages to `inbox`."""
    small = SmallInbox(rule) if rule else None
    async with serving() as oa:
        tokens = PlainTokens(oa)
        channel = ZaloOA(oa.app_id, oa.oa_secret, tokens, oa_id=oa.oa_id, api_url=oa.url, **settings)
        used: Any = inbox or small
        if small:
            small.channel = channel
        async with listening(oa, channel, used):
            yield Bench(oa, channel, used, tokens)
        if small:
            await small.idle()


@asynccontextmanager
async def serving() -> AsyncIterator[FakeOA]:
    """A fake OA at its own address."""
    oa = FakeOA()
    async with Server(oa):
        yield oa


@asynccontextmanager
async def listening(oa: FakeOA, channel: ZaloOA, inbox: Inbox) -> AsyncIterator[str]:
    """The channel's web server, with the fake's webhook pointed at it."""
    app = web.Application()
    app.add_routes(channel.routes(inbox))
    runner = web.AppRunner(app, shutdown_timeout=1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    oa.webhook.url = url + PATH
    await channel.start(inbox)
    try:
        yield url
    finally:
        await oa.webhook.close()
        await channel.stop()
        await runner.cleanup()


def signed(event: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """An event as Zalo would send it."""
    body = json.dumps(event, ensure_ascii=False).encode("utf-8", "surrogatepass")
    stamp = event.get("timestamp", "")
    mac = signature(APP_ID, body, str(stamp) if isinstance(stamp, str | int) else "", OA_SECRET)
    return body, {"X-ZEvent-Signature": f"mac={mac}"}


async def knock(b: Bench, event: dict[str, Any]) -> int:
    """Post a signed event; returns the status."""
    body, headers = signed(event)
    return await b.oa.webhook.post(body, headers)


def event(name: str, **fields: Any) -> dict[str, Any]:
    """An event with the fields that all have."""
    people = {"sender": {"id": "U1"}, "recipient": {"id": OA_ID}, "user_id_by_app": "UA1"}
    return {"app_id": APP_ID, **people, "event_name": name, "timestamp": STAMP, **fields}
