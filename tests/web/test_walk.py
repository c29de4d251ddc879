"""The whole product in a real Chromium of 390 pixels: a learner's first evening, a restart in between, the keyboard."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect
from sqlalchemy import func, select

from bot.app import App
from bot.knowledge.answer import Knowledge
from bot.settings import Settings
from storage.tables import evidence, persons, study_logs
from tests.web.house import bot_says, picture, say

pytestmark = pytest.mark.browser

TWO_ENTRIES = "hôm nay học 2 tiếng rưỡi tiếng Anh, hôm qua 45p tin hoc"
SOURCE = "Kế hoạch 29/KH-UBND"


class Home:
    """The product on one port, which can stop and start again on the same database."""

    def __init__(self, settings: Settings, knowledge: Knowledge) -> None:
        self._settings, self._knowledge = settings, knowledge
        self.url = f"http://127.0.0.1:{settings.port}/"

    async def opens(self) -> None:
        self.app = App(self._settings, knowledge=self._knowledge)
        self.app.add_web()
        await self.app.start()

    async def closes(self) -> None:
        await self.app.stop()

    async def minutes(self) -> list[int]:
        """The lengths of all entries that count."""
        query = select(study_logs.c.minutes).where(study_logs.c.deleted_at.is_(None)).order_by(study_logs.c.minutes)
        return [row.minutes for row in await self.app.database.all(query)]


@pytest.fixture
async def home(database_url: str, knowledge: Knowledge, unused_tcp_port: int) -> AsyncIterator[Home]:
    settings = Settings(database_url=database_url, port=unused_tcp_port, _env_file=None)  # type: ignore[call-arg]
    home = Home(settings, knowledge)
    await home.opens()
    yield home
    await home.closes()


def choice(page: Page, label: str) -> Locator:
    """A button of the bot's newest message."""
    return page.locator(".said.bot.last").get_by_role("button", name=label, exact=True)


async def agrees(page: Page, start: str = "/start") -> None:
    """From the first word to the end of the questions, all skipped."""
    if start:
        await say(page, start)
    await choice(page, "Đồng ý").tap()
    await choice(page, "Tiếp tục").tap()
    for question in ("thuộc nhóm nào", "nên xưng hô thế nào", "thuộc đơn vị nào"):
        await expect(page.locator(".said.bot.last")).to_contain_text(question)
        await choice(page, "Bỏ qua").tap()
    await expect(page.locator(".said.bot.last")).not_to_contain_text("thuộc đơn vị nào")


async def test_a_learner_starts_logs_undoes_asks_and_reads_the_source(phone: Page, home: Home) -> None:
    await phone.goto(home.url)
    await phone.locator("#welcome").get_by_role("button", name="Bắt đầu", exact=True).tap()
    await expect(bot_says(phone, "Tôi là Bạn Học, trợ lý tự động")).to_be_visible()

    await agrees(phone, start="")
    await say(phone, TWO_ENTRIES)
    echo = bot_says(phone, "Đã ghi 2 lượt")
    await expect(echo).to_contain_text("2 giờ 30 phút · Tiếng Anh · hôm nay")
    await expect(echo).to_contain_text("45 phút · Tin học · hôm qua")
    assert await home.minutes() == [45, 150]
    await echo.get_by_role("button", name="Hoàn tác").tap()
    await expect(bot_says(phone, "Đã hoàn tác")).to_be_visible()
    assert await home.minutes() == []
    await say(phone, "giai doan 2 bat dau nam nao")

    answer = bot_says(phone, "Giai đoạn 2 từ năm 2026")
    await expect(answer).to_contain_text(re.compile(rf"Nguồn: .*{SOURCE}"))
    await expect(answer).to_be_in_viewport()
    assert await phone.evaluate("document.documentElement.scrollWidth") == 390


async def test_a_picture_proves_an_entry_and_ones_data_are_downloaded_whole(
    phone: Page, home: Home, tmp_path: Path
) -> None:
    await phone.goto(home.url)
    await agrees(phone)
    await say(phone, "hôm nay học 2 tiếng tiếng Anh")
    await expect(bot_says(phone, "Đã ghi: 2 giờ")).to_be_visible()

    await phone.get_by_label("Gửi kèm ảnh hoặc tệp").set_input_files(
        {"name": "giấy chứng nhận.png", "mimeType": "image/png", "buffer": picture()}
    )
    await expect(phone.get_by_alt_text("Hình: giấy chứng nhận.png")).to_be_visible()
    await expect(bot_says(phone, "minh chứng")).to_be_visible()
    await say(phone, "/dulieu")
    await expect(bot_says(phone, "Dữ liệu đang lưu về")).to_contain_text("minh chứng: 1")
    async with phone.expect_download() as downloading:
        await phone.get_by_role("link", name=re.compile(r"\.json")).tap()
    download = await downloading.value
    await download.save_as(tmp_path / "data.json")

    kept = json.loads((tmp_path / "data.json").read_text(encoding="utf-8"))
    assert "120" in json.dumps(kept) and "tiếng anh" in json.dumps(kept, ensure_ascii=False).lower()
    assert download.suggested_filename == "ban-hoc.json"
    assert await home.app.database.value(select(func.count()).select_from(evidence)) == 1
    await expect(phone.get_by_role("link", name=re.compile(r"\.xlsx"))).to_be_visible()


