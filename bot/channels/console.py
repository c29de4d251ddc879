"""The terminal as a channel: chat by hand, or replay a conversation from JSON Lines; the template for a new channel."""

import asyncio
import json
import mimetypes
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

from bot.channels.base import Abilities, Channel, Inbox
from bot.clock import local, now
from bot.errors import BanHocError
from bot.message import MAX_FILE_BYTES, Attachment, Message, Outgoing

Settled = Callable[[], Awaitable[None]]
Write = Callable[[dict[str, Any]], None]


class ScriptError(BanHocError):
    """A line of a script cannot be played; the message names the line."""


@dataclass(slots=True)
class _Seen:
    """One message on a person's screen."""

    id: str
    buttons: dict[str, str]


@dataclass(slots=True)
class _Screen:
    messages: list[_Seen] = field(default_factory=list)

    def newest_with(self, label: str) -> _Seen | None:
        """The newest message that still has this button."""
        return next((seen for seen in reversed(self.messages) if label in seen.buttons), None)


class Console(Channel):
    """People are names; what the bot sends is written as one JSON object per message."""

    name = "console"
    abilities = Abilities(
        text_limit=4000, buttons=True, button_limit=24, label_limit=60, edits=True, files=True, file_limit=50_000_000
    )

    def __init__(self, write: Write, folder: Path | None = None) -> None:
        """`write` gets each message that the bot sends; files are saved into `folder` (made when needed)."""
        self._write = write
        self._folder = folder
        self._line = 0
        self._screens: dict[str, _Screen] = {}
        self._session = uuid4().hex[:8]
        self._count = 0

    async def send(self, outgoing: Outgoing) -> str:
        """Write one message."""
        screen = self._screens.setdefault(outgoing.address, _Screen())
        used = outgoing.edits or outgoing.clears
        screen.messages = [seen for seen in screen.messages if seen.id != used]
        screen.messages.append(_Seen(str(outgoing.id), {tap.label: tap.payload for tap in outgoing.buttons}))
        shown = {
            "line": self._line,
            "to": outgoing.address,
            "text": outgoing.text,
            "buttons": [tap.label for tap in outgoing.buttons],
            "files": [str(self._save(file.name, await file.read())) for file in outgoing.files],
        }
        self._write(shown)
        return str(outgoing.id)

    async def play(self, lines: Iterable[str], inbox: Inbox, settled: Settled) -> None:
        """Play a script: each line is handled to its end, with its replies, before the next. Raises ScriptError."""
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            self._line = number
            await inbox.accept(self._message(number, line))
            await settled()

    async def chat(self, person: str, lines: AsyncIterator[str], inbox: Inbox, settled: Settled) -> None:
        """Chat by hand: a line is a text, or the label of a button that is on the screen."""
        async for text in lines:
            line = {"as": person, "text": text}
            seen = self._screens.get(person, _Screen()).newest_with(text)
            if seen is not None:
                line = {"as": person, "tap": text}
            self._line += 1
            await inbox.accept(self._message(self._line, json.dumps(line)))
            await settled()

    def _message(self, number: int, line: str) -> Message:
        said = _read(number, line)
        person = said["as"]
        moment = _moment(number, said.get("at"))
        tap, tapped = self._find_button(number, person, said["tap"]) if "tap" in said else ("", "")
        files = (_attachment(number, Path(said["file"])),) if "file" in said else ()
        self._count += 1
        key = said.get("id") or f"{self._session}:{self._count}"
        text = said.get("text", "")
        start = text.removeprefix("/start").strip() if text.startswith("/start ") else ""
        return Message("console", person, f"{person}:{key}", moment, text, tap, tapped, start, files)

    def _find_button(self, number: int, person: str, label: str) -> tuple[str, str]:
        seen = self._screens.get(person, _Screen()).newest_with(label)
        if seen is None:
            raise ScriptError(f"line {number}: {person} sees no button {label!r}")
        return seen.buttons[label], seen.id

    def _save(self, name: str, content: bytes) -> Path:
        folder = self._folder or Path("data") / "console"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self._line}-{Path(name).name}"
        path.write_bytes(content)
        return path


def _read(number: int, line: str) -> dict[str, str]:
    try:
        said = json.loads(line)
    except ValueError:
        raise ScriptError(f"line {number}: not JSON") from None
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise ScriptError(f"line {number}: an object of strings is expected")
    if not said.get("as"):
        raise ScriptError(f'line {number}: "as" is missing')
    if not {"text", "tap", "file"} & said.keys():
        raise ScriptError(f'line {number}: one of "text", "tap", "file" is expected')
    return said


def _moment(number: int, at: str | None) -> datetime:
    if at is None:
        return now()
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise ScriptError(f"line {number}: {at!r} is no ISO time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=local(now()).tzinfo)


def _attachment(number: int, path: Path) -> Attachment:
    if not path.is_file():
        raise ScriptError(f"line {number}: no file {path}")
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    kind = "photo" if media_type.startswith("image/") else "document"

    async def read() -> bytes:
        return await asyncio.to_thread(_first_bytes, path)

    return Attachment(path.name, media_type, path.stat().st_size, kind, read)


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_FILE_BYTES + 1)


async def typed_lines(stream: TextIO) -> AsyncIterator[str]:
    """The lines that a person types, until the end of the input."""
    while line := await asyncio.to_thread(stream.readline):
        if line.strip():
            yield line.strip()
