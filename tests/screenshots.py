"""Take the README's pictures from the running product: `make screenshots` writes docs/pictures/*.png.

The product runs on a temporary database with the demo in it; a Chromium of 390 by 844 pixels is the phone.
LibreOffice and pdftoppm draw the first page of the official report; where a machine has them not, it is left as it is.
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
from playwright.async_api import Browser, Page, StorageState, ViewportSize, async_playwright, expect

from bot.app import App
from bot.clock import now
from bot.demo import DemoResult, load_demo
from bot.language.periods import half
from bot.reports.official import ADMINISTRATIVE, official_report
from bot.reports.unit import unit_summary
from bot.reports.unit_data import unit_data
from bot.settings import Settings
from bot.study import AREA_NAMES
from storage.changes import Changes
from storage.summaries import Summaries
from storage.units import Units

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
MOST_BYTES = 200_000
COLOURS = 128
"""Flat surfaces and text need no more, and a palette makes the file a fifth of its size."""

PHONE, WIDE = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=900)
Scene = Callable[[Page], Awaitable[None]]


async def main() -> int:
    """Write every picture; returns the exit code. Without a Chromium nothing is written."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        print("banhoc: no Chromium found; get it with: apt-get install chromium", file=sys.stderr)
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with product() as (url, app, demo), async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        await take(chromium, url, "log", logs)
        await take(chromium, url, "ask", asks)
        await take(chromium, url, "dark", logs_and_asks, scheme="dark")
        await take(chromium, url, "summary", lambda page: summarises(page, demo.officer_code))
        cookies = await take(chromium, url, "desk-phone", lambda page: opens_the_desk(page, demo.admin_code))
        await take(chromium, f"{url}desk", "desk-wide", reads_a_month, cookies=cookies, size=WIDE)
        await chromium.close()
        await draw_report(app)
    return 0


@asynccontextmanager
async def product() -> AsyncIterator[tuple[str, App, DemoResult]]:
    """The web chat with the demo: its address, the program, and the codes that make an officer and an admin."""
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
            yield f"http://127.0.0.1:{port}/", app, demo
        finally:
            await app.stop()


async def take(
    chromium: Browser,
    url: str,
    name: str,
    scene: Scene,
    *,
    scheme: Literal["light", "dark"] = "light",
    size: ViewportSize = PHONE,
    cookies: StorageState | None = None,
) -> StorageState:
    """One picture of a visitor's screen after a scene; a new visitor without the cookies of one before."""
    context = await chromium.new_context(
        viewport=size,
        device_scale_factor=2 if size == PHONE else 1,
        has_touch=size == PHONE,
        is_mobile=size == PHONE,
        storage_state=cookies,
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
    kept = await context.storage_state()
    await context.close()
    return kept


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


async def opens_the_desk(page: Page, admin_code: str) -> None:
    """The link from the chat, the door, and a month of one unit."""
    await says(page, f"/quantri {admin_code}", "nay là quản trị viên")
    await says(page, "/banlamviec", "/desk/vao/")
    said = await page.locator(".said.bot.last").inner_text()
    await page.goto(next(word for word in said.split() if "/desk/vao/" in word))
    await page.get_by_role("button", name="Vào bàn làm việc").click()
    await reads_a_month(page)


async def reads_a_month(page: Page) -> None:
    """The month before this one, of the agency in the demo."""
    await page.get_by_role("link", name="Tổng hợp Cục (mẫu) (CUC)").click()
    await page.get_by_role("link", name="‹ tháng").click()
    await expect(page.get_by_role("table", name="Theo lĩnh vực")).to_be_visible()


async def draw_report(app: App) -> None:
    """The first page of the official report of a half-year."""
    office, drawer = shutil.which("soffice"), shutil.which("pdftoppm")
    if office is None or drawer is None:
        print("docs/pictures/report.png  left as it is: LibreOffice or pdftoppm is not there", file=sys.stderr)
        return
    changes = Changes()
    units, summaries = Units(app.database, changes), Summaries(app.database, changes)
    unit = await units.by_code("CUC-DB")
    assert unit is not None
    found = await unit_summary(summaries, units, unit, half(now().year, 1), now(), own=[unit.id])
    data = await unit_data(app.database, changes, found, own=[unit.id], areas=AREA_NAMES)
    with tempfile.TemporaryDirectory(prefix="banhoc-") as folder:
        Path(folder, "report.docx").write_bytes(official_report(data, ADMINISTRATIVE))
        for words in (
            (office, "--headless", "--convert-to", "pdf", "--outdir", folder, f"{folder}/report.docx"),
            (drawer, "-r", "90", "-f", "1", "-l", "1", "-singlefile", "-png", f"{folder}/report.pdf", f"{folder}/page"),
        ):
            process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.DEVNULL)
            assert await process.wait() == 0, words[0]
        size = save(Path(folder, "page.png").read_bytes(), FOLDER / "report.png")
    print(f"docs/pictures/report.png  {size // 1000} kB")


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
