"""Being told updates: the webhook's door, which checks who knocks and may answer in the same breath."""

import hmac
import json
import logging
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
