"""Reports at the desk: the board with drill-down and reminders, submit, return and the text, by the chat's rules."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from bot.reports.completeness import completeness
from storage.changes import Changes
from storage.narratives import Narratives
from storage.period_tables import submissions
from storage.tables import outbox
from tests.chat import FakePerson
from tests.desk.browser import Browser
from tests.desk.conftest import House


async def chat_submits(desk: House, name: str, code: str) -> FakePerson:
    officer = await desk.units.officer(name, code)
    await officer.says("/nop tháng 10", at=desk.now)
    await officer.taps("Không có phát sinh" if "Không có phát sinh" in officer.last.buttons else "Nộp", at=desk.now)
    return officer


async def versions(desk: House, code: str) -> list[tuple[int, str, str]]:
    mine = select(submissions).where(submissions.c.unit_id == desk.units.ids[code]).order_by(submissions.c.version)
    return [(row.version, row.kind, row.state) for row in await desk.bot.database.all(mine)]


async def promised(desk: House, name: str) -> list[str]:
    rows = await desk.bot.database.all(select(outbox.c.payload).where(outbox.c.address == name))
    return [row.payload["text"] for row in rows]


def token(browser: Browser) -> str:
    return str(browser.page.xpath("//input[@name='form_token']/@value")[0])


async def sends(browser: Browser, desk: House, code: str, what: str, place: str = "nop", **fields: str) -> None:
    form = [("form_token", token(browser)), ("ky", "2026-10"), ("what", what), *fields.items()]
    await browser.sends(f"/desk/{place}/{desk.units.ids[code]}", form)


@pytest.fixture
async def oanh(desk: House) -> Browser:
    await desk.units.officer("oanh", "A")
    return await desk.enters("oanh")


async def test_the_board_shows_what_chat_json_and_workbook_show(desk: House, oanh: Browser) -> None:
    await desk.units.members("A.2", [60])
    await chat_submits(desk, "hai", "A.2")
    await chat_submits(desk, "nam", "A.1.1")
    await oanh.opens("/desk/hoan-thanh")
    assert oanh.path.startswith(f"/desk/hoan-thanh/{desk.units.ids['A']}")
    await oanh.opens(f"/desk/hoan-thanh/{desk.units.ids['A']}?ky=2026-10")

    json = await completeness(desk.bot.database, "A", "2026-10", desk.now)
    assert "Đơn vị trực thuộc: 1/3 đã nộp; đúng hạn 0; muộn 1." in oanh.words
    assert "Toàn cấp dưới: 2/4 đã nộp; đúng hạn 0; muộn 2; không phát sinh 1." in oanh.words
    assert (json["children"]["reported"], json["subtree"]["zero"]) == (1, 1)
    assert oanh.row("board", "Phòng Hai (A.2)") == ["nộp muộn ngày 22/11/2026", 1.0, "", ""]
    assert oanh.row("board", "Phòng Một (A.1)") == ["chưa nộp, quá hạn từ 05/11/2026", "", 1.0, 1.0]
    await desk.bot.person("oanh").says("/hoanthanh tháng 10", at=desk.now)
    desk.bot.person("oanh").hears("Phòng Hai (A.2): nộp muộn ngày 22/11/2026")

    await oanh.opens(f"/desk/hoan-thanh/{desk.units.ids['A.1']}?ky=2026-10")
    assert oanh.row("board", "Tổ Một (A.1.1)") == ["không có phát sinh, nộp muộn ngày 22/11/2026", 1.0, "", ""]
    await oanh.opens(f"/desk/hoan-thanh/{desk.units.ids['A']}/bang.xlsx?ky=2026-10")
    book = load_workbook(BytesIO(oanh.body))
    states = {row[0]: row[2] for row in book.worksheets[1].iter_rows(min_row=2, values_only=True)}
    assert states["A.1.1"] == "không có phát sinh, nộp muộn"
    assert states["A.3"] == "chưa nộp, quá hạn"


async def test_one_press_reminds_the_missing_once_a_day(desk: House, oanh: Browser) -> None:
    await desk.units.officer("lan", "A.1")
    await oanh.opens(f"/desk/hoan-thanh/{desk.units.ids['A']}?ky=2026-10")

    await oanh.presses("Nhắc đơn vị chưa nộp")

    assert "Đã nhắc cán bộ của các đơn vị chưa nộp." in oanh.words
    told = [text for text in await promised(desk, "lan") if "nhắc" in text]
    assert len(told) == 1
    await oanh.presses("Nhắc đơn vị chưa nộp")
    assert oanh.status == 400
    assert len([text for text in await promised(desk, "lan") if "nhắc" in text]) == 1


async def test_a_report_is_submitted_taken_back_and_returned(desk: House, oanh: Browser) -> None:
    await desk.units.members("A.2", [60])
    await desk.units.officer("hai", "A.2")
    page = f"/desk/nop/{desk.units.ids['A.2']}?ky=2026-10"

    await oanh.opens(page)
    await oanh.presses("Nộp")
    assert "Đã nộp báo cáo, số liệu chốt tại thời điểm này." in oanh.words
    assert await versions(desk, "A.2") == [(1, "report", "submitted")]
    await oanh.presses("Rút lại")
    assert await versions(desk, "A.2") == [(1, "report", "withdrawn")]
    await oanh.presses("Nộp")

    await sends(oanh, desk, "A.2", "return", reason="hm")
    assert oanh.status == 400
    assert "Lý do cần từ 5 đến 300 ký tự" in oanh.words
    assert oanh.page.get_element_by_id("why").text == "hm", "what was typed stands there again"
    await sends(oanh, desk, "A.2", "return", reason="Thiếu lớp ngoại ngữ")
    assert oanh.status == 200
    assert await versions(desk, "A.2") == [(1, "report", "withdrawn"), (2, "report", "returned")]
    assert [text for text in await promised(desk, "hai") if "được trả lại: Thiếu lớp ngoại ngữ." in text]
    assert "bị trả lại: Thiếu lớp ngoại ngữ" in oanh.words


async def test_a_parent_needs_its_children_or_a_reason(desk: House, oanh: Browser) -> None:
    await oanh.opens(f"/desk/nop/{desk.units.ids['A']}?ky=2026-10")
    assert "còn chưa nộp: Phòng Một (A.1), Phòng Hai (A.2), Phòng Ba (A.3)" in oanh.words
    assert not oanh.page.xpath("//button[.='Không có phát sinh']")

    await sends(oanh, desk, "A", "submit", kind="zero")
    assert oanh.status == 400
    await sends(oanh, desk, "A", "without", kind="zero", reason="Các phòng đi công tác")

    assert oanh.status == 200
    assert "Nộp khi đơn vị trực thuộc chưa nộp đủ: Các phòng đi công tác." in oanh.words
    assert await versions(desk, "A") == [(1, "zero", "submitted")]


async def test_the_text_is_kept_and_stands_in_the_word_file(desk: House, oanh: Browser) -> None:
    import docx

    id = desk.units.ids["A"]
    await oanh.opens(f"/desk/nop/{id}?ky=2026-H1")
    form = [("form_token", token(oanh)), ("ky", "2026-H1"), ("what", "write")]
    await oanh.sends(f"/desk/nop/{id}", [*form, ("s-plan", "Mở 03 lớp\n<b>tiếng Anh</b>")])

    assert "Đã lưu nội dung báo cáo." in oanh.words
    assert oanh.page.get_element_by_id("s-plan").text.strip() == "Mở 03 lớp\n<b>tiếng Anh</b>"
    kept = await Narratives(desk.bot.database, Changes()).of(id, "2026-H1")
    assert kept == {"plan": "Mở 03 lớp\n<b>tiếng Anh</b>"}
    await oanh.opens(f"/desk/tep/{id}/bao-cao-admin.docx?ky=2026-H1")
    assert "Mở 03 lớp" in "\n".join(one.text for one in docx.Document(BytesIO(oanh.body)).paragraphs)
    await oanh.opens(f"/desk/nop/{id}?ky=2026-H1")
    await oanh.sends(f"/desk/nop/{id}", [*form, ("s-plan", "a" * 2001)])
    assert oanh.status == 400
    assert "tối đa 2.000" in oanh.words


async def test_forged_forms_change_nothing(desk: House, oanh: Browser) -> None:
    await desk.units.officer("nam", "A.1.1")
    nam = await desk.enters("nam")
    for code in ("A", "A.2", "M.1"):
        for what in ("submit", "without", "back", "return", "write"):
            await sends(nam, desk, code, what, kind="zero", reason="Giả mạo nhé", **{"s-plan": "x"})
            assert nam.status == 404
        await sends(nam, desk, code, "remind", place="hoan-thanh")
        assert nam.status == 404
    await sends(nam, desk, "A.1.1", "return", reason="Tự trả lại nhé")
    assert nam.status == 400
    for what, fields in (("delete", {}), ("", {}), ("submit", {"kind": "everything"})):
        await sends(oanh, desk, "A.2", what, **fields)
        assert oanh.status == 400
    without_token: list[tuple[str, Any]] = [("ky", "2026-10"), ("what", "submit"), ("kind", "zero")]
    await oanh.sends(f"/desk/nop/{desk.units.ids['A.2']}", without_token)
    assert oanh.status == 403
    for said in ("2025", "2027-01", "nonsense"):
        await oanh.sends(f"/desk/nop/{desk.units.ids['A.2']}", [("form_token", await _token(oanh)), ("ky", said),
                                                               ("what", "submit"), ("kind", "zero")])  # fmt: skip
        assert oanh.status == 400

    assert await desk.bot.database.all(select(submissions)) == []


async def _token(browser: Browser) -> str:
    await browser.opens("/desk")
    return token(browser)


async def test_words_that_name_no_period_are_told_so(desk: House, oanh: Browser) -> None:
    for place in ("nop", "hoan-thanh"):
        await oanh.opens(f"/desk/{place}/{desk.units.ids['A']}?ky=h%C3%B4m+qua")

        assert oanh.status == 200
        assert "Không có báo cáo cho kỳ “hôm qua”" in oanh.words
