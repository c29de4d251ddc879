"""The conversation that must say the same on every channel, and the terminal that says how it goes."""

import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import clock
from bot.app import App
from bot.channels.console import Console
from bot.settings import Settings

NOTE = "Ghi chú học tập".encode()
"""What stands in the file that the script sends."""
_ACCOUNT = re.compile(r"\b(console:an|telegram:\d+)\b")

MORNING = datetime(2026, 11, 22, 8, 15, tzinfo=clock.LOCAL_ZONE)

SCRIPT: list[tuple[str, str]] = [
    ("text", "/start"),
    ("text", "hoi chut giai doan 2 bat dau nam nao vay"),
    ("tap", "Đồng ý"),
    ("text", "hôm nay học 2 tiếng rưỡi tiếng Anh, hôm qua 45p tin hoc"),
    ("tap", "Hoàn tác"),
    ("text", "hôm nay học tiếng Anh"),
    ("text", "1 tiếng rưỡi"),
    ("text", "/nhatky"),
    ("text", "tien do"),
    ("file", "ghi-chu.txt"),
    ("text", "/dulieu"),
    ("text", "/help"),
]
"""What the learner does: text to say, label to tap on the newest message that has it, file to send."""


@dataclass(frozen=True)
class Seen:
    """One message as its reader sees it."""

    text: str
    buttons: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass
class Terminal:
    """The script on the terminal."""

    app: App
    console: Console
    lines: list[dict[str, Any]]

    async def do(self, kind: str, what: str, folder: Path) -> list[Seen]:
        """One step; returns what the bot said."""
        self.lines.clear()
        content = str(folder / what) if kind == "file" else what
        step = json.dumps({"as": "an", kind: content, "at": MORNING.isoformat()})
        await self.console.play([step], self.app.turns, self.app.sender.idle)
        return [
            Seen(line["text"], tuple(line["buttons"]), tuple(_without_number(path) for path in line["files"]))
            for line in self.lines
        ]


def same(expected: Sequence[Seen], seen: Sequence[Seen]) -> bool:
    """True when both readers saw the same; only their own account may be named differently."""
    return [_comparable(message) for message in expected] == [_comparable(message) for message in seen]


def _comparable(message: Seen) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    return _ACCOUNT.sub("<account>", message.text), message.buttons, message.files


@asynccontextmanager
async def terminal(folder: Path) -> AsyncIterator[Terminal]:
    """A product of its own, reached by the terminal."""
    lines: list[dict[str, Any]] = []
    app, console = product(folder / "terminal.sqlite3"), Console(lines.append, folder / "out")
    app.add(console)
    await app.start(listen=False)
    try:
        yield Terminal(app, console, lines)
    finally:
        await app.stop()


def product(database: Path, **settings: Any) -> App:
    """The product on its own SQLite file, deaf to the environment's .env."""
    url = f"sqlite+aiosqlite:///{database}"
    return App(Settings(_env_file=None, database_url=url, **settings))  # type: ignore[call-arg]


def _without_number(path: str) -> str:
    """The console writes `<line>-<name>`."""
    return Path(path).name.partition("-")[2]
