"""The whole product over the Zalo Bot Platform says what it says on the terminal; taps are numbers."""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import clock
from bot.app import App
from bot.channels.console import Console
from bot.channels.zalo_bot import Mode, ZaloBot
from bot.knowledge.answer import Knowledge
from bot.settings import Settings
from tests.outsider.script import MORNING
from tests.test_same_words import PICTURE, SCRIPT, Says, Sends, Taps
from tests.zalo_fake.bot import ZaloBotServer
from tests.zalo_fake.bot_bench import SECRET, listening

both_modes = pytest.mark.parametrize("mode", ["polling", "webhook"])


@dataclass
class Terminal:
    """The person at the terminal."""

    app: App
    console: Console
    lines: list[dict[str, Any]]
    folder: Path

    async def does(self, how: str, what: str) -> list[dict[str, Any]]:
        """One step; returns what the bot said."""
        self.lines.clear()
        if how == Sends:
            (self.folder / what).write_bytes(PICTURE)
        step = {Says: {"text": what}, Taps: {"tap": what}, Sends: {"file": str(self.folder / what)}}[how]
        line = json.dumps({"as": "an", "at": MORNING.isoformat(), **step})
        await self.console.play([line], self.app.turns, self.app.sender.idle)
        return list(self.lines)


@asynccontextmanager
async def on_terminal(template: Path, knowledge: Knowledge, folder: Path) -> AsyncIterator[Terminal]:
    database = folder / "terminal.sqlite3"
    database.write_bytes(template.read_bytes())
    settings = Settings(database_url=f"sqlite:///{database}", _env_file=None)  # type: ignore[call-arg]
    app, lines = App(settings, knowledge=knowledge), list[dict[str, Any]]()
    console = Console(lines.append, folder / "out")
    app.add(console)
    await app.start(listen=False)
    yield Terminal(app, console, lines, folder)
    await app.stop()


@asynccontextmanager
async def on_zalo(url: str, mode: Mode, knowledge: Knowledge, port: int) -> AsyncIterator[tuple[App, ZaloBotServer]]:
    async with ZaloBotServer() as zalo:
        zalo.now = MORNING.timestamp
        settings = Settings(database_url=url, port=port, _env_file=None)  # type: ignore[call-arg]
        app = App(settings, knowledge=knowledge)
        app.add(
            ZaloBot(
                zalo.token, mode=mode, api_url=zalo.url, public_url=f"http://127.0.0.1:{port}", secret=SECRET, gap=0.01
            )
        )
        await app.start(listen=mode == "webhook")
        await listening(zalo, mode)
        yield app, zalo
        await app.stop()


def comparable(text: str) -> str:
    """The words without what differs by right: the account's own name, and where a long text is cut."""
    return re.sub(r"\s+", " ", re.sub(r"(console|zalo_bot):\S+", "<address>", text)).strip()


def as_numbers(lines: list[dict[str, Any]]) -> str:
    """What the terminal said, with its buttons as numbered lines and its files as the way to them."""
    whole = []
    for line in lines:
        choices = [f"{number}. {label}" for number, label in enumerate(line["buttons"], 1)]
        whole.append("\n".join([line["text"], *choices]))
    return comparable("\n".join(whole))


@both_modes
async def test_the_scripted_conversation_says_the_same_as_on_the_terminal(
    mode: Mode,
    database_url: str,
    sqlite_template: Path,
    knowledge: Knowledge,
    tmp_path: Path,
    unused_tcp_port_factory: Callable[[], int],
) -> None:
    different = []
    with clock.standing_at(MORNING):
        async with (
            on_terminal(sqlite_template, knowledge, tmp_path) as terminal,
            on_zalo(database_url, mode, knowledge, unused_tcp_port_factory()) as (app, zalo),
        ):
            an = zalo.user("an")
            for how, what in SCRIPT:
                seen = len(an.sees)
                if how == Sends:
                    await an.sends_photo(PICTURE, ending=".png")
                elif how == Taps:
                    await an.taps(what)
                else:
                    await an.says(what)
                await zalo.told_all()
                await app.sender.idle()
                lines = await terminal.does(how, what)
                expected = as_numbers(lines)
                heard = comparable("\n".join(shown.text for shown in an.sees[seen:]))
                named = re.findall(r"Tệp (\S+) \(", heard)
                for name in named:
                    heard = re.sub(rf" ?Tệp {re.escape(name)} \([^)]*\) không gửi được ở đây[^.]*\.", "", heard)
                files = [re.sub(r"^.*/\d+-", "", path) for line in lines for path in line["files"]]
                if (expected, files) != (heard, named):
                    different.append((how, what, expected, heard))

    assert different == []
    assert [call for call in zalo.calls if call.error not in (0, 404, 408)] == []


@both_modes
async def test_one_is_a_choice_and_so_is_its_label_without_diacritics(
    mode: Mode,
    database_url: str,
    knowledge: Knowledge,
    unused_tcp_port_factory: Callable[[], int],
) -> None:
    async with on_zalo(database_url, mode, knowledge, unused_tcp_port_factory()) as (_, zalo):
        an = zalo.user("an")
        await an.says("/start")
        (greeting,) = await an.hears()
        assert greeting.text.endswith("1. Đồng ý\n2. Đọc chi tiết\n3. Để sau")
        await an.says("1")
        (thanks,) = await an.hears()
        assert "Đã ghi nhận" in thanks.text or "Cảm ơn" in thanks.text
        await an.says("hôm nay học 1 tiếng tin học")
        (saved,) = await an.hears()
        assert saved.text.splitlines()[-2:] == ["1. Sửa", "2. Hoàn tác"]

        await an.says("hoan tac")

        (undone,) = await an.hears()
        assert "1. Khôi phục" in undone.text
        await an.sends_document()
        (answer,) = await an.hears()
        assert "chỉ đọc được chữ, ảnh và tài liệu" in answer.text
