"""An officer asks for the summary of a unit and a period; nobody sees what is not theirs."""

from collections.abc import Sequence
from datetime import date

import pytest

from bot.errors import UserError
from bot.i18n import format_minutes
from bot.reports.unit import figures
from bot.units_import import import_units
from tests.chat import NOON
from tests.conftest import Bot
from tests.organisation import Organisation, organisation


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def fill(units: Organisation) -> None:
    """Cục Mẫu with 14 members, 12 of whom logged in October; Phòng Ba is silent."""
    await units.members("A.1", [60, 120, 180, 240, 300, 360], area="foreign_language")
    await units.members("A.2", [60, 60, 60, 60, 60, 60])
    await units.members("A.3", [0, 0])


async def test_one_word_gives_people_hours_median_areas_and_who_is_missing(units: Organisation) -> None:
    await fill(units)
    officer = await units.officer("oanh", "A")

    await officer.says("tổng hợp tháng 10")

    officer.hears("Cục Mẫu (A) · tháng 10/2026 · số liệu tự khai đến 08:15 22/11/2026: 12/14 người có ghi; 27 giờ")
    officer.hears("trung vị 1 giờ")
    officer.hears("ngoại ngữ 78%, năng lực số 22%")
    officer.hears("Chưa có ai ghi: Phòng Ba (A.3).")
    files = ["Chi tiết", "Biểu đồ", "Excel", "CSV", "Word", "Nộp báo cáo", "Tình hình nộp"]
    officer.hears("", buttons=["Đơn vị trực thuộc", "‹ tháng 9/2026", "tháng 11/2026 ›", *files])


async def test_the_command_line_prints_the_same_figures(units: Organisation) -> None:
    await fill(units)

    printed = await figures(units.bot.database, "A", "2026-10", NOON)

    assert printed["unit"] == "A"
    assert (printed["period"], printed["start"], printed["end"]) == ("2026-10", "2026-10-01", "2026-10-31")
    assert (printed["members"], printed["active_people"], printed["entries"]) == (14, 12, 12)
    assert (printed["minutes"], printed["median_minutes"]) == (1620, 60.0)
    assert printed["areas"] == {"foreign_language": 1260, "digital": 360}
    assert [(child["code"], child["minutes"]) for child in printed["children"]] == [
        ("A.1", 1260),
        ("A.2", 360),
        ("A.3", 0),
    ]
    assert printed["missing"] == ["A.3"]


@pytest.mark.parametrize(("unit", "period"), [("NOWHERE", "2026-10"), ("A", "soon")])
async def test_the_command_line_refuses_what_it_does_not_know(units: Organisation, unit: str, period: str) -> None:
    with pytest.raises(UserError):
        await figures(units.bot.database, unit, period, NOON)


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ("/tonghop", "tháng 11/2026"),
        ("tong hop thang 10", "tháng 10/2026"),
        ("/tonghop quý 3", "quý 3/2026"),
        ("tổng hợp năm nay", "năm 2026"),
        ("/tonghop giai đoạn 1", "giai đoạn 1 (2023-2025)"),
        ("/tonghop A.1 tháng 10", "Phòng Một (A.1) · tháng 10/2026"),
        ("/tonghop a.1.1", "Tổ Một (A.1.1) · tháng 11/2026"),
        ("/tonghop phong hai tháng trước", "Phòng Hai (A.2) · tháng 10/2026"),
        ("/tonghop đơn vị Phòng Hai quý 3", "Phòng Hai (A.2) · quý 3/2026"),
    ],
)
async def test_unit_and_period_are_understood_in_words(units: Organisation, said: str, period: str) -> None:
    officer = await units.officer("oanh", "A")

    await officer.says(said)

    officer.hears(period)


async def test_a_code_that_looks_like_a_month_is_the_unit(units: Organisation) -> None:
    rows = b"code,name,parent\nT1,Unit T1,A\n"
    await import_units(units.bot.database, units.bot.committer, rows, "u.csv", NOON)
    officer = await units.officer("oanh", "A")

    await officer.says("/tonghop T1")
    officer.hears("Unit T1 · tháng 11/2026")
    await officer.says("/tonghop T1 quý 3")

    officer.hears("Unit T1 · quý 3/2026")


async def test_drilling_down_and_up_replaces_the_message(units: Organisation) -> None:
    await fill(units)
    officer = await units.officer("oanh", "A")
    await officer.says("/tonghop tháng 10")

    await officer.taps("Đơn vị trực thuộc")
    officer.hears(
        "Phòng Một (A.1): 6/6 người; 21 giờ\nPhòng Hai (A.2): 6/6 người; 6 giờ\nPhòng Ba (A.3): chưa có ai ghi",
        buttons=["Phòng Một (A.1)", "Phòng Hai (A.2)", "Phòng Ba (A.3)", "Quay lại"],
    )
    await officer.taps("Phòng Một (A.1)")
    officer.hears("Phòng Một (A.1) · tháng 10/2026")
    await officer.taps("Lên: Cục Mẫu")

    officer.hears("Cục Mẫu (A) · tháng 10/2026")
    assert len(units.bot.channel.screens["oanh"]) == 1


