"""Overdue reports: the unit's officers hear of it once, then those above; never who has submitted, never at night."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.app import ABILITIES
from bot.clock import LOCAL_ZONE
from bot.jobs.runs import Context
from bot.jobs.schedule import JOBS
from bot.jobs.submissions import overdue, run
from storage.changes import Changes
from storage.commits import Commit
from storage.outbox import NOTICE
from storage.people import People
from storage.periods import LATER, PeriodException, Periods
from storage.tables import outbox
from tests.chat import FakePerson
from tests.conftest import Bot
from tests.organisation import Organisation, organisation

MORNING = datetime(2026, 11, 8, 8, 0, tzinfo=LOCAL_ZONE)
"""The first day after the last one on time for October."""


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


def context(units: Organisation, at: datetime) -> Context:
    return Context(units.bot.database, units.bot.committer, ABILITIES, LOCAL_ZONE, at)


async def runs(units: Organisation, at: datetime) -> None:
    await run(at, context(units, at))


Told = dict[str, list[tuple[str, list[str]]]]
"""By person: the text and the buttons' labels of each notice."""


async def told(units: Organisation, since: int = 0) -> Told:
    """What was promised as a notice after the message of this key."""
    wanted = (outbox.c.id > since) & (outbox.c.priority == NOTICE)
    found: Told = {}
    for row in await units.bot.database.all(select(outbox).where(wanted).order_by(outbox.c.id)):
        labels = [label for label, _ in row.payload["buttons"]]
        found.setdefault(row.address, []).append((row.payload["text"], labels))
    return found


async def newest(units: Organisation) -> int:
    return await units.bot.database.value(select(func.max(outbox.c.id))) or 0


async def setting(units: Organisation, **values: str) -> None:
    """Only months are asked for, and whatever is named."""
    changes = Changes()
    periods = Periods(units.bot.database, changes)
    known = await People(units.bot.database, Changes()).by_account("console", "hoa")
    assert known is not None
    for kind in ("quarter", "half", "year", "phase"):
        await periods.change(units.ids["A"], kind, {"wanted": "no"}, known.id, MORNING - timedelta(days=20))
    if values:
        await periods.change(units.ids["A"], "month", values, known.id, MORNING - timedelta(days=20))
    await units.bot.committer.commit(Commit(changes))


async def officers(units: Organisation) -> dict[str, FakePerson]:
    """An officer for each unit but A.1.1; A.2 submits in time."""
    found = {code: await units.officer(name, code) for name, code in
             (("hoa", "A"), ("lan", "A.1"), ("oanh", "A.2"), ("binh", "A.3"), ("minh", "M"))}  # fmt: skip
    await units.admin("chi")
    await found["A.2"].says("/nop tháng 10", at=MORNING - timedelta(days=4))
    await found["A.2"].taps("Không có phát sinh")
    return found


async def test_each_step_is_told_once_to_those_whom_it_is_for(units: Organisation) -> None:
    people = await officers(units)
    await setting(units)
    await runs(units, MORNING - timedelta(days=1))
    assert await told(units) == {}

    await runs(units, MORNING)
    first = await told(units)
    assert set(first) == {"hoa", "lan", "binh"}, "who has submitted, and who belongs to another tree, hears nothing"
    assert first["binh"] == [
        ("Báo cáo sau đã quá hạn; vui lòng nộp hoặc báo “Không có phát sinh”:\n"
         "Phòng Ba (A.3) · tháng 10/2026, hạn nộp 05/11/2026", ["Nộp báo cáo"])
    ]  # fmt: skip
    ((text, buttons),) = first["lan"]
    assert "Phòng Một (A.1)" in text
    assert "Tổ Một (A.1.1)" in text, "the nearest officer above answers for a unit without one"
    assert buttons == ["Tình hình nộp"]

    since = await newest(units)
    for hours in (0, 1, 24, 48):
        await runs(units, MORNING + timedelta(hours=hours))
    assert await told(units, since) == {}

    await people["A.3"].says("/nop tháng 10", at=MORNING + timedelta(days=2))
    await people["A.3"].taps("Không có phát sinh")
    since = await newest(units)
    for day in (3, 4, 5):
        await runs(units, MORNING + timedelta(days=day))
    second = await told(units, since)
    assert set(second) == {"hoa", "chi"}, "the level above A is the admin"
    ((text, buttons),) = second["hoa"]
    assert text.startswith("Cấp dưới còn báo cáo quá hạn chưa nộp:")
    assert text.count("\n") == 2, "A.1 and A.1.1 in one message"
    assert "A.3" not in text
    assert buttons == ["Tình hình nộp"]


async def test_twice_at_the_same_moment_sends_once(units: Organisation) -> None:
    await officers(units)
    await setting(units)

    await asyncio.gather(*(run(MORNING, context(units, MORNING)) for _ in range(4)))
    await runs(units, MORNING)

    assert {name: len(texts) for name, texts in (await told(units)).items()} == {"hoa": 1, "lan": 1, "binh": 1}
    assert await overdue(units.bot.database, MORNING) == []


async def test_a_changed_deadline_and_an_exception_hold_the_notice_back(units: Organisation) -> None:
    await officers(units)
    await setting(units, deadline="+10", above="1")
    changes = Changes()
    given = PeriodException(0, units.ids["A.1"], "2026-10", LATER, MORNING.date() + timedelta(days=20), "diễn tập")
    known = await People(units.bot.database, Changes()).by_account("console", "hoa")
    assert known is not None
    Periods(units.bot.database, changes).grant(given, known.id, MORNING)
    await units.bot.committer.commit(Commit(changes))

    await runs(units, MORNING)
    assert await told(units) == {}
    await runs(units, MORNING + timedelta(days=5))
    assert set(await told(units)) == {"hoa", "binh"}, "A.1 and all below it have more time"
    since = await newest(units)
    await runs(units, MORNING + timedelta(days=6))

    assert set(await told(units, since)) == {"hoa", "chi"}


async def test_nobody_is_told_at_night_where_reporting_has_not_begun_or_of_old_matters(units: Organisation) -> None:
    for name, code in (("lan", "A.1"), ("minh", "M.1"), ("hoa", "A")):
        await units.officer(name, code)
    await runs(units, MORNING)
    assert await told(units) == {}, "nobody below either root has ever submitted or set anything"

    await setting(units)
    await runs(units, MORNING.replace(hour=22))
    await runs(units, MORNING + timedelta(days=60))
    late = await told(units)
    assert "minh" not in late
    assert not [text for notices in late.values() for text, _ in notices if "tháng 10/2026" in text]


def test_the_scheduler_runs_it_daily() -> None:
    assert [job.run for job in JOBS if job.name == "submissions"] == [run]
