"""The transport: times out, maps every failure, bounds what it reads, and never tells the address of a call."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.channels.telegram_request import DEFAULT_PAUSE, AiohttpRequest, Flooded

SECRET_PATH = "/bot1:SECRET/getMe"


@asynccontextmanager
async def answering(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """A server that answers everything so; gives the address of one call."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}{SECRET_PATH}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def request_() -> AsyncIterator[AiohttpRequest]:
    """An open transport that waits and reads little."""
    opened = AiohttpRequest(read_timeout=0.2, connect_timeout=0.2, max_bytes=1000)
    async with opened:
        yield opened


def hides_the_token(error: BaseException) -> bool:
    """True when neither the error nor what led to it would be printed with the token."""
    return "SECRET" not in repr(error) + str(error) and (error.__cause__ is None and error.__suppress_context__)


async def test_a_slow_answer_times_out(request_: AiohttpRequest) -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    async with answering(slow) as url:
        with pytest.raises(TimedOut) as raised:
            await request_.post(url)

    assert hides_the_token(raised.value)


@pytest.mark.parametrize(
    "url", [f"http://127.0.0.1:9{SECRET_PATH}", f"http://no.such.host.invalid{SECRET_PATH}", "x:SECRET"]
)
async def test_no_connection_is_a_network_error(request_: AiohttpRequest, url: str) -> None:
    with pytest.raises(NetworkError) as raised:
        await request_.post(url)

    assert hides_the_token(raised.value)


async def test_an_answer_that_is_too_long_is_cut_off(request_: AiohttpRequest) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(50):
            await response.write(b"x" * 100)
        return response

    async with answering(endless) as url:
        with pytest.raises(NetworkError, match="too long"):
            await request_.retrieve(url)


@pytest.mark.parametrize(
    ("body", "after"),
    [('{"ok":false,"parameters":{"retry_after":7}}', 7), ('{"ok":false}', DEFAULT_PAUSE), ("[]", DEFAULT_PAUSE)],
)
async def test_a_flood_refusal_tells_its_seconds(request_: AiohttpRequest, body: str, after: float) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=429, text=body)

    async with answering(refuse) as url:
        with pytest.raises(Flooded) as raised:
            await request_.post(url)

    assert raised.value.after == after


async def test_an_answer_that_is_no_json_is_told_without_its_content(
    request_: AiohttpRequest, caplog: pytest.LogCaptureFixture
) -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<html>lời của ai đó</html>")

    async with answering(page) as url:
        with pytest.raises(TelegramError) as raised:
            await request_.post(url)

    assert "lời của" not in str(raised.value) + caplog.text


async def test_a_redirect_is_not_followed_with_the_token(request_: AiohttpRequest) -> None:
    seen: list[str] = []

    async def redirect(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    async with answering(redirect) as url:
        with pytest.raises(TelegramError):
            await request_.post(url)

    assert seen == [SECRET_PATH]


async def test_a_closed_transport_says_so_and_can_be_opened_again(request_: AiohttpRequest) -> None:
    async def fine(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": True})

    await request_.shutdown()
    with pytest.raises(NetworkError, match="closed"):
        await request_.post("http://127.0.0.1:9/")
    await request_.initialize()

    async with answering(fine) as url:
        assert await request_.post(url) is True
