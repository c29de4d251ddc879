"""Who has not logged: a count for those above, aliases for the unit's own officer; and a period beside the last."""

from datetime import date

import pytest
from sqlalchemy import update

from storage.changes import Changes
from storage.commits import Commit
from storage.tables import persons
from tests.conftest import Bot
from tests.organisation import Organisation, organisation


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def named(units: Organisation, ids: list[int], *, agreed: bool = True) -> None:
    """Give each an alias; and whether they agreed to be named."""
    changes = Changes()
    consents = {"log": True, "unit_totals": True, "named": agreed}
    for number, id in enumerate(ids):
        alias = f"{'Mai' if agreed else 'Lan'} {number}"
        changes.run(update(persons).where(persons.c.id == id).values(alias=alias, consents=consents))
    await units.bot.committer.commit(Commit(changes))


async def test_the_own_officer_hears_aliases_of_those_who_agreed_and_those_above_a_count(units: Organisation) -> None:
    ids = await units.members("A.2", [60, 60, 60, 60, 60, 0, 0, 0])
    await named(units, ids[5:7])
    await named(units, ids[7:], agreed=False)
    own, above = await units.officer("oanh", "A.2"), await units.officer("hoa", "A")

    await own.says("ai chua ghi thang 10")
    own.hears("Phòng Hai (A.2) · tháng 10/2026: 3/8 thành viên chưa có lượt ghi được tính.")
    own.hears("những người đồng ý nêu tên: Mai 0, Mai 1.")
    assert "Lan" not in own.last.text

    await above.says("/chuaghi A.2 tháng 10")
    above.hears("3/8 thành viên chưa có lượt ghi được tính")
    assert "Mai" not in above.last.text
    await above.says("/chuaghi A tháng 10")
    await above.taps("Phòng Hai (A.2)")
    assert "Mai" not in above.last.text


async def test_small_cells_and_hidden_strengths_stay_hidden(units: Organisation) -> None:
    ids = await units.members("A.2", [60, 60, 0])
    await named(units, ids)
    soldiers = await units.members("M.1", [60, 60, 60, 60, 60, 0])
    await named(units, soldiers)
    above, army = await units.officer("hoa", "A"), await units.officer("minh", "M.1")

    await above.says("/chuaghi A.2 tháng 10")
    above.hears("số người được ẩn vì quá ít")
    await above.says("/chuaghi A.2 tháng 9")
    above.hears("số người được ẩn vì quá ít")
    await army.says("/chuaghi tháng 10")
    army.hears("17% số người chưa có lượt ghi được tính")
    assert "Mai" not in army.last.text


async def test_nobody_outside_the_subtree_hears_anything(units: Organisation) -> None:
    await named(units, await units.members("A.2", [0, 0, 0, 0, 0, 0]))
    stranger, nobody = await units.officer("lan", "A.1"), units.bot.person("ai do")

    for person in (stranger, nobody):
        for action in ("chuaghi", "sosanh"):
            await person.taps_payload(f"{action}|{units.ids['A.2']}|2026-10")
            assert "Phòng Hai" not in person.last.text
        await person.says("/chuaghi A.2")
        assert "Mai" not in person.last.text


async def test_a_period_stands_beside_the_one_before(units: Organisation) -> None:
    await units.members("A.2", [60, 60, 60, 60, 60], day=date(2026, 9, 10))
    await units.members("A.2", [90, 90, 90, 90, 90, 90], day=date(2026, 10, 10))
    officer = await units.officer("oanh", "A.2")

    await officer.says("/sosanh tháng 10")

    officer.hears("Phòng Hai (A.2) · tháng 10/2026, so với tháng 9/2026:")
    officer.hears("thời lượng 9 giờ, kỳ trước 5 giờ (+80%)")
    officer.hears("người có ghi 6, kỳ trước 5 (+1)")
    await officer.says("so voi thang truoc")
    officer.hears("tháng 11/2026, so với cùng số ngày của tháng 10/2026")


async def test_the_summary_names_who_has_not_submitted_once_somebody_has(units: Organisation) -> None:
    await units.members("A.2", [60] * 6)
    above, officer = await units.officer("hoa", "A"), await units.officer("oanh", "A.2")
    await above.says("tổng hợp tháng 10")
    assert "Chưa nộp" not in above.last.text

    await officer.says("/nop tháng 10")
    await officer.taps("Nộp")
    await above.says("tổng hợp tháng 10")

    above.hears("Chưa nộp: Phòng Một (A.1), Phòng Ba (A.3).")
    assert list(above.last.buttons)[-1] == "Nhắc đơn vị chưa nộp"
