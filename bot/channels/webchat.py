"""Web chat: a page, a WebSocket and file routes on our own server, for networks that reach nothing else."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from bot.channels.base import Abilities, Channel, Inbox
from bot.clock import now
from bot.errors import ChannelError
from bot.i18n import Reader, Text, render, t
from bot.message import FileRef, Message, Outgoing
from bot.web.files import file_headers
from bot.web.frames import LARGEST_FRAME, FrameRefused, Hello, Ping, Pressed, Say, parse
from bot.web.page import Page
from bot.web.sockets import GOING_AWAY, NO_COOKIE, REPLACED, History, Socket
from bot.web.uploads import UploadRefused, read_upload
from bot.web.visitors import Pace, Visitors, language_of

ReadFile = Callable[[str, int], Awaitable[FileRef | None]]
"""A file that was sent to this address, or None."""

MOST_SOCKETS = 8
"""Open pages of one visitor; one more closes the oldest, which on a phone is mostly dead already."""

log = logging.getLogger(__name__)


class WebChat(Channel):
    """The chat page on our own server; `secure` when visitors come by HTTPS, `origins` beside the page's own host."""

    name = "web"
    abilities = Abilities(
        text_limit=4_000,
        buttons=True,
        button_limit=24,
        label_limit=60,
        edits=True,
        files=True,
        file_limit=50_000_000,
        formats=True,
    )

    def __init__(
        self,
        history: History,
        read_file: ReadFile,
        *,
        secure: bool,
        origins: Collection[str] = (),
        reread_seconds: float = 20.0,
    ) -> None:
        self._history = history
        self._read_file = read_file
        self._visitors = Visitors(secure=secure, origins=origins)
        self._pace = Pace(limit=20, seconds=10)
        self._reread_seconds = reread_seconds
        self._sockets: dict[str, list[Socket]] = {}
        self._stopping = False

    def routes(self, inbox: Inbox) -> Sequence[web.AbstractRouteDef]:
        """The page with its parts, the socket, and the files both ways."""

        async def socket(request: web.Request) -> web.StreamResponse:
            return await self._serve_socket(request, inbox)

        async def upload(request: web.Request) -> web.StreamResponse:
            return await self._take_upload(request, inbox)

        return (
            *Page(self._visitors).routes(),
            web.get("/ws", socket),
            web.post("/upload", upload),
            web.get(r"/files/{id:[0-9]{1,19}}", self._give_file),
        )

    async def send(self, outgoing: Outgoing) -> str:
        """Push to the open pages of the account; the history keeps the message for those that come later."""
        for socket in self._sockets.get(outgoing.address, ()):
            socket.show(outgoing)
        return str(outgoing.id)

    async def typing(self, address: str) -> None:
        """Show on the open pages that an answer is being prepared."""
        for socket in self._sockets.get(address, ()):
            socket.push({"type": "typing"})

    async def stop(self) -> None:
        """Close all pages ("going away"), after the message that each is handing in; at most 10 seconds."""
        self._stopping = True
        sockets = [socket for group in self._sockets.values() for socket in group]
        for socket in sockets:
            socket.push(GOING_AWAY)
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*(socket.gone.wait() for socket in sockets)), 10)

    async def _serve_socket(self, request: web.Request, inbox: Inbox) -> web.StreamResponse:
        if not self._visitors.same_origin(request):
            raise web.HTTPForbidden
        if self._stopping:
            raise web.HTTPServiceUnavailable
        ws = web.WebSocketResponse(max_msg_size=LARGEST_FRAME, heartbeat=25, compress=False, timeout=3)
        await ws.prepare(request)
        address = self._visitors.address(request)
        if not address:
            await ws.close(code=NO_COOKIE)
            return ws
        socket = Socket(ws, request, address, self._history)
        self._join(socket)
        tasks = [asyncio.create_task(socket.write()), asyncio.create_task(self._reread(socket))]
        try:
            async for frame in ws:
                await self._hear(socket, inbox, frame)
        finally:
            self._leave(socket)
            await socket.finish(*tasks)
        return ws

    def _join(self, socket: Socket) -> None:
        group = self._sockets.setdefault(socket.address, [])
        if len(group) >= MOST_SOCKETS:
            group.pop(0).push(REPLACED)
        group.append(socket)

    def _leave(self, socket: Socket) -> None:
        group = self._sockets.get(socket.address, [])
        if socket in group:
            group.remove(socket)
        if not group:
            self._sockets.pop(socket.address, None)

    async def _reread(self, socket: Socket) -> None:
        """Another process may have written to this account: look from time to time."""
        while True:
            await asyncio.sleep(self._reread_seconds)
            if socket.greeted:
                try:
                    await socket.catch_up()
                except Exception:
                    log.warning("the history of a web chat could not be read", exc_info=True)

    async def _hear(self, socket: Socket, inbox: Inbox, frame: WSMessage) -> None:
        if frame.type is WSMsgType.ERROR:
            return
        try:
            heard = parse(frame.data if frame.type is WSMsgType.TEXT else "")
        except FrameRefused as refused:
            if self._in_time(socket.address):
                socket.refuse(refused.text, refused.id)
            return
        if isinstance(heard, Ping):
            socket.push({"type": "pong"})
        elif not self._in_time(socket.address):
            socket.refuse(_too_fast(), "" if isinstance(heard, Hello) else heard.id)
        elif isinstance(heard, Hello):
            await self._greet(socket, heard)
        elif not socket.greeted:
            socket.refuse(t("The page must say hello first. Please load it again."), heard.id)
        else:
            await self._hand_in(socket, inbox, heard)

    def _in_time(self, address: str) -> bool:
        return self._pace.allows(address, asyncio.get_running_loop().time())

    async def _greet(self, socket: Socket, hello: Hello) -> None:
        try:
            await socket.greet(hello)
        except Exception:
            log.exception("the history of a web chat could not be read")
            socket.refuse(t("Earlier messages cannot be shown just now. They will appear shortly."))

    async def _hand_in(self, socket: Socket, inbox: Inbox, heard: Say | Pressed) -> None:
        socket.push({"type": "typing"})
        if isinstance(heard, Say):
            message = self._message(socket.address, heard.id, socket.language, text=heard.text, start=heard.start)
        else:
            message = self._message(socket.address, heard.id, socket.language, tap=heard.payload, tapped=heard.message)
        try:
            await inbox.accept(message)
        except Exception:
            log.exception("a web chat message was not accepted")
            socket.refuse(_not_taken(), heard.id)
        else:
            socket.push({"type": "accepted", "id": heard.id})

    def _message(self, address: str, id: str, language: str, **what: Any) -> Message:
        # The page chooses its ids, so they count within its own account only.
        return Message(channel=self.name, address=address, id=f"{address}:{id}", at=now(), language=language, **what)

    async def _take_upload(self, request: web.Request, inbox: Inbox) -> web.StreamResponse:
        address, language = self._visitors.address(request), language_of(request)
        try:
            if not address or not self._visitors.same_origin(request):
                raise UploadRefused(403, t("This page does not know you yet. Please load it again."))
            if not self._in_time(address):
                raise UploadRefused(429, _too_fast())
            upload = await read_upload(request)
            await inbox.accept(self._message(address, upload.id, language, text=upload.text, files=(upload.file,)))
        except UploadRefused as refused:
            return web.json_response({"error": render(refused.text, Reader(language))}, status=refused.status)
        return web.json_response({"accepted": upload.id})

    async def _give_file(self, request: web.Request) -> web.StreamResponse:
        address, id = self._visitors.address(request), int(request.match_info["id"])
        file = await self._read_file(address, id) if address and id < 2**63 else None
        if file is None:
            raise web.HTTPNotFound
        try:
            content = await file.read()
        except ChannelError:
            raise web.HTTPServiceUnavailable from None
        return web.Response(body=content, headers=file_headers(file))


def _too_fast() -> Text:
    return t("That was too many messages at once. Please wait a few seconds.")


def _not_taken() -> Text:
    return t("The message could not be taken just now. Please send it again.")
