"""What the page keeps: over a lost line, a second load, another tab, a wrong clock, and a deletion."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.message import Message
from tests.web.house import House, bot_says, say, says_like_the_bot

pytestmark = pytest.mark.browser


async def test_what_was_refused_stays_and_can_be_sent_again(phone: Page, house: House) -> None:
    says_like_the_bot(house)
    answer = house.inbox.answer

    def fail(message: Message) -> list[dict[str, Any]]:
        house.inbox.heard.clear()
        raise RuntimeError("out of order")

    house.inbox.answer = fail
    await phone.goto(house.url)
    await say(phone, "hôm nay học 2 tiếng")
    await expect(phone.get_by_role("alert")).to_have_text("Chưa nhận được tin nhắn lúc này. Xin gửi lại.")
    house.inbox.answer = answer

    await phone.get_by_role("button", name="Gửi lại").tap()

    await expect(bot_says(phone, "Đã ghi")).to_be_visible()
    await expect(phone.get_by_role("button", name="Gửi lại")).to_have_count(0)
    await expect(phone.locator(".said.me")).to_have_count(1)


async def test_two_tabs_show_the_same_conversation(phone: Page, house: House) -> None:
    says_like_the_bot(house)
    await phone.goto(house.url)
    other = await phone.context.new_page()
    await other.goto(house.url)
    await expect(other.locator("#welcome")).to_be_visible()

    await say(phone, "hôm nay học 2 tiếng")

    for page in (phone, other):
        await expect(page.locator(".said .text").first).to_have_text("hôm nay học 2 tiếng")
        await expect(bot_says(page, "Đã ghi: 2 giờ")).to_have_count(1)


async def test_a_phone_with_a_wrong_clock_shows_the_true_time(phone: Page, house: House) -> None:
    await phone.clock.install(time=0)
    await phone.goto(house.url)

    await say(phone, "mấy giờ rồi")

    await expect(bot_says(phone, "Nghe")).to_be_visible()
    await expect(phone.locator(".day")).to_have_text(["Hôm nay"])


async def test_what_is_said_without_a_line_is_kept_and_sent_once_when_it_is_back(phone: Page, house: House) -> None:
    says_like_the_bot(house)
    await phone.goto(house.url)
    await say(phone, "hôm nay học 2 tiếng")
    await expect(bot_says(phone, "Đã ghi")).to_have_count(1)
    await house.closes()
    await expect(phone.get_by_text("Mất kết nối. Đang nối lại…")).to_be_visible()

    await say(phone, "giai đoạn 2")
    await expect(phone.locator(".said.me .state").last).to_have_text("Đang chờ gửi")
    house.inbox.write(house.inbox.heard[0].address, text="Tin đến trong lúc mất mạng.")
    await house.opens()

    await expect(bot_says(phone, "từ năm 2026")).to_be_visible(timeout=15_000)
    await expect(bot_says(phone, "Tin đến trong lúc mất mạng.")).to_have_count(1)
    await expect(phone.get_by_text("Mất kết nối")).to_be_hidden()
    await expect(phone.locator(".said.me .state").last).to_have_text("")
    assert [one.text for one in house.inbox.heard] == ["hôm nay học 2 tiếng", "giai đoạn 2"]


async def test_after_loading_again_the_conversation_stands_as_it_was(phone: Page, house: House) -> None:
    says_like_the_bot(house)
    await phone.goto(house.url)
    for text, answer in (("hôm nay học 2 tiếng", "Đã ghi"), ("giai đoạn 2", "từ năm 2026")):
        await say(phone, text)
        await expect(bot_says(phone, answer)).to_be_visible()
    before = await phone.locator(".said .text").all_text_contents()

    await phone.reload()

    await expect(phone.locator(".said.bot")).to_have_count(2)
    assert await phone.locator(".said .text").all_text_contents() == before
    assert [line[:12] for line in before] == ["hôm nay học ", "Đã ghi: 2 gi", "giai đoạn 2", "Giai đoạn 2 "]
    assert len(house.inbox.heard) == 2


async def test_deleting_ones_data_clears_the_page_and_what_the_browser_kept(phone: Page, house: House) -> None:
    says_like_the_bot(house)
    await phone.goto(house.url)
    await say(phone, "hôm nay học 2 tiếng")
    await expect(bot_says(phone, "Đã ghi")).to_be_visible()

    await say(phone, "xóa dữ liệu")

    await expect(bot_says(phone, "Dữ liệu đã được xóa.")).to_be_visible()
    await expect(bot_says(phone, "Đã ghi")).to_have_count(0)
    await expect(phone.locator(".said.me")).to_have_count(0)
    assert "2 tiếng" not in await phone.evaluate("JSON.stringify(localStorage)")


async def test_the_shell_opens_without_a_network_and_keeps_no_message_of_the_bot(phone: Page, house: House) -> None:
    says_like_the_bot(house)
    await phone.goto(house.url)
    await phone.evaluate("navigator.serviceWorker.ready")
    await phone.reload()
    await say(phone, "báo cáo")
    await expect(phone.get_by_alt_text("Hình: tiến độ.png")).to_be_visible()
    kept = await phone.evaluate(KEPT_ADDRESSES)
    await house.closes()

    await phone.reload()

    await expect(phone.locator(".said.me .text")).to_have_text("báo cáo")
    await expect(phone.get_by_text("Mất kết nối. Đang nối lại…")).to_be_visible()
    assert {path.split("/")[1] for path in kept} == {"", "static"}


KEPT_ADDRESSES = """async () => {
  const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const requests = (await Promise.all(caches_.map((one) => one.keys()))).flat();
  return requests.map((request) => new URL(request.url).pathname);
}"""
