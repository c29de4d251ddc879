"""The fake Zalo Bot Platform: its methods, envelope, error codes, quotas, long poll without a cursor, and webhook.

By hand: `python -m tests.zalo_fake.bot_by_hand`.
"""

import asyncio
import hashlib
import itertools
import json
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import aiohttp
from aiohttp import web

from tests.zalo_fake.bot_methods import METHODS, Methods, Refusal
from tests.zalo_fake.bot_people import BotChat, BotPerson, Json

TOKEN = "123456789:fake-token_of_no_real_zalo_bot"


@dataclass(frozen=True)
class Call:
    """One call of the bot and how it ended; `error` is 0 when it was taken."""

    method: str
    values: Json
    error: int = 0
    at: float = 0.0


class ZaloBotServer:
    """`async with ZaloBotServer() as zalo:` serves the bot with `zalo.token` at `zalo.url`."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        errors_on_200: bool = False,
        wrapped: bool = False,
        photo_field: str = "photo_url",
        replays: bool = False,
        monthly: int = 3_000,
        people: int = 50,
        per_second: int = 0,
        idle_seconds: float = 30.0,
        https_only: bool = False,
        retries: int = 0,
    ) -> None:
        """`errors_on_200`: refusals come with HTTP 200; `wrapped`: webhook bodies stand in the envelope; `replays`: a
        consumed update is told again and again; `idle_seconds`: the longest poll, whatever the bot asks for; `retries`:
        how often a webhook call that was not answered with 200 is repeated (the real number is unknown)."""
        self.token = token
        self.errors_on_200 = errors_on_200
        self.wrapped = wrapped
        self.photo_field = photo_field
        self.replays = replays
        self.monthly, self.people_limit, self.per_second = monthly, people, per_second
        self.idle_seconds = idle_seconds
        self.https_only = https_only
        self.retries = retries
        self.now: Callable[[], float] = time.time
        self.me: Json = {
            "id": "b0b0", "account_name": "bot.banhoc", "display_name": "Bot Bạn Học", "account_type": "BASIC",
            "can_join_groups": False,
        }  # fmt: skip
        self.url = ""
        self.calls: list[Call] = []
        self.answers: list[int] = []
        """HTTP statuses that the webhook gave."""
        self.webhook: Json = {}
        self.people: dict[str, BotPerson] = {}
        self.chats: dict[str, BotChat] = {}
        self.methods = Methods(self)
        self.updates: deque[Json] = deque()
        self.news = asyncio.Condition()
        self.asking = 0
        self._files: dict[str, tuple[bytes, str]] = {}
        self._faults: dict[str, list[Refusal | None]] = {}
        self._ids = itertools.count(1)
        self._deliveries: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> "ZaloBotServer":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Its addresses, for a server that serves other products, too."""
        return (web.route("*", "/bot{token}/{method}", self._call), web.get("/bot-files/{name}", self._file))

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Serve alone; port 0 takes a free one."""
        app = web.Application()
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        """End what is on its way."""
        for task in self._deliveries:
            task.cancel()
        if self._deliveries:
            await asyncio.wait(set(self._deliveries))

    async def stop(self) -> None:
        """End the server."""
        await self.close()
        if self._runner:
            await self._runner.cleanup()

    def user(self, name: str) -> BotPerson:
        """The person of this name, made on first use."""
        if name not in self.people:
            person = BotPerson(self, hashlib.sha256(name.encode()).hexdigest()[:20], name)
            self.people[name] = person
            self.chats[person.id] = person.chat
        return self.people[name]

    def group(self, title: str) -> BotChat:
        """A group that the bot is in."""
        chat = BotChat(self.next_id("g"), title, "GROUP", started=True)
        self.chats[chat.id] = chat
        return chat

    def next_id(self, prefix: str) -> str:
        """A fresh id."""
        return f"{prefix}{next(self._ids):x}"

    def store(self, content: bytes, ending: str) -> str:
        """Keep a file for the bot to fetch; returns its address."""
        name = self.next_id("f") + ending
        kinds = {".jpg": "image/jpeg", ".png": "image/png", ".aac": "audio/aac"}
        self._files[name] = (content, kinds.get(ending, "application/octet-stream"))
        return f"{self.url}/bot-files/{name}"

    def fail_next(self, method: str, code: int, words: str = "Internal server error") -> None:
        """The next call of this method is refused so; code 0 cuts the connection after the call was carried out."""
        self._faults.setdefault(method, []).append(Refusal(code, words) if code else None)

    def made(self, method: str, *, taken: bool = False) -> list[Call]:
        """The calls of one method so far."""
        return [call for call in self.calls if call.method == method and not (taken and call.error)]

    async def tell(self, update: Json) -> None:
        """Tell the bot an update, by webhook or at its next poll. Someone beyond the people of a Basic bot is not
        heard."""
        writers = [person for person in self.people.values() if person.chat.started]
        if len(writers) > self.people_limit and update["message"]["from"]["id"] == writers[-1].id:
            return
        if self.webhook:
            task = asyncio.create_task(self._deliver(update))
            self._deliveries.add(task)
            task.add_done_callback(self._deliveries.discard)
            return
        async with self.news:
            self.updates.append(update)
            self.news.notify_all()

    async def told_all(self, seconds: float = 10.0) -> None:
        """Wait until the bot has taken everything: it asks again, or its webhook has answered."""
        async with asyncio.timeout(seconds):
            while self._deliveries:
                await asyncio.wait(set(self._deliveries))
            if not self.webhook:
                async with self.news:
                    await self.news.wait_for(lambda: not self.updates and self.asking > 0)

    async def _deliver(self, update: Json) -> None:
        body = {"ok": True, "result": update} if self.wrapped else update
        headers = {"Content-Type": "application/json", "X-Bot-Api-Secret-Token": self.webhook["secret_token"]}
        for _ in range(self.retries + 1):
            status = await self.post(self.webhook["url"], json.dumps(body, ensure_ascii=False).encode(), headers)
            self.answers.append(status)
            if status == 200:
                return
            await asyncio.sleep(0.05)

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """Call the bot's webhook; returns the HTTP status, 0 when there is no answer."""
        try:
            async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
                return answer.status
        except aiohttp.ClientError:
            return 0

    async def _file(self, request: web.Request) -> web.Response:
        content, kind = self._files.get(request.match_info["name"], (b"", ""))
        return web.Response(body=content, content_type=kind) if kind else web.Response(status=404)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method, values = request.match_info["method"], await _given(request)
        try:
            if request.match_info["token"] != self.token:
                raise Refusal(401, "Unauthorized")
            if method not in METHODS:
                raise Refusal(404, "Not found")
            cut = False
            if self._faults.get(method):
                fault = self._faults[method].pop(0)
                if fault:
                    raise fault
                cut = True
            result = await getattr(self.methods, method)(values)
        except Refusal as refusal:
            self.calls.append(Call(method, values, refusal.code, time.monotonic()))
            body = {"ok": False, "error_code": refusal.code, "description": refusal.words}
            return web.json_response(body, status=200 if self.errors_on_200 else refusal.code)
        self.calls.append(Call(method, values, 0, time.monotonic()))
        if cut and request.transport:
            request.transport.close()
        return web.json_response({"ok": True} if result is None else {"ok": True, "result": result})

async def _given(request: web.Request) -> Json:
    """Query, JSON or form."""
    values: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body: Any = json.loads(await request.read() or b"{}")
        except ValueError:
            body = {}
        return {**values, **(body if isinstance(body, dict) else {})}
    return {**values, **{name: str(value) for name, value in (await request.post()).items()}}
