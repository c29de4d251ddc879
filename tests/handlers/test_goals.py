"""Goals: hours a week of a person, those of the unit above, and who sets them."""

import pytest
from sqlalchemy import select

from bot.language.goals import find_goal, read_goal
from storage.audit import audit
from storage.changes import Changes
from storage.goals import Goals
from tests.chat import FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation


async def _joins(tree: Organisation, person: FakePerson, code: str, officer: FakePerson) -> None:
    await person.says(f"/donvi {code}")
    await person.says("Hoa Ban")
    await officer.taps("Xác nhận")


async def test_a_learner_sets_a_goal_in_one_sentence_and_every_echo_counts_towards_it(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")

    await an.says("mục tiêu 5 tiếng một tuần")
    an.hears("Đã cập nhật mục tiêu. Mục tiêu của anh/chị: 5 giờ mỗi tuần", buttons=["Hoàn tác"])
    await an.says("hôm nay học 2 tiếng tin học")
    an.hears("Tuần này: 2 giờ / mục tiêu 5 giờ.")
    await an.says("muc tieu 1 tieng moi ngay")
    an.hears("7 giờ mỗi tuần")
    await an.taps("Hoàn tác")
    an.hears("5 giờ mỗi tuần")
    await an.says("bo muc tieu")
    an.hears("Chưa có mục tiêu: anh/chị và đơn vị đều chưa đặt.\nTuần này: 2 giờ.")


async def test_a_goal_that_no_week_can_hold_is_refused_with_the_limits(an: FakePerson) -> None:
    await an.says("/muctieu 5 giờ")

    await an.says("/muctieu 100 giờ")
    an.hears("mục tiêu mỗi tuần từ 15 phút đến 60 giờ, còn mức vừa gửi là 100 giờ")
    await an.says("/muctieu thật nhiều")
    an.hears("Tôi chưa hiểu mục tiêu này.")
    await an.says("/muctieu")
    an.hears("Mục tiêu của anh/chị: 5 giờ mỗi tuần, do anh/chị tự đặt.")


async def test_the_goal_can_be_tapped_and_a_diary_entry_is_no_answer_to_it(an: FakePerson) -> None:
    await an.says("/start")
    await an.taps("Đồng ý")
    await an.says("muc tieu")
    an.hears("Chưa có mục tiêu", buttons=["3 giờ", "5 giờ", "7 giờ", "10 giờ"])
    await an.taps("7 giờ")
    an.hears("7 giờ mỗi tuần")

    await an.says("mục tiêu")
    await an.says("hôm nay học 2 tiếng tiếng Anh")

    an.hears("Đã ghi: 2 giờ · Tiếng Anh")
    an.hears("Tuần này: 2 giờ / mục tiêu 7 giờ.")


async def test_the_nearest_goal_holds_own_then_unit_then_the_units_above(app: Bot) -> None:
    tree = await organisation(app)
    admin, officer, an = await tree.admin("quyen"), await tree.officer("oanh", "A.1"), app.person("an")
    await _joins(tree, an, "A.1.1", officer)

    await admin.says("/muctieu A 4 giờ theo Kế hoạch 29/KH-UBND")
    admin.hears("Mục tiêu của Cục Mẫu: 4 giờ mỗi tuần cho mỗi người (căn cứ: Kế hoạch 29/KH-UBND).")
    await an.says("/muctieu")
    an.hears("4 giờ mỗi tuần, theo Cục Mẫu (căn cứ: Kế hoạch 29/KH-UBND).\nTuần này: 0 phút / mục tiêu 4 giờ.")

    await officer.says("/muctieu A.1 6 giờ")
    officer.hears("Mục tiêu 6 giờ mỗi tuần của Phòng Một căn cứ văn bản nào?")
    await officer.says("Kế hoạch 12/KH-P1 ngày 05/01/2026")
    officer.hears("Mục tiêu của Phòng Một: 6 giờ mỗi tuần")
    await an.says("/muctieu")
    an.hears("6 giờ mỗi tuần, theo Phòng Một (căn cứ: Kế hoạch 12/KH-P1 ngày 05/01/2026)")

    await an.says("mục tiêu 3 giờ")
    an.hears("3 giờ mỗi tuần, do anh/chị tự đặt")
    await an.says("/muctieu theo đơn vị")
    an.hears("6 giờ mỗi tuần, theo Phòng Một")

    await officer.taps("Hoàn tác")
    officer.hears("Đã hoàn tác: Phòng Một không có mục tiêu riêng.")
    await an.says("/muctieu")
    an.hears("4 giờ mỗi tuần, theo Cục Mẫu")


async def test_a_unit_goal_is_versioned_and_only_the_newest_is_undone(app: Bot) -> None:
    tree = await organisation(app)
    officer = await tree.officer("oanh", "A.1")
    await officer.says("/muctieu A.1 6 giờ theo Kế hoạch 12")
    first = officer.last.buttons["Hoàn tác"]
    await officer.says("/muctieu đơn vị 8 giờ căn cứ Kế hoạch 15")
    officer.hears("8 giờ mỗi tuần cho mỗi người (căn cứ: Kế hoạch 15)")

    await officer.taps_payload(first)
    officer.hears("đã được thay đổi sau đó nên không hoàn tác")
    await officer.taps("Hoàn tác")
    officer.hears("mục tiêu của Phòng Một trở lại 6 giờ mỗi tuần")
    await officer.says("/muctieu A.1")
    await officer.taps("Bỏ mục tiêu riêng")
    officer.hears("Phòng Một không còn mục tiêu riêng")
    await officer.taps("Hoàn tác")
    officer.hears("Mục tiêu của Phòng Một: 6 giờ")

    kept = await Goals(app.database, Changes()).history(tree.ids["A.1"])
    assert [goal.minutes for goal in kept] == [360, 360, 480, 360]
    rows = await app.database.all(select(audit.c.what).where(audit.c.what.startswith("goal.")).order_by(audit.c.seq))
    assert [row.what for row in rows] == ["goal.set", "goal.set", "goal.set", "goal.ended", "goal.set"]


async def test_nobody_sets_the_goal_of_a_unit_that_is_not_theirs_also_by_a_forged_button(app: Bot) -> None:
    tree = await organisation(app)
    officer, other, an = await tree.officer("oanh", "A.1"), await tree.officer("ba", "A.2"), app.person("an")
    await officer.says("/muctieu A.1 6 giờ theo Kế hoạch 12")
    undo = officer.last.buttons["Hoàn tác"]

    for person in (other, an):
        await person.says("/muctieu A.1 1 giờ theo Kế hoạch 13")
        person.hears("chỉ dành cho cán bộ")
        await person.taps_payload(undo)
        person.hears("chỉ dành cho cán bộ")
        await person.taps_payload(f"goal.of|{tree.ids['A.1']}")
        person.hears("chỉ dành cho cán bộ")
    root = await tree.officer("giang", "A")
    await root.says("/muctieu A 1 giờ theo Kế hoạch 13")
    root.hears("chỉ quản trị viên được đặt")

    goal = await Goals(app.database, Changes()).nearest(tree.ids["A.1.1"])
    assert goal is not None and (goal.minutes, goal.unit_name) == (360, "Phòng Một")


async def test_an_officer_finds_the_goal_of_the_unit_by_buttons_and_may_stop(app: Bot) -> None:
    tree = await organisation(app)
    officer = await tree.officer("oanh", "A.1")
    await officer.says("/muctieu")
    await officer.taps("Mục tiêu của đơn vị")
    await officer.taps("Phòng Một (A.1)")
    officer.hears("Phòng Một chưa có mục tiêu.")
    await officer.says("thôi")
    officer.hears("tôi dừng câu đang hỏi dở")

    await officer.says("/muctieu A.1")
    await officer.says("6 giờ")
    await officer.says("KH")
    officer.hears("căn cứ văn bản nào?")
    await officer.says("theo Kế hoạch 12/KH-P1")
    officer.hears("(căn cứ: Kế hoạch 12/KH-P1)")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("mục tiêu 5 tiếng một tuần", 300), ("muc tieu cua toi la 5 gio moi tuan", 300), ("đặt mục tiêu 7 giờ", 420),
        ("mục tiêu tuần này 5 tiếng", 300), ("mục tiêu 1 tiếng mỗi ngày", 420), ("goal 5 hours a week", 300),
        ("muc tieu 5h/tuan nhe", 300), ("mục tiêu: 5", 300), ("set my goal to 3 hours per week", 180),
        ("tôi muốn đặt mục tiêu bảy giờ rưỡi mỗi tuần", 450), ("mục tiêu 30 phút/ngày", 210),
    ],
)  # fmt: skip
def test_a_goal_is_understood_in_words(text: str, minutes: int) -> None:
    found = find_goal(text)
    assert found is not None and read_goal(found) == minutes


@pytest.mark.parametrize(
    "text",
    ["mục tiêu giai đoạn 2 là gì", "mục tiêu 2030", "Mục tiêu của Kế hoạch 29", "hôm nay học 5 tiếng", "mục tiêu"],
)
def test_what_only_speaks_of_goals_sets_none(text: str) -> None:
    assert find_goal(text) is None
