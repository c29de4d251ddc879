"""An officer lends some rights until a day: a code, both are told, never more than the officer has, and it ends."""

from datetime import datetime, timedelta

import pytest

from bot.clock import LOCAL_ZONE
from bot.grants import grant
from storage.changes import Changes
from storage.commits import Commit
from storage.people import People
from storage.roles import Roles
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def member(units: Organisation, name: str, code: str) -> FakePerson:
    """A member of the unit, confirmed by an admin."""
    admin = await units.admin("quan")
    person = units.bot.person(name)
    await person.says(f"/donvi {code}")
    await person.says(f"Sao {name}")
    await admin.says("/thanhvien")
    await admin.taps(f"Sao {name}")
    await admin.taps("Xác nhận")
    return person


def code(officer: FakePerson) -> str:
    assert "Mã ủy quyền: " in officer.last.text, officer.last.text
    return officer.last.text.split("Mã ủy quyền: ")[1].split(".")[0]


async def lend(officer: FakePerson, person: FakePerson, words: str) -> None:
    await officer.says(f"/uyquyen {words}")
    await person.says(f"/quantri {code(officer)}")


async def test_the_duty_officer_of_the_week_has_the_rights_until_sunday_and_no_longer(units: Organisation) -> None:
    officer, an = await units.officer("oanh", "A.1"), await member(units, "an", "A.1")
    monday = datetime(2026, 11, 23, 8, 0, tzinfo=LOCAL_ZONE)
    await officer.says("ủy quyền trực ban tuần này", at=monday)
    officer.hears("Phòng Một (A.1). Quyền: xem số liệu, xác nhận thành viên, nộp báo cáo, gửi thông báo. "
                  "Đến hết ngày 29/11/2026.")  # fmt: skip
    await an.says(f"/quantri {code(officer).lower()}", at=monday)

    an.hears("Đến hết ngày 29/11/2026, anh/chị có quyền xem số liệu")
    officer.hears("“Sao an” đã nhận ủy quyền: Phòng Một (A.1)", buttons=["Thu hồi"])
    await an.says("/tonghop")
    an.hears("Phòng Một (A.1)")
    chart = an.last.buttons["Biểu đồ"]
    binh = units.bot.person("binh")
    await binh.says("/donvi A.1", at=monday)
    await binh.says("Hoa Ban")
    yes = an.last.buttons["Xác nhận"]

    over = datetime(2026, 11, 30, 0, 0, tzinfo=LOCAL_ZONE)
    for payload in (chart, yes):
        await an.taps_payload(payload, at=over)
        an.hears("chỉ dành cho cán bộ tổng hợp của đơn vị đó")
        assert not an.last.files
    await an.says("/quyen")
    an.hears("chưa có quyền nào khác")


async def test_some_rights_for_a_unit_below_are_all_that_the_other_gets(units: Organisation) -> None:
    officer, an = await units.officer("oanh", "A"), await member(units, "an", "A.2")
    await lend(officer, an, "A.1 xem đến 30/11")
    an.hears("có quyền xem số liệu ở Phòng Một (A.1)")

    await an.says("/tonghop A.1.1")
    an.hears("Tổ Một (A.1.1)")
    for beyond in ("/tonghop A.2", "/tonghop A"):
        await an.says(beyond)
        an.hears("chỉ dành cho cán bộ tổng hợp")
    await an.says("/thanhvien")
    an.hears("không gồm quyền xác nhận thành viên")
    await an.says("/uyquyen A.1 đến 30/11")
    an.hears("không ủy quyền tiếp")


async def test_nobody_delegates_more_than_they_have(units: Organisation) -> None:
    bot = units.bot
    await grant(bot.database, bot.committer, "console:oanh", "officer", "A.1", NOON, rights="xem, nộp", until="15/12")
    officer, an = bot.person("oanh"), await member(units, "an", "A.1")

    await officer.says("/uyquyen xác nhận đến 30/11")
    officer.hears("chỉ ủy quyền được những quyền đang có: xem số liệu, nộp báo cáo.")
    await officer.says("/uyquyen A.2 đến 30/11")
    officer.hears("chỉ dành cho cán bộ tổng hợp của đơn vị đó")
    await lend(officer, an, "đến 31/12")

    an.hears("Đến hết ngày 15/12/2026, anh/chị có quyền xem số liệu, nộp báo cáo ở Phòng Một")


