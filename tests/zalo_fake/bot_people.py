"""Who sits at the other end of the fake Zalo Bot Platform: people who write, groups, and what they see."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.zalo_fake.bot import ZaloBotServer

Json = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """One message of the bot as the chat shows it."""

    id: str
    text: str
    kind: str = "text"


@dataclass
class BotChat:
    """A private chat or a group."""

    id: str
    title: str
    kind: str = "PRIVATE"
    started: bool = False
    blocked: bool = False
    sees: list[Shown] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    _news: "asyncio.Queue[Shown]" = field(default_factory=asyncio.Queue)

    def show(self, message: Shown) -> None:
        """The bot said something."""
        self.sees.append(message)
        self._news.put_nowait(message)

    async def hears(self, count: int = 1, seconds: float = 5.0) -> list[Shown]:
        """The next messages of the bot; fails when fewer come."""
        heard: list[Shown] = []
        try:
            async with asyncio.timeout(seconds):
                while len(heard) < count:
                    heard.append(await self._news.get())
        except TimeoutError:
            raise AssertionError(f"{self.title} heard {len(heard)} of {count}: {[m.text for m in heard]}") from None
        return heard

    async def hears_nothing(self, seconds: float = 0.3) -> None:
        """Nothing comes for a while."""
        await asyncio.sleep(seconds)
        assert self._news.empty(), f"{self.title} heard {self._news.get_nowait().text!r}"


class BotPerson:
    """A person with a private chat; `to` names a group. Every method returns the update as it was told."""

    def __init__(self, server: "ZaloBotServer", person_id: str, name: str) -> None:
        self._server = server
        self.id = person_id
        self.name = name
        self.chat = BotChat(person_id, name)
        self.hears = self.chat.hears
        self.hears_nothing = self.chat.hears_nothing

    @property
    def sees(self) -> list[Shown]:
        """The bot's messages in the private chat."""
        return self.chat.sees

    async def says(self, text: str, *, to: BotChat | None = None) -> Json:
        """Send a text. One with a link comes to the bot without its content, as on the real platform."""
        if "://" in text or "www." in text:
            return await self.sends("unsupported", {"message_type": "CHAT_UNSUPPORTED"}, to=to)
        return await self.sends("text", {"text": text, "message_type": "CHAT_MESSAGE"}, to=to)

    async def taps(self, label: str) -> Json:
        """Answer with the number that stands before a label in the newest message that has it."""
        for message in reversed(self.sees):
            for line in message.text.splitlines():
                number, _, words = line.partition(". ")
                if number.isdigit() and words == label:
                    return await self.says(number)
        raise AssertionError(f"{self.name} sees no choice {label!r}; last: {self.sees[-1:]}")

    async def sends_photo(self, content: bytes, caption: str = "", *, ending: str = ".jpg") -> Json:
        """Send a picture; it lies at the server for the bot to fetch."""
        url = self._server.store(content, ending)
        extra = {"caption": caption} if caption else {}
        return await self.sends("image", {self._server.photo_field: url, "message_type": "CHAT_PHOTO", **extra})

    async def sends_voice(self) -> Json:
        """Send a voice message."""
        url = self._server.store(b"\xff\xf1", ".aac")
        return await self.sends("voice", {"voice_url": url, "message_type": "CHAT_VOICE"})

    async def sends_sticker(self) -> Json:
        """Send a sticker."""
        return await self.sends("sticker", {"sticker": "s1", "url": f"{self._server.url}/sticker.png"})

    async def sends_document(self) -> Json:
        """Send a file: its content is stripped."""
        return await self.sends("unsupported", {"message_type": "CHAT_UNSUPPORTED"})

    async def sends(self, kind: str, content: Json, *, to: BotChat | None = None) -> Json:
        """Send a message with any content."""
        chat = to or self.chat
        chat.started = True
        message = {
            "message_id": self._server.next_id("m"),
            "date": round(self._server.now() * 1000),
            "from": {"id": self.id, "display_name": self.name, "is_bot": False},
            "chat": {"id": chat.id, "chat_type": chat.kind},
            **content,
        }
        update = {"event_name": f"message.{kind}.received", "message": message}
        await self._server.tell(update)
        return update
