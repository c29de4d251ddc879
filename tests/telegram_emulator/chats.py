"""Who sits at the other end: people who say, tap and send, chats that show what is left to see."""

import asyncio
import io
import mimetypes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PIL import Image

if TYPE_CHECKING:
    from tests.telegram_emulator.server import Emulator


@dataclass(frozen=True)
class StoredFile:
    """A file that Telegram keeps, sent by either side."""

    id: str
    name: str
    media_type: str
    content: bytes
    kind: str


@dataclass
class Shown:
    """One message as the chat shows it now."""

    id: int
    text: str = ""
    rows: list[list[dict[str, str]]] = field(default_factory=list)
    file: StoredFile | None = None
    from_bot: bool = True
    edits: int = 0
    topic: int | None = None
    raw: dict[str, Any] = field(default_factory=dict)
    entities: list[dict[str, Any]] = field(default_factory=list)

    def styled(self, kind: str) -> list[str]:
        """The words that stand out so (`bold`, `italic`)."""
        units = self.text.encode("utf-16-le")
        found = [entity for entity in self.entities if entity["type"] == kind]
        return [units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le") for one in found]

    @property
    def buttons(self) -> list[str]:
        """The labels, row by row."""
        return [button["text"] for row in self.rows for button in row]

    def copy(self) -> "Shown":
        """The message as it is at this moment."""
        rows, entities = [list(row) for row in self.rows], list(self.entities)
        return Shown(self.id, self.text, rows, self.file, self.from_bot, self.edits, self.topic, entities=entities)


class Chat:
    """A private chat or a group; `hears` waits for what the bot says or changes in it."""

    def __init__(self, chat_id: int, title: str) -> None:
        self.id = chat_id
        self.title = title
        self.started = False
        self.blocked = False
        self.messages: dict[int, Shown] = {}
        self.actions: list[str] = []
        self._news: asyncio.Queue[Shown] = asyncio.Queue()

    @property
    def private(self) -> bool:
        """True for a person's own chat with the bot."""
        return self.id > 0

    @property
    def sees(self) -> list[Shown]:
        """The bot's messages that are still there, edits applied, oldest first."""
        return [message for message in self.messages.values() if message.from_bot]

    @property
    def json(self) -> dict[str, Any]:
        """The chat as the API describes it."""
        return (
            {"id": self.id, "type": "private", "first_name": self.title}
            if self.private
            else {"id": self.id, "type": "supergroup", "title": self.title}
        )

    def show(self, message: Shown) -> None:
        """The bot said or changed something."""
        self.messages[message.id] = message
        self._news.put_nowait(message.copy())

    async def hears(self, count: int = 1, seconds: float = 5.0) -> list[Shown]:
        """The next `count` messages and edits by the bot, as they were when they came."""
        heard: list[Shown] = []
        try:
            async with asyncio.timeout(seconds):
                while len(heard) < count:
                    heard.append(await self._news.get())
        except TimeoutError:
            raise AssertionError(f"{self.title} heard {len(heard)} of {count}: {[m.text for m in heard]}") from None
        return heard

    def heard(self) -> list[Shown]:
        """What has come since the last look, without waiting."""
        return [self._news.get_nowait() for _ in range(self._news.qsize())]

    async def hears_nothing(self, seconds: float = 0.3) -> None:
        """Nothing comes for a while."""
        await asyncio.sleep(seconds)
        assert self._news.empty(), f"{self.title} heard {self._news.get_nowait().text!r}"


class User:
    """A person with a private chat; `to` names a group instead."""

    def __init__(self, emulator: "Emulator", user_id: int, name: str, language: str) -> None:
        self._emulator = emulator
        self.id = user_id
        self.name = name
        self.language = language
        self.chat = Chat(user_id, name)
        self.hears = self.chat.hears
        self.hears_nothing = self.chat.hears_nothing

    @property
    def sees(self) -> list[Shown]:
        """The bot's messages in the private chat."""
        return self.chat.sees

    @property
    def json(self) -> dict[str, Any]:
        """The person as the API describes them."""
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language}

    async def says(self, text: str, *, to: Chat | None = None, reply_to: Shown | None = None) -> int:
        """Send a text; returns the update's id."""
        entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}] if text[:1] == "/" else []
        return await self.sends({"text": text, **({"entities": entities} if entities else {})}, to, reply_to)

    async def sends(self, content: dict[str, Any], to: Chat | None = None, reply_to: Shown | None = None) -> int:
        """Send a message with any content, e.g. {"sticker": …}; returns the update's id."""
        chat = to or self.chat
        chat.started = True
        message = {
            "message_id": self._emulator.next_message_id(),
            "from": self.json,
            "chat": chat.json,
            "date": int(self._emulator.now()),
            **content,
            **({"reply_to_message": reply_to.raw} if reply_to else {}),
        }
        chat.messages[message["message_id"]] = Shown(
            message["message_id"], message.get("text", ""), from_bot=False, raw=message
        )
        return await self._emulator.tell("message", message)

    async def taps(self, label: str, *, to: Chat | None = None) -> int:
        """Tap a button on the newest message that has it; returns the update's id."""
        chat = to or self.chat
        for message in reversed(chat.sees):
            for row in message.rows:
                for button in row:
                    if button["text"] == label:
                        return await self.taps_data(message, button["callback_data"], chat)
        raise AssertionError(f"no button {label!r}; there are {[message.buttons for message in chat.sees]}")

    async def taps_data(self, message: Shown, data: str, to: Chat | None = None) -> int:
        """Tap with this payload, also one that the message does not show (any more)."""
        query = {
            "id": self._emulator.new_query(),
            "from": self.json,
            "chat_instance": str((to or self.chat).id),
            "message": message.raw,
            "data": data,
        }
        return await self._emulator.tell("callback_query", query)

    async def sends_file(self, content: bytes, name: str, caption: str = "", *, to: Chat | None = None) -> int:
        """Send a document; its bytes can be had by getFile."""
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        stored = self._emulator.store(name, media_type, content, "document")
        document = {**file_json(stored), "file_name": name, "mime_type": media_type}
        return await self.sends({"document": document, **({"caption": caption} if caption else {})}, to)

    async def sends_photo(self, content: bytes, caption: str = "", *, to: Chat | None = None) -> int:
        """Send a picture in two sizes, the smaller one first."""
        stored = self._emulator.store("photo.jpg", "image/jpeg", content, "photo")
        small = self._emulator.store("thumb.jpg", "image/jpeg", content[:10], "photo")
        sizes = [{**file_json(small), "width": 9, "height": 9}, {**file_json(stored), "width": 90, "height": 90}]
        return await self.sends({"photo": sizes, **({"caption": caption} if caption else {})}, to)

    async def blocks(self) -> int:
        """Block the bot."""
        self.chat.blocked = True
        return await self._membership("member", "kicked")

    async def unblocks(self) -> int:
        """Let the bot in again."""
        self.chat.blocked = False
        return await self._membership("kicked", "member")

    async def _membership(self, old: str, new: str) -> int:
        bot = self._emulator.me
        member = {"chat": self.chat.json, "from": self.json, "date": int(self._emulator.now())}
        states = [
            {"user": bot, "status": state, **({"until_date": 0} if state == "kicked" else {})} for state in (old, new)
        ]
        return await self._emulator.tell(
            "my_chat_member", {**member, "old_chat_member": states[0], "new_chat_member": states[1]}
        )


def file_json(stored: StoredFile) -> dict[str, Any]:
    """What every kind of file has in the API."""
    return {"file_id": stored.id, "file_unique_id": f"u{stored.id}", "file_size": len(stored.content)}


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG or PNG, None for anything else."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return picture.size if picture.format in ("JPEG", "PNG") else None
    except OSError:
        return None
