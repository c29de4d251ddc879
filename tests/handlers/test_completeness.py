"""The board: who has submitted and who has not, by name, drill-down, one-tap reminders, and the same in files."""

from datetime import datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from bot.clock import LOCAL_ZONE
from bot.reports.completeness import completeness
from storage.period_tables import submission_notices
from tests.chat import FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

IN_TIME = datetime(2026, 11, 3, 9, 0, tzinfo=LOCAL_ZONE)
LATE = datetime(2026, 11, 12, 9, 0, tzinfo=LOCAL_ZONE)


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def submits(units: Organisation, name: str, code: str, at: datetime = IN_TIME) -> FakePerson:
    officer = await units.officer(name, code)
    await officer.says("/nop tháng 10", at=at)
    await officer.taps("Không có phát sinh" if "Không có phát sinh" in officer.last.buttons else "Nộp")
    return officer


async def some_submit(units: Organisation) -> FakePerson:
    """A.2 in time with figures, A.1.1 late with nothing; the officer of A looks on."""
    await units.members("A.2", [60])
    await submits(units, "oanh", "A.2")
    await submits(units, "nam", "A.1.1", LATE)
    return await units.officer("hoa", "A")


async def test_the_board_names_who_has_submitted_and_who_has_not(units: Organisation) -> None:
    above = await some_submit(units)

    await above.says("don vi nao chua nop", at=LATE)

    above.hears("Cục Mẫu (A) · báo cáo tháng 10/2026 tính đến 09:00 12/11/2026")
    above.hears("Đơn vị trực thuộc: 1/3 đã nộp; đúng hạn 1; muộn 0.")
    above.hears("Toàn cấp dưới: 2/4 đã nộp; đúng hạn 1; muộn 1; không phát sinh 1.")
    above.hears("Hạn nộp 05/11/2026 (đúng hạn đến hết 07/11/2026); khóa lượt ghi từ 15/12/2026.")
    above.hears("Phòng Một (A.1): chưa nộp, quá hạn từ 05/11/2026; cấp dưới 1/1")
    above.hears("Phòng Hai (A.2): đã nộp ngày 03/11/2026")
    above.hears("Phòng Ba (A.3): chưa nộp, quá hạn từ 05/11/2026")
    assert list(above.last.buttons) == [
        "Phòng Một (A.1)", "Phòng Hai (A.2)", "Phòng Ba (A.3)", "Nhắc đơn vị chưa nộp", "Báo cáo của đơn vị",
        "‹ tháng 9/2026", "tháng 11/2026 ›", "Excel",
    ]  # fmt: skip

    await above.taps("Phòng Một (A.1)")
    above.hears("Đơn vị trực thuộc: 1/1 đã nộp; đúng hạn 0; muộn 1; không phát sinh 1.")
    above.hears("Tổ Một (A.1.1): không có phát sinh, nộp muộn ngày 12/11/2026")
    await above.taps("Lên: Cục Mẫu")
    above.hears("Phòng Hai (A.2): đã nộp")


@pytest.mark.parametrize(
    "words",
    ["bảng hoàn thành", "đơn vị nào chưa nộp tháng 10", "hoan thanh thang 10", "/hoanthanh A tháng 10", "ai chua nop"],
)
async def test_the_board_comes_by_many_words(units: Organisation, words: str) -> None:
    above = await units.officer("hoa", "A")

    await above.says(words, at=LATE)

    above.hears("Cục Mẫu (A) · báo cáo tháng 10/2026")


