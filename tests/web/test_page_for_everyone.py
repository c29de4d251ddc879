"""The page for everyone: keyboard, screen reader, large touches, contrast by day and night, two languages."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.axe import axe_faults
from tests.web.house import House, bot_says, say, says_like_the_bot

pytestmark = pytest.mark.browser


async def test_dots_show_while_an_answer_takes_its_time(phone: Page, house: House) -> None:
    house.inbox.thinking_seconds = 1.0
    await phone.goto(house.url)

    await say(phone, "một câu hỏi khó")

    await expect(phone.get_by_label("Bạn Học đang soạn tin")).to_be_visible()
    await expect(bot_says(phone, "Nghe: một câu hỏi khó")).to_be_visible()
    await expect(phone.get_by_label("Bạn Học đang soạn tin")).to_be_hidden()


async def test_all_works_by_keyboard_alone(phone: Page, house: House) -> None:
    says_like_the_bot(house)
    await phone.goto(house.url)
    await phone.keyboard.press("Tab")
    await expect(phone.get_by_role("link", name="Đến ô nhập tin nhắn")).to_be_focused()
    await phone.keyboard.press("Enter")
    field = phone.get_by_label("Nội dung tin nhắn")
    await expect(field).to_be_focused()

    await phone.keyboard.type("dòng một")
    await phone.keyboard.press("Shift+Enter")
    await phone.keyboard.type("dòng hai")
    await phone.keyboard.press("Enter")
    undo = phone.get_by_role("button", name="Hoàn tác")
    await expect(undo).to_be_visible()
    for _ in range(12):
        if await undo.evaluate("one => one === document.activeElement"):
            break
        await phone.keyboard.press("Shift+Tab")
    await phone.keyboard.press("Enter")

    await expect(bot_says(phone, "Đã hoàn tác")).to_be_visible()
    assert house.inbox.heard[0].text == "dòng một\ndòng hai"
    assert await phone.evaluate("document.activeElement.id") == "log", "the focus stays in the conversation"


async def test_everything_to_touch_is_large_enough_and_nothing_is_wider_than_the_phone(
    phone: Page, house: House
) -> None:
    says_like_the_bot(house)
    await phone.goto(house.url)
    await say(phone, "hôm nay học " + "rất" * 200)
    await expect(bot_says(phone, "Đã ghi")).to_be_visible()

    boxes = [await one.bounding_box() for one in await phone.locator("button:visible, label.round, textarea").all()]

    assert len(boxes) >= 5
    assert all(box and box["width"] >= 44 and box["height"] >= 44 for box in boxes)
    assert await phone.evaluate("document.documentElement.scrollWidth") == 390
    assert await phone.evaluate("document.getElementById('scroll').scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_has_contrast_by_day_and_by_night(phone: Page, house: House, scheme: Any) -> None:
    says_like_the_bot(house)
    await phone.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await phone.goto(house.url)
    for text in ("hôm nay học 2 tiếng", "giai đoạn 2"):
        await say(phone, text)
    await expect(bot_says(phone, "từ năm 2026")).to_be_visible()

    ratios = await phone.evaluate(CONTRASTS)

    assert {name: ratio for name, ratio in ratios.items() if ratio < 4.5} == {}
    assert len(ratios) == 8
    assert await axe_faults(phone) == []


async def test_the_page_speaks_english_when_asked(phone: Page, house: House) -> None:
    await phone.goto(house.url + "?lang=en")

    await expect(phone.get_by_placeholder("Write a message…")).to_be_visible()
    await phone.locator("#welcome .chip", has_text="Today I studied English for 2 hours").tap()

    await expect(bot_says(phone, "Nghe: Today I studied")).to_be_visible()
    assert house.inbox.heard[0].language == "en"


CONTRASTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => {
    const linear = (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = rgb(colour).map((part) => linear(part / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (one) => {
    for (; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (rgb(colour)[3] === 255) return colour;
    }
    return "white";
  };
  const found = {};
  const names = [".top h1", ".top p", ".day", ".bot .text", ".me .text", ".stamp"];
  for (const name of [...names, ".last .chip", ".said:not(.last) .chip"]) {
    const one = document.querySelector(name);
    const [more, less] = [light(getComputedStyle(one).color), light(ground(one))].sort((a, b) => b - a);
    found[name] = (more + 0.05) / (less + 0.05);
  }
  return found;
}"""
