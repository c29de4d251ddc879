"""Who visits the web chat: the cookie, the address made of it, the same-origin rule and the pace of one visitor."""

import hashlib
import re
import secrets
from collections import deque
from collections.abc import Collection
from urllib.parse import urlsplit

from aiohttp import web

from bot.i18n import DEFAULT_LANGUAGE, languages

COOKIE_SECONDS = 400 * 86_400
"""The longest life that browsers grant a cookie; every visit begins it anew."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


class Visitors:
    """Knows visitors by a cookie; the database only ever sees a hash of it, which opens nothing."""

    def __init__(self, *, secure: bool, origins: Collection[str] = ()) -> None:
        self._secure = secure
        self._origins = frozenset(origins)
        # The prefix makes browsers refuse the cookie from a sister domain or over plain HTTP.
        self.cookie = "__Host-banhoc" if secure else "banhoc"

    def address(self, request: web.BaseRequest) -> str:
        """The account address of the visitor, or "" when no valid cookie came along."""
        secret = request.cookies.get(self.cookie, "")
        return address_of(secret) if _SECRET.fullmatch(secret) else ""

    def greet(self, request: web.BaseRequest, response: web.StreamResponse) -> None:
        """Give a new visitor a cookie of 256 random bits, and an old one a longer life for theirs."""
        secret = request.cookies.get(self.cookie, "")
        if not _SECRET.fullmatch(secret):
            secret = secrets.token_urlsafe(32)
        response.set_cookie(
            self.cookie, secret, max_age=COOKIE_SECONDS, path="/", httponly=True, samesite="Lax", secure=self._secure
        )

    def same_origin(self, request: web.BaseRequest) -> bool:
        """True when the page that asks came from this very host, or from one that the operator named."""
        origin = request.headers.get("Origin", "")
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        if parts.scheme not in ("http", "https") or not parts.netloc:
            return False
        return parts.netloc.lower() == request.host.lower() or origin in self._origins


def address_of(secret: str) -> str:
    """The account address that belongs to a cookie's value: 32 hex digits of its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()[:32]


def public_id(address: str) -> str:
    """A short name of an account for the page itself, e.g. to keep two visitors of one browser apart."""
    return hashlib.sha256(f"visitor {address}".encode()).hexdigest()[:8]


def language_of(request: web.BaseRequest) -> str:
    """The page's language: `?lang=`, else the browser's first language, else Vietnamese."""
    first = request.headers.get("Accept-Language", "").split(",")[0].split(";")[0]
    for wanted in (request.query.get("lang", ""), first.strip().split("-")[0].lower()):
        if wanted in languages():
            return wanted
    return DEFAULT_LANGUAGE


class Pace:
    """At most `limit` messages of one visitor in any `seconds`; times are the event loop's seconds."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._recent: dict[str, deque[float]] = {}

    def allows(self, address: str, at: float) -> bool:
        """Count one message, or refuse it without counting."""
        if len(self._recent) > 10_000:
            self._recent = {one: times for one, times in self._recent.items() if times[-1] > at - self._seconds}
        times = self._recent.setdefault(address, deque())
        while times and times[0] <= at - self._seconds:
            times.popleft()
        if len(times) >= self._limit:
            return False
        times.append(at)
        return True
