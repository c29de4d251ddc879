"""Who writes to the Official Account: people who say, tap, send, follow and leave, and see what the OA sends."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.zalo_fake.oa import FakeOA


@dataclass
class Seen:
    """One message of the OA on the person's screen."""

    id: str
    text: str = ""
    buttons: dict[str, Any] = field(default_factory=dict)
    """Label → the button as it was sent."""
    kind: str = "text"
    """`text`, `image`, `gif` or `file`."""
    name: str = ""
    content: bytes = b""


class OAUser:
    """A person with a chat with the OA."""

    def __init__(self, oa: "FakeOA", user_id: str, name: str) -> None:
        self._oa = oa
        self.id = user_id
        self.name = name
        self.follower = False
        self.blocked = False
        self.last_interaction: float | None = None
        self.sees: list[Seen] = []
        self._news: asyncio.Queue[Seen] = asyncio.Queue()

    def show(self, message: Seen) -> None:
        """The OA said something."""
        self.sees.append(message)
        self._news.put_nowait(message)

    async def hears(self, count: int = 1, seconds: float = 5.0) -> list[Seen]:
        """The next messages of the OA."""
        heard: list[Seen] = []
        try:
            async with asyncio.timeout(seconds):
                while len(heard) < count:
                    heard.append(await self._news.get())
        except TimeoutError:
            raise AssertionError(f"{self.name} heard {len(heard)} of {count}: {[m.text for m in heard]}") from None
        return heard

    async def hears_nothing(self, seconds: float = 0.3) -> None:
        """Nothing comes for a while."""
        await asyncio.sleep(seconds)
        assert self._news.empty(), f"{self.name} heard {self._news.get_nowait().text!r}"

    async def says(self, text: str) -> str:
        """Write a text; returns its message id."""
        return await self._sends("user_send_text", {"text": text})

    async def taps(self, label: str) -> str:
        """Tap the newest button with this label: a hidden query sends its payload as this person's text."""
        for message in reversed(self.sees):
            if label in message.buttons:
                button = message.buttons[label]
                assert button["type"].startswith("oa.query."), f"{label!r} opens something outside"
                return await self.says(button["payload"])
        raise AssertionError(f"no button {label!r}; there are {[list(message.buttons) for message in self.sees]}")

    async def sends_image(self, content: bytes, suffix: str = ".jpg", caption: str = "") -> str:
        """Send a picture."""
        url = self._oa.api.host(content, f"image{suffix}")
        attachment = {"type": "image", "payload": {"url": url, "thumbnail": url}}
        return await self._sends("user_send_image", {"text": caption, "attachments": [attachment]})

    async def sends_file(self, name: str, content: bytes) -> str:
        """Send a document."""
        payload = {
            "url": self._oa.api.host(content, name),
            "name": name,
            "size": str(len(content)),
            "type": name.rpartition(".")[2],
            "checksum": "0",
        }
        return await self._sends("user_send_file", {"attachments": [{"type": "file", "payload": payload}]})

    async def sends(self, kind: str, attachment_payload: dict[str, Any], text: str = "") -> str:
        """Send any other kind: sticker, location, link, …"""
        attachment = {"type": kind, "payload": attachment_payload}
        return await self._sends(f"user_send_{kind}", {"text": text, "attachments": [attachment]})

    async def follows(self) -> None:
        """Begin to follow: opens the window."""
        self.follower = True
        self.last_interaction = self._oa.now()
        await self._presence("follow")

    async def unfollows(self) -> None:
        """Stop following."""
        self.follower = False
        await self._presence("unfollow")

    async def withdraws(self) -> None:
        """Ask Zalo that the OA forgets this person."""
        await self._oa.tell({"sender": {"id": self.id}, "recipient": {"id": self._oa.oa_id}}, "user_withdraw")

    async def _presence(self, name: str) -> None:
        about = {"oa_id": self._oa.oa_id, "follower": {"id": self.id}, "source": "oa_profile"}
        await self._oa.tell({**about, "user_id_by_app": f"app-{self.id}"}, name)

    async def _sends(self, name: str, message: dict[str, Any]) -> str:
        self.last_interaction = self._oa.now()
        id = self._oa.new_id("m")
        people = {"sender": {"id": self.id}, "recipient": {"id": self._oa.oa_id}, "user_id_by_app": f"app-{self.id}"}
        await self._oa.tell({**people, "message": {**message, "msg_id": id}}, name)
        return id
