"""Zalo's OAuth v4 for Official Accounts: the consent link with PKCE, tokens for a code, the next pair for a token."""

import base64
import json
import logging
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp

log = logging.getLogger(__name__)

TIMEOUT: Final = 15.0
"""Seconds for one exchange; shorter than the life of a claim on the refresh token."""
_RATE_LIMIT = -32
_DEFAULT_LIFETIME = 25 * 3600


@dataclass(frozen=True, slots=True)
class Granted:
    """A new pair; the refresh token that led to it is dead from now on."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    seconds: int
    """How long the access token lives."""


class NoEffect(Exception):
    """The question had no effect at Zalo (no connection, rate limit, 5xx): the same token may be used again."""


class Unclear(Exception):
    """Sent, but without a clear answer: the token may be burnt and must not be used again."""


class Refused(Exception):
    """Zalo's clear no: only a new consent of an OA admin helps."""


class OAuth:
    """The token calls and the consent address of one app; no error and no log line holds a token, code or secret."""

    def __init__(self, app_id: str, app_secret: str, url: str = "https://oauth.zaloapp.com") -> None:
        self.app_id = app_id
        self._app_secret = app_secret
        self._url = url.rstrip("/")

    def consent_url(self, redirect_uri: str, verifier: str, state: str) -> str:
        """Where an admin of the OA agrees; the challenge is the verifier's raw SHA-256 (S256 is implied)."""
        query = {
            "app_id": self.app_id,
            "redirect_uri": redirect_uri,
            "code_challenge": challenge(verifier),
            "state": state,
        }
        return f"{self._url}/v4/oa/permission?{urlencode(query)}"

    async def exchange(self, code: str, verifier: str) -> Granted:
        """The first pair for a code (single use, 10 minutes). Raises NoEffect, Unclear or Refused."""
        form = {"app_id": self.app_id, "code": code, "grant_type": "authorization_code", "code_verifier": verifier}
        return await self._ask(form)

    async def refresh(self, refresh_token: str) -> Granted:
        """The next pair. Raises NoEffect, Unclear or Refused; the caller asks only once with each token."""
        form = {"app_id": self.app_id, "refresh_token": refresh_token, "grant_type": "refresh_token"}
        return await self._ask(form)

    async def _ask(self, form: dict[str, str]) -> Granted:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT, connect=5)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(
                    f"{self._url}/v4/oa/access_token",
                    data=form,
                    headers={"secret_key": self._app_secret},
                    allow_redirects=False,
                ) as response,
            ):
                status, body = response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NoEffect(f"no connection: {type(error).__name__}") from None
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unclear(f"no answer: {type(error).__name__}") from None
        return _granted(status, body)


def challenge(verifier: str) -> str:
    """PKCE: base64url without padding of the verifier's SHA-256."""
    return base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _granted(status: int, body: bytes) -> Granted:
    if status >= 500 or status == 429:
        raise NoEffect(f"HTTP {status}")
    answer = _json(body)
    code = answer.get("error")
    if code in (_RATE_LIMIT, str(_RATE_LIMIT)):
        raise NoEffect("rate limit")
    if code is None and status != 200:
        # A proxy's or a front's word, not the token service's.
        raise NoEffect(f"HTTP {status}")
    if code not in (None, 0, "0"):
        words = " · ".join(
            f"{name}={str(answer[name])[:120]}"
            for name in ("error", "error_name", "error_reason", "error_description", "message")
            if answer.get(name)
        )
        log.warning("zalo oa: the token call was refused: HTTP %d %s", status, words)
        raise Refused(f"{code} {answer.get('error_name') or ''}".strip()[:120])
    access, refresh = answer.get("access_token"), answer.get("refresh_token")
    if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
        raise Unclear("an answer without tokens")
    return Granted(access, refresh, _seconds(answer.get("expires_in")))


def _json(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _seconds(value: Any) -> int:
    """`expires_in` is usually a string."""
    try:
        seconds = int(value)
    except (TypeError, ValueError):
        return _DEFAULT_LIFETIME
    return seconds if seconds > 0 else _DEFAULT_LIFETIME
