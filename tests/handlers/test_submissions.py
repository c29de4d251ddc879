"""Submitting a report: one tap, after the units below or with a reason; returned, taken back, what changed since."""

import asyncio
from datetime import date, datetime

import pytest
from sqlalchemy import select, update

from bot.clock import LOCAL_ZONE
from bot.reports.completeness import completeness
from storage.period_tables import submissions
from storage.tables import study_logs
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

IN_TIME = datetime(2026, 11, 3, 9, 0, tzinfo=LOCAL_ZONE)
LATE = datetime(2026, 11, 9, 9, 0, tzinfo=LOCAL_ZONE)


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def versions(units: Organisation, code: str) -> list[tuple[int, str, str]]:
    mine = select(submissions).where(submissions.c.unit_id == units.ids[code]).order_by(submissions.c.version)
    return [(row.version, row.kind, row.state) for row in await units.bot.database.all(mine)]


async def board(units: Organisation, code: str, period: str = "2026-10") -> dict[str, object]:
    return await completeness(units.bot.database, code, period, NOON)


async def submits(units: Organisation, name: str, code: str, at: datetime = IN_TIME) -> FakePerson:
    """The unit's officer submits October, or says that there was nothing."""
    officer = await units.officer(name, code)
    await officer.says("/nop tháng 10", at=at)
    await officer.taps("Nộp" if "Nộp" in officer.last.buttons else "Không có phát sinh")
    return officer


async def test_a_report_is_submitted_in_two_taps_with_the_figures_of_the_moment(units: Organisation) -> None:
    await units.members("A.2", [60, 120, 30, 30, 60, 0])
    officer = await units.officer("oanh", "A.2")

    await officer.says("tổng hợp tháng 10", at=IN_TIME)
    await officer.taps("Nộp báo cáo")
    officer.hears("5/6 người có ghi")
    officer.hears("chưa nộp, hạn 05/11/2026")
    await officer.taps("Nộp")

    officer.hears("Đã nộp báo cáo tháng 10/2026 của Phòng Hai (A.2) (lần 1)", buttons=["Rút lại", "Bảng hoàn thành"])
    row = await units.bot.database.first(select(submissions))
    assert (row.figures["minutes"], row.figures["active_people"], row.due) == (300, 5, date(2026, 11, 7))
    await officer.says("nop thang 10")
    officer.hears("đã nộp ngày 03/11/2026")
    officer.hears("Số liệu không thay đổi từ khi nộp")


async def test_nop_without_a_period_lists_what_is_due(units: Organisation) -> None:
    officer = await units.officer("oanh", "A.2")

    await officer.says("/nop", at=IN_TIME)

    officer.hears("Hiện có 3 báo cáo đến kỳ nộp", buttons=[
        "Phòng Hai (A.2) · 6 tháng đầu năm 2026", "Phòng Hai (A.2) · quý 3/2026", "Phòng Hai (A.2) · tháng 10/2026",
    ])  # fmt: skip


async def test_nothing_to_report_is_one_tap_and_differs_from_no_report(units: Organisation) -> None:
    above = await units.officer("hoa", "A")
    officer = await units.officer("oanh", "A.2")

    await officer.says("/nop tháng 10", at=IN_TIME)
    assert "Nộp" not in officer.last.buttons
    await officer.taps("Không có phát sinh")

    officer.hears("Phòng Hai (A.2) không có phát sinh trong tháng 10/2026")
    await above.says("/hoanthanh tháng 10", at=IN_TIME)
    above.hears("Phòng Hai (A.2): không có phát sinh, nộp ngày 03/11/2026")
    above.hears("Phòng Ba (A.3): chưa nộp, hạn 05/11/2026")
    above.hears("Đơn vị trực thuộc: 1/3 đã nộp; đúng hạn 1; muộn 0; không phát sinh 1.")
    states = {one["code"]: (one["state"], one["zero"]) for one in (await board(units, "A"))["units"]}  # type: ignore[attr-defined]
    assert states == {"A.1": ("overdue", False), "A.2": ("zero", True), "A.3": ("overdue", False)}


