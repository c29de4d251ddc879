"""A visitor of the web chat without a browser: speaks the socket's frames."""

import json
from typing import Any

from aiohttp import ClientWebSocketResponse

from tests.web.fake_inbox import FakeInbox

ID = "11111111-aaaa"


class Visitor:
    """One cookie jar and one socket."""

    def __init__(self, client: Any, inbox: FakeInbox) -> None:
        self.client = client
        self.inbox = inbox
        self.ws: ClientWebSocketResponse

    @property
    def origin(self) -> str:
        return str(self.client.make_url("/")).rstrip("/")

    async def comes(self, since: str = "") -> dict[str, Any]:
        await self.client.get("/")
        self.ws = await self.client.ws_connect("/ws", origin=self.origin)
        await self.sends(type="hello", since=since)
        return await self.hears("ready")

    async def sends(self, **frame: Any) -> None:
        await self.ws.send_str(json.dumps(frame))

    async def says(self, text: str, id: str = ID) -> None:
        await self.sends(type="say", id=id, text=text)

    async def hears(self, kind: str) -> dict[str, Any]:
        """The next frame of a kind; typing frames in between are passed over."""
        while True:
            frame: dict[str, Any] = await self.ws.receive_json(timeout=3)
            if frame["type"] == kind:
                return frame
            assert frame["type"] == "typing", frame

    async def still_works(self) -> None:
        await self.says("còn đây", id="99999999-still")
        assert (await self.hears("message"))["text"] == "Nghe: còn đây"
        assert (await self.hears("accepted"))["id"] == "99999999-still"
