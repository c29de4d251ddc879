"""The same scripted conversation gives the same words, buttons and files on every channel."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Protocol
from uuid import uuid4

import aiohttp
import pytest

from bot.app import App
from bot.channels.console import Console
from bot.knowledge.answer import Knowledge
from bot.settings import Settings
from bot.web.visitors import Pace
from tests.telegram_emulator import Emulator, Limits

PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)
SECRET = "a-secret-of-the-tests"

Says, Taps, Sends = "says", "taps", "sends"
SCRIPT: list[tuple[str, str]] = [
    (Says, "hoi chut giai doan 2 bat dau nam nao vay"),
    (Says, "/start"),
    (Taps, "Đọc chi tiết"),
    (Taps, "Đồng ý"),
    (Taps, "Tính vào số liệu đơn vị"),
    (Taps, "Tiếp tục"),
    (Taps, "Bỏ qua"),
    (Taps, "Bỏ qua"),
    (Taps, "Bỏ qua"),
    (Says, "hôm nay học 2 tiếng rưỡi tiếng Anh, hôm qua 45p tin hoc"),
    (Says, "nhầm, tin học 1 tiếng"),
    (Sends, "chung-nhan.png"),
    (Says, "hôm qua học 2 buổi an toàn thông tin"),
    (Taps, "1 giờ 30 phút"),
    (Taps, "Hoàn tác"),
    (Taps, "Khôi phục"),
    (Says, "nhat ky"),
    (Taps, "1"),
    (Says, "/tiendo"),
    (Says, "tổng hợp tháng 10"),
    (Says, "/dulieu"),
    (Says, "giá vàng hôm nay bao nhiêu"),
    (Says, "/khongco"),
    (Says, "x" * 5000),
    (Says, "/ngonngu"),
    (Taps, "English"),
    (Says, "studied English 45 minutes yesterday"),
    (Says, "/huy"),
]
Heard = list[tuple[str, tuple[str, ...], tuple[str, ...]]]
"""What the bot sent: text, labels of the buttons, names of the files."""


class Phone(Protocol):
    """One person's end of a channel."""

    async def says(self, text: str) -> None: ...

    async def taps(self, label: str) -> None: ...

    async def sends(self, name: str) -> None: ...

    def heard(self) -> Heard: ...


Door = Callable[[App, AsyncExitStack], Awaitable[Phone]]


@dataclass
class Terminal:
    """The person at the terminal."""

    app: App
    channel: Console
    shown: list[dict[str, Any]]
    folder: Any

    async def _play(self, line: dict[str, str]) -> None:
        await self.channel.play([json.dumps({"as": "an", **line})], self.app.turns, self.app.sender.idle)

    async def says(self, text: str) -> None:
        await self._play({"text": text})

    async def taps(self, label: str) -> None:
        await self._play({"tap": label})

    async def sends(self, name: str) -> None:
        path = self.folder / name
        path.write_bytes(PICTURE)
        await self._play({"file": str(path)})

    def heard(self) -> Heard:
        return [
            (one["text"], tuple(one["buttons"]), tuple(re.sub(r"^.*/\d+-", "", path) for path in one["files"]))
            for one in self.shown
        ]