async def test_chat_json_and_workbook_tell_the_same(units: Organisation) -> None:
    above = await some_submit(units)
    await above.says("/hoanthanh tháng 10", at=LATE)

    await above.taps("Excel")
    ((name, content),) = above.last.files.items()
    json = await completeness(units.bot.database, "A", "2026-10", LATE)

    assert name == "hoan-thanh-A-2026-10.xlsx"
    book = load_workbook(BytesIO(content))
    counts = {row[0]: row[1:] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)}
    shown = {"Phải nộp": "expected", "Đã nộp": "reported", "Nộp đúng hạn": "on_time", "Nộp muộn": "late",
             "Trong số đã nộp: không có phát sinh": "zero", "Chưa nộp": "missing",
             "Trong số chưa nộp: bị trả lại": "returned"}  # fmt: skip
    for label, key in shown.items():
        assert counts[label] == (json["children"][key], json["subtree"][key]), label
    states = {row[0]: (row[2], row[4]) for row in book.worksheets[1].iter_rows(min_row=2, values_only=True)}
    assert states == {
        "A.1": ("chưa nộp, quá hạn", None), "A.2": ("đã nộp, đúng hạn", 1), "A.3": ("chưa nộp, quá hạn", None),
        "A.1.1": ("không có phát sinh, nộp muộn", 1),
    }  # fmt: skip


async def test_below_a_military_root_the_file_name_tells_no_unit(units: Organisation) -> None:
    officer = await units.officer("minh", "M")
    await officer.says("/hoanthanh tháng 10", at=LATE)

    await officer.taps("Excel")

    assert list(officer.last.files) == ["hoan-thanh-2026-10.xlsx"]


async def test_one_tap_reminds_the_missing_once_a_day(units: Organisation) -> None:
    above = await some_submit(units)
    missing, done = await units.officer("lan", "A.1"), units.bot.person("oanh")
    before = len(done.heard)

    await above.says("/hoanthanh tháng 10", at=LATE)
    await above.taps("Nhắc đơn vị chưa nộp")

    above.hears("Đã nhắc: Phòng Một (A.1). Chưa có cán bộ: Phòng Ba (A.3).")
    missing.hears("Cục Mẫu (A) nhắc anh/chị: báo cáo tháng 10/2026 của Phòng Một (A.1) chưa nộp (hạn nộp 05/11/2026).")
    assert list(missing.last.buttons) == ["Nộp báo cáo"]
    assert len(done.heard) == before, "who has submitted hears nothing"
    told = len(missing.heard)
    await above.taps_payload(f"board.remind|{units.ids['A']}|2026-10", at=LATE + timedelta(hours=3))
    above.hears("Chưa có cán bộ nào để nhắc ở: Phòng Ba (A.3)")
    assert len(missing.heard) == told
    await above.taps_payload(f"board.remind|{units.ids['A']}|2026-10", at=LATE + timedelta(days=1))
    assert len(missing.heard) == told + 1
    rows = await units.bot.database.value(select(func.count()).select_from(submission_notices))
    assert rows == 2


async def test_nobody_is_reminded_at_night(units: Organisation) -> None:
    above = await units.officer("hoa", "A")
    missing = await units.officer("lan", "A.1")

    await above.taps_payload(f"board.remind|{units.ids['A']}|2026-10", at=LATE.replace(hour=23))

    above.hears("Tôi chỉ gửi nhắc trong khoảng 07:30-21:30")
    assert not missing.heard


async def test_a_learner_gets_no_board(units: Organisation) -> None:
    an = units.bot.person("an")

    await an.says("/hoanthanh tháng 10")

    assert "Cục Mẫu" not in an.last.text
    assert not an.last.buttons


async def test_many_units_come_in_pages(units: Organisation) -> None:
    from bot.units_import import import_units

    rows = "code,name,parent,kind\n" + "".join(f"A.2.{number},Tổ {number},A.2,\n" for number in range(1, 15))
    await import_units(units.bot.database, units.bot.committer, rows.encode(), "more.csv", IN_TIME)
    officer = await units.officer("oanh", "A.2")

    await officer.says("/hoanthanh tháng 10", at=LATE)
    officer.hears("Trang 1/3:")
    await officer.taps("Trang 2 ›")

    officer.hears("Trang 2/3:")
    officer.hears("Tổ 7 (A.2.7): chưa nộp")
    assert len(officer.last.text) <= 1500
