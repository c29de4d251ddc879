"""Going over to another unit from a day on: both memberships keep their days, and each entry its own day's unit."""

from datetime import date, datetime, timedelta

import pytest

from bot.clock import LOCAL_ZONE
from bot.tree import apply_due_changes
from storage.changes import Changes
from storage.memberships import Memberships
from storage.people import People
from storage.summaries import Summaries
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def member(units: Organisation, name: str, code: str, officer: FakePerson) -> FakePerson:
    """Somebody who agreed to be counted and belongs to the unit since the twentieth of November."""
    start = NOON - timedelta(days=2)
    person = units.bot.person(name)
    await person.says("/start", at=start)
    await person.taps("Đồng ý")
    await person.taps("Tính vào số liệu đơn vị")
    await person.says(f"/donvi {code}")
    await person.says(f"Sao {name}")
    await officer.taps("Xác nhận", at=start + timedelta(minutes=5))
    return person


async def minutes(units: Organisation, code: str) -> int:
    found = await Summaries(units.bot.database, Changes()).figures(units.ids[code], *YEAR)
    assert found is not None
    return found.minutes


async def members(units: Organisation, code: str) -> int:
    found = await Summaries(units.bot.database, Changes()).figures(units.ids[code], *YEAR)
    assert found is not None
    return found.members


async def test_a_transfer_from_a_day_to_come_waits_for_the_new_officers_tap_and_for_its_day(
    units: Organisation,
) -> None:
    old, new = await units.officer("oanh", "A.1"), await units.officer("binh", "A.2")
    an = await member(units, "an", "A.1", old)

    await an.says("xin chuyển sang đơn vị A.2 từ 01/12", at=NOON)
    an.hears("Đã gửi yêu cầu vào Phòng Hai")
    new.hears("“Sao an” xin vào Phòng Hai (A.2) từ ngày 01/12/2026.", buttons=["Xác nhận", "Từ chối"])
    await new.taps("Xác nhận", at=NOON + timedelta(minutes=1))
    new.hears("Đã xác nhận: “Sao an” thuộc Phòng Hai từ ngày 01/12/2026.")
    an.hears("đã được xác nhận thuộc Phòng Hai từ ngày 01/12/2026")
    await an.says("/donvi")
    an.hears("Đơn vị: Cục Mẫu › Phòng Một. Bí danh: Sao an.\nTừ ngày 01/12/2026: Phòng Hai.")
    await an.says("hôm nay học 60 phút tin học")
    assert (await minutes(units, "A.1"), await minutes(units, "A.2")) == (60, 0)
    assert (await members(units, "A.1"), await members(units, "A.2")) == (1, 0)

    # On the first day the transfer holds for entries, even before anybody has looked for due changes.
    first = datetime(2026, 12, 1, 7, tzinfo=LOCAL_ZONE)
    await an.says("hôm nay học 30 phút tin học", at=first)
    await an.says("hôm qua học 45 phút tin học")
    assert (await minutes(units, "A.1"), await minutes(units, "A.2")) == (105, 30)
    assert await apply_due_changes(units.bot.database, first) == 1
    assert await apply_due_changes(units.bot.database, first) == 0

    assert (await members(units, "A.1"), await members(units, "A.2")) == (0, 1)
    await an.says("hôm kia học 15 phút tin học")
    assert (await minutes(units, "A.1"), await minutes(units, "A.2"), await minutes(units, "A")) == (120, 30, 150)
    await an.says("/donvi")
    an.hears("Cục Mẫu › Phòng Hai")
    an.hears("Trước đây: Phòng Một (từ 20/11/2026 đến 30/11/2026).")


async def test_a_transfer_agreed_to_late_takes_along_what_was_logged_since_its_day(units: Organisation) -> None:
    old, new = await units.officer("oanh", "A.1"), await units.officer("binh", "A.2")
    an = await member(units, "an", "A.1", old)
    await an.says("hôm qua học 60 phút tin học", at=NOON)
    await an.says("/chuyendonvi A.2 từ hôm nay")
    await an.says("hôm nay học 30 phút tin học")
    assert (await minutes(units, "A.1"), await minutes(units, "A.2")) == (90, 0)

    await new.taps("Xác nhận", at=NOON + timedelta(days=1))

    assert (await minutes(units, "A.1"), await minutes(units, "A.2"), await minutes(units, "A")) == (60, 30, 90)
    await an.says("hôm qua học 20 phút tin học", at=NOON + timedelta(days=1, hours=1))
    await an.says("hôm kia học 10 phút tin học")
    assert (await minutes(units, "A.1"), await minutes(units, "A.2")) == (70, 50)


