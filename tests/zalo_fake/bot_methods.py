"""The methods of the fake Zalo Bot Platform, each with the limits of the documentation."""

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING

from tests.zalo_fake.bot_people import BotChat, Json, Shown

if TYPE_CHECKING:
    from tests.zalo_fake.bot import ZaloBotServer

METHODS = {
    "getMe", "getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo", "testWebhook", "sendMessage", "sendPhoto",
    "sendSticker", "sendVoice", "sendChatAction",
}  # fmt: skip


class Refusal(Exception):
    """The platform says no."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


class Methods:
    """What the bot may call."""

    def __init__(self, server: "ZaloBotServer") -> None:
        self._server = server
        self.sent = 0
        self._recent: deque[float] = deque()

    async def getMe(self, values: Json) -> Json:
        """Who the bot is."""
        return self._server.me

    async def getUpdates(self, values: Json) -> Json:
        """One update, or 408 after the wait; the update is forgotten once it is told (or told for ever: `replays`)."""
        if self._server.webhook:
            raise Refusal(400, "Webhook is active, call deleteWebhook first")
        wait = min(float(values.get("timeout") or 30), self._server.idle_seconds)
        async with self._server.news:
            self._server.asking += 1
            self._server.news.notify_all()
            try:
                async with asyncio.timeout(wait):
                    await self._server.news.wait_for(lambda: bool(self._server.updates) or bool(self._server.webhook))
                if self._server.webhook:
                    raise Refusal(400, "Webhook is active, call deleteWebhook first")
                return self._server.updates[0] if self._server.replays else self._server.updates.popleft()
            except TimeoutError:
                raise Refusal(408, "Request timeout") from None
            finally:
                self._server.asking -= 1

    async def setWebhook(self, values: Json) -> Json:
        """Probes the address, then keeps it."""
        url, secret = str(values.get("url", "")), str(values.get("secret_token", ""))
        if not url.startswith("https://" if self._server.https_only else ("https://", "http://127.0.0.1")):
            raise Refusal(400, "url must be https")
        if not 8 <= len(secret) <= 256:
            raise Refusal(400, "secret_token must have 8 to 256 characters")
        if await self._server.post(url, b"", {"Content-Type": "application/json"}) != 200:
            raise Refusal(400, "the url does not answer")
        async with self._server.news:
            self._server.webhook = {"url": url, "secret_token": secret}
            waiting = list(self._server.updates)
            self._server.updates.clear()
            self._server.news.notify_all()
        for update in waiting:
            await self._server.tell(update)
        return {"url": url, "updated_at": round(self._server.now() * 1000)}

    async def deleteWebhook(self, values: Json) -> Json:
        """Succeeds also when none is set."""
        self._server.webhook = {}
        return {"url": "", "updated_at": round(self._server.now() * 1000)}

    async def getWebhookInfo(self, values: Json) -> Json:
        """404 when none is set."""
        if not self._server.webhook:
            raise Refusal(404, "Webhook not found")
        return {"url": self._server.webhook["url"], "updated_at": round(self._server.now() * 1000)}

    async def testWebhook(self, values: Json) -> Json:
        """Limited to a few calls a day."""
        raise Refusal(426, "testWebhook limit reached")

    async def sendMessage(self, values: Json) -> Json:
        """1 to 2,000 characters."""
        text = values.get("text")
        if not isinstance(text, str) or not 1 <= len(text) <= 2000:
            raise Refusal(400, "text must have 1 to 2000 characters")
        return self._show(values, text, "text")

    async def sendPhoto(self, values: Json) -> Json:
        """A public address and a caption."""
        if not str(values.get("photo", "")).startswith(("https://", "http://")):
            raise Refusal(400, "photo must be a public url")
        if len(str(values.get("caption", ""))) > 2000:
            raise Refusal(400, "caption is too long")
        return self._show(values, str(values.get("caption", "")), "photo")

    async def sendSticker(self, values: Json) -> Json:
        """A sticker's id."""
        return self._show(values, str(values.get("sticker", "")), "sticker")

    async def sendVoice(self, values: Json) -> Json:
        """A public https address."""
        if not str(values.get("voice_url", "")).startswith("https://"):
            raise Refusal(400, "voice_url must be https")
        return self._show(values, "", "voice")

    async def sendChatAction(self, values: Json) -> None:
        """Typing; an answer without a result."""
        if values.get("action") != "typing":
            raise Refusal(400, "unknown action")
        self._chat(values).actions.append("typing")

    def _chat(self, values: Json) -> BotChat:
        chat = self._server.chats.get(str(values.get("chat_id", "")))
        if chat is None or not chat.started or chat.blocked:
            raise Refusal(400, "chat not found")
        return chat

    def _show(self, values: Json, text: str, kind: str) -> Json:
        chat, at = self._chat(values), time.monotonic()
        while self._recent and at - self._recent[0] >= 1:
            self._recent.popleft()
        hasty = self._server.per_second and len(self._recent) >= self._server.per_second
        if hasty or self.sent >= self._server.monthly:
            raise Refusal(429, "Quota exceeded")
        self._recent.append(at)
        self.sent += 1
        shown = Shown(self._server.next_id("s"), text, kind)
        chat.show(shown)
        return {"message_id": shown.id, "date": round(self._server.now() * 1000)}