async def test_the_period_before_and_the_comparison_with_it(units: Organisation) -> None:
    await units.members("A.2", [60] * 6)
    await units.members("A.2", [40] * 5, day=date(2026, 9, 3))
    officer = await units.officer("oanh", "A")

    await officer.says("/tonghop tháng 10")
    officer.hears("So với tháng 9/2026: số giờ +80%, số người +1.")

    await officer.taps("‹ tháng 9/2026")
    officer.hears("5/11 người có ghi; 3 giờ 20 phút")


async def test_a_running_month_is_compared_with_as_many_days_of_the_month_before(units: Organisation) -> None:
    await units.members("A.2", [60] * 6, day=date(2026, 11, 20))
    await units.members("A.2", [60] * 5, day=date(2026, 10, 22))
    await units.members("A.2", [600] * 5, day=date(2026, 10, 23))
    officer = await units.officer("oanh", "A")

    await officer.says("/tonghop")

    officer.hears("So với cùng số ngày của tháng 10/2026: số giờ +20%, số người +1.")


async def test_a_period_before_that_was_hardly_logged_shows_its_hours_and_no_percentage(units: Organisation) -> None:
    await units.members("A.2", [330] * 6)
    await units.members("A.2", [36] * 5, day=date(2026, 9, 3))
    officer = await units.officer("oanh", "A")

    await officer.says("/tonghop tháng 10")

    officer.hears("So với tháng 9/2026: số giờ khi đó là 3 giờ, số người +1.")


async def test_what_did_not_change_since_the_period_before_is_said_in_words(units: Organisation) -> None:
    for minutes, day in ((60, date(2026, 8, 3)), (60, date(2026, 9, 3)), (50, date(2026, 10, 3))):
        await units.members("A.2", [minutes] * 5, day=day)
    await units.members("A.2", [3] * 15 + [4], day=date(2026, 10, 4))
    officer = await units.officer("oanh", "A")

    await officer.says("/tonghop tháng 9")
    officer.hears("So với tháng 8/2026: số giờ không đổi, số người không đổi.")
    await officer.says("/tonghop tháng 10")
    officer.hears("So với tháng 9/2026: số giờ giảm chưa đến 1%, số người +16.")
    await units.members("A.2", [60] * 21, day=date(2026, 11, 4))
    await officer.says("so với tháng trước")
    officer.hears("người có ghi 21, kỳ trước 21 (không đổi)")


async def test_a_week_is_compared_with_the_week_before_by_its_days(units: Organisation) -> None:
    await units.members("A.2", [60] * 6, day=date(2026, 11, 17))
    await units.members("A.2", [40] * 5, day=date(2026, 11, 10))
    officer = await units.officer("oanh", "A")

    await officer.says("/tonghop tuần này")

    officer.hears("So với tuần 09/11/2026–15/11/2026: số giờ +80%, số người +1.")


async def test_units_below_are_paged(units: Organisation) -> None:
    rows = "".join(f"A.1.{number},Tổ {number},A.1\n" for number in range(2, 15))
    await import_units(units.bot.database, units.bot.committer, f"code,name,parent\n{rows}".encode(), "u.csv", NOON)
    officer = await units.officer("oanh", "A")
    await officer.says("/tonghop A.1")

    await officer.taps("Đơn vị trực thuộc")
    officer.hears("(1/3)")
    assert list(officer.last.buttons)[-2:] == ["Trang 2 ›", "Quay lại"]
    await officer.taps("Trang 2 ›")
    officer.hears("(2/3)")
    await officer.taps("Trang 3 ›")
    officer.hears("(3/3)", buttons=["Tổ 13 (A.1.13)", "Tổ 14 (A.1.14)", "‹ Trang 2", "Quay lại"])


async def test_an_officer_of_two_units_is_asked_which_one(units: Organisation) -> None:
    await units.officer("oanh", "A.1")
    officer = await units.officer("oanh", "A.2")

    await officer.says("/tonghop tháng 10")
    officer.hears("Đơn vị nào?", buttons=["Phòng Một (A.1)", "Phòng Hai (A.2)"])
    await officer.taps("Phòng Hai (A.2)")

    officer.hears("Phòng Hai (A.2) · tháng 10/2026")


async def test_an_admin_sees_every_tree(units: Organisation) -> None:
    admin = await units.admin("quan")

    await admin.says("/tonghop")
    admin.hears("Đơn vị nào?", buttons=["Cục Mẫu (A)", "Trung đoàn Mẫu (M)"])
    await admin.says("/tonghop dai doi mau")

    admin.hears("Đại đội Mẫu (M.1)")


async def test_somebody_without_a_role_is_refused_politely(units: Organisation) -> None:
    learner = units.bot.person("an")

    await learner.says("/tonghop A")

    learner.hears("Phần này dành cho cán bộ tổng hợp")


async def test_another_officers_unit_is_refused(units: Organisation) -> None:
    await fill(units)
    officer = await units.officer("oanh", "A.1")

    await officer.says("/tonghop A.2 tháng 10")
    assert "6/6" not in officer.last.text
    await officer.says("/tonghop phòng hai tháng 10")

    officer.hears("Tôi không tìm thấy đơn vị")


