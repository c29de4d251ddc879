"""A real Chromium as a phone: 390 by 844, watched for script errors and for requests to other hosts."""

import re
import shutil
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from tests.web.house import House

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NO_LINE = re.compile(r"WebSocket connection to|net::ERR_(CONNECTION|INTERNET|EMPTY)")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium, without a window."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.fail("no Chromium found: install it (apt-get install chromium), or leave these out by -m 'not browser'")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield chromium
        await chromium.close()


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[Page]:
    """A page of 390 by 844 pixels; at the end there was no script error and no request to a second host."""
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, has_touch=True, is_mobile=True, locale="vi-VN"
    )
    page = await context.new_page()
    errors: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda said: errors.append(said.text) if _is_error(said) else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("websocket", lambda socket: hosts.add(urlsplit(socket.url).netloc))
    yield page
    await context.close()
    assert errors == []
    assert len(hosts - {""}) <= 1


def _is_error(said: ConsoleMessage) -> bool:
    # A lost line is no fault of the page; Chromium writes it to the console all the same.
    return said.type in ("error", "warning") and not _NO_LINE.search(said.text)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A server of the chat page over a fake inbox."""
    house = House()
    await house.opens()
    yield house
    await house.closes()
