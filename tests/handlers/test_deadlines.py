"""Deadlines in one line of chat: the root's own, exceptions of units, and every word that cannot be meant."""

from datetime import date, datetime, timedelta

import pytest

from bot.clock import LOCAL_ZONE
from bot.language.periods import Period, parse_period
from bot.reports.completeness import completeness
from bot.reports.deadlines import Deadline, deadline_of, is_frozen, locking, to_report
from storage.changes import Changes
from storage.periods import Periods
from tests.chat import NOON
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

TODAY = NOON.date()


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def days(units: Organisation, key: str, code: str = "A") -> Deadline:
    periods = Periods(units.bot.database, Changes())
    return deadline_of(period(key), await periods.settings(units.ids[code]))


def period(key: str) -> Period:
    found = parse_period(key, TODAY)
    assert found is not None
    return found


def test_the_days_of_the_calendar() -> None:
    found = {key: deadline_of(period(key), {}) for key in ("2026-10", "2026-Q3", "2026-H1", "2026")}
    shown = {key: (one.opens, one.due, one.on_time, one.lock) for key, one in found.items()}

    assert shown == {
        "2026-10": (date(2026, 10, 31), date(2026, 11, 5), date(2026, 11, 7), date(2026, 12, 15)),
        "2026-Q3": (date(2026, 9, 30), date(2026, 10, 10), date(2026, 10, 12), date(2026, 11, 14)),
        "2026-H1": (date(2026, 6, 30), date(2026, 7, 15), date(2026, 7, 17), date(2026, 8, 29)),
        "2026": (date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 2), date(2027, 3, 31)),
    }
    assert is_frozen(period("phase-1"))
    assert is_frozen(period("2025-12"))
    assert not is_frozen(period("2026-01"))
    assert [found.period.key for found in to_report(TODAY, {})] == ["2026-10", "2026-Q3", "2026-H1"]


def test_a_deadline_inside_the_period_opens_it_two_weeks_before() -> None:
    found = deadline_of(period("2026-Q4"), {("2026-Q4", "deadline"): "2026-12-15", ("*", "grace"): "0"})

    assert (found.opens, found.due, found.on_time) == (date(2026, 12, 1), date(2026, 12, 15), date(2026, 12, 15))


def test_an_entry_is_locked_by_the_first_of_its_periods_and_never_in_a_running_one() -> None:
    locked = locking(date(2026, 9, 30), date(2026, 12, 1), {})
    assert locked is not None
    assert locked.period.key == "2026-09"
    only_quarters = {("month", "wanted"): "no", ("quarter", "lock"): "+1"}
    assert locking(date(2026, 9, 30), date(2026, 10, 1), only_quarters) is not None
    assert locking(date(2026, 9, 30), date(2026, 9, 30), only_quarters) is None
    assert locking(date(2026, 10, 1), date(2026, 12, 31), only_quarters) is None


async def test_the_root_sets_a_deadline_in_one_line_and_takes_it_back(units: Organisation) -> None:
    officer = await units.officer("hoa", "A")

    await officer.says("hạn nộp quý 4: 15/12")

    officer.hears("Đã đặt cho Cục Mẫu (A): quý 4/2026: hạn nộp 15/12/2026", buttons=["Hoàn tác"])
    officer.hears("đúng hạn đến hết 17/12/2026")
    assert (await days(units, "2026-Q4")).due == date(2026, 12, 15)
    await officer.says("/hannop quý 4: 20/12")
    await officer.taps("Hoàn tác")
    officer.hears("Đã trả về như trước cho Cục Mẫu (A): quý 4/2026: hạn nộp 15/12/2026")
    assert (await days(units, "2026-Q4")).due == date(2026, 12, 15)
    await officer.says("/hannop quý 4: mặc định")
    assert (await days(units, "2026-Q4")).due == date(2027, 1, 10)


@pytest.mark.parametrize(
    ("words", "key", "name", "value"),
    [
        ("tháng: 7 ngày", "2026-10", "due", date(2026, 11, 7)),
        ("han nop thang 12: 10/1", "2026-12", "due", date(2027, 1, 10)),
        ("tháng 10: 12/11/2026", "2026-10", "due", date(2026, 11, 12)),
        ("quý: ân hạn 0 ngày", "2026-Q3", "on_time", date(2026, 10, 10)),
        ("năm 2026: khóa 1/3/2027", "2026", "lock", date(2027, 3, 1)),
        ("tháng: khóa 10 ngày", "2026-10", "lock", date(2026, 11, 10)),
        ("tháng: báo cấp trên 7 ngày", "2026-10", "above", 7),
        ("6 tháng: tắt", "2026-H1", "is_wanted", False),
        ("tất cả: tắt", "2026-10", "is_wanted", False),
        ("A quý 3: 11/10", "2026-Q3", "due", date(2026, 10, 11)),
    ],
)
async def test_what_can_be_set(units: Organisation, words: str, key: str, name: str, value: object) -> None:
    officer = await units.officer("hoa", "A")

    await officer.says(words if words.startswith("han") else f"/hannop {words}")

    officer.hears("Đã đặt cho Cục Mẫu (A)")
    assert getattr(await days(units, key), name) == value


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("quý 4: hôm nào đó", "Tôi chưa hiểu “hôm nào đó”"),
        ("quý 4: 31/2", "Không có ngày 31/2"),
        ("tháng: 15/12", "Ngày cụ thể được đặt cho một kỳ"),
        ("quý 4: 1/1/2029", "Không đặt được ngày 01/01/2029"),
        ("tháng 10: khóa 15/10", "Không đặt được ngày 15/10/2026"),
        ("tháng: ân hạn 300 ngày", "từ 0 đến 60 ngày"),
        ("năm 2025: 15/12", "sau năm 2025"),
        ("hôm qua: 15/12", "sau năm 2025"),
        ("xyz: 15/12", "không tìm thấy đơn vị hay kỳ"),
        (":", "không tìm thấy đơn vị hay kỳ"),
    ],
)
async def test_what_cannot_be_set_is_told_so(units: Organisation, words: str, answer: str) -> None:
    officer = await units.officer("hoa", "A")

    await officer.says(f"/hannop {words}")

    officer.hears(answer)
    assert await Periods(units.bot.database, Changes()).settings(units.ids["A"]) == {}