@pytest.mark.parametrize("who", ["an", "binh"])
async def test_the_replayed_button_of_another_officer_is_refused(units: Organisation, who: str) -> None:
    await fill(units)
    officer = await units.officer("oanh", "A")
    await units.officer("binh", "A.1")
    await officer.says("/tonghop tháng 10")
    payloads = list(officer.last.buttons.values())
    stranger = units.bot.person(who)

    for payload in payloads:
        await stranger.taps_payload(payload)

        assert "người có ghi" not in stranger.last.text
        assert "Phòng Hai" not in stranger.last.text


async def test_a_role_that_ended_closes_the_buttons_of_before(units: Organisation) -> None:
    from storage.changes import Changes
    from storage.commits import Commit
    from storage.people import People
    from storage.roles import Roles

    await fill(units)
    officer = await units.officer("oanh", "A")
    await officer.says("/tonghop tháng 10")
    changes = Changes()
    person = (await People(units.bot.database, changes).by_accounts([("console", "oanh")]))[("console", "oanh")]
    Roles(units.bot.database, changes, NOON).end(person.id, "officer", units.ids["A"], NOON)
    await units.bot.committer.commit(Commit(changes))

    await officer.taps("Đơn vị trực thuộc")

    assert "Phòng Hai" not in officer.last.text


@pytest.mark.parametrize("payload", ["sum|x|2026-10", "sum|1|soon", "sum|1|2026-10", "sum.below|1|2026-10|0", "sum|1"])
async def test_a_button_that_nobody_made_is_refused(units: Organisation, payload: str) -> None:
    admin = await units.admin("quan")

    await admin.taps_payload(payload)

    admin.hears("Nút này")


async def test_head_counts_of_a_military_unit_are_shares(units: Organisation) -> None:
    await units.members("M.1", [60] * 6 + [0, 0])
    officer = await units.officer("oanh", "M")

    await officer.says("/tonghop tháng 10")
    officer.hears("75% số người có ghi; 6 giờ")
    assert "6/8" not in officer.last.text
    await officer.taps("Đơn vị trực thuộc")

    officer.hears("Đại đội Mẫu (M.1): 75% số người; 6 giờ")


async def listed(units: Organisation, sizes: Sequence[int]) -> str:
    for code, size in zip(("A.1", "A.2", "A.3"), sizes, strict=True):
        await units.members(code, [60] * size)
    officer = await units.officer("oanh", "A")
    await officer.says("/tonghop tháng 10")
    await officer.taps("Đơn vị trực thuộc")
    return officer.last.text


async def test_two_small_cells_are_hidden_and_the_big_one_is_shown(units: Organisation) -> None:
    text = await listed(units, (3, 4, 9))

    assert "Phòng Một (A.1): ẩn số liệu" in text
    assert "Phòng Hai (A.2): ẩn số liệu" in text
    assert "Phòng Ba (A.3): 9/9 người; 9 giờ" in text


async def test_one_small_cell_cannot_be_computed_from_the_others(units: Organisation) -> None:
    text = await listed(units, (3, 6, 9))

    assert "Phòng Một (A.1): ẩn số liệu" in text
    assert "Phòng Hai (A.2): ẩn số liệu" in text
    assert "Phòng Ba (A.3): 9/9 người; 9 giờ" in text
    officer = units.bot.person("oanh")
    await officer.taps("Phòng Hai (A.2)")
    officer.hears("số liệu được ẩn")
    assert "6 giờ" not in officer.last.text


async def test_the_officer_of_a_small_unit_itself_sees_its_figures(units: Organisation) -> None:
    await units.members("A.1", [60, 90, 30])
    officer = await units.officer("oanh", "A.1")

    await officer.says("/tonghop tháng 10")

    officer.hears("3/3 người có ghi; 3 giờ (trung vị 1 giờ mỗi người)")


async def test_people_who_left_are_named_apart_so_that_nothing_exceeds_the_whole(units: Organisation) -> None:
    from sqlalchemy import update

    from storage.tables import memberships

    people = await units.members("A.1", [60] * 6)
    async with units.bot.database.writing() as connection:
        left = update(memberships).where(memberships.c.person_id == people[0])
        await connection.execute(left.values(state="ended", ended_at=NOON))
    officer = await units.officer("oanh", "A")

    await officer.says("/tonghop tháng 10")

    officer.hears("5/5 người có ghi (và 1 người nay không còn trong đơn vị); 6 giờ")


async def test_what_the_officer_of_the_demo_reads_is_what_the_command_line_prints(app: Bot) -> None:
    from bot.demo import load_demo

    result = await load_demo(app.database, app.committer, NOON)
    officer = app.person("oanh")
    await officer.says(f"/quantri {result.officer_code}")

    for month in range(1, 12):
        await officer.says(f"/tonghop tháng {month}/2026")
        printed = await figures(app.database, "QS-A", f"2026-{month:02}", officer.at)
        officer.hears(f"; {format_minutes(printed['minutes'])} (trung vị")
        missing = [child["code"] for child in printed["children"] if not child["entries"]]
        assert missing == printed["missing"]
