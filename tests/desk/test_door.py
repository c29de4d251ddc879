"""The way into the desk: a link of ten minutes, once, in one browser; nothing opens without it."""

import pytest

from storage.desk import desk_links, desk_sessions
from tests.desk.conftest import House

ENTER = "Vào bàn làm việc"


async def test_an_officer_comes_in_by_the_link_from_the_chat(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    browser = desk.browser()

    await browser.opens(await desk.link("oanh"))
    assert browser.page.get("lang") == "vi"
    await browser.presses(ENTER)

    assert (browser.status, browser.path) == (200, "/desk")
    assert "Cục Mẫu" in browser.words
    assert "Phòng Một" in browser.words


async def test_a_learner_gets_no_link(desk: House) -> None:
    an = desk.bot.person("an")

    await an.says("/banlamviec", at=desk.now)

    an.hears("dành cho cán bộ tổng hợp")
    assert "/desk/" not in an.last.text


async def test_the_command_is_understood_in_words(desk: House) -> None:
    oanh = await desk.units.officer("oanh", "A")

    await oanh.says("bàn làm việc", at=desk.now)

    oanh.hears("/desk/vao/", buttons=["Đăng xuất khỏi mọi trình duyệt"])


async def test_previews_of_the_link_do_not_use_it_up(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    link = await desk.link("oanh")
    for _ in range(3):
        await desk.browser().opens(link)
    browser = desk.browser()

    await browser.opens(link)
    await browser.presses(ENTER)

    assert browser.path == "/desk"


async def test_a_second_browser_is_refused_and_told_why(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    link = await desk.link("oanh")
    first, thief = desk.browser(), desk.browser()
    await first.opens(link)
    await thief.opens(link)
    await first.presses(ENTER)

    await thief.presses(ENTER)
    assert thief.status == 410
    assert "đã được dùng ở trình duyệt khác" in thief.words
    await thief.opens("/desk")
    assert thief.status == 401
    await thief.opens(link)
    assert thief.status == 410


async def test_the_button_pressed_twice_in_one_browser_is_no_harm(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    browser = desk.browser()
    link = await desk.link("oanh")
    await browser.opens(link)
    token = browser.page.xpath("//input[@name='form_token']/@value")[0]

    for _ in range(2):
        await browser.sends(link, [("form_token", token)])

    assert (browser.status, browser.path) == (200, "/desk")


@pytest.mark.parametrize(("minutes", "status"), [(9.9, 200), (10, 410)])
async def test_the_link_opens_for_ten_minutes(desk: House, minutes: float, status: int) -> None:
    await desk.units.officer("oanh", "A")
    link, browser = await desk.link("oanh"), desk.browser()

    desk.later(minutes=minutes)
    await browser.opens(link)

    assert browser.status == status


async def test_a_link_that_ends_between_page_and_button_does_not_open(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    browser = desk.browser()
    await browser.opens(await desk.link("oanh"))

    desk.later(minutes=10)
    await browser.presses(ENTER)

    assert browser.status == 410


async def test_a_new_link_makes_the_older_one_void(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    older, newer = await desk.link("oanh"), await desk.link("oanh")
    browser = desk.browser()

    await browser.opens(older)
    assert browser.status == 410
    await browser.opens(newer)

    assert browser.status == 200


@pytest.mark.parametrize("token", ["", "0" * 64])
async def test_the_button_without_the_pages_token_is_refused(desk: House, token: str) -> None:
    await desk.units.officer("oanh", "A")
    link, browser = await desk.link("oanh"), desk.browser()
    await browser.opens(link)

    await browser.sends(link, [("form_token", token)])
    assert browser.status == 403

    await browser.opens(link)
    await browser.presses(ENTER)
    assert browser.status == 200, "the refused try did not use the link up"


async def test_the_button_needs_the_cookie_of_the_page(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    link, seen, blind = await desk.link("oanh"), desk.browser(), desk.browser()
    await seen.opens(link)
    token = seen.page.xpath("//input[@name='form_token']/@value")[0]

    await blind.sends(link, [("form_token", token)])

    assert blind.status == 403


async def test_a_form_on_a_strangers_page_cannot_press_the_button(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    link, browser = await desk.link("oanh"), desk.browser()
    await browser.opens(link)
    token = browser.page.xpath("//input[@name='form_token']/@value")[0]

    await browser.sends(link, [("form_token", token)], Origin="https://evil.example")
    assert browser.status == 403
    await browser.sends(link, [("form_token", token)], **{"Sec-Fetch-Site": "cross-site"})

    assert browser.status == 403


async def test_whoever_tries_links_must_wait_a_minute(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    link, guesser = await desk.link("oanh"), desk.browser()

    statuses = []
    for number in range(12):
        await guesser.opens(f"/desk/vao/{number:043d}")
        statuses.append(guesser.status)
    assert statuses == [410] * 10 + [429] * 2
    await guesser.opens(link)
    assert guesser.status == 429
    desk.later(seconds=61)
    await guesser.opens(link)

    assert guesser.status == 200


async def test_behind_a_proxy_one_guesser_does_not_shut_out_the_others(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    link, browser = await desk.link("oanh"), desk.browser()
    for number in range(11):
        forged = f"198.51.100.{number}, 203.0.113.9"
        await browser.opens(f"/desk/vao/{number:043d}", **{"X-Forwarded-For": forged})

    assert browser.status == 429
    await browser.opens(link, **{"X-Forwarded-For": "203.0.113.10"})
    assert browser.status == 200


async def test_only_hashes_are_kept(desk: House) -> None:
    browser = await desk.units.officer("oanh", "A") and await desk.enters("oanh")
    secret = next(cookie.value for cookie in browser.session.cookie_jar if cookie.key == "banhoc-desk")

    kept = [*await desk.bot.database.all(desk_links.select()), *await desk.bot.database.all(desk_sessions.select())]

    assert len(kept) == 2
    assert not [row for row in kept if secret in map(str, row)]


async def test_a_right_that_ended_after_the_link_was_made_opens_nothing(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    browser = desk.browser()
    await browser.opens(await desk.link("oanh"))
    await desk.ends_role("oanh", "A")

    await browser.presses(ENTER)

    assert browser.status == 403
    await browser.opens("/desk")
    assert browser.status == 401