async def test_only_the_root_and_admins_set_and_each_tree_has_its_own(units: Organisation) -> None:
    below, stranger = await units.officer("lan", "A.1"), await units.officer("minh", "M")
    admin = await units.admin("chi")

    await below.says("/hannop quý 4: 15/12")
    below.hears("Hạn nộp do cán bộ của đơn vị đứng đầu hoặc quản trị viên đặt")
    await stranger.says("/hannop A quý 4: 15/12")
    assert "Đã đặt" not in stranger.last.text
    await units.bot.person("ai do").says("/hannop quý 4: 15/12")
    await units.bot.person("ai do").taps_payload(f"hannop.undo|{units.ids['A']}|2026-Q4|deadline")
    await admin.says("/hannop quý 4: 15/12")
    admin.hears("Vui lòng nêu mã của đơn vị: Cục Mẫu (A), Trung đoàn Mẫu (M)")
    assert await Periods(units.bot.database, Changes()).settings(units.ids["A"]) == {}

    await admin.says("/hannop A quý 4: 15/12")
    assert (await days(units, "2026-Q4")).due == date(2026, 12, 15)
    assert (await days(units, "2026-Q4", "M")).due == date(2027, 1, 10)
    await stranger.taps_payload(f"hannop.undo|{units.ids['A']}|2026-Q4|deadline")
    await admin.taps_payload(f"hannop.undo|{units.ids['A']}|2026-Q4|nonsense")
    assert (await days(units, "2026-Q4")).due == date(2026, 12, 15)


async def test_the_level_above_grants_more_time_with_a_reason_and_takes_it_back(units: Organisation) -> None:
    above, officer = await units.officer("lan", "A.1"), await units.officer("nam", "A.1.1")
    at = datetime(2026, 11, 6, 9, 0, tzinfo=LOCAL_ZONE)

    await officer.says("/hannop A.1.1 tháng 10: 20/11 vì đi diễn tập", at=at)
    officer.hears("Việc này dành cho cán bộ của cấp trên Tổ Một (A.1.1)")
    await above.says("/hannop A.1.1 tháng 10: 20/11", at=at)
    above.hears("Vì sao gia hạn cho Tổ Một (A.1.1) trong tháng 10/2026?")
    await above.says("Đi diễn tập hai tuần", at=at)

    above.hears("Tổ Một (A.1.1) · tháng 10/2026: hạn nộp 20/11/2026; Đi diễn tập hai tuần")
    officer.hears("Cấp trên cho phép: Tổ Một (A.1.1) · tháng 10/2026: hạn nộp 20/11/2026")
    late = at + timedelta(days=10)
    found = (await completeness(units.bot.database, "A.1", "2026-10", late))["units"][0]
    assert (found["state"], found["on_time_until"]) == ("not due yet", "2026-11-20")
    await officer.says("/nop tháng 10", at=late)
    officer.hears("chưa nộp, hạn 20/11/2026")

    await above.taps("Thu hồi" if "Thu hồi" in above.last.buttons else "Rút lại", at=late)
    above.hears("Đã thu hồi")
    assert (await completeness(units.bot.database, "A.1", "2026-10", late))["units"][0]["state"] == "overdue"


async def test_an_open_lock_lets_the_member_correct_the_entry(units: Organisation) -> None:
    from sqlalchemy import select

    from storage.tables import study_logs
    from tests.handlers.test_locks import LOCKED, entries, member

    above, an = await units.officer("hoa", "A"), await member(units, "an")
    row = await units.bot.database.first(select(study_logs))

    await above.says("/hannop A.2 tháng 10: mở khóa 20/12 vì sửa số liệu sai", at=LOCKED)
    above.hears("Phòng Hai (A.2) · tháng 10/2026: được sửa lượt ghi đến hết 20/12/2026; sửa số liệu sai")
    await an.taps_payload(f"log.set|{row.id}|minutes|90", at=LOCKED + timedelta(hours=1))

    assert await entries(units) == [(90, True)]


async def test_what_holds_is_shown(units: Organisation) -> None:
    officer = await units.officer("hoa", "A")
    await officer.says("/hannop quý: tắt")

    await officer.says("hạn nộp")

    officer.hears("Hạn nộp báo cáo của Cục Mẫu (A):")
    officer.hears("tháng 10/2026: hạn nộp 05/11/2026, đúng hạn đến hết 07/11/2026, khóa từ 15/12/2026")
    officer.hears("hằng quý: không yêu cầu báo cáo")
    assert len(officer.last.text) <= 1500
