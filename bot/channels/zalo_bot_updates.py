"""What the Zalo Bot Platform tells us: one update becomes one Message, or nothing when nobody speaks to the bot."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot import clock
from bot.errors import Rejected
from bot.message import MAX_FILE_BYTES, Attachment, Message

EVENTS: Final = {f"message.{kind}.received" for kind in ("text", "image", "sticker", "voice", "unsupported")}
"""All events that there are; no edit, join, leave, tap, document, video or location."""

_OLDEST = timedelta(days=2)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_ID = re.compile(r"[^\s@\x00-\x1f\x7f]{1,60}")
_LONGEST_ID = 120
_SECONDS_BELOW = 10**12
"""A smaller date counts seconds, a larger one milliseconds."""
_ENDINGS = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}

Download = Callable[[str, int], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is."""

    id: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes, as an address: `a1b2` is a private chat, `a1b2@g9` the same person in the group g9.

    The two are separate accounts: nothing that was said in private is ever shown in a group.
    """

    user: str
    chat: str

    @property
    def address(self) -> str:
        """The address that stands for this place outside the channel."""
        return self.user if self.chat == self.user else f"{self.user}@{self.chat}"

    @classmethod
    def of(cls, address: str) -> "Place":
        """The place of an address. Raises Rejected when it is none of the platform's."""
        user, _, chat = address.partition("@")
        if not _ID.fullmatch(user) or (chat and not _ID.fullmatch(chat)):
            raise Rejected("not a Zalo Bot address")
        return cls(user, chat or user)


def unwrapped(body: Any) -> Iterator[dict[str, Any]]:
    """The updates in an answer or a webhook's body: bare, in `{"ok": true, "result": …}`, one or a list, or none."""
    if isinstance(body, dict) and body.get("ok") is True:
        body = body.get("result")
    for one in body if isinstance(body, list) else [body]:
        if isinstance(one, dict) and isinstance(one.get("event_name"), str):
            yield one


def key_of(update: dict[str, Any]) -> str:
    """What makes an update the same one: its message's id, else its whole content."""
    message = update.get("message")
    id = _text_of(message.get("message_id")) if isinstance(message, dict) else ""
    if id and len(id) <= _LONGEST_ID and not _CONTROL.search(id):
        return id
    whole = json.dumps(update, sort_keys=True, default=str)
    return "h" + hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()


def read(update: dict[str, Any], me: Me, download: Download) -> Message | None:
    """The meaning of an update for us; None for echoes, other bots, unknown events and what is malformed."""
    message = update.get("message")
    if update.get("event_name") not in EVENTS or not isinstance(message, dict):
        return None
    sender, chat = message.get("from"), message.get("chat")
    if not isinstance(sender, dict) or sender.get("is_bot") is True:
        return None
    user = _id_of(sender.get("id"))
    chat_id = _id_of(chat.get("id")) if isinstance(chat, dict) else user
    if not user or not chat_id or user == me.id:
        return None
    group = isinstance(chat, dict) and (str(chat.get("chat_type", "")).upper() == "GROUP" or chat_id != user)
    text, files = _content(update["event_name"], message, key_of(update), download)
    if group:
        text = _without_name(text, me)
        if not text:
            return None  # what cannot be read is answered in private chats only
    return Message(
        channel="zalo_bot",
        address=Place(user, chat_id).address,
        id=key_of(update),
        at=_when(message.get("date")),
        text=text,
        files=() if group else files,
        group=group,
    )


def _content(event: str, message: dict[str, Any], key: str, download: Download) -> tuple[str, tuple[Attachment, ...]]:
    """Text and files; both empty for what the bot cannot read (sticker, voice, links, documents)."""
    if event == "message.text.received":
        return _plain(message.get("text")), ()
    if event != "message.image.received":
        return "", ()
    # The documentation calls the field `photo`, live updates carry `photo_url`.
    found = (message.get(name) for name in ("photo_url", "photo"))
    url = next((one for one in found if isinstance(one, str) and one.startswith(("https://", "http://"))), "")
    if not url:
        return "", ()
    ending = next((one for one in _ENDINGS if url.partition("?")[0].lower().endswith(one)), ".jpg")

    async def fetch() -> bytes:
        return await download(url, MAX_FILE_BYTES)

    file = Attachment(f"photo-{key[:40]}{ending}", _ENDINGS[ending], 0, "photo", fetch)
    return _plain(message.get("caption")), (file,)


def _plain(text: object) -> str:
    """The text in NFC without control characters and broken surrogates, which no database takes."""
    if not isinstance(text, str):
        return ""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", _CONTROL.sub(" ", whole.replace("\r\n", "\n"))).strip()


def _text_of(value: object) -> str:
    """An id: a string, sometimes a number."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _id_of(value: object) -> str:
    id = _text_of(value)
    return id if _ID.fullmatch(id) else ""


def _without_name(text: str, me: Me) -> str:
    """ "@Bot Bạn Học giai đoạn 2 …" → "giai đoạn 2 …": in a group the bot is named before it is asked."""
    for name in sorted(me.names, key=len, reverse=True):
        text = re.sub(rf"@{re.escape(name)}(?!\w)[,:]?\s*", "", text, flags=re.IGNORECASE)
    return text.strip()


def _when(date: object) -> datetime:
    """The message's own time, unless the clocks disagree or the bot was away for days: then it counts as said now."""
    now = clock.now()
    number = _text_of(date)
    if not number.isascii() or not number.isdigit() or len(number) > 15:
        return now
    seconds = int(number) / (1000 if int(number) >= _SECONDS_BELOW else 1)
    said = datetime.fromtimestamp(seconds, UTC)
    return said if now - _OLDEST <= said <= now else now
