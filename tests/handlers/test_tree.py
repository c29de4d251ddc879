"""Admins change the tree in the chat: dry run, confirm, undo; old names lead to the units of now; nobody is guessed."""

from datetime import datetime

import pytest
from sqlalchemy import select

from bot.clock import LOCAL_ZONE
from bot.errors import UserError
from bot.reports.unit import figures
from bot.tree_file import change_from_file, undo_file
from bot.units_import import import_units
from storage.changes import Changes
from storage.tables import persons
from storage.units import Units
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

LATER = datetime(2026, 12, 2, 8, 0, tzinfo=LOCAL_ZONE)


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def fill(units: Organisation) -> FakePerson:
    """Phòng Một: 20 hours by ten people in October, Phòng Hai: 10 hours by ten; gives an admin."""
    await units.members("A.1", [120] * 10)
    await units.members("A.2", [60] * 10)
    return await units.admin("quan")


async def minutes(units: Organisation, code: str, *, then: bool = False) -> int:
    found = await figures(units.bot.database, code, "2026-10", NOON, then=then)
    return int(found["minutes"])


async def merge(admin: FakePerson, day: str = "01/11/2026 Quyết định 12") -> None:
    await admin.says("/caydonvi A.1")
    await admin.taps("Sáp nhập")
    await admin.says("A.2")
    await admin.says(day)


async def test_a_merge_shows_its_effect_before_it_is_made_and_nothing_is_changed_yet(units: Organisation) -> None:
    admin = await fill(units)

    await merge(admin)

    admin.hears("01/11/2026: Phòng Một (A.1) sáp nhập vào Phòng Hai (A.2)")
    admin.hears("Tổng của Phòng Một (A.1) · tháng 10/2026: trước 20 giờ; đơn vị kết thúc.")
    admin.hears("Tổng của Phòng Hai (A.2) · tháng 10/2026: trước 10 giờ, sau 30 giờ.", buttons=["Thực hiện", "Hủy"])
    assert (await minutes(units, "A.1"), await minutes(units, "A.2")) == (1200, 600)


async def test_after_a_merge_now_and_then_differ_and_the_total_above_stays(units: Organisation) -> None:
    admin = await fill(units)
    await merge(admin)

    await admin.taps("Thực hiện")

    admin.hears("Đã thực hiện", buttons=["Hoàn tác"])
    assert await minutes(units, "A.2") == await minutes(units, "A.1") == 1800
    assert (await minutes(units, "A.1", then=True), await minutes(units, "A.2", then=True)) == (1200, 600)
    assert await minutes(units, "A") == await minutes(units, "A", then=True) == 1800


async def test_undo_brings_the_unit_its_figures_and_its_people_back(units: Organisation) -> None:
    admin = await fill(units)
    await merge(admin)
    await admin.taps("Thực hiện")
    homes = select(persons.c.unit_id).where(persons.c.unit_id.is_not(None))
    assert {row.unit_id for row in await units.bot.database.all(homes)} == {units.ids["A.2"]}

    await admin.taps("Hoàn tác")

    admin.hears("Đã hoàn tác")
    assert (await minutes(units, "A.1"), await minutes(units, "A.2")) == (1200, 600)
    assert {row.unit_id for row in await units.bot.database.all(homes)} == {units.ids["A.1"], units.ids["A.2"]}


async def test_a_second_tap_on_the_same_dry_run_does_nothing(units: Organisation) -> None:
    admin = await fill(units)
    await merge(admin)
    payload = admin.last.buttons["Thực hiện"]
    await admin.taps("Thực hiện")

    await admin.taps_payload(payload)

    admin.hears("Nút này")


async def test_the_officer_chooses_between_the_tree_then_and_now(units: Organisation) -> None:
    admin = await fill(units)
    await merge(admin)
    await admin.taps("Thực hiện")
    officer = await units.officer("oanh", "A")

    await officer.says("/tonghop A tháng 10")
    await officer.taps("Đơn vị trực thuộc")
    assert "Phòng Một" not in officer.last.text
    await officer.taps("Quay lại")
    await officer.taps("Theo cây đơn vị khi đó")
    officer.hears("Theo cây đơn vị ngày 31/10/2026:")
    await officer.taps("Đơn vị trực thuộc")

    officer.hears("Phòng Một (A.1)")
    await officer.taps("Phòng Một (A.1)")
    officer.hears("20 giờ")


async def test_an_old_name_and_an_old_code_are_answered_with_what_they_are_now(units: Organisation) -> None:
    admin = await fill(units)
    await merge(admin)
    await admin.taps("Thực hiện")
    await admin.says("/caydonvi A.3")
    await admin.taps("Đổi tên")
    await admin.says("Phòng Tổng hợp")
    await admin.taps("Hôm nay")
    await admin.taps("Thực hiện")

    await admin.says("/tonghop phong mot tháng 10")
    admin.hears("Phòng Một nay là Phòng Hai (A.2).")
    await admin.says("/tonghop A.1 tháng 10")
    admin.hears("Phòng Một nay là Phòng Hai (A.2).")
    await admin.says("/caydonvi Phòng Ba")

    admin.hears("Phòng Ba nay là Phòng Tổng hợp (A.3).")


