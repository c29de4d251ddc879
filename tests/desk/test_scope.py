"""Nobody sees at the desk what the chat would not show: every address, units outside the subtree, forged ids."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk.menu import PLACES
from storage.changes import Changes
from storage.commits import Commit
from storage.people import People
from storage.roles import VIEW
from storage.tables import roles
from tests.desk.browser import Browser
from tests.desk.conftest import House

CODES = ("A", "A.1", "A.1.1", "A.2", "A.3", "M", "M.1")
FILES = (
    "bieu-do-thang.png", "bieu-do-don-vi.png", "tong-hop.xlsx", "tong-hop.csv", "phu-luc.xlsx", "bao-cao-admin.docx",
    "bao-cao-party.docx", "bao-cao-army.docx",
)  # fmt: skip
QUICK = ("/desk/cay/{id}", "/desk/tong-hop/{id}?ky=2026-10&cay=then", "/desk/tep/{id}/tong-hop.csv?ky=2026",
         "/desk/nop/{id}?ky=2026-10", "/desk/hoan-thanh/{id}?ky=2026-10", "/desk/han-nop/{id}")  # fmt: skip
ADDRESSES = ("/desk/cay/{id}", "/desk/tong-hop/{id}", "/desk/tong-hop/{id}?ky=2026-10",
             "/desk/nop/{id}?ky=2026-10", "/desk/hoan-thanh/{id}?ky=2026-10",
             "/desk/hoan-thanh/{id}/bang.xlsx?ky=2026-10", "/desk/han-nop/{id}",
             *(f"/desk/tep/{{id}}/{file}?ky=2026" for file in FILES))  # fmt: skip


Rooms = tuple[House, dict[str, Browser]]


def covers(officer_of: str, code: str) -> bool:
    return code == officer_of or code.startswith(officer_of + ".")


async def test_every_address_of_a_unit_outside_the_subtree_is_as_if_there_were_none(desk: House) -> None:
    await desk.units.officer("oanh", "A.1")
    browser = await desk.enters("oanh")

    for address in ADDRESSES:
        answers = []
        for id in (*(desk.units.ids[code] for code in ("A", "A.2", "M.1")), 4711):
            await browser.opens(address.format(id=id))
            answers.append((browser.status, browser.words))

        assert {status for status, _ in answers} == {404}
        assert len({words for _, words in answers}) == 1, "the answer tells nothing of what is there"
        assert not [name for name in ("Cục Mẫu", "Phòng Hai", "Đại đội") if name in str(answers)]


async def test_nothing_opens_without_a_session(desk: House) -> None:
    browser = desk.browser()
    others = ("/desk", "/desk/", "/desk/tong-hop", "/desk/thanh-vien", "/desk/la-gi")

    for address in (*ADDRESSES, *others):
        await browser.opens(address.format(id=desk.units.ids["A"]))

        assert browser.status == 401
        assert "Cục Mẫu" not in browser.words


async def test_the_menu_has_just_the_parts_that_open(desk: House) -> None:
    """With no right but to view, with all of a unit's, and as an admin: a link for each page that opens, no other."""
    await desk.units.officer("xem", "A.1")
    await rights_of(desk, "xem", VIEW)
    await desk.units.officer("oanh", "A")
    await desk.units.admin("chi")
    seen = {}

    for name in ("xem", "oanh", "chi"):
        browser = await desk.enters(name)
        links = browser.page.xpath("//nav[@class='menu']/a/@href")
        for _, address, *_ in PLACES:
            await browser.opens(address)
            assert (browser.status == 200) == (address in links), (name, address, browser.status)
        seen[name] = len(links)

    assert seen["xem"] < seen["oanh"] < seen["chi"] == len(PLACES)


async def rights_of(desk: House, name: str, rights: str) -> None:
    """The person's roles hold only these rights from now on."""
    person = await People(desk.bot.database, Changes()).by_account("console", name)
    assert person is not None
    changes = Changes()
    changes.run(roles.update().where(roles.c.person_id == person.id).values(rights=rights))
    await desk.bot.committer.commit(Commit(changes))


ID = st.one_of(
    st.sampled_from(CODES),
    st.integers(-5, 2**70).map(str),
    st.text(st.characters(codec="utf-8", exclude_characters="./"), min_size=1, max_size=24),
)


@given(
    requests=st.lists(
        st.tuples(st.sampled_from(("A.1", "A", "M")), st.sampled_from(QUICK), ID), min_size=6, max_size=14
    )
)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
async def test_no_pair_of_officer_and_request_leaks(rooms: Rooms, requests: list[tuple[str, str, str]]) -> None:
    desk, browsers = rooms

    for officer_of, address, what in requests:
        browser, id = browsers[officer_of], str(desk.units.ids.get(what, what))
        allowed = what in CODES and covers(officer_of, what)
        await browser.opens(address.format(id=quoted(id)))
        is_file = "/tep/" in address or ".xlsx" in address
        too_many_files = allowed and is_file and browser.status == 429
        assert too_many_files or browser.status == (200 if allowed else 404), (officer_of, address, what)


def quoted(id: str) -> str:
    return "".join(f"%{byte:02X}" for byte in id.encode())


@pytest.fixture
async def rooms(desk: House) -> Rooms:
    browsers: dict[str, Browser] = {}
    for code in ("A.1", "A", "M"):
        await desk.units.officer(f"officer of {code}", code)
        browsers[code] = await desk.enters(f"officer of {code}")
    return desk, browsers


async def test_search_and_tree_show_the_subtree_only(desk: House) -> None:
    await desk.units.officer("oanh", "A.1")
    browser = await desk.enters("oanh")
    assert "Tổ Một" in browser.words
    assert not browser.page.xpath("//nav[@class='path']"), "the way up ends at the own unit"

    await browser.opens("/desk?tim=ph%C3%B2ng")
    assert browser.page.xpath("//li//*[contains(@class, 'name')]/text()")[0].strip() == "Phòng Một (A.1)"
    for words in ("A.2", "Đại đội", "M.1", "%", "'; drop table units; --"):
        await browser.opens(f"/desk?tim={quoted(words)}")

        assert browser.status == 200
        assert not browser.page.xpath("//ul[@class='tree']/li")


async def test_an_admin_sees_every_tree(desk: House) -> None:
    await desk.units.admin("chi")
    browser = await desk.enters("chi")
    assert {"Cục Mẫu", "Trung đoàn Mẫu"} <= {
        name for name in ("Cục Mẫu", "Trung đoàn Mẫu", "Phòng Một") if name in browser.words
    }

    await browser.opens(f"/desk/cay/{desk.units.ids['A.1']}")

    assert browser.page.xpath("//nav[@class='path']//a/text()") == ["Cục Mẫu (A)"]
    assert "Tổ Một" in browser.words


async def test_what_is_written_in_an_address_comes_back_as_text(desk: House) -> None:
    await desk.units.officer("oanh", "A")
    browser = await desk.enters("oanh")
    attack = '"><script>alert(1)</script>'

    for address in (f"/desk?tim={quoted(attack)}", f"/desk/tong-hop/{desk.units.ids['A']}?ky={quoted(attack)}"):
        await browser.opens(address)

        assert browser.status == 200
        assert not browser.page.xpath("//script")
        assert attack in browser.page.xpath("//input[@type='search' or @id='ky']/@value")


async def test_a_unit_without_units_below_says_so(desk: House) -> None:
    await desk.units.officer("oanh", "A.2")
    browser = await desk.enters("oanh")

    assert "Không có đơn vị trực thuộc" in browser.words or "không có đơn vị" in browser.words.lower()
