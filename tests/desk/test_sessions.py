"""A session at the desk: how long it lives, how it ends, what its cookies and pages forbid."""

import pytest
from yarl import URL

from bot.desk.address import origin_of
from bot.grants import grant
from tests.chat import NOON
from tests.desk.browser import Browser
from tests.desk.conftest import House


async def signed_in(browser: Browser) -> bool:
    await browser.opens("/desk")
    return browser.status == 200


@pytest.fixture
async def oanh(desk: House) -> Browser:
    await desk.units.officer("oanh", "A")
    return await desk.enters("oanh")


async def test_a_session_ends_after_eight_idle_hours(desk: House, oanh: Browser) -> None:
    desk.later(hours=7, minutes=59)
    assert await signed_in(oanh)
    desk.later(hours=7, minutes=59)
    assert await signed_in(oanh), "every request begins the eight hours anew"

    desk.later(hours=8)

    assert not await signed_in(oanh)


async def test_a_session_ends_after_a_day_however_busy(desk: House, oanh: Browser) -> None:
    for _ in range(23):
        desk.later(hours=1)
        assert await signed_in(oanh)

    desk.later(hours=1)

    assert not await signed_in(oanh)


async def test_one_signs_out_and_the_copied_cookie_opens_nothing(desk: House, oanh: Browser) -> None:
    copied = {cookie.key: cookie.value for cookie in oanh.session.cookie_jar}
    await oanh.presses("Đăng xuất")
    assert "Đã đăng xuất" in oanh.words
    oanh.session.cookie_jar.update_cookies(copied, URL(desk.address))

    assert not await signed_in(oanh)


async def test_signing_out_here_leaves_the_other_browser_signed_in(desk: House, oanh: Browser) -> None:
    other = await desk.enters("oanh")

    await oanh.presses("Đăng xuất")

    assert await signed_in(other)


async def test_one_signs_out_of_every_browser_at_the_desk_or_in_the_chat(desk: House, oanh: Browser) -> None:
    other = await desk.enters("oanh")
    await oanh.presses("Đăng xuất khỏi mọi trình duyệt")
    assert not await signed_in(other)
    third = await desk.enters("oanh")
    link = await desk.link("oanh")

    await desk.bot.person("oanh").taps("Đăng xuất khỏi mọi trình duyệt", at=desk.now)

    desk.bot.person("oanh").hears("đã đăng xuất khỏi bàn làm việc", buttons=[])
    assert not await signed_in(third)
    await third.opens(link)
    assert third.status == 410


async def test_every_session_ends_with_the_role(desk: House, oanh: Browser) -> None:
    other = await desk.enters("oanh")
    await desk.ends_role("oanh", "A")
    assert not await signed_in(oanh)

    await desk.units.officer("oanh", "A.1")

    assert not await signed_in(oanh), "a new role does not wake an old session"
    assert not await signed_in(other)


async def test_whoever_keeps_another_role_stays_and_sees_only_that(desk: House, oanh: Browser) -> None:
    await grant(desk.bot.database, desk.bot.committer, "console:oanh", "officer", "A.1", NOON)
    await desk.ends_role("oanh", "A")

    await oanh.opens("/desk")
    assert oanh.status == 200
    assert "Phòng Hai" not in oanh.words
    await oanh.opens(f"/desk/tong-hop/{desk.units.ids['A.2']}")

    assert oanh.status == 404


@pytest.mark.parametrize("token", ["", "0" * 64, "ngọc"])
@pytest.mark.parametrize("path", ["/desk/thanh-vien", "/desk/ra"])
async def test_a_form_without_its_token_is_refused(desk: House, oanh: Browser, path: str, token: str) -> None:
    await oanh.sends(path, [("form_token", token), ("what", "confirm")])

    assert oanh.status == 403
    assert "không còn hiệu lực" in oanh.words
    assert await signed_in(oanh)


async def test_the_token_of_another_session_is_refused(desk: House, oanh: Browser) -> None:
    await desk.units.officer("binh", "A.1")
    binh = await desk.enters("binh")
    token = binh.page.xpath("//input[@name='form_token']/@value")[0]

    await oanh.sends("/desk/ra", [("form_token", token)])

    assert oanh.status == 403


async def test_a_form_on_a_strangers_page_is_refused(desk: House, oanh: Browser) -> None:
    token = oanh.page.xpath("//input[@name='form_token']/@value")[0]
    for headers in ({"Origin": "null"}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "same-site"}):
        await oanh.sends("/desk/ra", [("form_token", token)], **headers)
        assert oanh.status == 403

    await oanh.sends("/desk/ra", [("form_token", token)])

    assert oanh.status == 200


async def test_pages_run_no_script_stand_in_no_frame_and_are_not_kept(desk: House, oanh: Browser) -> None:
    for path in ("/desk", "/desk/thanh-vien", f"/desk/tong-hop/{desk.units.ids['A']}", "/desk/la-gi"):
        await oanh.opens(path)
        policy = dict(part.strip().split(" ", 1) for part in oanh.headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["style-src"] == policy["form-action"] == "'self'"
        assert "script-src" not in policy
        assert oanh.headers["Cache-Control"] == "no-store"
        assert not oanh.page.xpath("//script | //style | //@style | //@onclick")


async def test_cookies_are_hidden_from_scripts_and_other_sites(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    browser = desk.browser()
    await browser.opens(await desk.link("oanh"))
    door = browser.headers["Set-Cookie"]
    token = browser.page.xpath("//input[@name='form_token']/@value")[0]

    send = browser.session.post(desk.address + browser.path, data={"form_token": token}, allow_redirects=False)
    async with send as answer:
        session = answer.headers["Set-Cookie"]

    for cookie in (door, session):
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    ("public", "host", "shown"),
    [
        ("https://banhoc.example.vn", "0.0.0.0", "https://banhoc.example.vn"),
        ("https://example.vn/banhoc", "127.0.0.1", "https://example.vn"),
        ("", "127.0.0.1", "http://127.0.0.1:8080"),
        ("", "0.0.0.0", "http://localhost:8080"),
        ("", "::1", "http://[::1]:8080"),
    ],
)
def test_a_link_names_the_server_as_a_browser_reaches_it(public: str, host: str, shown: str) -> None:
    assert origin_of(public, host, 8080) == shown
