"""Calls of the OA's OpenAPI: one access token for all, refreshed when Zalo refuses it; never in an address or a log."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from io import BytesIO
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from bot.channels.pacer import LONGEST_PAUSE, Pacer
from bot.channels.zalo_oa_refusals import RATE, TOKEN, Refused, until_next_minute
from bot.channels.zalo_oa_tokens import Tokens
from bot.clock import now
from bot.errors import Rejected, Retry

log = logging.getLogger(__name__)

PER_SECOND: Final = 60
"""Calls in any second, 3,600 a minute; Zalo takes 4,000 a minute from an app, and other processes may call, too."""
CONNECTIONS = 50
_LONGEST_ANSWER = 1 << 20
_TOLD_AGAIN = 3600.0
_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
_Response = AbstractAsyncContextManager[aiohttp.ClientResponse]


class Client:
    """POST, upload and download for one OA; answers are Zalo's `data`."""

    def __init__(self, api_url: str, tokens: Tokens, pacer: Pacer | None = None) -> None:
        self._url = api_url.rstrip("/")
        self._tokens = tokens
        self._pacer = pacer or Pacer(PER_SECOND)
        self._session: aiohttp.ClientSession | None = None
        self._told: dict[int, float] = {}

    async def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def post(self, path: str, body: Mapping[str, Any], priority: int = 0) -> dict[str, Any]:
        """One JSON call. Raises Refused with Zalo's number, or Retry when there was no answer of Zalo's."""
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        headers = {"Content-Type": "application/json"}
        return await self._call(
            lambda session, token: session.post(
                self._url + path, data=content, headers={**headers, "access_token": token}, allow_redirects=False
            ),
            priority,
        )

    async def upload(self, path: str, name: str, media_type: str, content: bytes, priority: int = 0) -> dict[str, Any]:
        """One file in the form field `file`; its name needs the right ending."""

        def send(session: aiohttp.ClientSession, token: str) -> _Response:
            form = aiohttp.FormData(quote_fields=False)
            form.add_field("file", BytesIO(content), filename=name, content_type=media_type)
            return session.post(self._url + path, data=form, headers={"access_token": token}, allow_redirects=False)

        return await self._call(send, priority)

    async def download(self, url: str, limit: int) -> bytes:
        """A file that a person sent. It lies with Zalo for a short time only. Raises Retry or Rejected."""
        if urlsplit(url).scheme not in ("https", urlsplit(self._url).scheme):
            raise Rejected("the file lies at no safe address")
        try:
            async with self._connection().get(url, allow_redirects=False) as response:
                if response.status >= 500:
                    raise Retry("the file could not be fetched")
                if response.status != 200:
                    raise Rejected("Zalo does not give the file out")
                return await _read(response, limit)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise Retry(f"the file could not be fetched: {type(error).__name__}") from None

    async def _call(self, send: Callable[[aiohttp.ClientSession, str], _Response], priority: int) -> dict[str, Any]:
        token = await self._tokens.access()
        try:
            return await self._once(send, token, priority)
        except Refused as refused:
            if refused.code not in TOKEN:
                raise
        token = await self._tokens.refresh(token)
        try:
            return await self._once(send, token, priority)
        except Refused as refused:
            if refused.code not in TOKEN:
                raise
            raise Retry("Zalo refuses a fresh token", after=60) from None

    async def _once(
        self, send: Callable[[aiohttp.ClientSession, str], _Response], token: str, priority: int
    ) -> dict[str, Any]:
        async with self._pacer.slot(None, priority):
            try:
                async with send(self._connection(), token) as response:
                    status, body = response.status, await _read(response, _LONGEST_ANSWER)
                    remain = response.headers.get("X-RateLimit-Remain", "")
            except _NEVER_SENT as error:
                raise Retry(f"Zalo is not reached: {type(error).__name__}") from None
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError, Rejected) as error:
                raise Retry(f"no answer from Zalo: {type(error).__name__}", doubtful=True) from None
        if remain == "0":
            self._pacer.pause(max(until_next_minute(now()), LONGEST_PAUSE + 1))
        return self._data(status, body, token)

    def _data(self, status: int, body: bytes, token: str) -> dict[str, Any]:
        try:
            answer = json.loads(body)
            code = int(answer.get("error", 0))
        except (ValueError, AttributeError, TypeError, RecursionError):
            answer, code = {}, 0
        if code == 0 and status == 200 and "error" in answer:
            data = answer.get("data")
            return data if isinstance(data, dict) else {}
        refused = Refused(code, status)
        if code in RATE or status == 429:
            self._pacer.pause(max(until_next_minute(now()), LONGEST_PAUSE + 1))
        self._tell(refused, str(answer.get("message", ""))[:200].replace(token, "***"))
        raise refused

    def _tell(self, refused: Refused, words: str) -> None:
        """Zalo's own words go to the log, an operator's matter loudly but once an hour."""
        if not refused.is_operators:
            log.info("zalo oa: a call was refused: %s %s", refused, words)
        elif time.monotonic() - self._told.get(refused.code, float("-inf")) > _TOLD_AGAIN:
            self._told[refused.code] = time.monotonic()
            log.error("zalo oa: nothing can be sent: %s %s (see docs/zalo-oa.md)", refused, words)

    def _connection(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=60)
            timeout = aiohttp.ClientTimeout(total=15, connect=5)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        return self._session


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    if (response.content_length or 0) > limit:
        raise Rejected("the file is too long")
    body = bytearray()
    async for chunk in response.content.iter_chunked(1 << 16):
        body += chunk
        if len(body) > limit:
            raise Rejected("the file is too long")
    return bytes(body)