async def test_after_a_reload_all_stands_as_it_was_and_another_browser_is_another_person(
    phone: Page, browser: Browser, home: Home
) -> None:
    await phone.goto(home.url)
    await agrees(phone)
    await say(phone, TWO_ENTRIES)
    await expect(bot_says(phone, "Đã ghi 2 lượt")).to_be_visible()
    before = await phone.locator(".said .text").all_text_contents()

    await phone.reload()
    other = await (await browser.new_context(locale="vi-VN")).new_page()
    await other.goto(home.url)

    await expect(phone.locator(".said .text")).to_have_count(len(before))
    assert await phone.locator(".said .text").all_text_contents() == before
    await expect(other.locator("#welcome")).to_be_visible()
    await expect(other.locator(".said")).to_have_count(0)
    await say(other, "/nhatky")
    await expect(bot_says(other, "Nhật ký chưa có lượt nào")).to_be_visible()
    await expect(phone.locator(".said")).to_have_count(len(before))
    assert await home.app.database.value(select(func.count()).select_from(persons)) == 2
    await other.context.close()


async def test_over_a_restart_the_page_comes_back_and_an_unsent_message_arrives_once(phone: Page, home: Home) -> None:
    await phone.goto(home.url)
    await agrees(phone)
    await say(phone, "hôm nay học 2 tiếng tiếng Anh")
    await expect(bot_says(phone, "Đã ghi: 2 giờ")).to_be_visible()
    said = await phone.locator(".said.bot").count()

    await home.closes()
    await expect(phone.get_by_text("Mất kết nối. Đang nối lại…")).to_be_visible()
    await say(phone, "hôm qua 45p tin hoc")
    await expect(phone.locator(".said.me .state").last).to_have_text("Đang chờ gửi")
    await home.opens()

    await expect(bot_says(phone, "Đã ghi: 45 phút")).to_be_visible(timeout=20_000)
    await expect(phone.get_by_text("Mất kết nối")).to_be_hidden()
    await expect(phone.locator(".said.me .state").last).to_have_text("")
    await choice(phone, "Sửa").tap()
    await expect(phone.locator(".said.bot.last")).to_contain_text("muốn sửa gì")
    assert await phone.locator(".said.bot").count() == said + 2
    assert await home.minutes() == [45, 120]


async def test_the_keyboard_alone_is_enough(phone: Page, home: Home) -> None:
    await phone.goto(home.url)
    await phone.keyboard.press("Tab")
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_label("Nội dung tin nhắn")).to_be_focused()

    await types(phone, "/start")
    await presses(phone, "Đồng ý")
    await presses(phone, "Tiếp tục")
    for question in ("thuộc nhóm nào", "nên xưng hô thế nào", "thuộc đơn vị nào"):
        await expect(phone.locator(".said.bot.last")).to_contain_text(question)
        await presses(phone, "Bỏ qua")
    await types(phone, TWO_ENTRIES)
    await expect(bot_says(phone, "Đã ghi 2 lượt")).to_be_visible()
    await presses(phone, "Hoàn tác")
    await expect(bot_says(phone, "Đã hoàn tác")).to_be_visible()
    await presses(phone, "Khôi phục")

    await expect(bot_says(phone, "Đã khôi phục")).to_be_visible()
    assert await home.minutes() == [45, 150]


async def types(page: Page, text: str) -> None:
    """Tab on to the field, type and send."""
    await tab_to(page, page.get_by_label("Nội dung tin nhắn"), "Tab")
    await page.keyboard.type(text)
    await page.keyboard.press("Enter")


async def presses(page: Page, label: str) -> None:
    """Tab back to a choice of the newest message, and press it."""
    await expect(choice(page, label)).to_be_visible()
    await tab_to(page, choice(page, label), "Shift+Tab")
    await page.keyboard.press("Enter")


async def tab_to(page: Page, wanted: Locator, key: str) -> None:
    for _ in range(25):
        if await wanted.evaluate("one => one === document.activeElement"):
            return
        await page.keyboard.press(key)
    raise AssertionError(f"{wanted} is not reached with {key}")
