"""What Telegram tells us: one Update becomes one Message, or nothing when it is not said to the bot."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import telegram
from telegram import CallbackQuery, ChatMember, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, TelegramError

from bot import clock
from bot.errors import Rejected, Retry
from bot.i18n import languages
from bot.message import MAX_FILE_BYTES, Attachment, Message

ALLOWED_UPDATES: Final = ("message", "callback_query", "my_chat_member")
"""The kinds of update that the bot asks for; edits of old messages and channel posts are not among them."""

_OLDEST = timedelta(days=2)
_CONTENT = (
    *("text", "photo", "document", "animation", "audio", "video", "video_note", "voice", "sticker", "location"),
    *("venue", "contact", "poll", "dice", "story", "game", "paid_media"),
)
"""What a person can send; a message with none of these is a service notice (pinned, joined …) and no one's words."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_GONE = {ChatMember.BANNED, ChatMember.LEFT}


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is on Telegram."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a private chat, or one person in a group (and in a topic of it).

    As an address: `42` is the private chat of user 42; `42@-1001` is what user 42 says in group -1001 and what is
    answered there, `42@-1001/7` in its topic 7. The part before `@` is always the person's private address, and the two
    are separate accounts: nothing that was said in private is ever shown in a group.
    """

    user: int
    chat: int
    topic: int | None = None

    @property
    def address(self) -> str:
        """The address that stands for this place outside the channel."""
        if self.chat == self.user:
            return str(self.user)
        return f"{self.user}@{self.chat}" + (f"/{self.topic}" if self.topic else "")

    @classmethod
    def of(cls, address: str) -> "Place":
        """The place of an address; raises Rejected when it is none of Telegram's."""
        found = re.fullmatch(r"(\d+)(?:@(-\d+)(?:/(\d+))?)?", address)
        if not found:
            raise Rejected("not a Telegram address")
        user, chat, topic = found.groups()
        return cls(int(user), int(chat or user), int(topic) if topic else None)


@dataclass(frozen=True, slots=True)
class Presence:
    """The bot was let into a chat or put out of it: a private chat was unblocked or blocked."""

    chat: int
    gone: bool


def read(update: Update, me: Me) -> Message | Presence | None:
    """The meaning of an update for us; None when nobody speaks to the bot in it (edits, channels, service notices)."""
    if update.callback_query:
        return _tap(update.update_id, update.callback_query)
    if update.message:
        return _said(update.update_id, update.message, me)
    if update.my_chat_member:
        status = update.my_chat_member.new_chat_member.status
        return Presence(update.my_chat_member.chat.id, gone=status in _GONE)
    return None


def plain(text: str) -> str:
    """The text without control characters and broken surrogates, which no database takes; new lines and tabs stay."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub(" ", whole.replace("\r\n", "\n"))


def _said(update_id: int, message: telegram.Message, me: Me) -> Message | None:
    sender, chat = message.from_user, message.chat
    if sender is None or sender.is_bot or not any(getattr(message, kind) for kind in _CONTENT):
        return None
    text = plain(message.text or message.caption or "").strip()
    group = chat.type in (ChatType.GROUP, ChatType.SUPERGROUP)
    if group:
        if not (_is_answer_to(message, me) or _names(text, me)):
            return None
    elif chat.type != ChatType.PRIVATE:
        return None
    text = _without_name(text, me)
    command, _, payload = text.partition(" ")
    start = payload.strip() if command == "/start" else ""
    topic = message.message_thread_id if message.is_topic_message else None
    return Message(
        channel="telegram",
        address=Place(sender.id, chat.id if group else sender.id, topic).address,
        id=f"u{update_id}",
        at=_when(message.date),
        text=command if start else text,
        start=start,
        files=_files(message),
        language=_language(sender),
        group=group,
    )


def _tap(update_id: int, query: CallbackQuery) -> Message | None:
    if not query.data or query.message is None:
        return None
    chat, shown = query.message.chat, query.message
    group = chat.type != ChatType.PRIVATE
    topic = shown.message_thread_id if isinstance(shown, telegram.Message) and shown.is_topic_message else None
    return Message(
        channel="telegram",
        address=Place(query.from_user.id, chat.id if group else query.from_user.id, topic).address,
        id=f"u{update_id}",
        at=clock.now(),
        tap=plain(query.data),
        tapped=str(shown.message_id),
        language=_language(query.from_user),
        group=group,
    )


def _is_answer_to(message: telegram.Message, me: Me) -> bool:
    replied = message.reply_to_message
    return bool(replied and replied.from_user and replied.from_user.id == me.id)


def _name(me: Me) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w@])(/\w+)?@{re.escape(me.username)}(?!\w)[,:]?", re.IGNORECASE)


def _names(text: str, me: Me) -> bool:
    return bool(me.username and _name(me).search(text))


def _without_name(text: str, me: Me) -> str:
    """ "/help@banhoc_bot" → "/help"; "@banhoc_bot xin chào" → "xin chào"."""
    if not me.username:
        return text
    return _name(me).sub(lambda found: found[1] or "", text).strip()


def _when(date: datetime) -> datetime:
    """The message's own time, unless the bot was away for days or the clocks disagree: then it counts as said now."""
    now = clock.now()
    return date if now - _OLDEST <= date <= now else now


def _language(user: telegram.User) -> str:
    code = (user.language_code or "").partition("-")[0].lower()
    return code if code in languages() else ""


def _files(message: telegram.Message) -> tuple[Attachment, ...]:
    if message.photo:
        fitting = [photo for photo in message.photo if (photo.file_size or 0) <= MAX_FILE_BYTES] or message.photo
        best = max(fitting, key=lambda photo: photo.width * photo.height)
        name, size = f"photo-{best.file_unique_id}.jpg", best.file_size or 0
        return (Attachment(name, "image/jpeg", size, "photo", _reader(best.get_file, size)),)
    document = message.document
    if document and not message.animation:
        size = document.file_size or 0
        name = plain(document.file_name or f"document-{document.file_unique_id}")
        media_type = document.mime_type or "application/octet-stream"
        return (Attachment(name, media_type, size, "document", _reader(document.get_file, size)),)
    return ()


def _reader(get_file: Callable[[], Awaitable[telegram.File]], size: int) -> Callable[[], Awaitable[bytes]]:
    """Fetches the bytes when a handler wants them; what is too long is refused before and after the download."""

    async def fetch() -> bytes:
        if size > MAX_FILE_BYTES:
            raise Rejected("the file is too long")
        try:
            file = await get_file()
            if (file.file_size or 0) > MAX_FILE_BYTES:
                raise Rejected("the file is too long")
            content = bytes(await file.download_as_bytearray())
        except BadRequest:
            raise Rejected("Telegram does not give the file out") from None
        except TelegramError as error:
            raise Retry(f"the file could not be fetched: {type(error).__name__}") from None
        if len(content) > MAX_FILE_BYTES:
            raise Rejected("the file is too long")
        return content

    return fetch
