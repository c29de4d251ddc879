"""The Zalo Bot channel on a bench: fake platform, web server and a small inbox around it."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from bot.channels.zalo_bot import Mode, ZaloBot
from bot.channels.zalo_bot_webhook import PATH
from tests.telegram_emulator.bench import free_port
from tests.telegram_emulator.inbox import Rule, SmallInbox
from tests.zalo_fake.bot import ZaloBotServer

SECRET = "bench-secret"


@dataclass
class BotBench:
    """Everything that a test of the channel needs."""

    zalo: ZaloBotServer
    channel: ZaloBot
    inbox: SmallInbox
    web_url: str

    async def post(self, body: bytes, *, secret: str | None = SECRET) -> int:
        """Knock at the webhook by hand; returns the status."""
        headers = {"Content-Type": "application/json", **({"X-Bot-Api-Secret-Token": secret} if secret else {})}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.web_url + PATH, data=io.BytesIO(body), headers=headers) as response,
        ):
            return response.status


@asynccontextmanager
async def bot_bench(mode: Mode, rule: Rule, *, gap: float = 0.01, **knobs: Any) -> AsyncIterator[BotBench]:
    """A running channel that answers by `rule`; `knobs` are the fake platform's."""
    inbox = SmallInbox(rule)
    async with ZaloBotServer(**knobs) as zalo:
        app = web.Application()
        runner = web.AppRunner(app, shutdown_timeout=1)
        port = await free_port()
        web_url = f"http://127.0.0.1:{port}"
        channel = ZaloBot(zalo.token, mode=mode, api_url=zalo.url, public_url=web_url, secret=SECRET, gap=gap)
        inbox.channel = channel
        app.add_routes(channel.routes(inbox))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await channel.start(inbox)
        try:
            await listening(zalo, mode)
            yield BotBench(zalo, channel, inbox, web_url)
        finally:
            await channel.stop()
            await inbox.idle()
            await runner.cleanup()


async def listening(zalo: ZaloBotServer, mode: Mode, seconds: float = 5.0) -> None:
    """Wait until the bot polls or has set its webhook."""
    async with asyncio.timeout(seconds):
        while not (zalo.webhook if mode == "webhook" else zalo.asking or zalo.made("getUpdates")):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
