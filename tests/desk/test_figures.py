"""The desk's figures are those of the command line and the files, hidden where the chat hides them."""

import re
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from bot.reports.unit import figures
from tests.desk.browser import Browser
from tests.desk.conftest import House

HIDDEN = "ẩn"
PERIODS = ("2026-10", "2026-11", "2026-Q4", "2026-H2", "2026", "phase-2", "2026-W42", "2025")


@pytest.fixture
async def filled(desk: House) -> House:
    """Entries in October and November; A.3 is a small cell, M is military."""
    units = desk.units
    await units.members("A", [60, 60, 90, 60, 45])
    await units.members("A.1", [60, 90, 120, 30, 45, 0, 0])
    await units.members("A.1.1", [600, 30, 30, 30, 31], area="law")
    await units.members("A.2", [61, 62, 63, 64, 65, 66], day=date(2026, 11, 3))
    await units.members("A.2", [50, 50, 50, 50, 50], area="foreign_language")
    await units.members("A.3", [200, 10])
    await units.members("M.1", [30, 40, 50, 60, 70, 80])
    return desk


async def summary(desk: House, browser: Browser, code: str, period: str) -> None:
    await browser.opens(f"/desk/tong-hop/{desk.units.ids[code]}?ky={period}")
    assert browser.status == 200


@pytest.mark.parametrize("code", ["A", "A.1", "A.1.1", "A.2", "A.3"])
async def test_every_figure_is_that_of_the_command_line(filled: House, code: str) -> None:
    # An officer of the unit itself sees its figures however few people there are.
    await filled.units.officer("oanh", code)
    browser = await filled.enters("oanh")

    for period in PERIODS:
        truth = await figures(filled.bot.database, code, period, filled.now)
        await summary(filled, browser, code, period)
        compare(browser, truth)


def compare(browser: Browser, truth: dict[str, Any]) -> None:
    """Every figure of the page against the JSON; where few people are, the page says so instead."""
    few = not truth["entries"] and 0 < truth["members"] < 5
    assert browser.card("Thành viên") == ("dưới 5" if few else truth["members"])
    assert browser.card("Người có ghi") == truth["active_people"] - truth["former_people"]
    assert browser.card("Số giờ học") == truth["minutes"]
    assert browser.card("Trung vị") == int(truth["median_minutes"] + 0.5)
    assert browser.card("Lượt ghi") == truth["entries"]
    areas = browser.page.xpath("//table[@id='areas']//td[1]//data/@value")
    assert [float(minutes) for minutes in areas] == list(truth["areas"].values())
    for child in truth["children"]:
        minutes, *_, entries = browser.row("units", f"{child['name']} ({child['code']})")
        if 0 < child["active_people"] < 5 or minutes == HIDDEN:
            assert (minutes, entries) == (HIDDEN, HIDDEN)
        else:
            assert (minutes, entries) == (child["minutes"], child["entries"])


async def test_the_months_of_the_chart_are_the_months_of_the_command_line(filled: House) -> None:
    await filled.units.officer("oanh", "A")
    browser = await filled.enters("oanh")

    await summary(filled, browser, "A", "2026")

    for month in ("10", "11"):
        truth = await figures(filled.bot.database, "A", f"2026-{month}", filled.now)
        assert browser.row("months", f"{month}/2026")[0] == truth["minutes"]
    assert len(browser.page.xpath("//table[@id='months']/tbody/tr")) == 12
    assert len(browser.page.xpath("//svg[@class='columns']/g")) == 12


async def test_a_small_cell_below_is_hidden_with_the_one_that_would_give_it_away(filled: House) -> None:
    await filled.units.officer("oanh", "A")
    browser = await filled.enters("oanh")

    await summary(filled, browser, "A", "2026-10")

    hidden = {
        name
        for name in ("Phòng Một (A.1)", "Phòng Hai (A.2)", "Phòng Ba (A.3)", "Cục Mẫu: người thuộc thẳng đơn vị")
        if HIDDEN in row_or_nothing(browser, name)
    }
    assert "Phòng Ba (A.3)" in hidden
    assert len(hidden) == 2


def row_or_nothing(browser: Browser, name: str) -> list[float | str]:
    try:
        return browser.row("units", name)
    except AssertionError:
        head = browser.page.xpath("//table[@id='units']/tbody/tr[last()]")[0]
        return [HIDDEN] if HIDDEN in head.text_content() else []


async def test_a_small_unit_above_tells_neither_people_nor_hours_nor_bars(filled: House) -> None:
    await filled.units.officer("oanh", "A")
    browser = await filled.enters("oanh")

    await summary(filled, browser, "A.3", "2026-10")

    assert browser.card("Số giờ học") == browser.card("Người có ghi") == browser.card("Lượt ghi") == HIDDEN
    assert "quá ít người" in browser.words
    assert not browser.page.xpath("//table[@id='areas']")
    assert browser.row("months", "10/2026")[0] == HIDDEN
    assert browser.page.xpath("//svg[@class='columns']//rect[@class='closed']")
    assert not re.search(r"\b210\b", browser.words)
    assert "3,5" not in browser.words


async def test_military_units_show_shares_and_no_head_counts(filled: House) -> None:
    await filled.units.officer("oanh", "M")
    browser = await filled.enters("oanh")

    for code in ("M", "M.1"):
        await summary(filled, browser, code, "2026-10")

        assert "Tỷ lệ người có ghi" in browser.words
        heads = [" ".join(head.split()) for head in browser.page.xpath("//th/text() | //dt/text()")]
        assert not [head for head in heads if head.startswith(("Thành viên", "Người"))]
        assert "6/6" not in browser.words


