"""The chat page in a real Chromium of 390 pixels: said, answered, tapped, edited, files both ways."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.web.house import House, bot_says, picture, say, says_like_the_bot

pytestmark = pytest.mark.browser


async def test_a_first_visitor_sees_four_examples_and_one_touch_sends_one(phone: Page, house: House) -> None:
    says_like_the_bot(house)
    await phone.goto(house.url)
    examples = phone.locator("#welcome .chip")
    await expect(examples).to_have_text(
        ["Hôm nay tôi học 2 tiếng tiếng Anh", "Giai đoạn 2 bắt đầu năm nào?", "Bắt đầu", "Trợ giúp"]
    )

    await examples.nth(1).tap()

    await expect(bot_says(phone, "từ năm 2026 đến năm 2030")).to_be_visible()
    await expect(phone.locator("#welcome")).to_be_hidden()
    assert house.inbox.heard[0].text == "Giai đoạn 2 bắt đầu năm nào?"


async def test_a_log_is_answered_and_its_undo_edits_the_answer_in_place(phone: Page, house: House) -> None:
    says_like_the_bot(house)
    await phone.goto(house.url)
    await say(phone, "hôm nay học 2 tiếng tiếng Anh")
    answer = bot_says(phone, "Đã ghi: 2 giờ")
    await expect(answer.get_by_role("button")).to_have_text(["Sửa", "Hoàn tác"])

    await answer.get_by_role("button", name="Hoàn tác").tap()

    await expect(phone.locator(".said.bot")).to_have_count(1)
    await expect(phone.locator(".said.bot .text")).to_have_text("Đã hoàn tác lượt ghi này.")
    await expect(phone.locator(".said.bot .stamp")).to_contain_text("đã cập nhật")
    await expect(phone.locator(".chips")).to_have_count(0)
    await expect(phone.locator(".said.me .text")).to_have_text(["hôm nay học 2 tiếng tiếng Anh", "Hoàn tác"])
    assert (house.inbox.heard[1].tap, house.inbox.heard[1].tapped) == ("undo|1", str(house.inbox.written[0].id))


async def test_the_answer_to_a_tap_far_up_comes_into_view(phone: Page, house: House) -> None:
    says_like_the_bot(house)
    await phone.goto(house.url)
    await say(phone, "hôm nay học 2 tiếng")
    for number in range(6):
        await say(phone, f"giai đoạn 2, lần {number}")
    await expect(bot_says(phone, "từ năm 2026")).to_have_count(6)

    await phone.get_by_role("button", name="Hoàn tác").tap()

    await expect(bot_says(phone, "Đã hoàn tác")).to_be_in_viewport()
    await expect(bot_says(phone, "Đã hoàn tác")).to_have_class("said bot last")


async def test_used_choices_go_away_and_markup_stays_text(phone: Page, house: House) -> None:
    says_like_the_bot(house)
    await phone.goto(house.url)
    await say(phone, "giai đoạn 2 <img src=x onerror=alert(1)>")
    answer = bot_says(phone, "Nguồn: Kế hoạch 29/KH-UBND")

    link = answer.get_by_role("link")
    await expect(link).to_have_attribute("href", "https://vanban.chinhphu.vn/?id=29&x=")
    await expect(link).to_have_attribute("rel", re.compile("noopener noreferrer"))
    assert await phone.locator("#log img, #log b").count() == 0
    await answer.get_by_role("button", name="Hữu ích").tap()

    await expect(bot_says(phone, "Đã chọn: good|7")).to_be_visible()
    await expect(phone.locator(".chips")).to_have_count(0)


async def test_bold_and_italic_words_are_elements_made_by_the_page_and_markup_in_them_stays_text(
    phone: Page, house: House
) -> None:
    says_like_the_bot(house)
    await phone.goto(house.url)
    await say(phone, "thông báo")
    text = bot_says(phone, "Họp gấp").locator(".text")

    await expect(text).to_have_text("😀 Họp gấp <i>8h</i>\u00a0· xem https://vi.du/a_b")
    await expect(text.locator("b")).to_have_text(["Họp gấp", ">8"])
    await expect(text.locator("i")).to_have_text(["<i", ">8", "h</i>"])
    assert set(await text.locator("*").evaluate_all("nodes => nodes.map((one) => one.tagName)")) == {"A", "B", "I"}
    assert await text.locator("b").first.evaluate("node => Number(getComputedStyle(node).fontWeight) >= 600")
    assert await text.locator("i").first.evaluate("node => getComputedStyle(node).fontStyle") == "italic"


async def test_an_address_of_this_very_site_can_be_tapped_without_https_too(phone: Page, house: House) -> None:
    says_like_the_bot(house)
    await phone.goto(house.url)
    await say(phone, "bàn làm việc")

    links = bot_says(phone, "Không phải").get_by_role("link")

    await expect(links).to_have_count(1)
    await expect(links).to_have_attribute("href", f"{house.url}desk/vao/abc")


async def test_pictures_and_files_stand_in_the_stream(phone: Page, house: House) -> None:
    says_like_the_bot(house)
    await phone.goto(house.url)

    await say(phone, "báo cáo tuần")

    image = phone.get_by_alt_text("Hình: tiến độ.png")
    await expect(image).to_be_visible()
    await expect(image).to_have_js_property("naturalWidth", 640)
    sheet = phone.get_by_role("link", name="Tải tệp Tổng hợp tháng 10.xlsx, 47 KB")
    async with phone.expect_download() as downloading:
        await sheet.tap()
    assert (await downloading.value).suggested_filename == "Tổng hợp tháng 10.xlsx"


async def test_a_picture_of_the_visitor_is_sent_and_a_wrong_file_can_be_seen_as_not_sent(
    phone: Page, house: House
) -> None:
    says_like_the_bot(house)
    await phone.goto(house.url)
    attach = phone.get_by_label("Gửi kèm ảnh hoặc tệp")

    await attach.set_input_files({"name": "giấy.png", "mimeType": "image/png", "buffer": picture()})
    await expect(bot_says(phone, "Đã nhận giấy.png")).to_be_visible()
    await expect(phone.get_by_alt_text("Hình: giấy.png")).to_be_visible()
    await attach.set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": bytes(6_000_000)})

    await expect(phone.get_by_role("alert")).to_have_text("Tệp lớn hơn 5 MB. Xin gửi tệp nhỏ hơn.")
    assert [file.media_type for file in house.inbox.heard[0].files] == ["image/png"]


async def test_a_link_with_a_unit_code_starts_once(phone: Page, house: House) -> None:
    says_like_the_bot(house)

    await phone.goto(house.url + "?start=A1.3&lang=vi")
    await expect(phone.locator(".said.bot")).to_have_count(1)
    await phone.reload()
    await expect(phone.locator(".said.bot")).to_have_count(1)

    assert [(one.text, one.start) for one in house.inbox.heard] == [("/start", "A1.3")]
    assert phone.url == house.url + "?lang=vi"


async def test_a_text_beyond_all_reason_is_refused_on_the_page_and_a_long_one_reaches_the_turn(
    phone: Page, house: House
) -> None:
    house.inbox.answer = lambda message: [{"text": f"{len(message.text)} ký tự: quá dài."}]
    await phone.goto(house.url)

    await say(phone, "ế" * 50_000)
    await expect(bot_says(phone, "50000 ký tự: quá dài.")).to_be_visible()
    await say(phone, "a" * 70_000)

    await expect(phone.get_by_role("alert")).to_contain_text("Nội dung quá dài")
    assert len(house.inbox.heard) == 1
