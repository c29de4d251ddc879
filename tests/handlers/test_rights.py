"""A role holds some rights and may have an end: what it does not hold, and what is past its end, is refused."""

from datetime import datetime, timedelta

import pytest

from bot.clock import LOCAL_ZONE
from bot.errors import UserError
from bot.grants import grant
from bot.i18n import Reader, render
from storage.changes import Changes
from storage.people import People
from storage.roles import CONFIRM, SEND, SUBMIT, VIEW, Roles
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

LAST = datetime(2026, 11, 30, 23, 59, 50, tzinfo=LOCAL_ZONE)
AFTER = datetime(2026, 12, 1, 0, 0, tzinfo=LOCAL_ZONE)


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def limited(units: Organisation, name: str, code: str, *, rights: str = "", until: str = "") -> FakePerson:
    bot = units.bot
    await grant(bot.database, bot.committer, f"console:{name}", "officer", code, NOON, rights=rights, until=until)
    return bot.person(name)


async def asks_to_join(units: Organisation, name: str, code: str) -> FakePerson:
    person = units.bot.person(name)
    await person.says(f"/donvi {code}")
    await person.says(f"bí danh {name}")
    return person


async def test_an_officer_who_may_only_view_sees_figures_and_confirms_nobody(units: Organisation) -> None:
    officer = await limited(units, "xem", "A.1", rights="xem")
    confirms = await limited(units, "duyet", "A", rights="confirm")
    await asks_to_join(units, "an", "A.1")

    confirms.hears("xin vào Phòng Một", buttons=["Xác nhận", "Từ chối"])
    assert not officer.heard
    await officer.says("/quyen")
    officer.hears("cán bộ tổng hợp của Phòng Một (A.1), chỉ gồm quyền xem số liệu")
    await officer.says("/tonghop")
    officer.hears("Phòng Một (A.1)")
    await officer.says("/thanhvien")
    officer.hears("không gồm quyền xác nhận thành viên")
    yes = confirms.last.buttons["Xác nhận"]
    await officer.taps_payload(yes)
    officer.hears("không gồm quyền xác nhận thành viên")
    await confirms.taps("Xác nhận")
    confirms.hears("Đã xác nhận")


async def test_a_role_counts_until_its_last_second_and_nowhere_after(units: Organisation) -> None:
    officer = await limited(units, "trang", "A", until="30/11")
    await officer.says("/quyen")
    officer.hears("cán bộ tổng hợp của Cục Mẫu (A), đến hết ngày 30/11/2026")
    await asks_to_join(units, "an", "A.1")
    waiting = officer.last.buttons["Xác nhận"]

    await officer.says("/tonghop", at=LAST)
    officer.hears("Cục Mẫu (A)")
    below, picture = officer.last.buttons["Đơn vị trực thuộc"], officer.last.buttons["Biểu đồ"]

    await officer.says("/tonghop", at=AFTER)
    officer.hears("dành cho cán bộ tổng hợp")
    for payload in (below, picture, waiting):
        await officer.taps_payload(payload, at=officer.at + timedelta(seconds=1))
        officer.hears("chỉ dành cho cán bộ tổng hợp của đơn vị đó")
        assert not officer.last.files
    await officer.says("/banlamviec")
    officer.hears("dành cho cán bộ tổng hợp")
    await officer.says("/quyen")
    officer.hears("chưa có quyền nào khác")


async def test_whoever_holds_a_right_is_told_and_a_role_past_its_end_is_not(units: Organisation) -> None:
    await limited(units, "cu", "A.1", until="22/11")
    await units.admin("quan")
    roles = Roles(units.bot.database, Changes(), NOON)
    late = Roles(units.bot.database, Changes(), NOON + timedelta(days=1))
    cu = await People(units.bot.database, Changes()).by_account("console", "cu")
    quan = await People(units.bot.database, Changes()).by_account("console", "quan")
    assert cu is not None and quan is not None

    assert await roles.officers_of(units.ids["A.1.1"], CONFIRM) == [cu.id]
    assert await late.officers_of(units.ids["A.1.1"], CONFIRM) == [quan.id]
    assert await roles.covers(cu.id, units.ids["A.1.1"], SEND)
    assert not await roles.covers(cu.id, units.ids["A"])
    assert not await late.covers(cu.id, units.ids["A.1.1"])
    assert await late.covers(cu.id, units.ids["A.1.1"], now=NOON)


async def test_a_grant_said_again_with_other_limits_replaces_them(units: Organisation) -> None:
    bot = units.bot
    await limited(units, "an", "A.1", rights="view,confirm", until="31/12/2026")

    again = await grant(bot.database, bot.committer, "console:an", "officer", "A.1", NOON, rights="nộp báo cáo")

    assert "chỉ gồm quyền xem số liệu, nộp báo cáo" in again
    an = await People(bot.database, Changes()).by_account("console", "an")
    assert an is not None
    (role,) = await Roles(bot.database, Changes(), NOON).of(an.id)
    assert (role.rights, role.ends_at) == ((VIEW, SUBMIT), None)


@pytest.mark.parametrize(
    ("role", "limits", "reason"),
    [
        ("officer", {"rights": "king"}, "There is no right “king”"),
        ("officer", {"until": "hôm qua"}, "“hôm qua” is no day from today on"),
        ("officer", {"until": "21/11/2026"}, "is no day from today on"),
        ("admin", {"rights": "view"}, "An admin holds every right"),
    ],
)
async def test_limits_that_cannot_be_are_refused(
    units: Organisation, role: str, limits: dict[str, str], reason: str
) -> None:
    code = "A" if role == "officer" else None
    with pytest.raises(UserError) as refused:
        await grant(units.bot.database, units.bot.committer, "console:an", role, code, NOON, **limits)

    assert reason in render(refused.value.text, Reader("en"))
