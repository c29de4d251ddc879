"""What Zalo tells us about an Official Account: one event becomes one Message, a farewell, or nothing."""

import json
import mimetypes
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from bot import clock
from bot.channels.zalo_oa_taps import Seal
from bot.errors import Rejected
from bot.message import MAX_FILE_BYTES, Attachment, Message

CHANNEL: Final = "zalo_oa"
WITHDRAWN: Final = "\x1ferase.now"
"""The tap that `user_withdraw` hands in: delete this person's data. It begins with a control character, which every
channel strips from or refuses in what people send, so nobody can tap or type it, on Zalo or elsewhere."""

Fetch = Callable[[str, int], Awaitable[bytes]]
"""The bytes behind an address of Zalo's, at most so many; raises Retry or Rejected."""

SAID = frozenset(
    f"user_send_{kind}"
    for kind in ("text", "image", "gif", "link", "audio", "video", "sticker", "location", "business_card", "file")
)
GREETED = frozenset({"follow", "user_click_chatnow"})
"""Both open the conversation: the person is welcomed, once a day at most."""
_ID = re.compile(r"[0-9A-Za-z_.:=+/-]{1,100}")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_OLDEST = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Left:
    """The person stopped following: nothing more is sent until they write again."""

    address: str


Heard = Message | Left | None


class Reading:
    """Reads the events of one OA.

    Ignored, by name: echoes of what we sent (`oa_send_*`, `oa_reacted_*`), receipts (`user_received_message`,
    `user_seen_message`), reactions, tags, groups, anonymous visitors (a diary needs somebody), `user_submit_info` and
    `update_user_info` (we collect no phone numbers), template events, and whatever is new. Ignored, by content: an
    event without a readable sender, one of another OA, one that the OA itself sent. What was said but cannot be read
    counts as an unsupported kind: the person hears a sentence.
    """

    def __init__(self, seal: Seal, fetch: Fetch, oa_id: str = "") -> None:
        """`oa_id` empty: events of every OA of the app are taken."""
        self._seal = seal
        self._fetch = fetch
        self._oa_id = oa_id

    def read(self, event: Mapping[str, Any]) -> Heard:
        """The meaning of one event; never raises, whatever the event holds."""
        name = event.get("event_name")
        if not isinstance(name, str):
            return None
        if name in SAID:
            return self._said(name, event)
        if name in GREETED:
            return self._greeted(event)
        person = self._person(event)
        if name == "unfollow":
            return Left(person) if person else None
        if name == "user_withdraw" and person:
            return Message(CHANNEL, person, _event_id(event), _when(event), tap=WITHDRAWN)
        return None

    def _said(self, name: str, event: Mapping[str, Any]) -> Message | None:
        address = _id_in(event, "sender")
        if not address or address == self._oa_id or self._is_foreign(_id_in(event, "recipient")):
            return None
        message = _dict(event.get("message"))
        known = _id(message.get("msg_id"))
        id, at = known or _event_id(event), _when(event)
        words = message.get("text")
        text = plain(words).strip() if isinstance(words, str) else ""
        if name == "user_send_text" and (tap := self._seal.opened(address, text)):
            return Message(CHANNEL, address, id, at, tap=tap)
        kind = {"user_send_image": "photo", "user_send_file": "document"}.get(name)
        files = self._files(message, kind, id) if kind else ()
        return Message(CHANNEL, address, id, at, text=text, files=files)

    def _greeted(self, event: Mapping[str, Any]) -> Message | None:
        address = self._person(event)
        if not address:
            return None
        at = _when(event)
        return Message(CHANNEL, address, f"hello:{address}:{clock.local(at).date()}", at, text="/start")

    def _person(self, event: Mapping[str, Any]) -> str:
        """The person of an event that is not a message; "" when there is none or it is about another OA."""
        if self._is_foreign(_id(event.get("oa_id")) or _id_in(event, "recipient")):
            return ""
        for place in ("follower", "sender", "user"):
            if (found := _id_in(event, place)) and found != self._oa_id:
                return found
        return _id(event.get("user_id"))

    def _is_foreign(self, oa_id: str) -> bool:
        return bool(self._oa_id and oa_id and oa_id != self._oa_id)

    def _files(self, message: Mapping[str, Any], kind: str, id: str) -> tuple[Attachment, ...]:
        attachments = message.get("attachments")
        if not isinstance(attachments, list):
            return ()
        payloads = [_dict(_dict(one).get("payload")) for one in attachments]
        found = [(payload, payload["url"]) for payload in payloads if _is_address(payload.get("url"))]
        return tuple(self._file(payload, url, kind, f"{id}-{number}") for number, (payload, url) in enumerate(found, 1))

    def _file(self, payload: Mapping[str, Any], url: str, kind: str, id: str) -> Attachment:
        suffix = PurePosixPath(urlsplit(url).path).suffix.lower()
        if kind == "photo":
            media_type = "image/png" if suffix == ".png" else "image/jpeg"
            name = f"photo-{id[-40:]}{'.png' if media_type == 'image/png' else '.jpg'}"
        else:
            given = payload.get("name")
            name = (plain(given).strip() if isinstance(given, str) else "")[:150] or f"document-{id[-40:]}{suffix}"
            media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        size = _number(payload.get("size"))

        async def fetch() -> bytes:
            if size > MAX_FILE_BYTES:
                raise Rejected("the file is too long")
            return await self._fetch(url, MAX_FILE_BYTES)

        return Attachment(name, media_type, size, kind, fetch)


def plain(text: str) -> str:
    """The text without control characters and broken surrogates, which no database takes; new lines and tabs stay."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub(" ", whole.replace("\r\n", "\n"))


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _id(value: Any) -> str:
    """An id as text (some come as numbers), or "" when it is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if 0 <= value < 10**30 else ""
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def _id_in(event: Mapping[str, Any], place: str) -> str:
    return _id(_dict(event.get(place)).get("id"))


def _number(value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    return value if isinstance(value, int) and value > 0 else 0


def _when(event: Mapping[str, Any]) -> datetime:
    """The event's own time, unless the bot was away for days or the clocks disagree: then it counts as said now."""
    now, milliseconds = clock.now(), _number(event.get("timestamp"))
    try:
        said = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return now
    return said if now - _OLDEST <= said <= now else now


def _event_id(event: Mapping[str, Any]) -> str:
    """An id for an event that has none: the same for every repetition of it."""
    whole = json.dumps(event, sort_keys=True, ensure_ascii=True, default=str)
    return "event:" + sha256(whole.encode()).hexdigest()[:40]


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://")) and len(value) < 4096