class Page:
    """The person on the web page, frame by frame."""

    def __init__(self, app: App, session: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.app, self.session, self.socket = app, session, socket
        self.messages: list[dict[str, Any]] = []
        self.accepted: asyncio.Queue[str] = asyncio.Queue()
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for frame in self.socket:
            data = json.loads(frame.data)
            if data["type"] == "message":
                self.messages.append(data)
            elif data["type"] == "accepted":
                self.accepted.put_nowait(data["id"])

    async def _settle(self) -> None:
        await asyncio.wait_for(self.accepted.get(), 20)
        await self.app.sender.idle()
        await asyncio.sleep(0.05)

    async def says(self, text: str) -> None:
        await self.socket.send_json({"type": "say", "id": str(uuid4()), "text": text})
        await self._settle()

    async def taps(self, label: str) -> None:
        for message in reversed(self.messages):
            for button in message["buttons"]:
                if button["label"] == label:
                    tap = {"payload": button["payload"], "label": label, "message": message["id"]}
                    await self.socket.send_json({"type": "tap", "id": str(uuid4()), **tap})
                    await self._settle()
                    return
        raise AssertionError(f"no button {label!r}")

    async def sends(self, name: str) -> None:
        form = aiohttp.FormData()
        form.add_field("id", str(uuid4()))
        form.add_field("file", PICTURE, filename=name, content_type="image/png")
        async with self.session.post("/upload", data=form, headers={"Origin": _origin(self.session)}) as answer:
            assert answer.status in (200, 202), await answer.text()
        await self.app.sender.idle()
        await asyncio.sleep(0.05)

    def heard(self) -> Heard:
        return [
            (one["text"], tuple(b["label"] for b in one["buttons"]), tuple(f["name"] for f in one["files"]))
            for one in self.messages
        ]


@dataclass
class Messenger:
    """The person on Telegram."""

    app: App
    telegram: Emulator

    def __post_init__(self) -> None:
        self.user = self.telegram.user("an")

    async def _settle(self) -> None:
        await self.telegram.told_all(20)
        await self.app.sender.idle()
        await self.app.channels["telegram"].settled()  # type: ignore[attr-defined]

    async def says(self, text: str) -> None:
        await self.user.says(text)
        await self._settle()

    async def taps(self, label: str) -> None:
        await self.user.taps(label)
        await self._settle()

    async def sends(self, name: str) -> None:
        await self.user.sends_file(PICTURE, name)
        await self._settle()

    def heard(self) -> Heard:
        sending = {"sendMessage", "editMessageText", "sendDocument", "sendPhoto"}
        files = iter([message.file.name for message in self.user.sees if message.file])
        return [
            _of_call(call.parameters, (next(files),) if call.method in ("sendDocument", "sendPhoto") else ())
            for call in self.telegram.calls
            if call.method in sending and not call.error
        ]


def _of_call(parameters: dict[str, Any], files: tuple[str, ...]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    markup = parameters.get("reply_markup") or {}
    markup = json.loads(markup) if isinstance(markup, str) else markup
    labels = tuple(button["text"] for row in markup.get("inline_keyboard", []) for button in row)
    return parameters.get("text") or parameters.get("caption") or "", labels, files


async def terminal(app: App, stack: AsyncExitStack, folder: Any) -> Phone:
    shown: list[dict[str, Any]] = []
    channel = Console(shown.append, folder)
    app.add(channel)
    await _started(app, stack, listen=False)
    return Terminal(app, channel, shown, folder)


async def page(app: App, stack: AsyncExitStack, folder: Any) -> Phone:
    app.add_web()
    # The script is quicker than a person; the limit on haste has its own tests.
    app.channels["web"]._pace = Pace(limit=1000, seconds=1)  # type: ignore[attr-defined]
    await _started(app, stack, listen=True)
    jar = aiohttp.CookieJar(unsafe=True)
    address = f"http://127.0.0.1:{app.settings.port}"
    session = await stack.enter_async_context(aiohttp.ClientSession(address, cookie_jar=jar))
    async with session.get("/") as answer:
        assert answer.status == 200
    socket = await stack.enter_async_context(session.ws_connect("/ws", headers={"Origin": _origin(session)}))
    await socket.send_json({"type": "hello", "since": "0"})
    person = Page(app, session, socket)
    stack.callback(person.reading.cancel)
    return person


async def messenger(app: App, stack: AsyncExitStack, folder: Any) -> Phone:
    telegram = Emulator(limits=Limits(0, 0), retry_delay=0.05)
    await stack.enter_async_context(telegram)
    settings = app.settings.model_copy(update={"telegram_api_url": telegram.url})
    app.settings = settings
    app.add_telegram(chat_gap=0)
    await _started(app, stack, listen=settings.telegram_mode == "webhook")
    stack.push_async_callback(telegram.feed.close)
    wanted = "setWebhook" if settings.telegram_mode == "webhook" else "deleteWebhook"
    async with asyncio.timeout(10):
        while not telegram.made(wanted):  # noqa: ASYNC110 - the emulator's list of calls has no event
            await asyncio.sleep(0.01)
    return Messenger(app, telegram)


async def _started(app: App, stack: AsyncExitStack, *, listen: bool) -> None:
    await app.start(listen=listen)
    stack.push_async_callback(app.stop)


def _origin(session: aiohttp.ClientSession) -> str:
    return str(session._base_url).rstrip("/")


@asynccontextmanager
async def phone(way: str, url: str, knowledge: Knowledge, folder: Any, port: int) -> AsyncIterator[Phone]:
    """A running bot with one channel, and a person on it."""
    settings = Settings(
        database_url=url,
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        telegram_token="7000000001:AAE-emulator_token_of_no_real_bot_00",
        telegram_mode="webhook" if way == "telegram webhook" else "polling",
        telegram_webhook_secret=SECRET,
        _env_file=None,
    )  # type: ignore[call-arg]
    door = {"terminal": terminal, "web chat": page}.get(way, messenger)
    async with AsyncExitStack() as stack:
        yield await door(App(settings, knowledge=knowledge), stack, folder)


async def play(person: Phone) -> Heard:
    for how, what in SCRIPT:
        await {Says: person.says, Taps: person.taps, Sends: person.sends}[how](what)
    return [(re.sub(r"(console|web|telegram):\S+", "<address>", text), *rest) for text, *rest in person.heard()]  # type: ignore[misc]


@pytest.mark.parametrize("way", ["web chat", "telegram polling", "telegram webhook"])
async def test_a_conversation_sounds_the_same_as_in_the_terminal(
    way: str,
    database_url: str,
    sqlite_template: Any,
    knowledge: Knowledge,
    tmp_path: Any,
    unused_tcp_port_factory: Callable[[], int],
) -> None:
    other = tmp_path / "terminal.sqlite3"
    other.write_bytes(sqlite_template.read_bytes())
    async with phone("terminal", f"sqlite:///{other}", knowledge, tmp_path, unused_tcp_port_factory()) as person:
        expected = await play(person)

    async with phone(way, database_url, knowledge, tmp_path, unused_tcp_port_factory()) as person:
        heard = await play(person)

    assert len(expected) > len(SCRIPT)
    assert [pair for pair in zip_longest(heard, expected) if pair[0] != pair[1]] == []
