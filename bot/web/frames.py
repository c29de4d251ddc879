"""The words of the web chat's socket: JSON text frames of version 1, read strictly and written in one place."""

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.clock import now
from bot.errors import UserError
from bot.i18n import Text, languages, t
from bot.marks import in_utf16
from bot.message import FileRef, Outgoing

VERSION = 1
LARGEST_FRAME = 512 * 1024
"""Bytes of one frame (50,000 escaped letters take 300,000); a larger one closes the socket with 1009."""
LARGEST_ID = 2**63 - 1
_CLIENT_ID = re.compile(r"[A-Za-z0-9-]{8,40}")
_NUMBER = re.compile(r"[0-9]{1,19}")
_LINE_BREAKS = re.compile("\r\n|[\r\v\f\u0085\u2028\u2029]")
_IDS_BEGIN = datetime(2024, 1, 1, tzinfo=UTC)


class FrameRefused(UserError):
    """A frame that is not understood; `id` is the message that it was about, if that could be read."""

    def __init__(self, text: Text, id: str = "") -> None:
        super().__init__(text)
        self.id = id


@dataclass(frozen=True, slots=True)
class Hello:
    """The page is here and knows all messages up to `since`."""

    since: int
    language: str


@dataclass(frozen=True, slots=True)
class Say:
    """The person wrote a text; `start` is the unit code of the link that led here."""

    id: str
    text: str
    start: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """The person tapped a button of `message`."""

    id: str
    payload: str
    message: str


@dataclass(frozen=True, slots=True)
class Ping:
    """The page asks whether the line is alive."""


Frame = Hello | Say | Pressed | Ping


def parse(data: str) -> Frame:
    """Read one frame of the page; raises FrameRefused with the sentence to show."""
    try:
        frame = json.loads(data)
    except (ValueError, RecursionError):
        raise FrameRefused(t("That could not be read: it is not valid JSON.")) from None
    if not isinstance(frame, dict):
        raise FrameRefused(t("That could not be read: it is not valid JSON."))
    if frame.get("v", VERSION) != VERSION:
        raise FrameRefused(t("This page is out of date. Please load it again."))
    match frame.get("type"):
        case "ping":
            return Ping()
        case "hello":
            return _hello(frame)
        case "say":
            return _say(frame)
        case "tap":
            return _pressed(frame)
        case _:
            raise FrameRefused(t("This kind of message is not known here."), _known_id(frame))


def _hello(frame: dict[str, Any]) -> Hello:
    since = frame.get("since", "") or "0"
    language = frame.get("lang", "")
    return Hello(_message_id(since, ""), language if language in languages() else "")


def _say(frame: dict[str, Any]) -> Say:
    id = _client_id(frame)
    text = clean(frame.get("text", ""), id)
    start = clean(frame.get("start", ""), id)
    if len(start) > 64 or "\n" in start or not (text.strip() or start):
        raise FrameRefused(t("The message is empty or not complete."), id)
    return Say(id, text, start)


def _pressed(frame: dict[str, Any]) -> Pressed:
    id = _client_id(frame)
    payload = clean(frame.get("payload", ""), id)
    if not payload or len(payload.encode()) > 256:
        raise FrameRefused(t("The message is empty or not complete."), id)
    message = frame.get("message", "") or "0"
    number = _message_id(message, id)
    return Pressed(id, payload, str(number) if number else "")


def _known_id(frame: dict[str, Any]) -> str:
    id = frame.get("id")
    return id if isinstance(id, str) and _CLIENT_ID.fullmatch(id) else ""


def _client_id(frame: dict[str, Any]) -> str:
    if id := _known_id(frame):
        return id
    raise FrameRefused(t("The message is empty or not complete."))


def _message_id(value: object, about: str) -> int:
    if isinstance(value, str) and _NUMBER.fullmatch(value) and int(value) <= LARGEST_ID:
        return int(value)
    raise FrameRefused(t("The message is empty or not complete."), about)


def clean(value: object, about: str = "") -> str:
    """A text with plain line breaks; refuses control characters and broken Unicode, which no person can have meant."""
    if not isinstance(value, str):
        raise FrameRefused(t("The message is empty or not complete."), about)
    text = _LINE_BREAKS.sub("\n", value)
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in text):
        raise FrameRefused(t("The message has control characters that cannot be read. Please type it again."), about)
    return text


def written_at(outgoing: Outgoing) -> datetime:
    """When a message was written: `extra["at"]` (ISO), else the id's upper bits (milliseconds since 2024), else now."""
    if given := outgoing.extra.get("at"):
        return datetime.fromisoformat(given)
    age = timedelta(milliseconds=outgoing.id >> 22)
    return _IDS_BEGIN + age if age > timedelta(days=366) else now()


def message_frame(outgoing: Outgoing) -> dict[str, Any]:
    """One message of the bot as the page reads it; ids stay strings, as JavaScript rounds 63-bit numbers."""
    return {
        "type": "message",
        "id": str(outgoing.id),
        "at": written_at(outgoing).astimezone(UTC).isoformat(timespec="seconds"),
        "text": outgoing.text,
        "styles": [[one.start, one.length, one.kind] for one in in_utf16(outgoing.text, outgoing.styles)],
        "buttons": [{"label": button.label, "payload": button.payload} for button in outgoing.buttons],
        "files": [_file(file) for file in outgoing.files],
        "edits": outgoing.edits,
        "clears": outgoing.clears,
    }


def _file(file: FileRef) -> dict[str, Any]:
    id = str(file.id)
    return {"id": id, "name": file.name, "type": file.media_type, "size": file.size, "url": f"/files/{id}"}


def written(frame: dict[str, Any]) -> str:
    """A frame as JSON text."""
    return json.dumps({"v": VERSION, **frame}, ensure_ascii=False, separators=(",", ":"))
