"""A locked period: its entries are neither added nor changed; the reason, whom to ask, and the exception."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.clock import LOCAL_ZONE
from storage.changes import Changes
from storage.commits import Commit
from storage.people import People
from storage.periods import LATER, UNLOCK, PeriodException, Periods
from storage.tables import study_logs
from tests.chat import NOON, FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

LOGGED = datetime(2026, 10, 30, 8, 0, tzinfo=LOCAL_ZONE)
LOCKED = datetime(2026, 12, 16, 8, 0, tzinfo=LOCAL_ZONE)
"""October is locked from 15/12 on."""


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def member(units: Organisation, name: str, *, counts: bool = True) -> FakePerson:
    """A member of A.2 who has logged an hour on 30/10, and whether it counts in the unit."""
    person = units.bot.person(name)
    await person.says("/start", at=LOGGED)
    await person.taps("Đồng ý")
    await units.officer("oanh", "A.2")
    await person.says("/donvi A.2")
    await person.says("Sao Mai")
    await units.bot.person("oanh").taps("Xác nhận", at=LOGGED)
    known = await People(units.bot.database, Changes()).by_account("console", name)
    assert known is not None
    changes = Changes()
    People(units.bot.database, changes).consent(known, {"unit_totals": counts}, "console", LOGGED)
    await units.bot.committer.commit(Commit(changes))
    await person.says("hôm nay học tin học 1 tiếng", at=LOGGED + timedelta(minutes=5))
    person.hears("Đã ghi")
    return person


async def entries(units: Organisation) -> list[tuple[int, bool]]:
    rows = await units.bot.database.all(select(study_logs).order_by(study_logs.c.id))
    return [(row.minutes, row.deleted_at is None) for row in rows]


async def change(units: Organisation, **values: str) -> None:
    """The root A sets something for months."""
    changes = Changes()
    await Periods(units.bot.database, changes).change(units.ids["A"], "month", values, await _anyone(units), NOON)
    await units.bot.committer.commit(Commit(changes))


async def _anyone(units: Organisation) -> int:
    known = await People(units.bot.database, Changes()).by_account("console", "oanh")
    assert known is not None
    return known.id


async def exception(units: Organisation, what: str, key: str, code: str, until: date) -> None:
    changes = Changes()
    given = PeriodException(0, units.ids[code], key, what, until, "sửa sai")
    Periods(units.bot.database, changes).grant(given, await _anyone(units), NOON)
    await units.bot.committer.commit(Commit(changes))


async def all_refused(units: Organisation, an: FakePerson, at: datetime, answer: str) -> None:
    """Every way to change the entry of 30/10 is refused with the reason."""
    before = await entries(units)
    row = await units.bot.database.first(select(study_logs))
    for payload in (f"log.undo|{row.id}|{row.id}", f"diary.delete|{row.id}|0", f"log.set|{row.id}|minutes|120",
                    f"log.set|{row.id}|date|{at.date().isoformat()}"):  # fmt: skip
        await an.taps_payload(payload, at=at)
        an.hears(answer)
    assert await entries(units) == before


async def test_entries_of_a_locked_period_stay_and_the_person_hears_whom_to_ask(units: Organisation) -> None:
    an = await member(units, "an")

    await all_refused(units, an, LOCKED, "lượt ghi của tháng 10/2026 đã khóa từ 15/12/2026")
    an.hears("vui lòng liên hệ cán bộ tổng hợp của Cục Mẫu")
    an.hears("Nếu ngày 30/10/2026 ghi chưa đúng")


async def test_before_the_lock_they_can_be_changed(units: Organisation) -> None:
    an = await member(units, "an")
    row = await units.bot.database.first(select(study_logs))

    await an.taps_payload(f"log.undo|{row.id}|{row.id}", at=LOCKED - timedelta(days=2))

    assert await entries(units) == [(60, False)]
    await an.taps_payload(f"log.redo|{row.id}|{row.id}", at=LOCKED)
    an.hears("đã khóa từ 15/12/2026")
    await an.taps_payload(f"diary.restore|{row.id}|0", at=LOCKED)
    an.hears("đã khóa từ 15/12/2026")
    assert await entries(units) == [(60, False)]


async def test_an_earlier_lock_of_the_root_also_refuses_new_entries(units: Organisation) -> None:
    an = await member(units, "an")
    await change(units, lock="+10")
    at = datetime(2026, 11, 12, 8, 0, tzinfo=LOCAL_ZONE)

    await an.says("ngày 29/10 học tiếng Anh 2 tiếng", at=at)

    an.hears("đã khóa từ 10/11/2026")
    assert await entries(units) == [(60, True)]
    await an.says("hôm nay học tiếng Anh 2 tiếng", at=at)
    an.hears("Đã ghi")


async def test_a_period_that_is_not_asked_for_locks_nothing(units: Organisation) -> None:
    an = await member(units, "an")
    await change(units, wanted="no")
    row = await units.bot.database.first(select(study_logs))

    await an.taps_payload(f"log.undo|{row.id}|{row.id}", at=LOCKED)

    assert await entries(units) == [(60, False)]


async def test_an_exception_opens_the_period_for_the_unit_and_all_below_until_its_day(units: Organisation) -> None:
    an = await member(units, "an")
    row = await units.bot.database.first(select(study_logs))
    await exception(units, LATER, "2026-10", "A.2", LOCKED.date())
    await exception(units, UNLOCK, "2026-09", "A.2", LOCKED.date())
    await exception(units, UNLOCK, "2026-10", "A.1", LOCKED.date())
    await all_refused(units, an, LOCKED, "đã khóa từ 15/12/2026")

    await exception(units, UNLOCK, "2026-Q4", "A", LOCKED.date())

    await an.taps_payload(f"log.set|{row.id}|minutes|90", at=LOCKED + timedelta(days=1))
    an.hears("đã khóa từ 15/12/2026")
    await an.taps_payload(f"diary.delete|{row.id}|0", at=LOCKED)
    an.hears("Đã xóa")
    assert await entries(units) == [(60, False)]


async def test_what_counts_in_no_unit_is_never_locked(units: Organisation) -> None:
    an = await member(units, "an", counts=False)
    row = await units.bot.database.first(select(study_logs))
    assert row.unit_id is None

    await an.taps_payload(f"log.undo|{row.id}|{row.id}", at=LOCKED)

    assert await entries(units) == [(60, False)]
