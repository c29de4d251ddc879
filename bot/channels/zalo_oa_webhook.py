"""Being told events: the webhook's door, which checks the signature over the raw bytes and answers in two seconds."""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any, Final

from aiohttp import web

log = logging.getLogger(__name__)

PATH: Final = "/zalo/oa"
MAX_BODY: Final = 1 << 20
"""Bytes of one event; Zalo's own are a few kilobytes."""
SIGNATURE_HEADER: Final = "X-ZEvent-Signature"
_TIMESTAMP_HEADER = "X-ZEvent-Timestamp"

Take = Callable[[dict[str, Any], str], Awaitable[None]]


def signature(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """Zalo's signature: plain SHA-256 (no HMAC) over app id, the raw body, the timestamp and the OA Secret Key."""
    return sha256(app_id.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


class Webhook:
    """`called` is the handler behind PATH.

    403 not signed with our OA Secret Key or of another app · 413 more than MAX_BODY · 503 while stopping · else 200:
    the unsigned probe that the console sends when the address is saved ({} or nothing), and every signed event, also
    those that nobody can use: Zalo unsubscribes an app whose events keep failing.
    """

    def __init__(self, app_id: str, secret: str, take: Take) -> None:
        """`take` gets the event and its body, returns well within two seconds, and raises only NotReady."""
        self._app_id = app_id
        self._secret = secret
        self._take = take

    async def probed(self, request: web.Request) -> web.StreamResponse:
        """Some consoles open the address with GET."""
        return web.Response()

    async def called(self, request: web.Request) -> web.StreamResponse:
        """One call of Zalo's."""
        body = await _read(request)
        if body is None:
            log.warning("zalo oa: a webhook call of more than %d bytes was refused", MAX_BODY)
            return _closing(web.Response(status=413))
        event = _parse(body)
        if event == {}:
            return web.Response()
        if event is None or not self._is_signed(request, event, body):
            log.warning("zalo oa: a webhook call without the right signature was refused")
            return web.Response(status=403)
        try:
            await self._take(event, body.decode("utf-8", "replace"))
        except NotReady:
            return _closing(web.Response(status=503))
        return web.Response()

    def _is_signed(self, request: web.Request, event: dict[str, Any], body: bytes) -> bool:
        # An app id as a number is signed by its digits, as far as anybody has seen.
        app_id = str(event.get("app_id", ""))
        stamp = event.get("timestamp")
        timestamp = str(stamp) if isinstance(stamp, str | int) else request.headers.get(_TIMESTAMP_HEADER, "")
        given = request.headers.get(SIGNATURE_HEADER, "").strip().removeprefix("mac=")
        right = signature(self._app_id, body, _encodable(timestamp), self._secret)
        same = hmac.compare_digest(given.encode("utf-8", "surrogateescape"), right.encode())
        return same and app_id == self._app_id


class NotReady(Exception):
    """The program is stopping: Zalo shall bring the event again."""


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
    """The event; {} of a probe, None of anything else that is not an object."""
    if not body.strip():
        return {}
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _closing(response: web.Response) -> web.Response:
    """The body was not read to its end, or the server goes away: the connection cannot be used again."""
    response.force_close()
    return response
