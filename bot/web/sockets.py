"""One open chat page on the server's side: what it was shown, and the frames that wait to be written to it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from aiohttp import web

from bot.clock import now
from bot.i18n import Reader, Text, render
from bot.message import Outgoing
from bot.web.frames import Hello, message_frame, written
from bot.web.visitors import language_of, public_id

History = Callable[[str, int], Awaitable[Sequence[Outgoing]]]
"""All messages of an address with a greater id, oldest first, at most the newest 100."""

NO_COOKIE, REPLACED, GOING_AWAY = 4401, 4408, 1001
"""Close codes: the visitor has no cookie; a newer page took this one's place; the server stops."""


class Socket:
    """An open page of one visitor."""

    def __init__(self, ws: web.WebSocketResponse, request: web.Request, address: str, history: History) -> None:
        self.address = address
        self.language = language_of(request)
        self.greeted = False
        self.gone = asyncio.Event()
        self._ws = ws
        self._transport = request.transport
        self._history = history
        self._waiting: asyncio.Queue[dict[str, Any] | int] = asyncio.Queue(1_000)
        self._reading = asyncio.Lock()
        self._held: list[Outgoing] = []
        self._shown: set[int] = set()
        self._newest = self._read_to = self._read_from = 0

    def push(self, item: dict[str, Any] | int) -> None:
        """Queue a frame, or a close code; a page that reads too slowly is cut off and catches up when it returns."""
        try:
            self._waiting.put_nowait(item)
        except asyncio.QueueFull:
            if self._transport:
                self._transport.abort()

    def refuse(self, text: Text, id: str = "") -> None:
        """Say what was wrong, and with which message of the page."""
        self.push({"type": "error", "text": render(text, Reader(self.language)), "id": id})

    def show(self, outgoing: Outgoing) -> None:
        """Push a message once; while the history is read, it waits for its turn behind the older ones."""
        if self._reading.locked():
            self._held.append(outgoing)
        elif self.greeted:
            self._show(outgoing)

    def _show(self, outgoing: Outgoing) -> None:
        if outgoing.id in self._shown:
            return
        self._shown.add(outgoing.id)
        self._newest = max(self._newest, outgoing.id)
        if outgoing.extra.get("reset") == "1":
            self.push({"type": "reset", "id": str(outgoing.id)})
        self.push(message_frame(outgoing))

    async def greet(self, hello: Hello) -> None:
        """Answer a hello: who the visitor is, then everything since."""
        self.language = hello.language or self.language
        self._shown.clear()
        self._newest = self._read_to = self._read_from = hello.since
        moment = now().isoformat(timespec="milliseconds")
        self.push({"type": "ready", "visitor": public_id(self.address), "now": moment})
        self.greeted = True
        await self.catch_up()

    async def catch_up(self) -> None:
        """Show what the history has and this page has not.

        Reads again from where the read before last ended: another process may commit an older id a little later.
        """
        found: Sequence[Outgoing] = ()
        try:
            async with self._reading:
                found = await self._history(self.address, self._read_from)
        finally:
            held, self._held = self._held, []
            for outgoing in (*found, *held):
                self._show(outgoing)
        self._read_from, self._read_to = self._read_to, self._newest
        self._shown = {id for id in self._shown if id > self._read_from}

    async def write(self) -> None:
        """Write what waits, in order, until a close code comes."""
        with suppress(ConnectionError):
            while isinstance(item := await self._waiting.get(), dict):
                await self._ws.send_str(written(item))
            await self._ws.close(code=item)

    async def finish(self, writer: asyncio.Task[None], *others: asyncio.Task[None]) -> None:
        """Write what still waits, then end the tasks of this page."""
        for task in others:
            task.cancel()
        self.push(GOING_AWAY)
        try:
            await asyncio.wait({writer}, timeout=3)
        finally:
            writer.cancel()
            self.gone.set()
        await asyncio.gather(writer, *others, return_exceptions=True)
