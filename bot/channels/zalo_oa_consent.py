"""An OA admin's consent: the link that asks for it, and the code that comes back, pasted or by the callback address."""

import base64
import hmac
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_hex
from typing import Final
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from bot.channels.zalo_oa_oauth import NoEffect, OAuth, Refused, Unclear
from bot.clock import now
from bot.errors import UserError
from bot.i18n import Reader, Text, render, t

PATH: Final = "/zalo/oa/callback"
Consented = Callable[[str, str, datetime, datetime, str], Awaitable[None]]
"""Stores a pair: access, refresh, issued, expires, OA id; as `storage.zalo_tokens.ZaloTokens.consented`."""
_CODE = re.compile(r"[\w.~+/=-]{8,2048}")


class Consent:
    """Asks for consent and takes it.

    `state` carries its own end and a signature, and the PKCE verifier is derived from it: nothing has to be stored
    between the link and the answer, whichever process gets it. Some consoles hold one fixed challenge; then `verifier`
    is that one (docs/zalo-oa.md).
    """

    def __init__(
        self,
        oauth: OAuth,
        app_secret: str,
        redirect_uri: str,
        consented: Consented,
        *,
        oa_id: str = "",
        verifier: str = "",
    ) -> None:
        """`redirect_uri` is, letter by letter, the callback address in Zalo's console (else -14003)."""
        self._oauth = oauth
        self._key = hmac.new(app_secret.encode(), b"banhoc zalo consent", sha256).digest()
        self._redirect_uri = redirect_uri
        self._consented = consented
        self._oa_id = oa_id
        self._fixed_verifier = verifier

    def link(self, lifetime: timedelta = timedelta(days=7)) -> str:
        """A fresh consent address; an answer to it is taken for `lifetime`."""
        until = int((now() + lifetime).timestamp())
        open_part = f"{until:x}.{token_hex(8)}"
        state = f"{open_part}.{self._seal(open_part)}"
        return self._oauth.consent_url(self._redirect_uri, self._verifier(state), state)

    async def take(self, code: str, state: str, oa_id: str) -> None:
        """Exchange the code and store the pair. Raises UserError with what to do."""
        if not self._is_ours(state):
            raise UserError(t("This connection link is not ours or is too old. Please ask for a new one."))
        if self._oa_id and oa_id and oa_id != self._oa_id:
            raise UserError(t("The consent is for another Official Account than the one in ZALO_OA_ID."))
        if not _CODE.fullmatch(code):
            raise UserError(t("Zalo sent no code. Please open the link again and agree."))
        issued_at = now()
        try:
            granted = await self._oauth.exchange(code, self._verifier(state))
        except Refused as error:
            raise UserError(t("Zalo refused the code ({reason}). Please open a new link.", reason=str(error))) from None
        except (NoEffect, Unclear) as error:
            raise UserError(t("Zalo did not answer ({reason}). Please try again.", reason=str(error))) from None
        expires_at = issued_at + timedelta(seconds=granted.seconds)
        await self._consented(granted.access, granted.refresh, issued_at, expires_at, oa_id or self._oa_id)

    async def take_pasted(self, pasted: str, link: str) -> None:
        """What an operator pasted: the whole address that Zalo led to, or the code alone (then `link` was asked)."""
        query = parse_qs(urlsplit(pasted.strip()).query)
        asked_state = parse_qs(urlsplit(link).query)["state"][0]
        if "code" not in query:
            await self.take(pasted.strip(), asked_state, "")
            return
        await self.take(query["code"][0], query.get("state", [asked_state])[0], query.get("oa_id", [""])[0])

    async def called_back(self, request: web.Request) -> web.StreamResponse:
        """The callback address: Zalo's browser redirect ends here, in one sentence."""
        query = request.query
        try:
            await self.take(query.get("code", ""), query.get("state", ""), query.get("oa_id", ""))
        except UserError as error:
            return _page(error.text, 400)
        return _page(t("The Zalo Official Account is connected. This page may be closed."), 200)

    def _verifier(self, state: str) -> str:
        if self._fixed_verifier:
            return self._fixed_verifier
        digest = hmac.new(self._key, b"verifier " + state.encode(), sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def _seal(self, open_part: str) -> str:
        return hmac.new(self._key, b"state " + open_part.encode(), sha256).hexdigest()[:32]

    def _is_ours(self, state: str) -> bool:
        open_part, _, seal = state.rpartition(".")
        if not hmac.compare_digest(self._seal(open_part).encode(), seal.encode("utf-8", "replace")):
            return False
        return now() < datetime.fromtimestamp(int(open_part.partition(".")[0], 16), UTC)


def _page(text: Text, status: int) -> web.Response:
    both = "\n".join(render(text, Reader(language)) for language in ("vi", "en"))
    return web.Response(text=both + "\n", status=status, headers={"Cache-Control": "no-store"})
