"""Coming deadlines: told 30, 7, 1 and 0 days before to the officers of what is missing; an edit leaves none stale."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.clock import LOCAL_ZONE
from bot.jobs.deadlines import run, step_of
from storage.changes import Changes
from storage.jobs import DONE, Jobs
from storage.tables import outbox
from tests.conftest import Bot
from tests.jobs.test_submissions import Told, context, newest, officers, setting, told
from tests.organisation import Organisation, organisation

DUE = datetime(2026, 11, 5, 7, 40, tzinfo=LOCAL_ZONE)
"""The deadline of October: it opens on 31/10."""


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def runs(units: Organisation, at: datetime) -> Told:
    """What is told by a run at this moment."""
    since = await newest(units)
    await run(at, context(units, at))
    return await told(units, since)


def before(days: int) -> datetime:
    return DUE - timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "step"), [(31, None), (30, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 0), (-1, None)]
)
def test_a_step_holds_until_the_next_one_comes(days: int, step: int | None) -> None:
    assert step_of(days) == step


async def test_each_step_is_told_once_to_the_officers_of_what_is_missing(units: Organisation) -> None:
    people = await officers(units)
    await setting(units)

    assert await runs(units, before(6)) == {}, "before the period's end nothing can be submitted"
    first = await runs(units, before(5))
    assert set(first) == {"hoa", "lan", "binh"}, "who has submitted, and who belongs to another tree, hears nothing"
    assert first["binh"] == [
        ("Còn 5 ngày đến hạn nộp báo cáo tháng 10/2026 (05/11/2026). Chưa nộp: Phòng Ba (A.3).", ["Nộp báo cáo"])
    ]
    assert "Phòng Một (A.1), Tổ Một (A.1.1)" in first["lan"][0][0]
    assert [await runs(units, before(days)) for days in (5, 4, 3, 2)] == [{}] * 4

    await people["A.3"].says("/nop tháng 10", at=before(2))
    await people["A.3"].taps("Không có phát sinh")
    day_before = await runs(units, before(1))
    assert set(day_before) == {"hoa", "lan"}
    assert day_before["lan"][0][0].startswith("Ngày mai, 05/11/2026, là hạn nộp báo cáo tháng 10/2026.")
    on_the_day = await runs(units, DUE)
    assert on_the_day["lan"][0][0].startswith("Hôm nay, 05/11/2026, là hạn nộp")
    assert await runs(units, before(-1)) == {}, "what is overdue is told by another job"


async def test_a_step_that_was_missed_is_told_later_and_never_at_night(units: Organisation) -> None:
    await officers(units)
    await setting(units)

    assert await runs(units, before(4).replace(hour=22)) == {}
    assert await runs(units, before(4).replace(hour=7, minute=29)) == {}
    assert "Còn 4 ngày" in (await runs(units, before(4)))["binh"][0][0]


async def test_runs_at_the_same_time_tell_once(units: Organisation) -> None:
    await officers(units)
    await setting(units)

    since = await newest(units)
    await asyncio.gather(*(run(before(5), context(units, before(5))) for _ in range(3)))

    assert {person: len(heard) for person, heard in (await told(units, since)).items()} == {
        "hoa": 1, "lan": 1, "binh": 1
    }  # fmt: skip


async def test_an_edit_of_a_deadline_takes_back_what_waits_and_the_new_day_is_told(units: Organisation) -> None:
    people = await officers(units)
    await setting(units)
    scheduler = units.bot.app.scheduler
    await scheduler.tick(before(5) - timedelta(minutes=1))
    since = await newest(units)
    await scheduler.tick(before(5))
    assert set(await told(units, since)) == {"hoa", "lan", "binh"}
    async with units.bot.database.writing() as connection:
        gone = (outbox.c.address == "lan") & (outbox.c.id > since)
        await connection.execute(update(outbox).where(gone).values(state="sent", sent_at=before(5)))

    await people["A"].says("/hannop tháng 10: 12/11", at=before(5) + timedelta(minutes=2))
    people["A"].hears("12/11/2026")
    states = await states_since(units, since)
    assert states == {("lan", "sent"): 1, ("hoa", "cancelled"): 1, ("binh", "cancelled"): 1}

    newer = await newest(units)
    await scheduler.tick(before(5) + timedelta(minutes=3))
    heard = await told(units, newer)
    assert set(heard) == {"hoa", "lan", "binh"}, "also who had heard of the old day hears of the new one"
    assert {text[:45] for [(text, _)] in heard.values()} == {"Còn 12 ngày đến hạn nộp báo cáo tháng 10/2026"}
    row = await Jobs(units.bot.database, Changes()).by_name("deadlines")
    assert row is not None
    assert row.last_result == DONE

    # Moved back: the old day may be told again to whoever never got it, and only to them.
    newer = await newest(units)
    await people["A"].taps("Hoàn tác", at=before(5) + timedelta(minutes=4))
    await scheduler.tick(before(5) + timedelta(minutes=5))
    again = await told(units, newer)
    assert set(again) == {"hoa", "binh"}
    assert all("Còn 5 ngày" in text for [(text, _)] in again.values())


async def test_an_exception_for_a_unit_moves_its_notice(units: Organisation) -> None:
    people = await officers(units)
    await setting(units)
    await people["A"].says("/hannop A.3 tháng 10: 20/11 vì đi diễn tập", at=before(5))

    heard = await runs(units, before(5))

    assert "Còn 20 ngày" in heard["binh"][0][0]
    assert "Còn 5 ngày" in heard["lan"][0][0]


async def states_since(units: Organisation, since: int) -> Counter[tuple[str, str]]:
    """Notices by person and state."""
    wanted = (outbox.c.id > since) & (outbox.c.priority == 1)
    rows = await units.bot.database.all(select(outbox.c.address, outbox.c.state).where(wanted))
    return Counter((row.address, row.state) for row in rows)