async def test_a_unit_with_entries_cannot_say_that_there_was_nothing(units: Organisation) -> None:
    officer = await units.officer("oanh", "A.2")
    await officer.says("/nop tháng 10", at=IN_TIME)
    await units.members("A.2", [60])

    await officer.taps("Không có phát sinh")

    officer.hears("có lượt ghi trong tháng 10/2026 nên không thể báo")
    assert await versions(units, "A.2") == []


async def test_a_parent_comes_after_its_children_or_with_a_reason(units: Organisation) -> None:
    await units.members("A.2", [60])
    officer = await units.officer("hoa", "A")
    await submits(units, "oanh", "A.2")

    await officer.says("/nop tháng 10", at=IN_TIME)
    officer.hears("Thuộc Cục Mẫu (A) còn chưa nộp: Phòng Một (A.1), Phòng Ba (A.3).")
    assert "Nộp" not in officer.last.buttons
    await officer.taps_payload(f"nop.send|{units.ids['A']}|2026-10|report")
    officer.hears("còn chưa nộp: Phòng Một (A.1), Phòng Ba (A.3)")
    assert await versions(units, "A") == []

    await officer.says("/nop tháng 10")
    await officer.taps("Nộp kèm lý do")
    await officer.says("vì")
    officer.hears("Lý do cần từ 5 đến 300 ký tự")
    await officer.says("Phòng Một đi công tác, trung đoàn 82 chưa gửi")

    officer.hears("Đã nộp báo cáo tháng 10/2026 của Cục Mẫu (A)")
    row = await units.bot.database.first(select(submissions).where(submissions.c.unit_id == units.ids["A"]))
    assert row.without == "Phòng Một đi công tác, trung đoàn … chưa gửi"
    await officer.says("/nop tháng 10")
    officer.hears("Nộp khi đơn vị trực thuộc chưa nộp đủ: Phòng Một đi công tác")


async def test_a_reason_can_be_thought_better_of(units: Organisation) -> None:
    officer = await units.officer("hoa", "A")
    await officer.says("/nop tháng 10", at=IN_TIME)
    await officer.taps("Nộp kèm lý do")

    await officer.says("thôi")

    officer.hears("dừng câu đang hỏi dở")
    assert await versions(units, "A") == []


async def test_two_officers_at_once_make_one_submission(units: Organisation) -> None:
    await units.members("A.2", [60])
    first, second = await units.officer("oanh", "A.2"), await units.officer("binh", "A.2")
    for one in (first, second):
        await one.says("/nop tháng 10", at=IN_TIME)

    await asyncio.gather(first.taps("Nộp"), second.taps("Nộp"))
    await first.taps_payload(f"nop.send|{units.ids['A.2']}|2026-10|report")

    assert await versions(units, "A.2") == [(1, "report", "submitted")]
    first.hears("đã nộp ngày 03/11/2026")


async def test_a_returned_report_is_missing_until_it_comes_again(units: Organisation) -> None:
    await units.members("A.2", [60])
    above = await units.officer("hoa", "A")
    officer = await submits(units, "oanh", "A.2")

    await above.says("/nop A.2 tháng 10", at=IN_TIME)
    await above.taps("Trả lại")
    await above.says("Thiếu số liệu khóa học ngoại ngữ")

    above.hears("Đã trả lại báo cáo tháng 10/2026 của Phòng Hai (A.2)")
    officer.hears("được trả lại: Thiếu số liệu khóa học ngoại ngữ.", buttons=["Nộp báo cáo"])
    found = await board(units, "A")
    assert found["children"] == {"expected": 3, "reported": 0, "on_time": 0, "late": 0, "zero": 0, "missing": 3,
                                 "returned": 1}  # fmt: skip
    await above.says("/hoanthanh tháng 10")
    above.hears("Phòng Hai (A.2): bị trả lại: Thiếu số liệu khóa học ngoại ngữ")

    await officer.taps("Nộp báo cáo", at=LATE)
    await officer.taps("Nộp")

    officer.hears("(lần 2)")
    assert await versions(units, "A.2") == [(1, "report", "returned"), (2, "report", "submitted")]
    await above.says("/hoanthanh tháng 10", at=LATE)
    above.hears("Phòng Hai (A.2): nộp muộn ngày 09/11/2026")


