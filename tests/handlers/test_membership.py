"""Joining a unit waits for one tap of its officer; leaving needs one more tap of one's own."""

import pytest

from storage.changes import Changes
from storage.people import People, Person
from storage.units import Units
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def person(units: Organisation, name: str) -> Person:
    key = ("console", name)
    return (await People(units.bot.database, Changes()).by_accounts([key]))[key]


async def asks(units: Organisation, name: str, code: str = "A.1") -> FakePerson:
    someone = units.bot.person(name)
    await someone.says(f"/donvi {code}")
    await someone.says(f"Sao Mai {name}")
    return someone


async def test_one_joins_by_code_with_an_alias_and_the_officers_one_tap(units: Organisation) -> None:
    officer = await units.officer("oanh", "A.1")
    an = units.bot.person("an")

    await an.says("/donvi a.1")
    an.hears("bí danh nào?", buttons=["Hủy"])
    await an.says("Hoa Ban")
    an.hears("Đã gửi yêu cầu vào Phòng Một với bí danh “Hoa Ban”", buttons=["Rút yêu cầu"])
    officer.hears("“Hoa Ban” xin vào Phòng Một (A.1).", buttons=["Xác nhận", "Từ chối"])
    assert (await person(units, "an")).unit_id is None

    await officer.taps("Xác nhận")

    officer.hears("Đã xác nhận: “Hoa Ban” vào Phòng Một.", buttons=[])
    an.hears("đã được xác nhận vào Phòng Một")
    assert (await person(units, "an")).unit_code == "A.1"


async def test_a_name_is_searched_without_diacritics(units: Organisation) -> None:
    await units.officer("oanh", "A.2")
    an = units.bot.person("an")

    await an.says("/donvi phong")
    an.hears("chọn đơn vị nào?")
    assert set(an.last.buttons) == {"Phòng Một (A.1)", "Phòng Hai (A.2)", "Phòng Ba (A.3)", "Hủy"}
    await an.taps("Phòng Hai (A.2)")
    await an.says("Hoa Ban")

    an.hears("Đã gửi yêu cầu vào Phòng Hai")


async def test_without_a_code_it_asks_and_the_answer_is_taken(units: Organisation) -> None:
    await units.officer("oanh", "A.1")
    an = units.bot.person("an")

    await an.says("/donvi")
    an.hears("chưa thuộc đơn vị nào")
    await an.says("A.1")

    an.hears("bí danh nào?")


async def test_an_unknown_unit_is_said_so(units: Organisation) -> None:
    an = units.bot.person("an")

    await an.says("/donvi Z99")

    an.hears("Không có đơn vị nào theo “Z99”")


async def test_the_request_goes_to_the_nearest_officer_above(units: Organisation) -> None:
    above = await units.officer("oanh", "A")
    other = await units.officer("binh", "A.2")

    await asks(units, "an", "A.1.1")

    above.hears("xin vào Tổ Một")
    assert not other.heard


async def test_without_any_officer_the_request_waits(units: Organisation) -> None:
    an = await asks(units, "an")
    an.hears("chưa có cán bộ tổng hợp")
    officer = await units.officer("oanh", "A.1")

    await officer.says("/thanhvien")

    officer.hears("“Sao Mai an” → Phòng Một (A.1)")


@pytest.mark.parametrize("alias", ["0912345678", "0912 345 678", "An 091.234.5678", "012345678901", "x" * 81, "12345"])
async def test_numbers_and_over_long_words_are_no_alias(units: Organisation, alias: str) -> None:
    officer = await units.officer("oanh", "A.1")
    an = units.bot.person("an")
    await an.says("/donvi A.1")

    await an.says(alias)

    assert "bí danh khác" in an.last.text
    assert not officer.heard
    assert (await person(units, "an")).alias == ""
    await an.says("Hoa Ban 2")
    officer.hears("“Hoa Ban 2” xin vào")


async def test_a_study_sentence_is_not_taken_for_an_alias(units: Organisation) -> None:
    await units.officer("oanh", "A.1")
    an = units.bot.person("an")
    await an.says("/donvi A.1")

    await an.says("hôm nay học 2 tiếng tiếng Anh")

    assert (await person(units, "an")).alias == ""
    assert "Đã gửi yêu cầu" not in an.last.text


