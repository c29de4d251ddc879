"""A server behind the page for the browser tests, which can go away and come back, and a bot that shows everything."""

import io
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image, ImageDraw
from playwright.async_api import Locator, Page

from bot.message import BOLD, ITALIC, Message, Style, Tap
from bot.web import server
from tests.web.fake_inbox import FakeInbox


class House:
    """The server behind the page; it can go away and come back on the same port."""

    def __init__(self) -> None:
        self.inbox = FakeInbox(reread_seconds=0.5)
        self.runner: web.AppRunner | None = None
        self.port = 0

    async def opens(self) -> None:
        if not self.port:
            probe = TestServer(web.Application())
            await probe.start_server()
            self.port = probe.port or 0
            await probe.close()
        self.inbox.restart()
        self.runner = await server.serve(self.inbox.app(), "127.0.0.1", self.port)

    async def closes(self) -> None:
        if self.runner:
            await self.inbox.channel.stop()
            await self.runner.cleanup()
        self.runner = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


def picture() -> bytes:
    """A small bar chart."""
    image = Image.new("RGB", (640, 400), "#f7f5f0")
    draw = ImageDraw.Draw(image)
    for number, height in enumerate((120, 200, 90, 260, 310, 180, 240)):
        draw.rectangle((50 + number * 80, 360 - height, 100 + number * 80, 360), fill="#0f6a58")
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def says_like_the_bot(house: House) -> None:
    """Answers that use all that the page can show."""

    def answer(message: Message) -> list[dict[str, Any]]:
        if message.tap == "undo|1":
            return [{"text": "Đã hoàn tác lượt ghi này.", "edits": message.tapped, "clears": message.tapped}]
        if message.tap:
            return [{"text": f"Đã chọn: {message.tap}", "clears": message.tapped}]
        if message.files:
            return [{"text": f"Đã nhận {message.files[0].name}, {message.files[0].size} byte. Chờ duyệt."}]
        if "báo cáo" in message.text:
            chart = house.inbox.file(message.address, "tiến độ.png", "image/png", picture())
            sheet = house.inbox.file(message.address, "Tổng hợp tháng 10.xlsx", "application/zip", b"x" * 48_211)
            return [{"text": "Tiến độ 7 ngày qua và bảng tổng hợp:", "files": (chart, sheet)}]
        if "bàn làm việc" in message.text:
            return [{"text": f"Bàn làm việc: {house.url}desk/vao/abc. Không phải: http://elsewhere.example/desk"}]
        if "thông báo" in message.text:
            words = "😀 Họp gấp <i>8h</i> · xem https://vi.du/a_b"
            hostile: Any = (Style(2, 7, BOLD), Style(10, 9, ITALIC), Style(12, 2, BOLD), Style(0, 99, "script"))
            return [{"text": words, "styles": hostile}]
        if "xóa" in message.text:
            return [{"text": "Dữ liệu đã được xóa.", "extra": {"reset": "1"}}]
        if "giai đoạn" in message.text.lower():
            return [
                {
                    "text": "Giai đoạn 2 kéo dài từ năm 2026 đến năm 2030.\n\nNguồn: Kế hoạch 29/KH-UBND, 23/01/2024 "
                    "(mục Tiến độ). Xem https://vanban.chinhphu.vn/?id=29&x=<b>1</b>.",
                    "buttons": (Tap("Hữu ích", "good|7"), Tap("Chưa đúng", "bad|7")),
                }
            ]
        return [
            {
                "text": "Đã ghi: 2 giờ · Tiếng Anh · hôm nay 22/11.\nTuần này: 5 giờ / mục tiêu 7 giờ.",
                "buttons": (Tap("Sửa", "edit|1"), Tap("Hoàn tác", "undo|1")),
            }
        ]

    house.inbox.answer = answer


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Nội dung tin nhắn").fill(text)
    await page.keyboard.press("Enter")


def bot_says(page: Page, text: str) -> Locator:
    return page.locator(".said.bot", has_text=text)