async def test_only_the_level_above_returns_a_report(units: Organisation) -> None:
    officer = await submits(units, "oanh", "A.2")
    stranger = await units.officer("minh", "M")

    for person in (officer, stranger, units.bot.person("ai do")):
        await person.taps_payload(f"nop.return|{units.ids['A.2']}|2026-10")
        assert "Vì sao trả lại" not in person.last.text
        await person.says("Không đủ số liệu nhé")

    assert await versions(units, "A.2") == [(1, "zero", "submitted")]


async def test_a_report_on_which_another_stands_is_neither_returned_nor_taken_back(units: Organisation) -> None:
    above = await units.officer("hoa", "A")
    for name, code in (("nam", "A.1.1"), ("lan", "A.1"), ("oanh", "A.2"), ("binh", "A.3")):
        await submits(units, name, code)
    await submits(units, "hoa", "A")
    assert await versions(units, "A") == [(1, "zero", "submitted")]

    await above.says("/nop A.2 tháng 10")
    above.hears("Đã được tổng hợp vào báo cáo của Cục Mẫu (A)")
    assert not {"Trả lại", "Rút lại"} & set(above.last.buttons)
    await above.taps_payload(f"nop.back|{units.ids['A.2']}|2026-10")
    above.hears("cần rút lại hoặc trả lại báo cáo đó trước")

    await above.taps_payload(f"nop.back|{units.ids['A']}|2026-10")
    above.hears("Đã rút lại")
    await above.taps_payload(f"nop.back|{units.ids['A.2']}|2026-10")
    above.hears("Đã rút lại")
    assert await versions(units, "A.2") == [(1, "zero", "withdrawn")]


async def test_the_level_above_hears_once_when_all_below_have_submitted(units: Organisation) -> None:
    above = await units.officer("hoa", "A")
    below = await units.officer("lan", "A.1")
    for name, code in (("oanh", "A.2"), ("binh", "A.3"), ("nam", "A.1.1")):
        await submits(units, name, code)
    assert not above.heard
    below.hears("Các đơn vị trực thuộc Phòng Một (A.1) đã nộp đủ báo cáo tháng 10/2026")

    await submits(units, "lan", "A.1")

    above.hears("Các đơn vị trực thuộc Cục Mẫu (A) đã nộp đủ báo cáo tháng 10/2026", buttons=["Nộp báo cáo"])
    assert len(above.heard) == 1


async def test_long_reasons_leave_the_board_short(units: Organisation) -> None:
    above = await units.officer("hoa", "A")
    for name, code in (("oanh", "A.2"), ("binh", "A.3"), ("nam", "A.1.1"), ("lan", "A.1")):
        await submits(units, name, code)
    for code in ("A.1", "A.2", "A.3"):
        await above.taps_payload(f"nop.return|{units.ids[code]}|2026-10")
        await above.says(f"Thiếu lớp {code}: " + "bổ sung số liệu " * 17)

    await above.says("/hoanthanh tháng 10")
    above.hears("bị trả lại: Thiếu lớp A.1: bổ sung")
    assert len(above.last.text) <= 1000
    await above.says("/nop A.1 tháng 10")
    assert "bổ sung số liệu.\n" in above.last.text, "the whole reason stands with the report itself"


