"""The six-digit code: how long it lives, how often it works, and who guesses in vain."""

import asyncio
from datetime import timedelta

import pytest

from tests.chat import NOON
from tests.handlers.linked import Channels, code_of, two_channels, wrong  # noqa: F401 - two_channels is the fixture `both`


async def test_a_code_works_once(both: Channels) -> None:
    an, first, second = both.web("an"), both.on_zalo("one"), both.on_zalo("two")
    await an.says("/lienket")
    code = code_of(an)
    await first.says(f"/lienket {code}")

    await second.says(f"/lienket {code}")

    second.hears("Mã này sai, quá hạn hoặc đã dùng.")


async def test_two_accounts_that_say_one_code_at_once_do_not_both_get_in(both: Channels) -> None:
    an, first, second = both.web("an"), both.on_zalo("one"), both.on_zalo("two")
    await an.says("/lienket")
    code = code_of(an)

    await asyncio.gather(first.says(f"/lienket {code}"), second.says(f"/lienket {code}"))

    assert sorted("Đã liên kết" in one.last.text for one in (first, second)) == [False, True]


async def test_a_code_lives_ten_minutes(both: Channels) -> None:
    an, early, late = both.web("an"), both.on_zalo("early"), both.on_zalo("late")
    await an.says("/lienket", at=NOON)
    code = code_of(an)

    await late.says(f"/lienket {code}", at=NOON + timedelta(minutes=10))
    late.hears("Mã này sai, quá hạn hoặc đã dùng.")
    await early.says(f"/lienket {code}", at=NOON + timedelta(minutes=9, seconds=59))

    early.hears("Đã liên kết")


async def test_a_new_code_takes_the_place_of_the_one_before(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await an.says("/lienket")
    first = code_of(an)
    await an.says("/lienket")

    await zalo.says(f"/lienket {first}")

    zalo.hears("Mã này sai")


async def test_five_wrong_tries_that_begin_like_it_end_a_code_whoever_made_them(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await an.says("/lienket")
    code = code_of(an)
    for number in range(5):
        await both.on_zalo(f"guesser-{number}").says(f"/lienket {wrong(code, number + 1)}")

    await zalo.says(f"/lienket {code}")

    zalo.hears("Mã này sai")
    assert (await both.behind("zalo_bot", "an-zalo")).id != (await both.behind("console", "an")).id


async def test_four_wrong_tries_do_not(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await an.says("/lienket")
    code = code_of(an)
    for number in range(4):
        await zalo.says(f"/lienket {wrong(code, number + 1)}")

    await zalo.says(f"/lienket {code}")

    zalo.hears("Đã liên kết")


async def test_wrong_tries_elsewhere_do_not_end_everybodys_codes(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await an.says("/lienket")
    code = code_of(an)
    for number in range(8):
        other = f"{(int(code[:2]) + 1 + number) % 100:02d}0000"
        await both.on_zalo(f"guesser-{number}").says(f"/lienket {other}")

    await zalo.says(f"/lienket {code}")

    zalo.hears("Đã liên kết")


async def test_after_five_wrong_codes_an_account_must_wait_an_hour(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await an.says("/lienket", at=NOON)
    far = f"{(int(code_of(an)[:2]) + 50) % 100:02d}"
    for number in range(5):
        await zalo.says(f"/lienket {far}000{number}", at=NOON + timedelta(minutes=1))
    await zalo.says(f"/lienket {code_of(an)}", at=NOON + timedelta(minutes=2))
    zalo.hears("nhập sai mã quá nhiều lần")

    await an.says("/lienket", at=NOON + timedelta(minutes=61))
    await zalo.says(f"/lienket {code_of(an)}", at=NOON + timedelta(minutes=62))

    zalo.hears("Đã liên kết")


async def test_a_code_said_where_it_was_made_is_kept(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await an.says("/lienket")
    code = code_of(an)

    await an.says(code)
    an.hears("Mã này do chính anh/chị tạo.")
    await zalo.says(f"/lienket {code}")

    zalo.hears("Đã liên kết")


@pytest.mark.parametrize("said", ["12345", "1234567", "abc", "12 34 5x", "'; DROP TABLE persons"])
async def test_what_is_no_code_is_told_so_and_costs_no_try(both: Channels, said: str) -> None:
    zalo = both.on_zalo("an-zalo")

    for _ in range(6):
        await zalo.says(f"/lienket {said}")

    zalo.hears("Mã gồm sáu chữ số.")


async def test_the_code_of_somebody_who_deleted_everything_is_dead(both: Channels) -> None:
    an, zalo = both.web("an"), both.on_zalo("an-zalo")
    await an.says("/lienket")
    code = code_of(an)
    await an.says("/xoa")
    await an.taps("Xóa tất cả")

    await zalo.says(f"/lienket {code}")

    zalo.hears("Mã này sai")
