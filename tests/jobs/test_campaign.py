"""What the calendar tells: learners who agreed and have not done it, officers and admins until they say it is done."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.clock import LOCAL_ZONE
from bot.jobs.campaign import run
from storage.changes import Changes
from storage.commits import Commit
from storage.study_logs import StudyLog, StudyLogs
from storage.tables import accounts, outbox, persons
from tests.conftest import Bot
from tests.jobs.test_submissions import context, newest
from tests.organisation import Organisation, organisation

WEEK = datetime(2027, 9, 24, 7, 50, tzinfo=LOCAL_ZONE)
"""Seven days before the week of lifelong learning."""


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def told(units: Organisation, since: int = 0) -> dict[str, list[str]]:
    """Texts by address of what waits or was sent."""
    wanted = (outbox.c.id > since) & (outbox.c.key.like("%campaign:%"))
    found: dict[str, list[str]] = {}
    for row in await units.bot.database.all(select(outbox).where(wanted).order_by(outbox.c.id)):
        found.setdefault(row.address, []).append(row.payload["text"])
    return found


async def runs(units: Organisation, at: datetime) -> dict[str, list[str]]:
    since = await newest(units)
    await run(at, context(units, at))
    return await told(units, since)


async def learner(units: Organisation, code: str, name: str, *, reminders: bool = True) -> int:
    (person,) = await units.members(code, [0])
    async with units.bot.database.writing() as connection:
        consents = {"log": True, "unit_totals": True, "reminders": reminders}
        await connection.execute(update(persons).where(persons.c.id == person).values(consents=consents))
        await connection.execute(update(accounts).where(accounts.c.person_id == person).values(address=name))
    return person


async def test_learners_who_agreed_hear_of_the_week_once_a_step(units: Organisation) -> None:
    await learner(units, "A.1", "an")
    await learner(units, "A.1", "binh", reminders=False)

    assert await runs(units, WEEK - timedelta(days=1)) == {}
    heard = await runs(units, WEEK)
    assert set(heard) == {"an"}
    assert heard["an"][0].startswith("Còn 7 ngày: Tuần lễ hưởng ứng học tập suốt đời diễn ra từ 01/10/2027 đến 07/")
    assert await runs(units, WEEK) == {}
    assert await runs(units, WEEK + timedelta(days=1)) == {}
    assert (await runs(units, WEEK + timedelta(days=6)))["an"][0].startswith("Ngày mai:")
    assert (await runs(units, WEEK + timedelta(days=7)))["an"][0].startswith("Hôm nay:")


async def test_the_last_days_are_for_those_who_have_logged_nothing_in_the_week(units: Organisation) -> None:
    done, _ = await learner(units, "A.1", "an"), await learner(units, "A.1", "binh")
    changes = Changes()
    StudyLogs(units.bot.database, changes).add(
        StudyLog(0, done, units.ids["A.1"], date(2027, 10, 2), 30, "tin học", "digital", None, False, None, WEEK)
    )
    await units.bot.committer.commit(Commit(changes))

    heard = await runs(units, datetime(2027, 10, 6, 7, 50, tzinfo=LOCAL_ZONE))

    assert set(heard) == {"binh"}
    assert "chưa ghi buổi học nào trong tuần lễ" in heard["binh"][0]


async def test_officers_hear_of_it_until_their_unit_says_that_it_is_done(units: Organisation) -> None:
    lan, oanh = await units.officer("lan", "A.1"), await units.officer("oanh", "A.2")
    first = await runs(units, WEEK - timedelta(days=20))
    assert set(first) == {"lan", "oanh"}
    assert "Nguồn: Tuần lễ hưởng ứng" in first["lan"][0]

    await lan.taps_payload(f"campaign.done|week|2027|{units.ids['A.1']}")
    lan.hears("“Tuần lễ hưởng ứng học tập suốt đời” đã làm xong")
    await oanh.taps_payload(f"campaign.done|week|2027|{units.ids['A.1']}")
    oanh.hears("chỉ dành cho cán bộ tổng hợp của đơn vị đó")

    assert set(await runs(units, WEEK)) == {"oanh"}


async def test_an_admin_hears_of_the_dossiers_and_nobody_at_night(units: Organisation) -> None:
    await units.admin("chi")
    await units.officer("lan", "A.1")
    night = datetime(2027, 2, 20, 22, 0, tzinfo=LOCAL_ZONE)

    assert await runs(units, night) == {}
    heard = await runs(units, night.replace(hour=8))

    assert set(heard) == {"chi"}
    assert Counter(text.split("Cấp xã")[0] for text in heard["chi"]) == {"Còn 7 ngày: ": 2}, "one for each of two trees"


async def test_days_that_an_admin_sets_take_back_what_waits_and_are_told_instead(units: Organisation) -> None:
    chi = await units.admin("chi")
    await learner(units, "A.1", "an")
    await learner(units, "M.1", "minh")
    scheduler = units.bot.app.scheduler
    await scheduler.tick(WEEK - timedelta(minutes=10))
    since = await newest(units)
    await scheduler.tick(WEEK)
    assert set(await told(units, since)) == {"an", "minh"}

    await chi.says("/lich A tuần lễ: 28/09-04/10", at=WEEK + timedelta(minutes=1))
    chi.hears("28/09/2027 đến 04/10/2027, theo quy định của đơn vị")
    assert set(await told(units, since)) == {"minh"}, "what waited in the tree of A is taken back, elsewhere not"
    since = await newest(units)
    await scheduler.tick(WEEK + timedelta(minutes=2))

    ((text,),) = (await told(units, since)).values()
    assert text.startswith("Còn 4 ngày: Tuần lễ hưởng ứng học tập suốt đời diễn ra từ 28/09/2027 đến 04/10/2027")

    await chi.taps("Hoàn tác", at=WEEK + timedelta(minutes=3))
    chi.hears("01/10/2027 đến 07/10/2027")