async def test_a_split_leaves_its_people_to_a_human(units: Organisation) -> None:
    admin = await fill(units)
    await admin.says("/caydonvi A.2")
    await admin.taps("Tách")
    await admin.says("A.2A Phòng Hai A\nA.2B Phòng Hai B")
    await admin.taps("Đầu tháng này")
    admin.hears("chờ quản trị viên xếp đơn vị mới")
    await admin.taps("Thực hiện")
    new = await Units(units.bot.database, Changes()).by_code("A.2B")
    assert new is not None

    await admin.says("/caydonvi")
    admin.hears("10 người chờ xếp đơn vị.")
    await admin.taps("Xếp đơn vị")
    await admin.taps("Ban Mai")
    await admin.taps("Phòng Hai B (A.2B)")

    admin.hears("“Ban Mai” nay thuộc Phòng Hai B (A.2B).")
    there = select(persons.c.id).where(persons.c.unit_id == new.id)
    assert len(await units.bot.database.all(there)) == 1
    await admin.taps("Xếp đơn vị")
    admin.hears("9 người chờ xếp đơn vị")
    assert await minutes(units, "A") == 1800


async def test_a_change_for_later_waits_for_its_day(units: Organisation) -> None:
    admin = await fill(units)
    await merge(admin, "01/12/2026")
    await admin.taps("Thực hiện")
    admin.hears("Đã ghi nhận, sẽ thực hiện khi đến ngày")
    assert await minutes(units, "A.1") == 1200

    await admin.says("/tonghop A.2 tháng 10", at=LATER)

    admin.hears("30 giờ")
    assert await minutes(units, "A.2") == 1800


async def test_only_an_admin_changes_the_tree(units: Organisation) -> None:
    officer = await units.officer("oanh", "A")

    await officer.says("/caydonvi A.1")
    officer.hears("Chỉ quản trị viên")
    for payload in ("tree.unit|1", "tree.kind|close|1", "tree.make|x", "tree.undo|1", "tree.queue", "tree.assign|1|2"):
        await officer.taps_payload(payload)

        officer.hears("Chỉ quản trị viên")


async def test_what_cannot_be_is_refused_with_the_reason(units: Organisation) -> None:
    admin = await fill(units)
    await admin.says("/caydonvi A")
    await admin.taps("Chuyển")
    await admin.says("A.1.1")

    await admin.taps("Hôm nay")

    admin.hears("Không thể đặt đơn vị dưới chính nó: Cục Mẫu (A).")


async def test_the_effect_on_few_people_stays_hidden(units: Organisation) -> None:
    await units.members("A.1", [120] * 3)
    await units.members("A.2", [60] * 10)
    admin = await units.admin("quan")

    await merge(admin)

    admin.hears("được ẩn")
    assert "giờ" not in admin.last.text.replace("trước", "")


async def test_an_import_moves_units_only_when_that_was_confirmed(units: Organisation) -> None:
    await fill(units)
    database, committer = units.bot.database, units.bot.committer
    content = "code,name,parent\nA.1,Phòng Một,A.2\n".encode()

    refused = await import_units(database, committer, content, "u.csv", NOON)
    assert len(refused.errors) == 1
    moved = await import_units(database, committer, content, "u.csv", NOON, may_move=True)

    assert (moved.moved, moved.errors) == (1, [])
    assert (await minutes(units, "A.2"), await minutes(units, "A.2", then=True)) == (1800, 600)


CHANGES = """kind,code,to,name,date,basis
đổi tên,A.3,,Phòng Mới,01/11/2026,QĐ 1
sáp nhập,A.1,A.2,,01/11/2026,QĐ 1
chuyển,A.2,M,,2026-11-02,QĐ 2
"""


async def test_a_file_of_changes_is_tried_made_and_undone_as_a_whole(units: Organisation) -> None:
    await fill(units)
    database = units.bot.database

    tried = await change_from_file(database, CHANGES.encode(), NOON, is_dry_run=True)
    assert (tried.made, tried.errors) == (3, [])
    assert [total[1:] for total in tried.totals] == [(1800, 0), (0, 1800)]
    assert await minutes(units, "A") == 1800
    made = await change_from_file(database, CHANGES.encode(), NOON, is_dry_run=False)
    assert (await minutes(units, "A"), await minutes(units, "M")) == (0, 1800)

    assert await undo_file(database, made.batch_id, NOON) == 3
    assert (await minutes(units, "A"), await minutes(units, "M"), await minutes(units, "A.1")) == (1800, 0, 1200)
    with pytest.raises(UserError):
        await undo_file(database, made.batch_id, NOON)


async def test_one_faulty_row_of_a_file_keeps_all_of_it_out(units: Organisation) -> None:
    await fill(units)
    faulty = CHANGES + "merge,NOWHERE,A,,01/11/2026,\nclose,M.1,,,31/02/2026,\n"

    result = await change_from_file(units.bot.database, faulty.encode(), NOON, is_dry_run=False)

    assert [row for row, _ in result.errors] == [5, 6]
    assert (await minutes(units, "A.1"), await minutes(units, "M")) == (1200, 0)
