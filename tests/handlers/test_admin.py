"""Roles come by a one-time code or from the command line."""

import pytest

from bot.errors import UserError
from bot.grants import grant
from bot.i18n import Reader, render
from storage.changes import Changes
from storage.commits import Commit
from storage.roles import Roles
from tests.chat import NOON
from tests.conftest import Bot
from tests.organisation import Organisation, organisation


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def code(bot: Bot, text: str, purpose: str) -> None:
    changes = Changes()
    Roles(bot.database, changes, NOON).make_code(text, purpose, NOON)
    await bot.committer.commit(Commit(changes))


async def test_an_admin_code_makes_one_admin_once(units: Organisation) -> None:
    await code(units.bot, "7F3A9C01AA", "admin")
    an, binh = units.bot.person("an"), units.bot.person("binh")

    await an.says("/quantri 7f3a9c01aa")
    an.hears("nay là quản trị viên")
    await binh.says("/quantri 7F3A9C01AA")

    binh.hears("Mã này không đúng (hoặc đã dùng)")
    await an.says("/quyen")
    an.hears("Quyền hiện có: quản trị viên.")
    await binh.says("/quyen")
    binh.hears("chưa có quyền nào khác")


async def test_an_officer_code_makes_an_officer_of_its_unit(units: Organisation) -> None:
    await code(units.bot, "0FF1CE0001", "officer:A.1")
    an = units.bot.person("an")

    await an.says("/quantri 0FF1CE0001")

    an.hears("nay là cán bộ tổng hợp của Phòng Một")
    await an.says("/quyen")
    an.hears("cán bộ tổng hợp của Phòng Một (A.1)")
    await an.says("/tonghop")
    an.hears("Phòng Một (A.1)")


async def test_a_code_for_a_unit_that_is_gone_gives_nothing(units: Organisation) -> None:
    await code(units.bot, "0FF1CE0002", "officer:GONE")
    an = units.bot.person("an")

    await an.says("/quantri 0FF1CE0002")

    an.hears("Mã này không đúng")


async def test_after_five_wrong_codes_even_the_right_one_is_refused(units: Organisation) -> None:
    await code(units.bot, "7F3A9C01AA", "admin")
    an = units.bot.person("an")
    for number in range(5):
        await an.says(f"/quantri WRONG{number}")
        an.hears("Mã này không đúng")

    await an.says("/quantri 7F3A9C01AA")

    an.hears("quá nhiều mã sai")
    await an.says("/quyen")
    an.hears("chưa có quyền nào khác")


async def test_a_code_is_not_wasted_on_somebody_who_has_the_right(units: Organisation) -> None:
    await code(units.bot, "7F3A9C01AA", "admin")
    admin = await units.admin("quan")

    await admin.says("/quantri 7F3A9C01AA")

    admin.hears("đã có quyền này")
    assert await Roles(units.bot.database, Changes(), NOON).purpose_of("7F3A9C01AA") == "admin"


async def test_without_a_code_it_says_how(units: Organisation) -> None:
    an = units.bot.person("an")

    await an.says("/quantri")

    an.hears("/quantri MÃ")


async def test_a_grant_works_before_the_first_message_and_twice_is_once(units: Organisation) -> None:
    bot = units.bot

    first = await grant(bot.database, bot.committer, "console:an", "officer", "a.1", NOON)
    again = await grant(bot.database, bot.committer, "console:an", "officer", "A.1", NOON)

    assert first == "console:an nay là cán bộ tổng hợp của Phòng Một (A.1)."
    assert "đã có quyền này" in again
    an = bot.person("an")
    await an.says("/quyen")
    an.hears("Quyền hiện có: cán bộ tổng hợp của Phòng Một (A.1).")


@pytest.mark.parametrize(
    ("account", "role", "unit", "reason"),
    [
        ("an", "admin", None, "is not <channel>:<id>"),
        ("pigeon:an", "admin", None, "is not <channel>:<id>"),
        ("web:", "admin", None, "is not <channel>:<id>"),
        ("web:an", "king", None, "There is no role"),
        ("web:an", "officer", None, "An officer needs a unit"),
        ("web:an", "officer", "Z9", "There is no unit with the code Z9"),
        ("web:an", "admin", "A", "An admin has no unit"),
    ],
)
async def test_a_wrong_grant_is_refused_with_its_reason(
    units: Organisation, account: str, role: str, unit: str | None, reason: str
) -> None:
    with pytest.raises(UserError) as refused:
        await grant(units.bot.database, units.bot.committer, account, role, unit, NOON)

    assert reason in render(refused.value.text, Reader("en"))