async def test_correcting_the_day_moves_the_entry_to_the_unit_of_that_day(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    an = await member(units, "an", "A.1", officer)
    await an.says("/chuyendonvi A.2 từ hôm nay", at=NOON)
    await officer.taps("Xác nhận", at=NOON + timedelta(minutes=1))
    await an.says("hôm nay học 30 phút tin học")
    assert (await minutes(units, "A.1"), await minutes(units, "A.2")) == (0, 30)

    await an.says("sửa thành hôm qua")

    an.hears("30 phút")
    assert (await minutes(units, "A.1"), await minutes(units, "A.2")) == (30, 0)
    await an.taps("Hoàn tác")
    assert (await minutes(units, "A.1"), await minutes(units, "A.2")) == (0, 30)


async def test_an_officer_of_both_units_transfers_by_alias_and_can_take_it_back(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    an = await member(units, "an", "A.1", officer)
    await an.says("hôm nay học 30 phút tin học", at=NOON)

    await officer.says("/chuyendonvi sao an sang A.2 từ hôm nay", at=NOON)
    officer.hears("Chuyển “Sao an” từ Phòng Một (A.1) sang Phòng Hai (A.2) từ ngày 22/11/2026?")
    await officer.taps("Chuyển")
    officer.hears("Đã chuyển “Sao an”", buttons=["Hoàn tác"])
    an.hears("đã chuyển anh/chị từ Phòng Một (A.1) sang Phòng Hai (A.2) từ ngày 22/11/2026")
    assert (await minutes(units, "A.1"), await minutes(units, "A.2")) == (0, 30)
    assert (await members(units, "A.1"), await members(units, "A.2")) == (0, 1)

    await officer.taps("Hoàn tác")

    officer.hears("Đã rút việc chuyển “Sao an”")
    an.hears("vẫn ở đơn vị cũ")
    assert (await minutes(units, "A.1"), await minutes(units, "A.2")) == (30, 0)
    assert (await members(units, "A.1"), await members(units, "A.2")) == (1, 0)
    person = await People(units.bot.database, Changes()).by_account("console", "an")
    assert person is not None
    (stay,) = await Memberships(units.bot.database, Changes()).stays(person.id)
    assert (stay.unit_id, stay.state, stay.valid_to) == (units.ids["A.1"], "active", None)


async def test_an_officer_transfers_nobody_out_of_or_into_a_unit_that_is_not_theirs(units: Organisation) -> None:
    above, officer = await units.officer("oanh", "A"), await units.officer("binh", "A.1")
    await member(units, "an", "A.1", officer)
    await above.says("/chuyendonvi Sao an sang A.2 từ 01/12", at=NOON)
    go = above.last.buttons["Chuyển"]

    await officer.says("/chuyendonvi Sao an sang A.2", at=NOON)
    officer.hears("chỉ dành cho cán bộ tổng hợp của đơn vị đó")
    await officer.taps_payload(go)
    officer.hears("chỉ dành cho cán bộ tổng hợp của đơn vị đó")
    stranger = await units.officer("dung", "M")
    await stranger.says("/chuyendonvi Sao an sang M.1", at=NOON)
    stranger.hears("Không có ai mang bí danh “Sao an”")

    assert (await members(units, "A.1"), await members(units, "A.2"), await members(units, "M")) == (1, 0, 0)


async def test_a_planned_transfer_is_taken_back_by_the_person_and_ends_with_leaving(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")
    an = await member(units, "an", "A.1", officer)
    for leaves in (False, True):
        await an.says("/chuyendonvi A.2 từ 01/12", at=NOON)
        await officer.taps("Xác nhận", at=NOON)
        if leaves:
            await an.says("/roidonvi")
            await an.taps("Rời")
        else:
            await an.says("/donvi")
            await an.taps("Rút việc chuyển")
        assert await apply_due_changes(units.bot.database, NOON + timedelta(days=20)) == 0

    assert (await members(units, "A.1"), await members(units, "A.2")) == (0, 0)
    await an.says("hôm nay học 30 phút tin học")
    await an.says("hôm qua học 60 phút tin học")
    assert (await minutes(units, "A.1"), await minutes(units, "A.2")) == (60, 0)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/chuyendonvi", "/chuyendonvi A.2 từ 01/12"),
        ("/chuyendonvi A.2 từ 31/13", "“31/13” không phải ngày dùng được"),
        ("/chuyendonvi A.2 từ 01/12/2029", "tối đa 366 ngày"),
        ("/chuyendonvi A.2 từ 10/11", "mới bắt đầu từ ngày 20/11/2026"),
        ("/chuyendonvi Z99 từ 01/12", "Không có đơn vị nào theo “Z99”"),
        ("/chuyendonvi A.1 từ 01/12", "đã ở trong Phòng Một"),
        ("/chuyendonvi Sao Mai sang A.2", "Phần này dành cho cán bộ tổng hợp"),
    ],
)
async def test_a_transfer_that_cannot_be_is_refused_with_its_reason(
    units: Organisation, said: str, answer: str
) -> None:
    officer = await units.officer("oanh", "A")
    an = await member(units, "an", "A.1", officer)

    await an.says(said, at=NOON)

    an.hears(answer)