@pytest.mark.parametrize("how", ["revoked by the officer", "the officer's role ended", "the officer's right ended"])
async def test_it_ends_when_it_is_revoked_and_with_the_role_that_it_came_from(units: Organisation, how: str) -> None:
    bot = units.bot
    officer, an = await units.officer("oanh", "A.1"), await member(units, "an", "A.1")
    await lend(officer, an, "đến 30/11")
    await an.says("/thanhvien")
    an.hears("Không có ai chờ xác nhận")

    if how == "revoked by the officer":
        await officer.says("/uyquyen")
        officer.hears("“Sao an”: Phòng Một, xem số liệu", buttons=["Thu hồi: Sao an"])
        await officer.taps("Thu hồi: Sao an")
        officer.hears("Đã thu hồi: “Sao an”")
        an.hears("đã thu hồi việc ủy quyền ở Phòng Một")
    elif how == "the officer's role ended":
        changes = Changes()
        person = await People(bot.database, changes).by_account("console", "oanh")
        assert person is not None
        Roles(bot.database, changes, NOON).end(person.id, "officer", units.ids["A.1"], NOON)
        await bot.committer.commit(Commit(changes))
    else:
        await grant(bot.database, bot.committer, "console:oanh", "officer", "A.1", NOON, rights="xem")

    await an.says("/thanhvien")
    if how == "the officer's right ended":
        an.hears("không gồm quyền xác nhận thành viên")
    else:
        an.hears("Phần này dành cho cán bộ tổng hợp")


async def test_the_code_is_for_people_of_the_officers_units_once_and_for_a_day(units: Organisation) -> None:
    officer, an = await units.officer("oanh", "A.1"), await member(units, "an", "A.1")
    stranger, outside = units.bot.person("la"), await member(units, "binh", "A.2")
    await officer.says("/uyquyen đến 30/11", at=NOON)
    given = code(officer)

    for other in (stranger, outside):
        await other.says(f"/quantri {given}", at=NOON)
        other.hears("dành cho thành viên hoặc cán bộ trong các đơn vị của người ủy quyền")
    await officer.says(f"/quantri {given}")
    officer.hears("Mã này dành cho người khác")
    await an.says(f"/quantri {given}", at=NOON + timedelta(hours=25))
    an.hears("Mã này đã hết hiệu lực")
    await an.says(f"/quantri {given}", at=NOON + timedelta(hours=1))
    an.hears("có quyền xem số liệu")
    chi = await member(units, "chi", "A.1")
    await chi.says(f"/quantri {given}", at=NOON + timedelta(hours=1))

    chi.hears("Mã này không đúng (hoặc đã dùng)")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("", "chưa ủy quyền cho ai"),
        ("A.1 xem", "Ủy quyền đến ngày nào?"),
        ("đến hôm qua", "Ủy quyền đến ngày nào?"),
        ("đến 01/01/2029", "tối đa 366 ngày"),
        ("vua đến 30/11", "Không có quyền “vua”"),
        ("Z9 đến 30/11", "Không có quyền “Z9”"),
    ],
)
async def test_what_cannot_be_delegated_is_said_with_its_reason(units: Organisation, words: str, answer: str) -> None:
    officer = await units.officer("oanh", "A")

    await officer.says(f"/uyquyen {words}".strip())

    officer.hears(answer)


async def test_an_officer_of_several_units_is_asked_which_and_an_admin_names_one(units: Organisation) -> None:
    officer = await units.officer("oanh", "A.1")
    await units.officer("oanh", "A.2")
    await officer.says("/uyquyen xem đến 30/11")
    officer.hears("Ủy quyền cho đơn vị nào?")
    await officer.taps("Phòng Hai (A.2)")
    officer.hears("Phòng Hai (A.2). Quyền: xem số liệu. Đến hết ngày 30/11/2026.")

    admin, an = await units.admin("quan"), units.bot.person("an")
    await admin.says("/uyquyen đến 30/11")
    admin.hears("nêu mã đơn vị")
    await admin.says("/uyquyen A đến 30/11")
    given = code(admin)
    await an.says(f"/quantri {given}")
    an.hears("dành cho thành viên hoặc cán bộ")
    await member(units, "an", "M.1")
    await an.says(f"/quantri {given}")
    an.hears("ở Cục Mẫu (A)")
