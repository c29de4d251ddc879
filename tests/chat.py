"""The fake person: says, taps, sends, hears; the clock stands where the test puts it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from bot.app import App
from bot.channels.base import Abilities, Channel
from bot.clock import LOCAL_ZONE
from bot.message import Attachment, Message, Outgoing

NOON = datetime(2026, 11, 22, 8, 15, tzinfo=LOCAL_ZONE)
"""When a conversation begins unless the test says otherwise: Sunday 22/11/2026, 08:15."""


@dataclass(slots=True)
class Heard:
    """One message on a person's screen."""

    id: str
    text: str
    buttons: dict[str, str]
    files: dict[str, bytes]


class Chat(Channel):
    """A channel without a wire: what is sent stands on the screens of `FakePerson`s."""

    name = "console"
    abilities = Abilities(
        text_limit=4000, buttons=True, button_limit=24, label_limit=60, edits=True, files=True, file_limit=50_000_000
    )

    def __init__(self) -> None:
        self.screens: dict[str, list[Heard]] = {}
        self.heard: dict[str, list[Heard]] = {}

    async def send(self, outgoing: Outgoing) -> str:
        """Put a message on the screen, in place of the one it edits."""
        shown = Heard(
            str(outgoing.id),
            outgoing.text,
            {tap.label: tap.payload for tap in outgoing.buttons},
            {file.name: await file.read() for file in outgoing.files},
        )
        screen = self.screens.setdefault(outgoing.address, [])
        for seen in screen:
            if seen.id == outgoing.clears:
                seen.buttons = {}
        screen[:] = [seen for seen in screen if seen.id != outgoing.edits]
        screen.append(shown)
        self.heard.setdefault(outgoing.address, []).append(shown)
        return shown.id


@dataclass(slots=True)
class FakePerson:
    """Somebody who chats with the bot."""

    name: str
    app: App
    channel: Chat
    at: datetime = NOON
    _numbers: count = field(default_factory=lambda: count(1))  # type: ignore[type-arg]

    @property
    def heard(self) -> list[Heard]:
        """Everything that the bot has sent, oldest first."""
        return self.channel.heard.get(self.name, [])

    @property
    def last(self) -> Heard:
        """The newest message."""
        assert self.heard, f"{self.name} has heard nothing"
        return self.heard[-1]

    async def says(self, text: str, *, at: datetime | None = None, id: str = "", start: str = "") -> None:
        """Send a text and wait until everything that follows is sent."""
        await self._send(Message("console", self.name, id or self._id(), self._moment(at), text=text, start=start))

    async def taps(self, label: str, *, at: datetime | None = None) -> None:
        """Tap the button with this label on the newest message that has it."""
        for seen in reversed(self.channel.screens.get(self.name, [])):
            if label in seen.buttons:
                await self.taps_payload(seen.buttons[label], tapped=seen.id, at=at)
                return
        raise AssertionError(f"{self.name} sees no button {label!r}; last heard: {self.last.text!r}")

    async def taps_payload(self, payload: str, *, tapped: str = "", at: datetime | None = None) -> None:
        """Send a button's payload, however it was come by."""
        await self._send(Message("console", self.name, self._id(), self._moment(at), tap=payload, tapped=tapped))

    async def sends_file(
        self, name: str, content: bytes, media_type: str = "application/octet-stream", *, caption: str = ""
    ) -> None:
        """Send a file."""

        async def read() -> bytes:
            return content

        kind = "photo" if media_type.startswith("image/") else "document"
        attachment = Attachment(name, media_type, len(content), kind, read)
        await self._send(
            Message("console", self.name, self._id(), self._moment(None), text=caption, files=(attachment,))
        )

    def hears(self, text: str, *, buttons: Sequence[str] | None = None) -> None:
        """The newest message holds this text, and exactly these buttons when they are named."""
        assert text in self.last.text, f"{self.name} hears {self.last.text!r}, not {text!r}"
        if buttons is not None:
            assert list(self.last.buttons) == list(buttons), f"{self.name} sees {list(self.last.buttons)}"

    async def _send(self, message: Message) -> None:
        await self.app.turns.accept(message)
        await self.app.sender.idle()

    def _moment(self, at: datetime | None) -> datetime:
        self.at = at or self.at + timedelta(seconds=5)
        return self.at

    def _id(self) -> str:
        return f"{self.name}:{next(self._numbers)}"
