"""The shared words of all channels: what comes in (Message) and what goes out (Reply, Outgoing)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.i18n import Text

MAX_TEXT = 4_000
"""Characters of one inbound text that are read; a longer one is refused with a sentence."""
MAX_FILE_BYTES = 5 * 1024 * 1024
"""Bytes of one inbound file that are taken."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a person sent; its bytes are fetched only when a handler wants them."""

    name: str
    media_type: str
    size: int
    kind: str
    """`photo` or `document`."""
    read: Callable[[], Awaitable[bytes]]
    """Fetch the bytes; raises ChannelError.Retry or Rejected when they cannot be had."""


@dataclass(frozen=True, slots=True)
class Message:
    """One inbound message, whatever the channel. Empty text with neither tap nor file is an unsupported kind."""

    channel: str
    """The channel's name: `web`, `telegram`, `console`, `zalo_oa`, `zalo_bot`."""
    address: str
    """The person's address on that channel: the account that this message belongs to."""
    id: str
    """The channel's id of this message: the same id is handled once."""
    at: datetime
    """When it was said, aware."""
    text: str = ""
    tap: str = ""
    """The payload of the button that was tapped, else empty."""
    tapped: str = ""
    """The channel's id of the message whose button was tapped."""
    start: str = ""
    """The payload of a deep link (a unit code), else empty."""
    files: tuple[Attachment, ...] = ()
    language: str = ""
    """The language that the channel suggests for a new person (`vi`, `en`), else empty."""
    group: bool = False
    """True when several people read the chat: only public answers may go there."""


@dataclass(frozen=True, slots=True)
class Button:
    """One choice under a message: `action` names the tap route, `args` go to its handler."""

    label: Text | str
    action: str
    args: tuple[str, ...] = ()

    @property
    def payload(self) -> str:
        """What the channel gives back on a tap; at most 64 bytes (Telegram's limit for callback_data)."""
        return "|".join((self.action, *self.args))


@dataclass(frozen=True, slots=True)
class File:
    """A file or a picture to send."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler says; `replaces` turns the tapped message into this one where the channel can edit."""

    text: Text
    buttons: tuple[Button, ...] = ()
    files: tuple[File, ...] = ()
    replaces: bool = False
    keeps_buttons: bool = False
    """True leaves the buttons of the tapped message in place (else they go away once used)."""
    formatted: bool = False
    """True: pairs of * and _ in the text are bold and italics (bot/marks.py); else they are mere signs."""


BOLD, ITALIC = "bold", "italic"


@dataclass(frozen=True, slots=True)
class Style:
    """A stretch of a text that stands out, counted in characters."""

    start: int
    length: int
    kind: str
    """BOLD or ITALIC."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A button as it is sent: words and payload."""

    label: str
    payload: str


@dataclass(frozen=True, slots=True)
class FileRef:
    """A stored file as it is sent; `read` gives its bytes."""

    id: int
    name: str
    media_type: str
    size: int
    read: Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message for one account, in its reader's words, fit for the channel's limits."""

    id: int
    """Our id of the message: grows with time."""
    address: str
    text: str
    buttons: tuple[Tap, ...] = ()
    files: tuple[FileRef, ...] = ()
    edits: str = ""
    """The channel's id of the message that this one replaces, else empty."""
    clears: str = ""
    """The channel's id of the message whose buttons are used up, else empty."""
    priority: int = 0
    """0 a reply, 1 a notice, 2 bulk: what waits for what when the vendor's rate is used up."""
    styles: tuple[Style, ...] = ()
    """What stands out in the text, by start; only for a channel that formats."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Facts that only this channel needs, e.g. `callback_query_id`."""
