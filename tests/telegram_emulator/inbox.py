"""A small inbox in place of the program: remembers what it is told and answers by a rule, to test the channel alone."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.channels.base import Channel
from bot.errors import Retry, Unreachable
from bot.message import FileRef, Message, Outgoing, Tap

Rule = Callable[[Message], Sequence[Outgoing]]


class SmallInbox:
    """Each message id is handled once; replies go out after the "commit", in the webhook's answer where allowed."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._ids = itertools.count(1)
        self._seen: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.channel: Channel | None = None
        self.messages: list[Message] = []
        self.delivered_ids: list[tuple[int, str]] = []
        self.answered_here = 0
        self.stopped: set[str] = set()
        self.before_commit: Callable[[Message], object] | None = None

    async def accept(self, message: Message, *, answer_here: bool = False) -> Sequence[Outgoing]:
        """Handle one message once."""
        if self.before_commit:
            waiting = self.before_commit(message)
            if asyncio.iscoroutine(waiting):
                await waiting
        if message.id in self._seen:
            return ()
        self._seen.add(message.id)
        self.messages.append(message)
        replies = [replace(reply, id=next(self._ids)) for reply in self._rule(message)]
        if answer_here and len(replies) == 1:
            self.answered_here += 1
            return replies
        task = asyncio.create_task(self._send(replies))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return ()

    async def delivered(self, outgoing: Outgoing, vendor_id: str = "") -> None:
        """Remember what left."""
        self.delivered_ids.append((outgoing.id, vendor_id))

    async def idle(self) -> None:
        """Wait until all replies are out."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def _send(self, replies: Sequence[Outgoing]) -> None:
        assert self.channel is not None
        for reply in replies:
            try:
                await self.delivered(reply, await self._until_sent(self.channel, reply))
            except Unreachable:
                self.stopped.add(reply.address)

    async def _until_sent(self, channel: Channel, reply: Outgoing) -> str:
        for _ in range(20):
            try:
                return await channel.send(reply)
            except Retry as retry:
                await asyncio.sleep(retry.after)
        raise AssertionError("never sent")


def stored_file(name: str, media_type: str, content: bytes) -> FileRef:
    """A stored file as the outbox hands it over."""

    async def read() -> bytes:
        return content

    return FileRef(1, name, media_type, len(content), read)


def taps(*labels: str) -> tuple[Tap, ...]:
    """Buttons whose payload is `pick|` and the label."""
    return tuple(Tap(label, f"pick|{label}") for label in labels)