async def test_what_changed_since_is_told_to_the_unit_and_hidden_above_where_few_stand_behind(
    units: Organisation,
) -> None:
    await units.members("A.2", [60, 60, 60, 60, 60])
    above = await units.officer("hoa", "A")
    officer = await submits(units, "oanh", "A.2")

    await units.bot.committer.commit(_one_more_hour(units))
    await officer.says("/nop tháng 10")
    officer.hears("Từ khi nộp đến nay: lượt ghi 0; thời lượng +1 giờ; người có ghi 0; thành viên 0.")
    await units.members("A.2", [90])
    await officer.says("/nop tháng 10")
    officer.hears("lượt ghi +1; thời lượng +2 giờ 30 phút; người có ghi +1; thành viên +1.")
    await above.says("/nop A.2 tháng 10")
    above.hears("chênh lệch được ẩn vì liên quan quá ít người")


def _one_more_hour(units: Organisation):  # type: ignore[no-untyped-def]
    from storage.changes import Changes
    from storage.commits import Commit

    changes = Changes()
    one = select(study_logs.c.id).where(study_logs.c.unit_id == units.ids["A.2"]).limit(1).scalar_subquery()
    changes.run(update(study_logs).where(study_logs.c.id == one).values(minutes=120))
    return Commit(changes)


async def test_phase_1_is_closed_and_what_has_not_opened_waits(units: Organisation) -> None:
    officer = await units.officer("oanh", "A.2")

    for words, answer in (("năm 2025", "Giai đoạn 1 (2023-2025) đã khép lại"),
                          ("giai đoạn 1", "Giai đoạn 1 (2023-2025) đã khép lại"),
                          ("tháng 11", "được nộp từ ngày 30/11/2026")):  # fmt: skip
        await officer.says(f"/nop {words}")
        officer.hears(answer)
        assert "Nộp" not in officer.last.buttons
        assert "Không có phát sinh" not in officer.last.buttons
    await officer.taps_payload(f"nop.send|{units.ids['A.2']}|2025|zero")
    officer.hears("Giai đoạn 1 (2023-2025) đã khép lại")
    await officer.says("/nop hôm qua")
    officer.hears("Báo cáo được lập theo tháng, quý, 6 tháng, năm hoặc giai đoạn")
    assert await versions(units, "A.2") == []


async def test_forged_buttons_and_strangers_change_nothing(units: Organisation) -> None:
    await units.members("A.2", [60])
    stranger = await units.officer("minh", "M")
    below = await units.officer("nam", "A.1.1")
    nobody = units.bot.person("ai do")
    id = units.ids["A.2"]

    for person in (stranger, below, nobody):
        for payload in (f"nop|{id}|2026-10", f"nop.send|{id}|2026-10|report", f"nop.send|{id}|2026-10|zero",
                        f"nop.why|{id}|2026-10", f"nop.back|{id}|2026-10", f"board|{id}|2026-10|0",
                        f"board.remind|{id}|2026-10", f"board.xlsx|{id}|2026-10"):  # fmt: skip
            await person.taps_payload(payload, at=IN_TIME)
            assert "Phòng Hai" not in person.last.text
            assert not person.last.files
    officer = await units.officer("oanh", "A.2")
    for payload in (f"nop.send|{id}|2026-10|everything", f"nop|{id}|tháng 10", f"nop|{id}|2026-13", "nop|x|2026-10",
                    f"nop|{id}", f"board|{id}|2026-10|9", f"nop|{2**62}|2026-10"):  # fmt: skip
        await officer.taps_payload(payload, at=IN_TIME)
        assert "Đã nộp" not in officer.last.text
        assert len(officer.last.text) < 300
    assert await versions(units, "A.2") == []


async def test_the_right_to_submit_is_asked_for(units: Organisation) -> None:
    from bot.grants import grant

    await units.members("A.2", [60])
    bot = units.bot
    await grant(bot.database, bot.committer, "console:xem", "officer", "A.2", NOON, rights="view")
    viewer = bot.person("xem")

    await viewer.says("/nop tháng 10", at=IN_TIME)
    viewer.hears("nộp báo cáo")
    assert "Nộp" not in viewer.last.buttons
    await viewer.taps_payload(f"nop.send|{units.ids['A.2']}|2026-10|report")

    assert await versions(units, "A.2") == []
