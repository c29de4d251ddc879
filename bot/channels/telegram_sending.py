"""What we tell Telegram: one Outgoing becomes the calls that send, edit and clear; refusals become our errors."""

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, MessageEntity
from telegram.constants import ChatAction
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.channels.fit import length
from bot.channels.pacer import BULK, Pacer
from bot.channels.telegram_request import Flooded, NotReached
from bot.channels.telegram_updates import Place
from bot.errors import ChannelError, Rejected, Retry, Unreachable
from bot.marks import in_utf16
from bot.message import BOLD, ITALIC, FileRef, Outgoing, Style, Tap

log = logging.getLogger(__name__)

CAPTION_LIMIT: Final = 1024
"""UTF-16 units of the words under a picture or a file (Bot API, sendDocument)."""
_PHOTO_TYPES = {"image/jpeg", "image/png"}
_PHOTO_BYTES = 10_000_000
_SHORT_LABEL = 18
"""Buttons whose labels are all this short stand two in a row."""
_REMEMBERED = 1000
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_GONE_WORDS = (
    "chat not found",
    "peer_id_invalid",
    "user not found",
    "not enough rights",
    "have no rights",
    "was kicked",
)
_UNEDITABLE_WORDS = ("can't be edited", "not found", "no text in the message", "message_id_invalid")
_ENTITIES = {BOLD: MessageEntity.BOLD, ITALIC: MessageEntity.ITALIC}
_PICTURE_WORDS = ("photo", "image", "picture")


