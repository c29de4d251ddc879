"""Calls of the Zalo Bot API. The token stands in every address, so no error and no log line ever holds one."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from bot.errors import ChannelError, Rejected, Retry

CONNECTIONS: Final = 20
LONGEST_ANSWER: Final = 1 << 20
CALL_SECONDS: Final = 20.0
"""Shorter than the outbox waits for a send: that a send has an unknown fate is told here, not repeated there."""
CONNECT_SECONDS: Final = 5.0


_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class Refused(ChannelError):
    """The API said no. `code` is `error_code`, or the HTTP status where the answer was not the API's."""

    def __init__(self, code: int, words: str = "") -> None:
        super().__init__(f"{code} {words}".strip())
        self.code = code
        self.words = words


class NoAnswer(ChannelError):
    """Nothing came back; `sent` is False when the call surely never reached the API."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.sent = sent


class Client:
    """POST https://<host>/bot<TOKEN>/<method> with JSON, and the envelope of the answer."""

    def __init__(self, token: str, api_url: str) -> None:
        self._token = token
        self._url = api_url.rstrip("/")
        self.host = urlsplit(self._url).netloc
        self._session: aiohttp.ClientSession | None = None

    def __repr__(self) -> str:
        return f"<Zalo Bot client of {self.host}>"

    async def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, method: str, values: Mapping[str, Any] | None = None, *, seconds: float = CALL_SECONDS) -> Any:
        """The `result` of one call, None where the API gives none. Raises Refused or NoAnswer."""
        body = json.dumps(values or {}, ensure_ascii=False).encode("utf-8", "replace")
        headers = {"Content-Type": "application/json; charset=utf-8"}
        failure: NoAnswer | None = None
        status, answer = 0, b""
        try:
            async with self._connection().post(
                f"{self._url}/bot{self._token}/{method}",
                data=body,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS),
            ) as response:
                status, answer = response.status, await _read(response, LONGEST_ANSWER)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            failure = NoAnswer(type(error).__name__, sent=not isinstance(error, _NEVER_SENT))
        if failure is not None:
            # Raised outside the handler: aiohttp's own error, which names the address, is nobody's context.
            raise failure
        return self._result(status, answer)

    async def download(self, url: str, limit: int) -> bytes:
        """A picture that a person sent; it lies at Zalo for a short time only. Raises Retry or Rejected."""
        if urlsplit(url).scheme not in ("https", urlsplit(self._url).scheme):
            raise Rejected("the file lies at no safe address")
        failure = ""
        status, content = 0, b""
        try:
            timeout = aiohttp.ClientTimeout(total=CALL_SECONDS, sock_connect=CONNECT_SECONDS)
            async with self._connection().get(url, allow_redirects=False, timeout=timeout) as response:
                status, content = response.status, await _read(response, limit)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            failure = type(error).__name__
        if failure or status >= 500:
            raise Retry(f"the file could not be fetched: {failure or status}")
        if status != 200:
            raise Rejected("Zalo does not give the file out")
        return content

    def plain(self, words: object) -> str:
        """The API's own words, short and without the token."""
        return " ".join(str(words).replace(self._token, "***").split())[:200]

    def _result(self, status: int, body: bytes) -> Any:
        """Errors come with HTTP 200, too, and results only with `ok`."""
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or "ok" not in answer:
            raise Refused(status if status >= 400 else 502, "the answer is not the API's")
        if answer["ok"] is True and status < 400:
            return answer.get("result")
        raise Refused(_number(answer.get("error_code")) or status, self.plain(answer.get("description", "")))

    def _connection(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            # Kept for a short time only: a connection that the other end gives up just now would lose a message.
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=10)
            self._session = aiohttp.ClientSession(connector=connector)
        return self._session


def _number(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(1 << 16):
        body += chunk
        if len(body) > limit:
            raise Rejected("the answer or file is too long")
    return bytes(body)


async def in_time(work: "asyncio.Task[None]", seconds: float) -> bool:
    """Wait for work under way, cancel it when it takes longer; True when it ended by itself."""
    _, late = await asyncio.wait({work}, timeout=seconds)
    for task in late:
        task.cancel()
    await asyncio.wait({work})
    return not late
