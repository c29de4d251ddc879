"""A small inbox in memory for the web chat's tests: answers as it is told, keeps what the bot said and its files."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from aiohttp import web

from bot.channels.webchat import WebChat
from bot.message import FileRef, Message, Outgoing
from bot.web import server

# As the storage makes them: milliseconds since 2024, then 22 bits; far beyond what JavaScript counts exactly.
_FIRST_ID = (time.time_ns() // 1_000_000 - 1_704_067_200_000) << 22


class FakeInbox:
    """Hears messages once each, and answers with what `answer` gives (fields of Outgoing)."""

    def __init__(self, *, secure: bool = False, reread_seconds: float = 20.0) -> None:
        self._new = partial(WebChat, self.history, self.read_file, secure=secure, reread_seconds=reread_seconds)
        self.channel = self._new()
        self.heard: list[Message] = []
        self.written: list[Outgoing] = []
        self.files: dict[tuple[str, int], FileRef] = {}
        self.healthy = True
        self.thinking_seconds = 0.0
        self.answer: Callable[[Message], Sequence[dict[str, Any]]] = lambda message: [{"text": f"Nghe: {message.text}"}]

    def restart(self) -> None:
        """A new process with the same database: nobody is connected to it yet."""
        self.channel = self._new()

    async def accept(self, message: Message, *, answer_here: bool = False) -> Sequence[Outgoing]:
        if message.id not in {one.id for one in self.heard}:
            self.heard.append(message)
            await asyncio.sleep(self.thinking_seconds)
            for fields in self.answer(message):
                await self.channel.send(self.write(message.address, **fields))
        return ()

    async def delivered(self, outgoing: Outgoing, vendor_id: str = "") -> None:
        raise AssertionError("the web chat never answers in place")

    def write(self, address: str, **fields: Any) -> Outgoing:
        """Commit a message of the bot, as another process would: nothing is pushed."""
        outgoing = Outgoing(id=_FIRST_ID + len(self.written), address=address, text="")
        self.written.append(replace(outgoing, **fields))
        return self.written[-1]

    def file(self, address: str, name: str, media_type: str, content: bytes) -> FileRef:
        async def read() -> bytes:
            return content

        ref = FileRef(len(self.files) + 1, name, media_type, len(content), read)
        self.files[address, ref.id] = ref
        return ref

    async def history(self, address: str, after_id: int) -> Sequence[Outgoing]:
        return [one for one in self.written if one.address == address and one.id > after_id][-100:]

    async def read_file(self, address: str, file_id: int) -> FileRef | None:
        return self.files.get((address, file_id))

    def app(self) -> web.Application:
        async def health() -> dict[str, Any]:
            return {"ok": self.healthy}

        return server.build([self.channel], self, health=health, metrics=lambda: b"banhoc_messages_total 3\n")