async def test_a_refused_person_is_told_and_belongs_nowhere(units: Organisation) -> None:
    officer = await units.officer("oanh", "A.1")
    an = await asks(units, "an")

    await officer.taps("Từ chối")

    officer.hears("Đã từ chối: “Sao Mai an”")
    an.hears("không được xác nhận")
    assert (await person(units, "an")).unit_id is None


async def test_a_second_officer_hears_that_it_is_decided(units: Organisation) -> None:
    first = await units.officer("oanh", "A.1")
    second = await units.officer("binh", "A.1")
    an = await asks(units, "an")
    await first.taps("Xác nhận")
    heard = len(an.heard)

    await second.taps("Từ chối")

    second.hears("Yêu cầu này đã được xử lý.")
    assert len(an.heard) == heard
    assert (await person(units, "an")).unit_code == "A.1"


@pytest.mark.parametrize("button", ["Xác nhận", "Từ chối"])
async def test_the_button_of_another_units_officer_is_refused(units: Organisation, button: str) -> None:
    officer = await units.officer("oanh", "A.1")
    stranger = await units.officer("binh", "A.2")
    an = await asks(units, "an")

    await stranger.taps_payload(officer.last.buttons[button])
    stranger.hears("cán bộ")
    await an.taps_payload(officer.last.buttons[button])

    assert (await person(units, "an")).unit_id is None
    assert await Units(units.bot.database, Changes()).count_pending([units.ids["A"]]) == 1


@pytest.mark.parametrize(
    "payload", ["member_yes|x", "member_no|", "member|1", "unit.join|1", "unit.left|1", "member_all|1"]
)
async def test_a_button_that_nobody_made_is_refused(units: Organisation, payload: str) -> None:
    officer = await units.officer("oanh", "A.1")

    await officer.taps_payload(payload)

    officer.hears("Nút này")


async def test_a_request_that_is_gone_counts_as_dealt_with(units: Organisation) -> None:
    officer = await units.officer("oanh", "A.1")

    await officer.taps_payload("member_yes|1")

    officer.hears("đã được xử lý")


