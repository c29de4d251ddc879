"""Who read and changed what: kept from chat and desk, searched by admins, and by officers within their units."""

from sqlalchemy import select

from storage.audit import Audit, audit
from storage.changes import Changes
from storage.people import People
from tests.chat import FakePerson
from tests.desk.browser import Browser
from tests.desk.conftest import House


async def asks(desk: House, name: str, code: str) -> FakePerson:
    someone = desk.bot.person(name)
    await someone.says(f"/donvi {code}", at=desk.now)
    await someone.says(f"Sao Mai {name}", at=desk.now)
    return someone


async def number_of(desk: House, name: str) -> int:
    person = await People(desk.bot.database, Changes()).by_account("console", name)
    assert person is not None
    return person.id


async def rows(desk: House) -> list[tuple[object, ...]]:
    """Who, role, what, unit, about whom, from where: oldest first, without what the test's setting up wrote."""
    found = await desk.bot.database.all(select(audit).where(audit.c.via != "command").order_by(audit.c.seq))
    return [(row.who, row.role, row.what, row.unit_id, row.about, row.via) for row in found]


def table(browser: Browser) -> list[list[str]]:
    body = browser.page.get_element_by_id("audit").find("tbody")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in body.iter("tr")]


async def test_what_an_officer_reads_and_decides_is_kept_with_the_page_or_message_itself(desk: House) -> None:
    oanh = await desk.units.officer("oanh", "A.1")
    await asks(desk, "an", "A.1.1")
    await asks(desk, "binh", "A.1")
    await oanh.says("/thanhvien", at=desk.now)
    await oanh.taps("Sao Mai an", at=desk.now)
    await oanh.taps("Xác nhận", at=desk.now)
    browser = await desk.enters("oanh")
    await browser.opens("/desk/thanh-vien")
    unit = desk.units.ids["A.1"]
    await browser.opens(f"/desk/tep/{unit}/tong-hop.xlsx?ky=2026-10")
    await browser.opens("/desk")
    await browser.presses("Đăng xuất")

    number, an = await number_of(desk, "oanh"), await number_of(desk, "an")
    binh, told = await number_of(desk, "binh"), [row for row in await rows(desk) if row[2] == "member.told"]
    assert told == [
        (None, "system", "member.told", desk.units.ids["A.1.1"], an, "console"),
        (None, "system", "member.told", unit, binh, "console"),
    ]
    assert [row for row in await rows(desk) if row not in told] == [
        (number, "officer", "members.read", unit, None, "console"),
        (number, "officer", "member.read", desk.units.ids["A.1.1"], an, "console"),
        (number, "officer", "member.confirmed", desk.units.ids["A.1.1"], an, "console"),
        (number, "officer", "desk.link", None, None, "console"),
        (number, "officer", "desk.signed_in", None, None, "desk"),
        (number, "officer", "members.read", unit, None, "desk"),
        (number, "officer", "file.exported", unit, None, "desk"),
        (number, "officer", "desk.signed_out", None, None, "desk"),
    ]
    assert await Audit(desk.bot.database, Changes()).verify() is None


async def test_learners_leave_no_audit_and_a_refused_page_none_either(desk: House) -> None:
    await desk.units.officer("oanh", "A.1")
    browser = await desk.enters("oanh")
    before = len(await rows(desk))
    await asks(desk, "an", "A.3")
    await desk.bot.person("an").says("/start", at=desk.now)
    await browser.opens(f"/desk/tep/{desk.units.ids['A.3']}/tong-hop.xlsx?ky=2026-10")
    assert browser.status == 404

    assert len(await rows(desk)) == before


async def test_an_admin_searches_by_verb_person_unit_and_day_and_downloads_what_was_found(desk: House) -> None:
    oanh = await desk.units.officer("oanh", "A.1")
    await desk.units.admin("ha")
    await asks(desk, "an", "A.1.1")
    await oanh.says("/thanhvien", at=desk.now)
    await oanh.taps("Sao Mai an", at=desk.now)
    browser = await desk.enters("ha")
    an = await number_of(desk, "an")

    await browser.opens("/desk/kiem-soat")
    assert "Ở đây mỗi người là một mã số" in browser.words
    assert [line[2] for line in table(browser)][:4] == [
        "đăng nhập bàn làm việc", "tạo liên kết vào bàn làm việc", "xem một yêu cầu", "xem danh sách chờ xác nhận",
    ]  # fmt: skip
    head = await Audit(desk.bot.database, Changes()).head()
    assert f"Dòng mới nhất: {head.seq - 1}:" in browser.words
    assert "Đăng nhập bàn làm việc gần đây: 08:16 22/11/2026." in browser.words

    await browser.opens(f"/desk/kiem-soat?ve={an}")
    assert [(line[2], line[3], line[4]) for line in table(browser)] == [
        ("xem một yêu cầu", "A.1.1", str(an)), ("cán bộ được báo ai xin vào đơn vị", "A.1.1", str(an))
    ]  # fmt: skip
    await browser.opens("/desk/kiem-soat?viec=members.read&donvi=A&tu=2026-11-22&den=2026-11-22")
    assert [line[2] for line in table(browser)] == ["xem danh sách chờ xác nhận"]
    await browser.opens("/desk/kiem-soat?viec=members.read&den=2026-11-21")
    assert table(browser) == []
    await browser.opens("/desk/kiem-soat?tu=hôm qua&ai=an&donvi=ZZ")
    for line in ("“hôm qua” không phải là ngày", "“an” không phải là mã số", "ZZ"):
        assert line in browser.words

    await browser.opens(f"/desk/kiem-soat/kiem-soat.csv?ve={an}")
    lines = browser.text.lstrip("\ufeff").splitlines()
    assert len(lines) == 3
    assert "member.read,A.1.1," in lines[1]
    assert "member.told,A.1.1," in lines[2]
    await browser.opens("/desk/kiem-soat/kiem-soat.xlsx")
    assert browser.body.startswith(b"PK")
    await browser.opens("/desk/kiem-soat/alles.pdf")
    assert browser.status == 404
    assert [row[2] for row in await rows(desk)][-2:] == ["audit.exported", "audit.exported"]


async def test_an_officer_reads_the_rows_of_the_own_units_only(desk: House) -> None:
    await desk.units.officer("oanh", "A.1")
    lan = await desk.units.officer("lan", "A.2")
    await asks(desk, "an", "A.2")
    await lan.says("/thanhvien", at=desk.now)
    browser = await desk.enters("oanh")

    for query in ("", "?donvi=A", "?donvi=A.2", "?viec=members.read", f"?ve={await number_of(desk, 'an')}"):
        await browser.opens(f"/desk/kiem-soat{query}")
        assert "A.2" not in {line[3] for line in table(browser)}
    await browser.opens("/desk/kiem-soat/kiem-soat.csv")
    assert "A.2" not in browser.text


async def test_the_chat_tells_when_one_signed_in_lately(desk: House) -> None:
    oanh = await desk.units.officer("oanh", "A.1")
    await oanh.says("/banlamviec", at=desk.now)
    oanh.hears("Chưa có lần đăng nhập bàn làm việc nào.")
    await desk.enters("oanh")

    await oanh.says("/banlamviec", at=desk.now)

    oanh.hears("Đăng nhập bàn làm việc gần đây: 08:16 22/11/2026.")
