"""A roster at the desk: the dry run, the import once, faults in the file, the undo, and nothing for whoever may not."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from bot.web.server import BODY_LIMIT
from storage.audit import audit
from storage.joining_tables import roster_imports, roster_people
from storage.roles import VIEW
from storage.tables import files, persons
from tests.desk.browser import Browser
from tests.desk.conftest import House
from tests.desk.test_scope import rights_of
from tests.handlers.test_roster import GOOD, book

ROSTER = "/desk/danh-sach"
IMPORT = "Nhập các dòng đúng"
FAULTY = [*GOOD, ("", "A.1", "", ""), ("Đồi Thông", "M.1", "", "")]


@pytest.fixture
async def oanh(desk: House) -> Browser:
    await desk.units.officer("oanh", "A")
    browser = await desk.enters("oanh")
    await browser.opens("/desk/thanh-vien")
    return browser


async def count(desk: House, table: object) -> int:
    return int(await desk.bot.database.value(select(func.count()).select_from(table)))  # type: ignore[arg-type]


def figures(browser: Browser) -> list[float | str]:
    """New, changed, as before, faulty."""
    return [browser.card(label) for label in ("Người mới", "Thay đổi", "Giữ nguyên", "Dòng lỗi")]


def rows(browser: Browser) -> list[tuple[object, ...]]:
    sheet = load_workbook(BytesIO(browser.body)).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


async def test_an_officer_sees_what_would_change_imports_it_once_and_takes_it_back(desk: House, oanh: Browser) -> None:
    before = await count(desk, persons)
    assert "Tải danh sách lên" in oanh.words
    await oanh.uploads(f"{ROSTER}/tai-len", "danh sách.xlsx", book(FAULTY))

    assert oanh.status == 200
    assert figures(oanh) == [3, 0, 0, 2]
    assert "M.1" in oanh.words
    assert await count(desk, persons) == before, "nothing is stored before the yes"
    page, link = oanh.text, oanh.page.xpath("//a[contains(@href, '/tep/')]/@href")[0]
    await oanh.opens(link)
    assert oanh.headers["Content-Disposition"].startswith("attachment;")
    assert oanh.headers["X-Content-Type-Options"] == "nosniff"
    assert [bool(row[4]) for row in rows(oanh)[2:]] == [False, False, False, True, True]
    assert rows(oanh)[1][4] == "Lỗi"

    oanh.text, oanh.path = page, ROSTER
    await oanh.presses(IMPORT)
    assert "Đã nhập: 3 người mới, 0 thay đổi, 0 giữ nguyên." in oanh.words
    assert await count(desk, persons) == before + 3
    done = oanh.text
    await oanh.opens(oanh.page.xpath("//a[contains(@href, '/tep/')]/@href")[0])
    codes = {row[0]: row[3] for row in rows(oanh)[1:]}
    an = desk.bot.person("an")
    await an.says(f"/nhanma {codes['Sao Mai']}", at=desk.now)
    an.hears("Mã này dành cho “Sao Mai” ở Phòng Một (A.1).")

    oanh.text, oanh.path = page, ROSTER
    await oanh.presses(IMPORT)
    assert "đã được xử lý" in oanh.words
    assert await count(desk, persons) == before + 3 + 1, "an has written meanwhile; nobody was imported twice"
    oanh.text, oanh.path = done, ROSTER
    await oanh.presses("Hoàn tác lần nhập này")
    assert "Đã hoàn tác" in oanh.words
    assert await count(desk, roster_people) == 0
    what = [row.what for row in await desk.bot.database.all(select(audit.c.what).order_by(audit.c.seq))]
    assert {"roster.imported", "roster.undone", "people.exported"} <= set(what)


async def test_the_same_file_again_has_nothing_to_import_and_a_dropped_one_is_gone(desk: House, oanh: Browser) -> None:
    await oanh.uploads(f"{ROSTER}/tai-len", "a.xlsx", book(GOOD))
    await oanh.presses("Bỏ tệp này")
    assert "Đã bỏ" in oanh.words
    assert await count(desk, roster_imports) == 0
    await oanh.uploads(f"{ROSTER}/tai-len", "a.xlsx", book(GOOD))
    await oanh.presses(IMPORT)

    await oanh.uploads(f"{ROSTER}/tai-len", "a.xlsx", book([("Sao Mai", "A.2", "Cán bộ", "K1"), *GOOD[1:]]))
    assert figures(oanh) == [0, 1, 2, 0]
    await oanh.uploads(f"{ROSTER}/tai-len", "a.xlsx", book(GOOD))

    assert figures(oanh) == [0, 0, 3, 0]
    assert "không có gì để nhập" in oanh.words
    assert not oanh.page.xpath("//button[@value='import']")


async def test_a_file_that_is_no_roster_is_refused_in_words_and_nothing_is_kept(desk: House, oanh: Browser) -> None:
    wanted = {
        "a.exe": (b"MZ" + bytes(90), 415, "phải là tệp Excel (.xlsx) hoặc CSV"),
        "a.pdf": (b"%PDF-1.7 x", 415, "phải là tệp Excel (.xlsx) hoặc CSV"),
        "a.xlsx": (b"PK\x03\x04 no archive", 415, "phải là tệp Excel (.xlsx) hoặc CSV"),
        "b.xlsx": (book([("x",)], header=("Họ",)), 400, "không có dòng tiêu đề"),
        "c.csv": (b"", 400, "không có nội dung"),
        "d.csv": (b"x" * (5 * 1024 * 1024 + 1), 400, "lớn"),
        "e.csv": (b"x" * (BODY_LIMIT + 1), 413, "lớn hơn 5 MB"),
        "": (b"", 400, "chọn tệp trước"),
    }
    for name, (content, status, words) in wanted.items():
        await oanh.opens("/desk/thanh-vien")
        await oanh.uploads(f"{ROSTER}/tai-len", name, content)

        assert (oanh.status, words in oanh.words) == (status, True), (name, oanh.words)
    await oanh.opens("/desk/thanh-vien")
    await oanh.uploads(f"{ROSTER}/tai-len", "a.xlsx", book(GOOD), token="forged")
    assert oanh.status == 403
    token = oanh.page.xpath("//input[@name='form_token']/@value")[0]
    await oanh.sends(f"{ROSTER}/tai-len", [("form_token", token), ("file", "words")])
    assert oanh.status == 400
    assert await count(desk, roster_imports) == await count(desk, files) == 0


async def test_the_form_names_the_own_units_and_files_and_rosters_are_the_officers_alone(
    desk: House, oanh: Browser
) -> None:
    await oanh.opens(f"{ROSTER}/mau.xlsx")
    units = load_workbook(BytesIO(oanh.body))["Đơn vị"]
    assert {row[0] for row in units.iter_rows(min_row=2, values_only=True)} == {"A", "A.1", "A.1.1", "A.2", "A.3"}
    await oanh.opens("/desk/thanh-vien")
    await oanh.uploads(f"{ROSTER}/tai-len", "a.xlsx", book(FAULTY))
    roster = oanh.page.xpath("//input[@name='roster']/@value")[0]
    link = oanh.page.xpath("//a[contains(@href, '/tep/')]/@href")[0]

    await desk.units.officer("phong", "A")
    phong = await desk.enters("phong")
    for path in (link, f"{ROSTER}/tep/0", f"{ROSTER}/tep/x", f"{ROSTER}/tep/{2**63}"):
        await phong.opens(path)
        assert phong.status == 404
    await phong.opens(ROSTER)
    token = phong.page.xpath("//input[@name='form_token']/@value")[0]
    await phong.sends(ROSTER, [("form_token", token), ("roster", roster), ("what", "import")])
    assert "đã được xử lý" in phong.words
    await phong.sends(ROSTER, [("form_token", token), ("moment", "1"), ("what", "undo")])
    assert (phong.status, await count(desk, roster_people)) == (400, 0)


async def test_whoever_may_only_view_finds_no_roster_page_and_a_lost_right_imports_nothing(
    desk: House, oanh: Browser
) -> None:
    await oanh.uploads(f"{ROSTER}/tai-len", "a.xlsx", book(GOOD))
    await rights_of(desk, "oanh", VIEW)

    oanh.path = ROSTER
    await oanh.presses(IMPORT)

    assert (oanh.status, await count(desk, roster_people)) == (404, 0)
    for path in (ROSTER, f"{ROSTER}/mau.xlsx", "/desk/thanh-vien"):
        await oanh.opens(path)
        assert oanh.status == 404
    await oanh.opens("/desk")
    assert "/desk/thanh-vien" not in oanh.page.xpath("//nav[@class='menu']/a/@href")