class Sending:
    """Sends through one token at its pace: remembers who is gone, and how far a message of several calls came."""

    def __init__(self, bot: Bot, pacer: Pacer) -> None:
        self._bot = bot
        self._pacer = pacer
        self._gone: set[int] = set()
        self._moved: dict[int, int] = {}
        self._sent: dict[int, list[int]] = {}
        self._uploaded: dict[int, tuple[bool, str]] = {}
        """Files of bulk that Telegram has already: our id → (shown as a picture, Telegram's id)."""

    def pause(self) -> float:
        """Seconds for which Telegram wants nothing from this token (429 `retry_after`), else 0."""
        return self._pacer.pause_left

    def presence(self, chat: int, *, gone: bool) -> None:
        """The bot was blocked in a chat or put out of it (or let in again): further sends fail at once."""
        if gone:
            self._gone.add(chat)
        else:
            self._gone.discard(chat)

    async def send(self, outgoing: Outgoing) -> str:
        """Send, edit and clear what one Outgoing says; returns the id of its (last) message."""
        place = Place.of(outgoing.address)
        if place.chat in self._gone:
            raise Unreachable("blocked")
        try:
            return await self._deliver(outgoing, place)
        except ChatMigrated as moved:
            self._moved[place.chat] = moved.new_chat_id
            raise Retry("the group became a supergroup", after=0.0) from None
        except TelegramError as error:
            failure = self.meaning(error)
            if not isinstance(failure, Retry):
                self._sent.pop(outgoing.id, None)
            raise failure from None

    def as_answer(self, outgoing: Outgoing, *, tapped_has_text: bool) -> dict[str, Any] | None:
        """The same as one method call for a webhook's answer; None when it takes several calls or may fail.

        Telegram never tells how such a call ended, so an edit goes this way only where it must succeed.
        """
        if outgoing.files or (outgoing.edits and not tapped_has_text):
            return None
        place = Place.of(outgoing.address)
        method = {"method": "editMessageText", "message_id": int(outgoing.edits)} if outgoing.edits else {}
        markup, styled = keyboard(outgoing.buttons), entities(outgoing.text, outgoing.styles)
        return {
            **(method or {"method": "sendMessage", **({"message_thread_id": place.topic} if place.topic else {})}),
            "chat_id": self._chat(place),
            "text": _speakable(outgoing.text),
            "link_preview_options": _NO_PREVIEW.to_dict(),
            **({"entities": [entity.to_dict() for entity in styled]} if styled else {}),
            **({"reply_markup": markup.to_dict()} if markup else {}),
        }

    async def clear(self, outgoing: Outgoing) -> None:
        """Take the used-up buttons away; a failure is no one's loss."""
        if outgoing.clears and outgoing.clears != outgoing.edits:
            await self._clear(self._chat(Place.of(outgoing.address)), outgoing.clears)

    async def acknowledge(self, callback_query_id: str) -> None:
        """End the waiting sign on a tapped button."""
        try:
            await self._bot.answer_callback_query(callback_query_id)
        except TelegramError as error:
            self._note(error)

    async def typing(self, address: str) -> None:
        """Show "typing …", unless Telegram asked for silence."""
        place = Place.of(address)
        if self.pause() or place.chat in self._gone:
            return
        try:
            await self._bot.send_chat_action(self._chat(place), ChatAction.TYPING, message_thread_id=place.topic)
        except TelegramError as error:
            self._note(error)

    def meaning(self, error: TelegramError) -> ChannelError:
        """What a refusal means for the outbox; a flood refusal silences the whole token."""
        words = str(error).lower()
        if isinstance(error, Flooded | RetryAfter):
            after = error.after if isinstance(error, Flooded) else _seconds(error)
            self._pacer.pause(after)
            return Retry("Telegram asks to wait", after=after)
        if isinstance(error, Forbidden):
            return Unreachable(words)
        if isinstance(error, BadRequest):
            return Unreachable(words) if any(word in words for word in _GONE_WORDS) else Rejected(words)
        doubtful = isinstance(error, NetworkError) and not isinstance(error, NotReached)
        return Retry(f"Telegram did not take it: {type(error).__name__}", doubtful=doubtful)

    def _chat(self, place: Place) -> int:
        return self._moved.get(place.chat, place.chat)

    async def _deliver(self, outgoing: Outgoing, place: Place) -> str:
        chat = self._chat(place)
        if outgoing.edits and not outgoing.files and await self._edit(chat, outgoing):
            vendor_id = outgoing.edits
        else:
            vendor_id = await self._send_new(chat, place.topic, outgoing)
            if outgoing.edits:
                await self._clear(chat, outgoing.edits)
        await self.clear(outgoing)
        return vendor_id

    async def _edit(self, chat: int, outgoing: Outgoing) -> bool:
        """True when the old message now says this; False when it can only be said anew."""
        try:
            async with self._pacer.slot(None, outgoing.priority):
                await self._bot.edit_message_text(
                    _speakable(outgoing.text),
                    chat_id=chat,
                    message_id=int(outgoing.edits),
                    entities=entities(outgoing.text, outgoing.styles),
                    reply_markup=keyboard(outgoing.buttons),
                    link_preview_options=_NO_PREVIEW,
                )
        except BadRequest as error:
            words = str(error).lower()
            if "not modified" in words:
                return True
            if any(word in words for word in _UNEDITABLE_WORDS) and "chat not found" not in words:
                return False
            raise
        return True

    async def _send_new(self, chat: int, topic: int | None, outgoing: Outgoing) -> str:
        """Words and files in as few messages as Telegram allows; a next try goes on where a failed one ended."""
        text, markup = _speakable(outgoing.text), keyboard(outgoing.buttons)
        files: Sequence[FileRef | None] = outgoing.files
        apart = not files or length(text) > CAPTION_LIMIT
        styled = entities(outgoing.text, outgoing.styles)
        steps: list[tuple[str, FileRef | None]] = [(text, None)] if apart else []
        steps += [("" if apart or number else text, file) for number, file in enumerate(files)]
        sent = self._sent.setdefault(outgoing.id, [])
        for number, (words, file) in list(enumerate(steps))[len(sent) :]:
            buttons = markup if number == len(steps) - 1 else None
            looks = _Looks(words, styled if words else None, buttons, topic)
            sent.append(await self._send_one(chat, looks, file, outgoing.priority))
        self._sent.pop(outgoing.id, None)
        while len(self._sent) > _REMEMBERED:
            self._sent.pop(next(iter(self._sent)))
        return str(sent[-1])

    async def _send_one(self, chat: int, looks: "_Looks", file: FileRef | None, priority: int) -> int:
        rest: dict[str, Any] = {"reply_markup": looks.markup, "message_thread_id": looks.topic}
        if file is None:
            async with self._pacer.slot(chat, priority):
                message = await self._bot.send_message(
                    chat, looks.text, entities=looks.entities, link_preview_options=_NO_PREVIEW, **rest
                )
            return message.message_id
        rest |= {"caption": looks.text or None, "caption_entities": looks.entities}
        if priority == BULK and (known := self._uploaded.pop(file.id, None)) is not None:
            # Taken out for the time of the call: what Telegram does not know any more is uploaded next time.
            async with self._pacer.slot(chat, priority):
                send = self._bot.send_photo if known[0] else self._bot.send_document
                message = await send(chat, known[1], **rest)
            self._uploaded[file.id] = known
            return message.message_id
        content, name = await file.read(), " ".join(_speakable(file.name).split()) or "file"
        if file.media_type in _PHOTO_TYPES and len(content) <= _PHOTO_BYTES:
            try:
                async with self._pacer.slot(chat, priority):
                    message = await self._bot.send_photo(chat, InputFile(content, name), **rest)
                self._remember(file, priority, (True, message.photo[-1].file_id if message.photo else ""))
                return message.message_id
            except BadRequest as error:
                if not any(word in str(error).lower() for word in _PICTURE_WORDS):
                    raise
        async with self._pacer.slot(chat, priority):
            message = await self._bot.send_document(chat, InputFile(content, name), **rest)
        self._remember(file, priority, (False, message.document.file_id if message.document else ""))
        return message.message_id

    def _remember(self, file: FileRef, priority: int, known: tuple[bool, str]) -> None:
        """The same picture to thousands is uploaded once."""
        if priority == BULK and known[1]:
            self._uploaded[file.id] = known

    async def _clear(self, chat: int, message_id: str) -> None:
        try:
            await self._bot.edit_message_reply_markup(chat_id=chat, message_id=int(message_id), reply_markup=None)
        except TelegramError as error:
            self._note(error)

    def _note(self, error: TelegramError) -> None:
        """A best-effort call failed: keep its flood pause, drop the rest."""
        self.meaning(error)
        log.debug("telegram: a best-effort call failed: %s", type(error).__name__)


