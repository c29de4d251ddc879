"""The program in a process of its own, with web chat and Telegram webhook at once, and a visitor who can forge."""

import asyncio
import io
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp

from bot.channels.telegram_webhook import PATH
from storage.database import Database
from tests.nursery import Nursery
from tests.telegram_emulator import Emulator

ROOT = Path(__file__).resolve().parent.parent
SECRET = "service-secret_of-the-tests"


class Service:
    """The program in a process of its own, its log, and the Telegram around it."""

    def __init__(self, nursery: Nursery, telegram: Emulator, database_url: str, port: int, folder: Path) -> None:
        self.nursery = nursery
        self.telegram, self.database_url, self.folder = telegram, database_url, folder
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "service.log"
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "PORT": str(port),
            "PUBLIC_URL": self.url,
            "TELEGRAM_TOKEN": telegram.token,
            "TELEGRAM_API_URL": telegram.url,
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
            "LOG_LEVEL": "debug",
        }
        self.stack = AsyncExitStack()

    async def runs(self) -> None:
        with self.log.open("wb") as log:
            self.process = self.nursery.begin(
                "bot", "web", folder=self.folder, environment=self.environment, stdout=log.fileno(), stderr=log.fileno()
            )
        self.session = await self.stack.enter_async_context(aiohttp.ClientSession(self.url))
        async with asyncio.timeout(30):
            while not (self.telegram.made("setWebhook") and await self.healthy()):
                assert self.process.returncode is None, self.log.read_text(encoding="utf-8")[-2000:]
                await asyncio.sleep(0.05)

    async def healthy(self) -> bool:
        with suppress(aiohttp.ClientError):
            async with self.session.get("/healthz") as answer:
                return answer.status == 200
        return False

    async def ends(self) -> None:
        await self.telegram.feed.close()
        await self.stack.aclose()
        self.process.terminate()
        assert await self.process.wait(20) == 0

    async def asked(self, method: str, path: str, **request: Any) -> int:
        """The status of one request by somebody without a cookie."""
        async with self.session.request(method, path, **request) as answer:
            assert "Traceback" not in await answer.text()
            return answer.status

    async def knocks(self, body: bytes, secret: str = SECRET, kind: str = "application/json") -> int:
        headers = {"Content-Type": kind, **({"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {})}
        return await self.asked("POST", PATH, data=io.BytesIO(body), headers=headers)

    @asynccontextmanager
    async def stored(self) -> AsyncIterator[Database]:
        """The database as it is now, beside the program."""
        database = Database(self.database_url)
        yield database
        await database.close()

    async def visitor(self) -> "Visitor":
        """A new visitor of the web chat, greeted."""
        jar = aiohttp.CookieJar(unsafe=True)
        session = await self.stack.enter_async_context(aiohttp.ClientSession(self.url, cookie_jar=jar))
        visitor = Visitor(session, self.url)
        await visitor.comes()
        return visitor


class Visitor:
    """One cookie jar and one socket of the web chat."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session, self.url = session, url
        self.messages: list[dict[str, Any]] = []

    async def comes(self) -> None:
        async with self.session.get("/") as page:
            assert page.status == 200
        self.ws = await self.session.ws_connect("/ws", origin=self.url)
        await self.ws.send_json({"type": "hello", "since": "0"})
        assert (await self.ws.receive_json(timeout=10))["type"] == "ready"

    async def says(self, text: str, id: str = "") -> str:
        """Send a text; the answer or the refusal."""
        return await self._exchange({"type": "say", "id": id or str(uuid4()), "text": text})

    async def taps(self, label: str) -> str:
        return await self.replays(self.payload(label))

    async def replays(self, payload: str) -> str:
        """Tap with any payload, as a forged page can; the answer or the refusal."""
        newest = self.messages[-1]["id"] if self.messages else "1"
        return await self._exchange({"type": "tap", "id": str(uuid4()), "payload": payload, "message": newest})

    async def refused(self, frame: str) -> str:
        """The sentence with which a frame is refused."""
        await self.ws.send_str(frame)
        return str((await self._until("error"))["text"])

    async def uploads(self, content: bytes, name: str) -> int:
        form = aiohttp.FormData()
        form.add_field("id", str(uuid4()))
        form.add_field("file", io.BytesIO(content), filename=name)
        async with self.session.post("/upload", data=form, headers={"Origin": self.url}) as answer:
            return answer.status

    async def hears(self) -> str:
        return str((await self._until("message"))["text"])

    async def hears_out(self) -> None:
        """Take in what still comes, until nothing has for a while."""
        with suppress(TimeoutError):
            while True:
                frame = await self.ws.receive_json(timeout=0.5)
                self.messages += [frame] if frame["type"] == "message" else []

    def payload(self, label: str) -> str:
        found = [b["payload"] for message in self.messages for b in message["buttons"] if b["label"] == label]
        assert found, f"no button {label!r}"
        return str(found[-1])

    async def _until(self, *kinds: str) -> dict[str, Any]:
        while True:
            frame: dict[str, Any] = await self.ws.receive_json(timeout=40)
            if frame["type"] == "message":
                self.messages.append(frame)
            if frame["type"] in kinds:
                return frame

    async def _exchange(self, frame: dict[str, Any]) -> str:
        before = len(self.messages)
        await self.ws.send_json(frame)
        while (settled := await self._until("accepted", "error"))["id"] != frame["id"]:
            continue  # about an earlier frame, or about the history
        if settled["type"] == "error":
            return str(settled["text"])
        while len(self.messages) == before:
            await self._until("message")
        return str(self.messages[before]["text"])
