"""Take the README's pictures from the running product: `make screenshots` writes docs/pictures/*.png.

The product runs on a temporary database with the demo in it; a Chromium of 390 by 844 pixels is the phone.
"""

import asyncio
import io
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.app import App
from bot.clock import now
from bot.demo import load_demo
from bot.settings import Settings

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
MOST_BYTES = 200_000
COLOURS = 128
"""Flat surfaces and text need no more, and a palette makes the file a fifth of its size."""

Scene = Callable[[Page], Awaitable[None]]


async def main() -> int:
    """Write every picture; returns the exit code. Without a Chromium nothing is written."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        print("banhoc: no Chromium found; get it with: apt-get install chromium", file=sys.stderr)
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with product() as (url, officer_code), async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        await take(chromium, url, "log", logs)
        await take(chromium, url, "ask", asks)
        await take(chromium, url, "dark", logs_and_asks, scheme="dark")
        await take(chromium, url, "summary", lambda page: summarises(page, officer_code))
        await chromium.close()
    return 0


@asynccontextmanager
async def product() -> AsyncIterator[tuple[str, str]]:
    """The web chat with the demo: its address, and the code that makes an officer."""
    with tempfile.TemporaryDirectory(prefix="banhoc-") as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        settings = Settings(database_url=f"sqlite:///{folder}/demo.sqlite3", port=port, _env_file=None)  # type: ignore[call-arg]
        app = App(settings)
        app.add_web()
        await app.start()
        try:
            demo = await load_demo(app.database, app.committer, now())
            yield f"http://127.0.0.1:{port}/", demo.officer_code
        finally:
            await app.stop()


async def take(
    chromium: Browser, url: str, name: str, scene: Scene, scheme: Literal["light", "dark"] = "light"
) -> None:
    """One picture of a new visitor's phone after a scene."""
    context = await chromium.new_context(
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = await context.new_page()
    await page.goto(url)
    await scene(page)
    await page.evaluate("document.activeElement?.blur()")
    await page.wait_for_timeout(300)
    size = save(await page.screenshot(), FOLDER / f"{name}.png")
    print(f"docs/pictures/{name}.png  {size // 1000} kB")
    await context.close()


def save(png: bytes, path: Path) -> int:
    """Write the picture with a palette; returns its bytes. Raises ValueError when it is still too large."""
    written = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
        written, "PNG", optimize=True
    )
    if len(written.getvalue()) > MOST_BYTES:
        raise ValueError(f"{path.name} has {len(written.getvalue())} bytes; at most {MOST_BYTES} are wanted")
    path.write_bytes(written.getvalue())
    return len(written.getvalue())


async def logs(page: Page) -> None:
    """Consent, two entries in one sentence, a correction, and the undo in sight."""
    await starts(page)
    await says(page, "hôm nay học 2 tiếng rưỡi tiếng Anh, hôm qua 45p tin hoc", "Đã ghi 2 lượt")
    await says(page, "nhầm, tin học 1 tiếng", "Đã sửa: 1 giờ")


async def asks(page: Page) -> None:
    """A question without diacritics, answered with its sources, and the word of thanks for a tap."""
    await says(page, "giai doan 2 bat dau nam nao", "từ năm 2026")
    await taps(page, "Hữu ích", "")


async def logs_and_asks(page: Page) -> None:
    """An entry, one question back, and an answer, at night."""
    await starts(page)
    await says(page, "hôm qua học 2 buổi an toàn thông tin", "Mỗi buổi bao lâu")
    await taps(page, "1 giờ 30 phút", "Đã ghi: 3 giờ")
    await says(page, "hoi chut giai doan 2 bat dau nam nao vay", "từ năm 2026")


async def summarises(page: Page, officer_code: str) -> None:
    """An officer's month, then the units below one of the battalions."""
    await says(page, f"/quantri {officer_code}", "nay là cán bộ tổng hợp")
    await says(page, "tổng hợp tháng 10", "tháng 10/")
    await says(page, "tổng hợp tiểu đoàn 1 tháng 10", "Tiểu đoàn 1 (QS-A-1)")
    await taps(page, "Đơn vị trực thuộc", "các đơn vị trực thuộc")


async def starts(page: Page) -> None:
    """From the first word to the end of the questions that may be skipped."""
    await says(page, "/start", "tôi cần đồng ý")
    await taps(page, "Đồng ý", "Cảm ơn")
    await taps(page, "Tiếp tục", "thuộc nhóm nào")
    await taps(page, "Người lao động", "xưng hô")
    await taps(page, "Anh/chị", "thuộc đơn vị nào")
    await taps(page, "Bỏ qua", "")


async def says(page: Page, text: str, answer: str) -> None:
    """Type and send, then wait for the answer."""
    before = await page.locator(".said.bot").count()
    await page.get_by_label("Nội dung tin nhắn").fill(text)
    await page.keyboard.press("Enter")
    await expect(page.locator(".said.bot")).not_to_have_count(before)
    await expect(page.locator(".said.bot.last")).to_contain_text(answer)


async def taps(page: Page, label: str, answer: str) -> None:
    """Tap a choice of the newest message, then wait for what it brings."""
    choice = page.locator(".said.bot.last").get_by_role("button", name=label, exact=True)
    await choice.tap()
    await expect(choice).to_have_count(0)
    await expect(page.locator(".said.bot.last")).to_contain_text(answer)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
