"""The Telegram channel on a bench: emulator, web server and a small inbox around it, in polling or webhook mode."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from bot.channels.telegram import Mode, Telegram
from bot.channels.telegram_webhook import PATH
from tests.telegram_emulator import Emulator, Limits
from tests.telegram_emulator.inbox import Rule, SmallInbox

SECRET = "bench-secret_1-of-24-chars"


@dataclass
class Bench:
    """Everything that a test of the channel needs."""

    telegram: Emulator
    channel: Telegram
    inbox: SmallInbox
    web_url: str

    async def post(self, body: bytes, *, secret: str | None = SECRET, kind: str = "application/json") -> int:
        """Knock at the webhook by hand; returns the status."""
        headers = {"Content-Type": kind, **({"X-Telegram-Bot-Api-Secret-Token": secret} if secret is not None else {})}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.web_url + PATH, data=io.BytesIO(body), headers=headers) as response,
        ):
            return response.status


@asynccontextmanager
async def bench(mode: Mode, rule: Rule, *, limits: Limits | None = None, **settings: Any) -> AsyncIterator[Bench]:
    """A running channel that answers by `rule`; without `limits` the emulator sets none."""
    inbox = SmallInbox(rule)
    async with Emulator(limits=limits or Limits(0, 0), retry_delay=0.05) as telegram:
        app = web.Application()
        runner = web.AppRunner(app, shutdown_timeout=1)
        port = await free_port()
        web_url = f"http://127.0.0.1:{port}"
        channel = Telegram(
            telegram.token, mode=mode, api_url=telegram.url, public_url=web_url, secret=SECRET,
            **{"chat_gap": 0.0, "per_second": 0, **settings},
        )  # fmt: skip
        inbox.channel = channel
        app.add_routes(channel.routes(inbox))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await channel.start(inbox)
        try:
            await _listening(telegram, mode)
            yield Bench(telegram, channel, inbox, web_url)
        finally:
            await telegram.feed.close()
            await channel.stop()
            await inbox.idle()
            await runner.cleanup()


async def free_port() -> int:
    """A port of this machine that nobody uses now."""
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


async def _listening(telegram: Emulator, mode: Mode) -> None:
    wanted = "setWebhook" if mode == "webhook" else "deleteWebhook"
    async with asyncio.timeout(5):
        while not telegram.made(wanted):  # noqa: ASYNC110 - the emulator's call list has no event of its own
            await asyncio.sleep(0.01)