async def test_officers_see_who_waits_and_confirm_all_at_once(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    for name in ("an", "binh", "chi"):
        await asks(units, name, "A.2")

    await officer.says("/thanhvien")
    officer.hears(
        "3 người chờ xác nhận, cũ nhất trước:\n“Sao Mai an” → Phòng Hai (A.2)",
        buttons=["Sao Mai an", "Sao Mai binh", "Sao Mai chi", "Xác nhận tất cả (3)"],
    )
    await officer.taps("Xác nhận tất cả (3)")

    officer.hears("Đã xác nhận:\n“Sao Mai an”")
    for name in ("an", "binh", "chi"):
        assert (await person(units, name)).unit_code == "A.2"
        units.bot.person(name).hears("đã được xác nhận vào Phòng Hai")
    await officer.says("/thanhvien")
    officer.hears("Không có ai chờ xác nhận.")


async def test_whoever_asked_after_the_list_is_not_swept_in(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    for name in ("an", "binh"):
        await asks(units, name, "A.2")
    await officer.says("/thanhvien")
    payload = officer.last.buttons["Xác nhận tất cả (2)"]
    await officer.taps("Sao Mai an")
    await officer.taps("Từ chối")
    await asks(units, "chi", "A.2")

    await officer.taps_payload(payload)

    assert (await person(units, "binh")).unit_code == "A.2"
    assert (await person(units, "chi")).unit_id is None


async def test_the_list_is_for_officers(units: Organisation) -> None:
    an = units.bot.person("an")

    await an.says("/thanhvien")

    an.hears("Phần này dành cho cán bộ tổng hợp")


async def test_confirm_all_by_somebody_else_reaches_nobody(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    stranger = await units.officer("dung", "M")
    for name in ("an", "binh"):
        await asks(units, name, "A.2")
    await officer.says("/thanhvien")

    await stranger.taps_payload(officer.last.buttons["Xác nhận tất cả (2)"])

    assert (await person(units, "an")).unit_id is None


async def test_a_newer_request_replaces_the_open_one_and_it_can_be_taken_back(units: Organisation) -> None:
    await units.officer("oanh", "A")
    an = await asks(units, "an", "A.1")
    await an.says("/donvi A.2")
    an.hears("Đã gửi yêu cầu vào Phòng Hai")
    await an.says("/donvi")
    an.hears("đã gửi yêu cầu vào Phòng Hai (A.2)")

    await an.taps("Rút yêu cầu")

    an.hears("không còn yêu cầu nào đang chờ")
    assert await Units(units.bot.database, Changes()).count_pending([units.ids["A"]]) == 0


async def test_asking_twice_makes_one_request(units: Organisation) -> None:
    officer = await units.officer("oanh", "A.1")
    an = await asks(units, "an")

    await an.says("/donvi A.1")

    an.hears("đang chờ cán bộ đơn vị xác nhận")
    assert len(officer.heard) == 1


async def test_an_officer_needs_nobodys_yes_for_the_own_unit(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    await officer.says("/donvi A.1")

    await officer.says("Núi Cao")

    officer.hears("đã vào Phòng Một")
    assert (await person(units, "oanh")).unit_code == "A.1"


async def test_moving_to_another_unit_ends_the_former_membership(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    an = await asks(units, "an", "A.1")
    await officer.taps("Xác nhận")
    await an.says("/donvi A.2")

    await officer.taps("Xác nhận")

    assert (await person(units, "an")).unit_code == "A.2"
    await an.says("/donvi")
    an.hears("Đơn vị: Cục Mẫu › Phòng Hai. Bí danh: Sao Mai an.", buttons=["Đổi đơn vị", "Rời đơn vị"])


async def test_leaving_needs_one_more_tap(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    an = await asks(units, "an")
    await officer.taps("Xác nhận")

    await an.says("/roidonvi")
    an.hears("Rời Phòng Một?", buttons=["Rời", "Ở lại"])
    assert (await person(units, "an")).unit_code == "A.1"
    await an.taps("Rời")

    an.hears("đã rời Phòng Một")
    assert (await person(units, "an")).unit_id is None
    await an.says("/roidonvi")
    an.hears("không thuộc đơn vị nào")


async def test_staying_changes_nothing(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    an = await asks(units, "an")
    await officer.taps("Xác nhận")
    await an.says("/roidonvi")

    await an.taps("Ở lại")

    an.hears("vẫn ở Phòng Một")
    assert (await person(units, "an")).unit_code == "A.1"


async def test_entries_count_for_the_unit_from_the_confirmation_on(units: Organisation) -> None:
    from storage.summaries import Summaries

    officer = await units.officer("oanh", "A")
    an = await asks(units, "an")
    await officer.taps("Xác nhận")
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.taps("Tính vào số liệu đơn vị")

    await an.says("hôm nay học 2 tiếng tiếng Anh")

    figures = await Summaries(units.bot.database, Changes()).figures(units.ids["A"], NOON.date(), NOON.date())
    assert figures is not None
    assert (figures.minutes, figures.active_people, figures.members) == (120, 1, 1)


async def test_twelve_requests_are_shown_by_name_confirmed_at_once_and_taken_back(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    names = [f"hoa {letter}" for letter in "abcdeghilmnp"]
    for name in names:
        await asks(units, name, "A.2")
    an = await asks(units, "an", "A.1")
    await officer.says("/thanhvien")
    assert list(officer.last.buttons)[-1] == "Xác nhận tất cả (13)"

    await officer.taps("Xác nhận tất cả (13)")
    officer.hears("Xác nhận 13 người này?")
    assert all(f"“Sao Mai {name}” → Phòng Hai" in officer.last.text for name in names)
    assert (await person(units, names[0])).unit_id is None
    await officer.taps("Xác nhận 13 người")

    officer.hears("Đã xác nhận:", buttons=["Hoàn tác"])
    assert {(await person(units, name)).unit_code for name in names} == {"A.2"}
    payload = officer.last.buttons["Hoàn tác"]
    stranger = await units.officer("dung", "A.2")
    await stranger.taps_payload(payload)
    stranger.hears("không còn hoàn tác được")
    await officer.taps("Hoàn tác")

    officer.hears("13 yêu cầu chờ xác nhận lại")
    an.hears("yêu cầu đang chờ cán bộ")
    assert {(await person(units, name)).unit_id for name in names} == {None}
    assert await Units(units.bot.database, Changes()).count_pending([units.ids["A"]]) == 13
    await officer.taps_payload(payload)
    officer.hears("không còn hoàn tác được")
