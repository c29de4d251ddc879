"""OAuth v4 as the OA does it: consent, codes, and pairs whose refresh token works once."""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

ACCESS_SECONDS = 25 * 3600
REFRESH_SECONDS = 90 * 24 * 3600
CODE_SECONDS = 600


@dataclass
class Pair:
    """One granted pair."""

    access: str
    refresh: str
    access_until: float
    refresh_until: float
    used: bool = False


class OAuthServer:
    """The consent page and the token address; `attempts` lists every refresh token that was ever presented."""

    def __init__(self, app_id: str, app_secret: str, oa_id: str, now: Callable[[], float]) -> None:
        self.app_id = app_id
        self.app_secret = app_secret
        self.oa_id = oa_id
        self.now = now
        self.callback = ""
        """The callback address in the console; empty takes any."""
        self.pairs: list[Pair] = []
        self.codes: dict[str, tuple[str, float]] = {}
        self.attempts: list[str] = []
        self.successes: list[str] = []
        self.faults: list[str] = []
        """For the next refreshes: an HTTP status, `rate`, `garbage`, `cut` (rotate, then break off), `hang` (rotate,
        then say nothing)."""
        self.slow = 0.0
        """Seconds that each refresh takes."""
        self.rotated = asyncio.Event()
        """Set by the first refresh that was carried out."""

    def grant(self) -> Pair:
        """A new pair; all others die, as their grant is replaced."""
        for pair in self.pairs:
            pair.used, pair.access_until = True, 0.0
        now = self.now()
        made = Pair(f"AT-{token_hex(12)}", f"RT-{token_hex(12)}", now + ACCESS_SECONDS, now + REFRESH_SECONDS)
        self.pairs.append(made)
        return made

    def refusal_of(self, access: str) -> int:
        """0 for a token that is in force, else Zalo's number."""
        for pair in self.pairs:
            if pair.access == access:
                return 0 if self.now() < pair.access_until else (-216 if pair.access_until == 0 else -220)
        return -216

    async def permission(self, request: web.Request) -> web.StreamResponse:
        """An admin opens the link and agrees at once."""
        query = request.query
        if query.get("app_id") != self.app_id:
            return web.json_response(_error(-14002, "Application is not activated"))
        target = query.get("redirect_uri", "")
        if not target or (self.callback and target != self.callback):
            return web.json_response(_error(-14003, "Invalid redirect uri"))
        code = token_hex(16)
        self.codes[code] = (query.get("code_challenge", ""), self.now() + CODE_SECONDS)
        back = {"code": code, "oa_id": self.oa_id, **({"state": query["state"]} if "state" in query else {})}
        raise web.HTTPFound(f"{target}?{urlencode(back)}")

    async def token(self, request: web.Request) -> web.StreamResponse:
        """Exchange or refresh."""
        if "secret_key" not in request.headers:
            return web.json_response({"error": 404, "message": "empty api"}, status=404)
        if request.content_type != "application/x-www-form-urlencoded":
            return web.json_response(_error(-14001, "Invalid parameter"))
        form = {name: str(value) for name, value in (await request.post()).items()}
        if request.headers["secret_key"] != self.app_secret or form.get("app_id") != self.app_id:
            return web.json_response(_error(-14004, "Invalid secret key"))
        if form.get("grant_type") == "authorization_code":
            return self._exchange(form)
        if form.get("grant_type") == "refresh_token":
            return await self._refresh(request, form.get("refresh_token", ""))
        return web.json_response(_error(-14001, "Invalid grant type"))

    def _exchange(self, form: dict[str, str]) -> web.StreamResponse:
        challenge, until = self.codes.pop(form.get("code", ""), ("", 0.0))
        if self.now() >= until:
            return web.json_response(_error(-14019, "Invalid code"))
        verifier = form.get("code_verifier", "")
        made = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if len(verifier) != 43 or made != challenge:
            return web.json_response(_error(-14003, "Invalid code verifier"))
        return web.json_response(_granted(self.grant()))

    async def _refresh(self, request: web.Request, token: str) -> web.StreamResponse:
        fault = self.faults.pop(0) if self.faults else ""
        if fault.isdigit():
            return web.Response(status=int(fault))
        if fault == "rate":
            return web.json_response({"error": -32, "message": "rate limit"})
        self.attempts.append(token)
        await asyncio.sleep(self.slow)
        pair = next((pair for pair in self.pairs if pair.refresh == token), None)
        if pair is None or pair.used or self.now() >= pair.refresh_until:
            return web.json_response(_error(-14014, "Invalid refresh token"))
        answer = _granted(self.grant())
        self.successes.append(token)
        self.rotated.set()
        if fault == "hang":
            await asyncio.sleep(3600)
        if fault == "cut":
            assert request.transport is not None
            request.transport.abort()
        return web.Response(text="<html>") if fault == "garbage" else web.json_response(answer)


def _granted(pair: Pair) -> dict[str, Any]:
    return {"access_token": pair.access, "refresh_token": pair.refresh, "expires_in": str(ACCESS_SECONDS)}


def _error(code: int, words: str) -> dict[str, Any]:
    return {"error": code, "error_name": words, "error_reason": words, "error_description": words, "message": words}
