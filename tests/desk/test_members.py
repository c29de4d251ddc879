"""Confirming and refusing at the desk: one, many or all on the page, by the chat's rules and with its notices."""

import pytest
from sqlalchemy import select

from storage.changes import Changes
from storage.people import People
from storage.tables import outbox
from tests.chat import FakePerson
from tests.desk.browser import Browser
from tests.desk.conftest import House

CONFIRM, REFUSE, ALL = "Xác nhận người đã chọn", "Từ chối người đã chọn", "Xác nhận tất cả trong trang"


async def asks(desk: House, name: str, code: str = "A.1") -> FakePerson:
    someone = desk.bot.person(name)
    await someone.says(f"/donvi {code}", at=desk.now)
    await someone.says(f"Sao Mai {name}", at=desk.now)
    return someone


async def unit_of(desk: House, name: str) -> str:
    person = await People(desk.bot.database, Changes()).by_account("console", name)
    assert person is not None
    return person.unit_code


async def promised(desk: House, name: str) -> list[str]:
    """What was promised to this person, sent or not."""
    rows = await desk.bot.database.all(select(outbox.c.payload).where(outbox.c.address == name))
    return [row.payload["text"] for row in rows]


@pytest.fixture
async def oanh(desk: House) -> Browser:
    await desk.units.officer("oanh", "A")
    return await desk.enters("oanh")


def ids(browser: Browser) -> dict[str, str]:
    """The value of each person's box by alias."""
    rows = browser.page.xpath("//table[@class='waiting']/tbody/tr")
    return {row.find("th").text_content(): row.xpath(".//input/@value")[0] for row in rows}


async def test_the_chosen_ones_are_confirmed_and_told(desk: House, oanh: Browser) -> None:
    for name, code in (("an", "A.1"), ("binh", "A.1.1")):
        await asks(desk, name, code)
    await oanh.opens("/desk/thanh-vien")
    assert "2 người đang chờ xác nhận" in oanh.words

    await oanh.presses(CONFIRM, (ids(oanh)["Sao Mai an"],))

    assert "Đã xác nhận 1 người." in oanh.words
    assert list(ids(oanh)) == ["Sao Mai binh"]
    assert (await unit_of(desk, "an"), await unit_of(desk, "binh")) == ("A.1", "")
    assert [text for text in await promised(desk, "an") if "đã được xác nhận vào Phòng Một" in text]
    assert not [text for text in await promised(desk, "binh") if "xác nhận vào" in text]


async def test_the_chosen_ones_are_refused(desk: House, oanh: Browser) -> None:
    await asks(desk, "an")
    await oanh.opens("/desk/thanh-vien")

    await oanh.presses(REFUSE, tuple(ids(oanh).values()))

    assert "Đã từ chối 1 người." in oanh.words
    assert "Không có ai chờ xác nhận" in oanh.words
    assert await unit_of(desk, "an") == ""


async def test_all_on_the_page_are_confirmed_but_nobody_who_came_later(desk: House, oanh: Browser) -> None:
    for name in ("an", "binh", "cuong"):
        await asks(desk, name)
    await oanh.opens("/desk/thanh-vien")
    await asks(desk, "dung")

    await oanh.presses(ALL)

    assert "Đã xác nhận 3 người." in oanh.words
    assert list(ids(oanh)) == ["Sao Mai dung"]


async def test_nobody_chosen_changes_nothing(desk: House, oanh: Browser) -> None:
    await asks(desk, "an")
    await oanh.opens("/desk/thanh-vien")

    await oanh.presses(CONFIRM)

    assert "Chưa chọn người nào." in oanh.words
    assert await unit_of(desk, "an") == ""


async def test_what_the_chat_has_decided_meanwhile_is_said_so(desk: House, oanh: Browser) -> None:
    await asks(desk, "an")
    await oanh.opens("/desk/thanh-vien")
    await desk.bot.person("oanh").taps("Từ chối", at=desk.now)

    await oanh.presses(CONFIRM, tuple(ids(oanh).values()))

    assert "1 yêu cầu đã được xử lý từ trước." in oanh.words
    assert await unit_of(desk, "an") == ""


async def test_a_forged_id_from_another_tree_settles_nobody(desk: House, oanh: Browser) -> None:
    await asks(desk, "an")
    await asks(desk, "linh", "M.1")
    await desk.units.officer("minh", "M")
    minh = await desk.enters("minh")
    await minh.opens("/desk/thanh-vien")
    stolen = ids(minh)["Sao Mai linh"]
    await oanh.opens("/desk/thanh-vien")
    assert list(ids(oanh)) == ["Sao Mai an"]
    token = oanh.page.xpath("//input[@name='form_token']/@value")[0]

    for field in ("one", "shown"):
        what = "confirm" if field == "one" else "confirm_all"
        form = [("form_token", token), (field, ids(oanh)["Sao Mai an"]), (field, stolen), ("what", what)]
        await oanh.sends("/desk/thanh-vien", form)
        assert oanh.status == 404
        await oanh.opens("/desk/thanh-vien")

    assert (await unit_of(desk, "an"), await unit_of(desk, "linh")) == ("", "")


@pytest.mark.parametrize("said", ["", "-1", "9" * 30, "x", "1.5", "٣"])
async def test_an_id_that_is_none_is_refused(desk: House, oanh: Browser, said: str) -> None:
    token = oanh.page.xpath("//input[@name='form_token']/@value")[0]

    await oanh.sends("/desk/thanh-vien", [("form_token", token), ("one", said), ("what", "confirm")])

    assert oanh.status == 404


async def test_an_unknown_button_is_refused(desk: House, oanh: Browser) -> None:
    token = oanh.page.xpath("//input[@name='form_token']/@value")[0]

    await oanh.sends("/desk/thanh-vien", [("form_token", token), ("what", "delete")])

    assert oanh.status == 400


async def test_an_alias_is_shown_as_text(desk: House, oanh: Browser) -> None:
    someone = desk.bot.person("an")
    await someone.says("/donvi A.1", at=desk.now)
    await someone.says("<img src=x onerror=alert(1)>", at=desk.now)

    await oanh.opens("/desk/thanh-vien")

    assert list(ids(oanh)) == ["<img src=x onerror=alert(1)>"]
    assert oanh.page.xpath("//main//img") == []
