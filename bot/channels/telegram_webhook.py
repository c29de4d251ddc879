"""Being told updates: the webhook's door, which checks who knocks and may answer in the same breath."""

import hmac
import json
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Any, Final

from aiohttp import web

log = logging.getLogger(__name__)

PATH: Final = "/telegram/webhook"
MAX_BODY: Final = 1 << 20
"""Bytes of one webhook call; Telegram's own are a few kilobytes."""
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
MAX_CONNECTIONS: Final = 40

Delivered = Callable[[], Awaitable[None]]
Answer = tuple[Mapping[str, Any], Delivered]
"""A method call for the webhook's answer, and whom to tell once it is written."""


def derived_secret(token: str) -> str:
    """A secret for those who set none: the same in every process of this token, and no way back to it."""
    return hmac.new(token.encode(), b"banhoc telegram webhook", sha256).hexdigest()


class Webhook:
    """`called` is the handler behind PATH.

    403 wrong or missing secret (before a byte of the body is read) · 413 more than MAX_BODY · 400 a body that does not
    claim to be JSON · 503 not ready, Telegram tries again · else 200, also for what we cannot use: Telegram would
    repeat a refused update for a day.
    """

    def __init__(self, secret: str, take: Callable[[dict[str, Any]], Awaitable[Answer | None]]) -> None:
        """`take` handles one update to its commit; it raises NotReady when the same update should come again."""
        self._secret = secret.encode()
        self._take = take

    async def called(self, request: web.Request) -> web.StreamResponse:
        """One call of Telegram's."""
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            log.warning("telegram: a webhook call without the right secret was refused")
            return _closing(web.Response(status=403))
        if request.content_type != "application/json":
            return _closing(web.Response(status=400))
        body = await _read(request)
        if body is None:
            log.warning("telegram: a webhook call of more than %d bytes was refused", MAX_BODY)
            return _closing(web.Response(status=413))
        update = _parse(body)
        if update is None:
            log.warning("telegram: a webhook call of %d bytes held no update", len(body))
            return web.Response()
        try:
            answer = await self._take(update)
        except NotReady:
            return web.Response(status=503)
        return await _answered(request, answer) if answer else web.Response()


class NotReady(Exception):
    """The update could not be handled now; Telegram shall bring it again."""


class AnswerRate:
    """How many replies may go in webhook answers: Telegram does not say when it drops one for being too many.

    At most `per_second` in any second over all chats, and one in `chat_gap` seconds to one chat; 0 turns a limit off.
    What is over goes by the outbox, which obeys 429.
    """

    def __init__(self, per_second: int, chat_gap: float) -> None:
        self._per_second = per_second
        self._chat_gap = chat_gap
        self._recent: deque[float] = deque()
        self._chats: dict[int, float] = {}

    def allows(self, chat: int) -> bool:
        """True when an answer to this chat is within the limits now."""
        now = time.monotonic()
        while self._recent and now - self._recent[0] >= 1.0:
            self._recent.popleft()
        if self._per_second and len(self._recent) >= self._per_second:
            return False
        return not self._chat_gap or now - self._chats.get(chat, float("-inf")) >= self._chat_gap

    def count(self, chat: int) -> None:
        """Something was sent to this chat."""
        now = time.monotonic()
        if self._per_second:
            self._recent.append(now)
        if self._chat_gap:
            self._chats.pop(chat, None)
            self._chats[chat] = now
            while self._chats and now - next(iter(self._chats.values())) > self._chat_gap:
                del self._chats[next(iter(self._chats))]


async def _read(request: web.Request) -> bytes | None:
    """The body, or None when it is longer than MAX_BODY."""
    if (request.content_length or 0) > MAX_BODY:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def _parse(body: bytes) -> dict[str, Any] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) and isinstance(update.get("update_id"), int) else None


async def _answered(request: web.Request, answer: Answer) -> web.StreamResponse:
    """Write the reply out, and only then call it delivered; a broken connection leaves it to the outbox."""
    method, delivered = answer
    response = web.json_response(method)
    try:
        await response.prepare(request)
        await response.write_eof()
    except ConnectionError:
        log.info("telegram: the caller of the webhook was gone before the answer")
        return response
    await delivered()
    return response


def _closing(response: web.Response) -> web.Response:
    """Refused before the body was read: the connection cannot be used again."""
    response.force_close()
    return response
