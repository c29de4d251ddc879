"""The contract of a channel: what it can do, how it sends, and how it hands in what people say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from bot.channels.pacer import Pacer
from bot.errors import Rejected
from bot.message import Message, Outgoing


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a channel can do; shared code fits every message to it."""

    text_limit: int
    """Characters of one message; a longer text is split at a paragraph, line, sentence or word."""
    buttons: bool
    """False: choices are numbered in the text and answered by the number or the label."""
    button_limit: int
    """Buttons of one message; more are cut into further messages."""
    label_limit: int
    """Characters of one button's label."""
    edits: bool
    """True when a sent message can be changed."""
    files: bool
    """True when files can be sent; else the text says how to get them."""
    file_limit: int
    """Bytes of one outgoing file."""
    formats: bool = False
    """True when bold and italics can be shown; else the words go without."""


class Inbox(Protocol):
    """Where a channel hands in what it hears; all answers come through `Channel.send`."""

    async def accept(self, message: Message, *, answer_here: bool = False) -> Sequence[Outgoing]:
        """Handle one message to its commit.

        Returns after COMMIT: the effect and the promised replies are durable, and a message that was handled before is
        ignored. With `answer_here`, when exactly one reply is due to this very account, it is returned instead of being
        sent: the channel puts it into its answer (a webhook's response) and then calls `delivered`.
        Errors end inside, in a message to the person. Raises only Retry, when storage is out of reach: nothing was
        kept, and the channel must deliver the message again.
        """

    async def delivered(self, outgoing: Outgoing, vendor_id: str = "") -> None:
        """The channel got rid of an `answer_here` reply."""


class Channel:
    """Base of every channel. A subclass sets `name` and `abilities` and writes `send`."""

    name: str
    abilities: Abilities
    pacer: Pacer | None = None
    """Keeps the token within its vendor's rate. A channel with one is sent to by one process at a time: its leader."""
    token_name: str = ""
    """What the rate belongs to, the same in every process and no secret; needed beside a pacer."""

    def routes(self, inbox: Inbox) -> Sequence[web.AbstractRouteDef]:
        """The addresses that this channel serves on the one web server (webhook, page, socket)."""
        return ()

    async def start(self, inbox: Inbox) -> None:
        """Begin to listen; returns at once (long work runs in a task of the channel's own)."""

    async def stop(self) -> None:
        """Stop listening and close what is open; what was accepted is finished first."""

    async def send(self, outgoing: Outgoing) -> str:
        """Send one message; returns the channel's id of it ("" where there is none).

        Raises Retry, Unreachable or Rejected (bot.errors); anything else counts as Retry.
        """
        raise Rejected(f"{self.name} cannot send")

    async def typing(self, address: str) -> None:
        """Show that an answer is being prepared, where the channel can."""
