"""Being told updates by the Zalo Bot Platform: the door that checks the secret and answers 200 after the commit."""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any, Final

from aiohttp import web

from bot.channels.zalo_bot_updates import unwrapped

log = logging.getLogger(__name__)

PATH: Final = "/zalo/bot"
MAX_BODY: Final = 1 << 20
"""Bytes of one call."""
SECRET_HEADER: Final = "X-Bot-Api-Secret-Token"
_PROBE_BYTES = 64
"""A probe without a secret is empty or `{}`; nothing longer is read of a caller who shows none."""

Take = Callable[[dict[str, Any]], Awaitable[bool]]
"""Handles one update; False when storage could not take it yet."""


def derived_secret(token: str) -> str:
    """A secret for those who set none: the same in every process of this token, and no way back to it."""
    return hmac.new(token.encode(), b"banhoc zalo bot webhook", sha256).hexdigest()


class Webhook:
    """`called` is the handler behind PATH.

    403 wrong secret, or none with anything but an empty probe · 413 more than MAX_BODY · 503 storage is out of reach
    (the update is tried on, and Zalo may bring it again) · else 200, also for what we cannot use.
    """

    def __init__(self, secret: str, take: Take) -> None:
        self._secret = secret.encode()
        self._take = take

    async def probed(self, request: web.Request) -> web.Response:
        """A look from a browser or a console: the address is right."""
        return web.Response(text="Zalo Bot webhook\n")

    async def called(self, request: web.Request) -> web.Response:
        """One call."""
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return await self._without_secret(request, given)
        body = await _read(request, MAX_BODY)
        if body is None:
            log.warning("zalo bot: a webhook call of more than %d bytes was refused", MAX_BODY)
            return _closing(413)
        taken = [await self._take(update) for update in _updates(body)]
        return web.Response() if all(taken) else web.Response(status=503)

    async def _without_secret(self, request: web.Request, given: bytes) -> web.Response:
        if not given:
            body = await _read(request, _PROBE_BYTES)
            if body is not None and body.strip() in (b"", b"{}"):
                return web.Response()
        log.warning("zalo bot: a webhook call without the right secret was refused")
        return _closing(403)


def _updates(body: bytes) -> list[dict[str, Any]]:
    """The updates in a body; none in a probe or in what is no JSON."""
    try:
        found = list(unwrapped(json.loads(body or b"{}")))
    except (ValueError, RecursionError):
        found = []
    if not found and body.strip() not in (b"", b"{}"):
        log.info("zalo bot: a webhook call of %d bytes held no update", len(body))
    return found


async def _read(request: web.Request, limit: int) -> bytes | None:
    """The body, or None when it is longer."""
    if (request.content_length or 0) > limit:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


def _closing(status: int) -> web.Response:
    """Refused before the body was read to its end: the connection cannot be used again."""
    response = web.Response(status=status)
    response.force_close()
    return response