async def test_words_name_the_period_and_nonsense_is_said_so(filled: House) -> None:
    await filled.units.officer("oanh", "A")
    browser = await filled.enters("oanh")

    await summary(filled, browser, "A", "th%C3%A1ng%2010")
    assert browser.page.xpath("//nav[@class='periods']/strong/text()") == ["tháng 10/2026"]
    await summary(filled, browser, "A", "h%C3%B4m%20n%E1%BB%8D%20n%E1%BB%8D")

    assert "Tôi không hiểu kỳ “hôm nọ nọ”" in browser.words
    assert browser.page.xpath("//nav[@class='periods']/strong/text()") == ["tháng 11/2026"]


async def test_the_files_hold_the_same_figures(filled: House) -> None:
    await filled.units.officer("oanh", "A")
    browser = await filled.enters("oanh")
    truth = await figures(filled.bot.database, "A", "2026-10", filled.now)
    await summary(filled, browser, "A", "2026-10")
    links = browser.page.xpath("//section[contains(@class, 'downloads')]//a/@href")
    assert len(links) == 8

    for link in links:
        await browser.opens(link)
        assert browser.status == 200
        assert browser.headers["Content-Disposition"].startswith('attachment; filename="')
        assert "-A-2026-10." in browser.headers["Content-Disposition"]
        if "tong-hop.xlsx" in link:
            sheet = ZipFile(BytesIO(browser.body)).read("xl/worksheets/sheet1.xml").decode()
            assert f"<v>{truth['minutes']}</v>" in sheet
        elif link.endswith(".png?ky=2026-10"):
            assert browser.body.startswith(b"\x89PNG")
        elif ".csv" in link:
            assert "A.3,Phòng Ba,ẩn" in browser.body.decode("utf-8-sig")


async def test_files_of_a_military_unit_do_not_name_it(filled: House) -> None:
    await filled.units.officer("oanh", "M")
    browser = await filled.enters("oanh")

    await browser.opens(f"/desk/tep/{filled.units.ids['M.1']}/tong-hop.xlsx?ky=2026-10")

    assert browser.headers["Content-Disposition"] == 'attachment; filename="tong-hop-2026-10.xlsx"'


async def test_files_that_are_none_are_not_there(filled: House) -> None:
    await filled.units.officer("oanh", "A")
    browser = await filled.enters("oanh")
    for name in ("tong-hop.exe", "bao-cao-.docx", "bao-cao-navy.docx", "..%2F..%2Fetc%2Fpasswd"):
        await browser.opens(f"/desk/tep/{filled.units.ids['A']}/{name}?ky=2026-10")
        assert browser.status == 404
    await browser.opens(f"/desk/tep/{filled.units.ids['A']}/bao-cao-admin.docx?ky=2026-W42")

    assert browser.status == 404, "there is no official report of a week"


async def test_files_are_given_at_a_bearable_pace(filled: House) -> None:
    await filled.units.officer("oanh", "A")
    browser = await filled.enters("oanh")

    statuses = []
    for _ in range(22):
        await browser.opens(f"/desk/tep/{filled.units.ids['A']}/tong-hop.csv?ky=2026-10")
        statuses.append(browser.status)

    assert statuses == [200] * 20 + [429] * 2


async def test_what_was_recognised_stands_on_the_page_and_in_its_files_with_the_decision(filled: House) -> None:
    admin = await filled.units.admin("chi")
    for line in ("A.1; 1.236 công dân học tập", "A.2; 3 gia đình học tập", "M.1; 77 công dân học tập"):
        await admin.says(f"/congnhan {line}; 45/QĐ-UBND; 15/10/2026", at=filled.now)
        admin.hears("Đã nhập cho")
    by = "(45/QĐ-UBND ngày 15/10/2026)"
    told = {"A": [f"Được công nhận: Công dân học tập {by} 1.236", f"Được công nhận: Gia đình học tập {by} 3"],
            "A.2": ["Số liệu được công nhận ẩn"], "M": ["Số liệu được công nhận ẩn"]}  # fmt: skip

    for code, lines in told.items():
        name = "minh" if code == "M" else "oanh"
        await filled.units.officer(name, code[:1])
        browser = await filled.enters(name)
        await summary(filled, browser, code, "2026-Q4")
        rows = [" ".join(" ".join(row.itertext()).split()) for row in browser.page.xpath("//dl[@class='approved']/div")]
        assert [row for row in rows if "ông nhận" in row] == lines
        await browser.opens(f"/desk/tep/{filled.units.ids[code]}/tong-hop.csv?ky=2026-Q4")
        table = browser.body.decode("utf-8-sig")
        assert (f"Công dân học tập 1.236 {by}" in table) is (code == "A")
        assert "77" not in table
        await browser.opens(f"/desk/tep/{filled.units.ids[code]}/phu-luc.xlsx?ky=2026-Q4")
        book = load_workbook(BytesIO(browser.body)).worksheets
        figures_of = {row[1]: row[-1] for row in book[0].values}
        label = "Người đạt danh hiệu “Công dân học tập”"
        assert figures_of.get(f"{label} {by}", figures_of.get(label)) == (1236 if code == "A" else HIDDEN)
