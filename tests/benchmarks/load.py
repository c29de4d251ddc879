"""The driver: virtual users in a closed loop, and the Bot API that they read, in a process of their own.

One JSON object per line on standard input is one measurement, one line on standard output its result. Both ends are raw
asyncio protocols, so that the driver costs less than any bot that it drives.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import Iterator
from itertools import count
from typing import Any, cast

import psutil  # type: ignore[import-untyped]

PATIENCE_SECONDS = 10.0
"""A reply that has not come by then counts as lost."""
FIRST_CHAT = 1_000
_CHAT = re.compile(rb'chat_id(?:=|"\s*:\s*"?)(-?\d+)')
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.I)
_METHOD = re.compile(rb"^POST /bot[^/]+/(\w+)")
_ME = {"id": 7, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}


class Heard:
    """Replies by chat: who waits for one is told when it comes, by whichever way."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self.strays = 0

    def wait(self, chat: int) -> "asyncio.Future[None]":
        """The future of the next reply to this chat."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[chat] = future
        return future

    def came(self, chat: int) -> None:
        """A reply to this chat is here."""
        future = self._waiting.pop(chat, None)
        if future is None:
            self.strays += 1
        elif not future.done():
            future.set_result(None)


class _Exchanges(asyncio.Protocol):
    """Cuts a stream into HTTP/1.1 messages with a Content-Length."""

    def __init__(self) -> None:
        self._buffer = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are asyncio's in all but the class.
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._buffer, 0, end)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            head, body, self._buffer = self._buffer[:end], self._buffer[end + 4 : whole], self._buffer[whole:]
            self.taken(head, body)

    def taken(self, head: bytes, body: bytes) -> None:
        """One whole message; each side of the benchmark says what it does with it."""
        raise NotImplementedError


class BotApi(_Exchanges):
    """A Bot API that accepts everything at once and notes who was written to."""

    numbers = count(1)

    def __init__(self, heard: Heard) -> None:
        super().__init__()
        self._heard = heard

    def taken(self, head: bytes, body: bytes) -> None:
        """Answer one call."""
        found = _METHOD.match(head)
        method = found[1].decode() if found else ""
        result: Any = True
        if method == "getMe":
            result = _ME
        elif method == "sendMessage":
            result = self._sent(int(chat[1]) if (chat := _CHAT.search(body)) else 0)
        answer = json.dumps({"ok": True, "result": result}).encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(answer)
        assert self.transport is not None
        self.transport.write(head + answer)

    def _sent(self, chat: int) -> dict[str, Any]:
        self._heard.came(chat)
        where = {"id": chat, "type": "private", "first_name": "An"}
        return {"message_id": next(self.numbers), "date": int(time.time()), "chat": where, "from": _ME, "text": "ok"}


class Caller(_Exchanges):
    """One of Telegram's connections to the webhook."""

    def __init__(self) -> None:
        super().__init__()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def post(self, head: bytes, body: bytes) -> "asyncio.Future[tuple[int, bytes]]":
        """Send one update; the future gets status and body of the answer."""
        assert self.transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        return self._answer

    def taken(self, head: bytes, body: bytes) -> None:
        """The answer is whole."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((int(head.split(b" ", 2)[1]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        """The bot closed the connection: whoever waits is told."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError())


class Measurement:
    """One closed loop against one bot: `users` at once, each with the next of its own people."""

    def __init__(self, order: dict[str, Any], heard: Heard, updates: "count[int]") -> None:
        self._order = order
        self._heard = heard
        self._updates = updates
        self._milliseconds: list[float] = []
        self._until = 0.0
        self._from = 0.0
        self.sent = self.lost = self.refused = 0

    async def run(self) -> dict[str, Any]:
        """Warm up, measure, wait for what is under way; times in ms, processor time in µs for each update."""
        process = psutil.Process(self._order["pid"])
        self._from = time.perf_counter() + self._order["warm_seconds"]
        self._until = self._from + self._order["seconds"]
        users = [asyncio.create_task(self._user(number)) for number in range(self._order["users"])]
        await asyncio.sleep(self._from - time.perf_counter())
        before = process.cpu_times()
        await asyncio.sleep(self._until - time.perf_counter())
        after = process.cpu_times()
        took = time.perf_counter() - self._from
        memory = process.memory_info().rss / 1e6
        times = sorted(self._milliseconds)
        await asyncio.gather(*users)
        busy = after.user + after.system - before.user - before.system
        return {
            "per_second": len(times) / took,
            "p50": _quantile(times, 0.50),
            "p99": _quantile(times, 0.99),
            "cpu_us": busy * 1e6 / max(1, len(times)),
            "memory": memory,
            "sent": self.sent,
            "lost": self.lost,
            "refused": self.refused,
        }

    async def _user(self, number: int) -> None:
        host, port = self._order["host"], self._order["port"]
        _, caller = await asyncio.get_running_loop().create_connection(Caller, host, port)
        head = (
            f"POST {self._order['path']} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {self._order['secret']}\r\n"
        ).encode()
        for chat in self._people(number):
            if time.perf_counter() >= self._until:
                break
            await self._say(caller, head, chat)
        assert caller.transport is not None
        caller.transport.close()

    def _people(self, number: int) -> Iterator[int]:
        own = range(number, self._order["people"], self._order["users"])
        while True:
            for person in own:
                yield FIRST_CHAT + person

    async def _say(self, caller: Caller, head: bytes, chat: int) -> None:
        began = time.perf_counter()
        reply = self._heard.wait(chat)
        self.sent += 1
        status, body = await asyncio.wait_for(
            caller.post(head, update_of(next(self._updates), chat, self._order["text"])), PATIENCE_SECONDS
        )
        if status != 200:
            self.refused += 1
            return
        if b"sendMessage" in body:
            self._heard.came(chat)
        try:
            await asyncio.wait_for(reply, PATIENCE_SECONDS)
        except TimeoutError:
            self.lost += 1
            return
        if self._from <= (now := time.perf_counter()) < self._until:
            self._milliseconds.append((now - began) * 1000)


def update_of(number: int, chat: int, text: str) -> bytes:
    """One text message of one person, as Telegram writes it."""
    person = {"id": chat, "first_name": "An", "last_name": f"Nguyễn {chat}"}
    message = {
        "message_id": number,
        "from": {**person, "is_bot": False, "language_code": "vi"},
        "chat": {**person, "type": "private"},
        "date": int(time.time()),
        "text": text,
    }
    return json.dumps({"update_id": number, "message": message}, ensure_ascii=False).encode()


def _quantile(times: list[float], part: float) -> float:
    return times[min(len(times) - 1, int(len(times) * part))] if times else float("nan")


async def main() -> None:
    """Serve the Bot API, tell its port, then run one measurement for each line until standard input ends."""
    loop = asyncio.get_running_loop()
    heard, updates = Heard(), count(1)
    server = await loop.create_server(lambda: BotApi(heard), "127.0.0.1", 0)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        result = await Measurement(json.loads(line), heard, updates).run()
        print(json.dumps(result), flush=True)
    server.close()


if __name__ == "__main__":
    if sys.platform == "win32":
        asyncio.run(main())
    else:
        import uvloop

        uvloop.run(main())