@dataclass(frozen=True, slots=True)
class _Looks:
    """What one call shows beside its file."""

    text: str
    entities: list[MessageEntity] | None
    markup: InlineKeyboardMarkup | None
    topic: int | None


def entities(text: str, styles: Sequence[Style]) -> list[MessageEntity] | None:
    """What stands out in the text, as Telegram wants it told; None where nothing does. Needs no escaping."""
    known = [one for one in in_utf16(text, styles) if one.kind in _ENTITIES]
    return [MessageEntity(_ENTITIES[one.kind], one.start, one.length) for one in known] or None


def keyboard(taps: Sequence[Tap]) -> InlineKeyboardMarkup | None:
    """Inline buttons, two in a row when all labels are short."""
    if not taps:
        return None
    buttons = [InlineKeyboardButton(tap.label, callback_data=tap.payload) for tap in taps]
    wide = 2 if all(length(tap.label) <= _SHORT_LABEL for tap in taps) else 1
    return InlineKeyboardMarkup([buttons[start : start + wide] for start in range(0, len(buttons), wide)])


def _speakable(text: str) -> str:
    """The text as UTF-8 can carry it: a broken surrogate becomes the replacement character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _seconds(error: RetryAfter) -> float:
    """PTB's `retry_after` in seconds; reading it warns of a coming change of type, which is handled here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        after = error.retry_after
    return float(after) if isinstance(after, int) else after.total_seconds()
