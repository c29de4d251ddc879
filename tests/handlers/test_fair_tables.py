"""Fair tables of units: per head, with a least size, all places for officers only, nobody put to shame."""

from datetime import date

from sqlalchemy import select

from bot.language.periods import month
from bot.reports.fair_table import FairTable, fair_table
from bot.reports.unit import unit_summary
from bot.units_import import import_units
from storage.changes import Changes
from storage.summaries import Summaries
from storage.tables import memberships, persons
from storage.units import Units
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

MORE = """code,name,parent,kind
A.4,Phòng Bốn,A,
A.5,Phòng Năm,A,
"""


async def filled(app: Bot) -> Organisation:
    """Five units of one office: three of five people and more, one of four, one without an entry."""
    tree = await organisation(app)
    await import_units(app.database, app.committer, MORE.encode(), "units.csv", NOON)
    tree.ids |= {unit.code: unit.id for unit in await Units(app.database, Changes()).all()}
    await tree.members("A.1", [60] * 10)
    await tree.members("A.2", [120] * 5)
    await tree.members("A.3", [600] * 4)
    await tree.members("A.4", [30] * 6)
    await tree.members("A.5", [0] * 5)
    return tree


async def learner_of(app: Bot, tree: Organisation, name: str, code: str) -> FakePerson:
    """A person who joins a unit in chat."""
    officer = await tree.officer(f"officer-{code}", code)
    person = app.person(name)
    await person.says(f"/donvi {code}")
    await person.says("Hoa Ban")
    await officer.taps("Xác nhận")
    return person


async def test_an_officer_sees_units_by_hours_per_head_and_small_ones_have_no_place(app: Bot) -> None:
    tree = await filled(app)
    officer = await tree.officer("oanh", "A")

    await officer.says("bảng đơn vị tháng 10")

    officer.hears("Cục Mẫu (A) · tháng 10/2026 · giờ học bình quân mỗi người, tự khai đến 08:15 22/11/2026")
    # The small cell hides, and the next smallest one with it.
    officer.hears(
        "\n1. Phòng Một (A.1): 1 giờ mỗi người\n2. Phòng Bốn (A.4): 30 phút mỗi người\n3. Phòng Năm (A.5): 0 phút"
    )
    officer.hears("2 đơn vị không xếp: dưới 5 người hoặc số liệu được ẩn.")
    assert "Phòng Ba" not in officer.last.text


async def test_it_is_off_for_learners_until_an_officer_above_switches_it_on(app: Bot) -> None:
    tree = await filled(app)
    officer, other = await tree.officer("oanh", "A"), await tree.officer("ba", "A.1")
    an = await learner_of(app, tree, "an", "A.5")
    await an.says("/bangdonvi tháng 10")
    an.hears("dành cho cán bộ tổng hợp; cán bộ của đơn vị cấp trên có thể mở cho mọi người xem")
    await officer.says("/bangdonvi tháng 10")
    show = officer.last.buttons["Cho người học xem"]
    for person in (an, other):
        await person.taps_payload(show)
        person.hears("chỉ dành cho cán bộ")

    await officer.taps("Cho người học xem")
    officer.hears("nửa trên của bảng", buttons=["Thôi cho người học xem"])
    await an.says("/bangdonvi tháng 10")
    an.hears("Chưa đủ số đơn vị có từ 5 người trở lên để so sánh công bằng.")
    await tree.members("A.3", [60])
    await an.says("/bangdonvi tháng 10")
    an.hears("1. Phòng Ba (A.3): 8 giờ 12 phút mỗi người\n2. Phòng Hai (A.2): 2 giờ mỗi người\n")
    an.hears("Đơn vị của anh/chị, Phòng Năm (A.5): 0 phút mỗi người.")
    for name in ("Phòng Một", "Phòng Bốn"):
        assert name not in an.last.text
    await officer.taps("Thôi cho người học xem")
    await an.says("/bangdonvi")
    an.hears("dành cho cán bộ tổng hợp")


async def test_below_a_military_root_shares_stand_in_place_of_hours_per_head(app: Bot) -> None:
    tree = await organisation(app)
    await tree.members("M.1", [60] * 4 + [0] * 4)
    officer = await tree.officer("oanh", "M")

    await officer.says("/bangdonvi M tháng 10")

    officer.hears("Trung đoàn Mẫu (M) · tháng 10/2026 · tỷ lệ người có ghi")
    assert "mỗi người" not in officer.last.text
    assert "giờ" not in officer.last.text.split("\n", 1)[1]


async def test_a_table_outside_the_scope_is_refused_also_by_a_forged_button(app: Bot) -> None:
    tree = await filled(app)
    other, an = await tree.officer("ba", "A.1"), app.person("an")

    for person in (other, an):
        await person.taps_payload(f"fair|{tree.ids['A']}|2026-10|0")
        person.hears("chỉ dành cho cán bộ")
        await person.taps_payload(f"fair.hide|{tree.ids['A']}")
        person.hears("chỉ dành cho cán bộ")
    await an.says("/bangdonvi")
    an.hears("chưa thuộc đơn vị nào")


async def test_the_table_equals_sums_by_hand_and_equals_share_a_place(app: Bot) -> None:
    tree = await filled(app)
    await tree.members("A.4", [210, 210], day=date(2026, 10, 20))
    found = await _fair_table(app, tree)

    minutes = {"A.1": 600, "A.4": 180 + 420, "A.5": 0}
    people = {}
    for code in minutes:
        rows = await app.database.all(select(persons.c.id).join(memberships, memberships.c.person_id == persons.c.id)
                                      .where(memberships.c.unit_id == tree.ids[code]))  # fmt: skip
        people[code] = len(rows)
    by_hand = {code: round(minutes[code] / people[code]) for code in minutes}
    assert {place.unit.code: place.value for place in found.places} == by_hand
    values = [place.value for place in found.places]
    assert [place.number for place in found.places] == [1 + sum(other > value for other in values) for value in values]


async def _fair_table(app: Bot, tree: Organisation) -> FairTable:
    unit = await Units(app.database, Changes()).by_code("A")
    assert unit is not None
    summaries, units = Summaries(app.database, Changes()), Units(app.database, Changes())
    return fair_table(await unit_summary(summaries, units, unit, month(2026, 10), NOON, own=[unit.id]))
