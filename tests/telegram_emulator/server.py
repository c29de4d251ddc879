"""The emulator's server: addresses, token, parameters in all three encodings, and faults on demand."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from aiohttp import BodyPartReader, web

from tests.telegram_emulator.chats import Chat, StoredFile, User
from tests.telegram_emulator.feed import Feed
from tests.telegram_emulator.limits import Limits
from tests.telegram_emulator.methods import Methods
from tests.telegram_emulator.parameters import METHODS, Upload, checked
from tests.telegram_emulator.refusal import Refusal, bad_request

TOKEN = "7000000001:AAE-emulator_token_of_no_real_bot_00"


@dataclass(frozen=True)
class Call:
    """One call by the bot and how it ended; `error` is empty when it was taken."""

    method: str
    parameters: dict[str, Any]
    error: str = ""
    in_answer: bool = False
    """True when it came in a webhook's answer."""


class Emulator:
    """`async with Emulator() as telegram:` serves the Bot API at `telegram.url` for the bot with `telegram.token`."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "banhoc_bot",
        limits: Limits | None = None,
        retry_delay: float = 0.2,
    ) -> None:
        self.token = token
        self.me = {"id": int(token.split(":")[0]), "is_bot": True, "first_name": "Bạn Học", "username": username}
        self.limits = limits or Limits()
        self.now: Callable[[], float] = time.time
        self.feed = Feed(self._from_answer, retry_delay)
        self.methods = Methods(self)
        self.chats: dict[int, Chat] = {}
        self.users: dict[str, User] = {}
        self.files: dict[str, StoredFile] = {}
        self.told: list[dict[str, Any]] = []
        self.calls: list[Call] = []
        self.taken: list[tuple[float, Call]] = []
        """New messages that were taken, with the moment of the monotonic clock."""
        self.open_queries: set[str] = set()
        self.latency = 0.0
        """Seconds that a message takes to get there and its answer to get back."""
        self.url = ""
        self._faults: dict[str, list[Refusal | None]] = {}
        self._ids = itertools.count(1)
        self._user_ids = itertools.count(501)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> "Emulator":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Serve at `url`; port 0 takes a free one."""
        app = web.Application(client_max_size=60 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.*}", self._download)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """End the server and what it brings."""
        await self.feed.close()
        if self._runner:
            await self._runner.cleanup()

    def user(self, name: str, language: str = "vi") -> User:
        """The person of this name, made on first use."""
        if name not in self.users:
            self.users[name] = User(self, next(self._user_ids), name, language)
            self.chats[self.users[name].id] = self.users[name].chat
        return self.users[name]

    def group(self, title: str) -> Chat:
        """A new group that the bot is in."""
        chat = Chat(-1_000_000_000_000 - next(self._user_ids), title)
        chat.started = True
        self.chats[chat.id] = chat
        return chat

    async def tell(self, kind: str, body: dict[str, Any]) -> int:
        """Make an update of any kind; returns its id."""
        update_id = await self.feed.add(kind, body)
        self.told.append({"update_id": update_id, kind: body})
        return update_id

    async def tell_again(self, update_id: int) -> None:
        """Give the same update out once more, as Telegram does after a lost answer."""
        await self.feed.put(next(dict(update) for update in self.told if update["update_id"] == update_id))

    async def told_all(self, seconds: float = 5.0) -> None:
        """Wait until the bot has confirmed every update."""
        async with asyncio.timeout(seconds):
            await self.feed.emptied()

    def fail_next(
        self, method: str, code: int, description: str = "Internal Server Error", retry_after: int = 0
    ) -> None:
        """The next call of this method is refused so; code 0 cuts the connection after the call was carried out."""
        self._faults.setdefault(method, []).append(Refusal(code, description, retry_after) if code else None)

    def made(self, method: str) -> list[Call]:
        """The calls of one method so far."""
        return [call for call in self.calls if call.method == method]

    def next_message_id(self) -> int:
        """A fresh message id."""
        return next(self._ids)

    def new_query(self) -> str:
        """A fresh callback query that waits to be answered."""
        query = f"q{next(self._ids)}"
        self.open_queries.add(query)
        return query

    def store(self, name: str, media_type: str, content: bytes, kind: str) -> StoredFile:
        """Keep a file; its bytes are there as long as the emulator."""
        stored = StoredFile(f"file{next(self._ids)}", name, media_type, content, kind)
        self.files[stored.id] = stored
        return stored

    async def execute(
        self, method: str, given: dict[str, Any], files: dict[str, Upload] | None = None, *, in_answer: bool = False
    ) -> Any:
        """Check and carry out one call. Raises Refusal."""
        cut = False
        try:
            if method not in METHODS:
                raise Refusal(404, "Not Found: method not found")
            if self._faults.get(method):
                fault = self._faults[method].pop(0)
                if fault:
                    raise fault
                cut = True
            parameters = checked(method, given, files or {})
            result = await getattr(self.methods, method)(**parameters)
        except Refusal as refusal:
            self.calls.append(Call(method, given, refusal.description, in_answer))
            raise
        self.calls.append(Call(method, given, in_answer=in_answer))
        if method.startswith("send") and method != "sendChatAction":
            self.taken.append((time.monotonic(), self.calls[-1]))
        if cut:
            raise ConnectionResetError
        return result

    async def _from_answer(self, call: dict[str, Any]) -> None:
        """A method in a webhook's answer: Telegram tells nobody how it ended, the call list here does."""
        given = {name: value for name, value in call.items() if name != "method"}
        try:
            await self.execute(call["method"], given, in_answer=True)
        except Refusal:
            return

    async def _call(self, request: web.Request) -> web.StreamResponse:
        try:
            if request.match_info["token"] != self.token:
                raise Refusal(401, "Unauthorized")
            given, files = await _given(request)
            if self.latency and request.match_info["method"].startswith("send"):
                await asyncio.sleep(self.latency / 2)
            result = await self.execute(request.match_info["method"], given, files)
        except Refusal as refusal:
            return web.json_response(refusal.body, status=refusal.code)
        except ConnectionResetError:
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        if self.latency and request.match_info["method"].startswith("send"):
            await asyncio.sleep(self.latency / 2)
        return web.json_response({"ok": True, "result": result})

    async def _download(self, request: web.Request) -> web.Response:
        stored = self.files.get(request.match_info["path"].rpartition("/")[2])
        if request.match_info["token"] != self.token or stored is None:
            return web.Response(status=404)
        return web.Response(body=stored.content, content_type=stored.media_type)


async def _given(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters and files of a call: query, JSON, form or multipart."""
    given: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            raise bad_request("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad_request("the body must be a JSON object")
        return {**given, **body}, files
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or not part.name:
                raise bad_request("can't parse the form")
            if part.filename is None:
                given[part.name] = await part.text()
            else:
                media_type = part.headers.get("Content-Type", "application/octet-stream")
                files[part.name] = Upload(part.filename, media_type, bytes(await part.read()))
        return given, files
    given.update({name: str(value) for name, value in (await request.post()).items()})
    return given, files
