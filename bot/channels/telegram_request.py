"""PTB's transport over one aiohttp session: its own httpx one costs six times the processor time under load."""

import json
from http import HTTPStatus
from io import BytesIO
from typing import Any

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECTIONS = 100
"""Open connections to the Bot API at once; one of them may be the long poll."""


DEFAULT_PAUSE = 5.0
"""Seconds to wait after a 429 that names no time."""


class Flooded(TelegramError):
    """Too many calls (429): nothing more for `after` seconds. PTB's own RetryAfter warns whenever it is made."""

    def __init__(self, after: float) -> None:
        super().__init__(f"flood control: wait {after:g} s")
        self.after = after


class NotReached(NetworkError):
    """The call surely never came to the Bot API."""


_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class AiohttpRequest(BaseRequest):
    """Calls of the Bot API as JSON, uploads as multipart; no error text and no log line ever holds the address.

    The address of every call contains the bot's token, so errors are told by their kind only.
    """

    def __init__(self, *, read_timeout: float = 10.0, connect_timeout: float = 5.0, max_bytes: int = 24 << 20) -> None:
        """Timeouts in seconds; an answer or a download of more than `max_bytes` bytes is cut off as an error."""
        self._read_timeout = read_timeout
        self._connect_timeout = connect_timeout
        self._max_bytes = max_bytes
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer when a call names none."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the session; a second call changes nothing."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=60)
            self._session = aiohttp.ClientSession(connector=connector, headers={"User-Agent": self.USER_AGENT})

    async def shutdown(self) -> None:
        """Close the session and its connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One HTTP exchange: (status, body).

        Raises TimedOut when nothing came in time and NetworkError when the connection failed.
        """
        if self._session is None:
            raise NotReached("the connection to the Bot API is closed")
        timeout = self._timeout(read_timeout, write_timeout, connect_timeout, pool_timeout)
        try:
            async with self._session.request(
                method, url, timeout=timeout, allow_redirects=False, **_body(request_data)
            ) as response:
                status, body = response.status, await self._read(response)
        except _NEVER_SENT as error:
            raise NotReached(f"the Bot API is not reached: {type(error).__name__}") from None
        except TimeoutError:
            raise TimedOut("the Bot API did not answer in time") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NetworkError(f"no answer from the Bot API: {type(error).__name__}") from None
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise Flooded(self._retry_after(body))
        return status, body

    @classmethod
    def _retry_after(cls, body: bytes) -> float:
        answer = cls.parse_json_payload(body)
        parameters = answer.get("parameters") if isinstance(answer, dict) else None
        after = parameters.get("retry_after") if isinstance(parameters, dict) else None
        return float(after) if isinstance(after, int | float) else DEFAULT_PAUSE

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """The decoded answer; an answer that is no JSON is told without its content, which may be a person's words."""
        try:
            return json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            raise TelegramError("the Bot API's answer is not JSON") from None

    def _timeout(self, read: Any, write: Any, connect: Any, pool: Any) -> aiohttp.ClientTimeout:
        default = BaseRequest.DEFAULT_NONE
        reading = self._read_timeout if read is default else read
        connecting = self._connect_timeout if connect is default else connect
        waiting = connecting if pool is default else pool
        steps = (connecting, waiting, reading, reading if write is default else write)
        return aiohttp.ClientTimeout(
            total=None if None in steps else sum(steps),
            connect=None if None in (connecting, waiting) else connecting + waiting,
            sock_connect=connecting,
            sock_read=reading,
        )

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        if (response.content_length or 0) > self._max_bytes:
            raise NetworkError("the Bot API's answer is too long")
        body = bytearray()
        async for chunk in response.content.iter_chunked(1 << 16):
            body += chunk
            if len(body) > self._max_bytes:
                raise NetworkError("the Bot API's answer is too long")
        return bytes(body)


def _body(request_data: RequestData | None) -> dict[str, Any]:
    """Keyword arguments for aiohttp: JSON, or a form when files go along."""
    if request_data is None:
        return {}
    if not request_data.contains_files:
        return {"json": request_data.parameters}
    form = aiohttp.FormData(quote_fields=False)  # else a Vietnamese file name arrives percent-encoded
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, media_type) in request_data.multipart_data.items():
        stream = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=media_type)
    return {"data": form}
