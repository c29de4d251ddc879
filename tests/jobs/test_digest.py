"""The Monday digest: silent when all is well; else how the week went, and at most five to contact, nobody unasked."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.clock import LOCAL_ZONE
from bot.jobs.digest import MOST_SHOWN, run
from storage.changes import Changes
from storage.commits import Commit
from storage.study_logs import StudyLog, StudyLogs
from storage.tables import memberships, persons, roles
from tests.conftest import Bot
from tests.jobs.test_submissions import Told, context, newest, officers, setting, told
from tests.organisation import Organisation, organisation

MONDAY = datetime(2026, 11, 30, 7, 30, tzinfo=LOCAL_ZONE)
LAST_WEEK = date(2026, 11, 25)
LONG_AGO = date(2026, 11, 3)


@pytest.fixture
async def units(app: Bot) -> Organisation:
    return await organisation(app)


async def digests(units: Organisation, at: datetime = MONDAY) -> Told:
    since = await newest(units)
    await run(at, context(units, at))
    return await told(units, since)


async def logs(units: Organisation, people: Sequence[int], code: str, day: date, minutes: int, times: int = 1) -> None:
    changes = Changes()
    for person in people:
        for _ in range(times):
            StudyLogs(units.bot.database, changes).add(
                StudyLog(0, person, units.ids[code], day, minutes, "tin học", "digital", None, False, None, MONDAY)
            )
    await units.bot.committer.commit(Commit(changes))


async def members(
    units: Organisation, code: str, count: int, *, day: date = LAST_WEEK, named: bool = True
) -> list[int]:
    """Members since long ago, each with an hour on the day."""
    people = await units.members(code, [60] * count, day=day)
    consents = {"log": True, "unit_totals": True, "named": named}
    async with units.bot.database.writing() as connection:
        mine = memberships.c.person_id.in_(people)
        await connection.execute(update(memberships).where(mine).values(asked_at=MONDAY - timedelta(days=60)))
        for number, person in enumerate(people):
            values = {"consents": consents, "alias": f"Bí danh {number}"}
            await connection.execute(update(persons).where(persons.c.id == person).values(**values))
    return people


async def test_when_nothing_is_wrong_nobody_is_told_anything(units: Organisation) -> None:
    await units.officer("hoa", "A")
    await members(units, "A", 6)
    await members(units, "A.1", 6)

    assert await digests(units) == {}


async def test_people_who_fell_silent_are_named_only_if_they_agreed_and_to_their_nearest_officer(
    units: Organisation,
) -> None:
    await units.officer("hoa", "A")
    await units.officer("lan", "A.1")
    await members(units, "A", 6)
    await members(units, "A.1", 5)
    await members(units, "A.1", 2, day=LONG_AGO)
    await members(units, "A.1", 1, day=LONG_AGO, named=False)

    heard = await digests(units)

    assert set(heard) == {"lan"}
    ((text, buttons),) = heard["lan"]
    assert text.startswith("Phòng Một (A.1) · tuần 23/11")
    assert "• Bí danh 0 (Phòng Một (A.1)): chưa ghi thêm từ 03/11/2026" in text
    assert "• Bí danh 1 (Phòng Một (A.1))" in text
    assert text.count("•") == 2, "one who may not be named is not counted aloud beside the others"
    assert buttons == ["Tổng hợp tuần"]


async def test_at_most_five_lines_and_the_rest_is_counted(units: Organisation) -> None:
    await units.officer("lan", "A.1")
    await members(units, "A.1", 12, day=LONG_AGO)

    ((text, _),) = (await digests(units))["lan"]

    assert text.count("•") == MOST_SHOWN
    assert text.endswith("• 8 người khác: chưa ghi từ 14 ngày trở lên")


async def test_somebody_who_joined_last_week_or_does_not_count_in_the_unit_is_not_silent(units: Organisation) -> None:
    await units.officer("lan", "A.1")
    (new,) = await units.members("A.1", [0])
    (apart,) = await members(units, "A.1", 1, day=LONG_AGO)
    async with units.bot.database.writing() as connection:
        mine = memberships.c.person_id == new
        await connection.execute(update(memberships).where(mine).values(asked_at=MONDAY - timedelta(days=3)))
        alone = {"log": True, "unit_totals": False, "named": True}
        await connection.execute(update(persons).where(persons.c.id == apart).values(consents=alone))

    assert await digests(units) == {}


async def test_a_small_unit_below_shows_nobody_to_an_officer_above(units: Organisation) -> None:
    await units.officer("hoa", "A")
    await members(units, "A", 6)
    await members(units, "A.2", 4, day=LONG_AGO)

    assert await digests(units) == {}
    await members(units, "A.2", 1, day=LONG_AGO)
    assert (await digests(units))["hoa"][0][0].count("•") == 5


async def test_days_that_cannot_be_right_are_shown(units: Organisation) -> None:
    await units.officer("lan", "A.1")
    much, again, fine, unnamed = [*await members(units, "A.1", 3), *await members(units, "A.1", 1, named=False)]
    await logs(units, [much, unnamed], "A.1", date(2026, 11, 26), 400, 2)
    await logs(units, [again], "A.1", date(2026, 11, 27), 45, 4)
    await logs(units, [fine], "A.1", date(2026, 11, 27), 240, 3)
    await logs(units, [fine], "A.1", date(2026, 11, 16), 700, 2)

    ((text, _),) = (await digests(units))["lan"]

    assert "Bí danh 0 (Phòng Một (A.1)): ghi 13 giờ 20 phút trong ngày 26/11/2026" in text
    assert "một người không nêu tên (Phòng Một (A.1)): ghi 13 giờ 20 phút" in text
    assert "Bí danh 1 (Phòng Một (A.1)): một nội dung ghi 4 lần giống nhau trong ngày 27/11/2026" in text
    assert text.count("•") == 3


async def test_in_secrecy_mode_nobody_is_listed_by_alias_and_nobody_is_counted(units: Organisation) -> None:
    await units.officer("minh", "M.1")
    await members(units, "M.1", 7, day=LONG_AGO)
    (much,) = await members(units, "M.1", 1)
    await logs(units, [much], "M.1", date(2026, 11, 26), 400, 2)

    ((text, _),) = (await digests(units))["minh"]

    assert "Bí danh" not in text
    shown = text.split("Cần quan tâm:")[1]
    assert "một người không nêu tên (Đại đội Mẫu (M.1)): ghi 13 giờ 20 phút" in shown
    assert "• Có người chưa ghi từ 14 ngày trở lên" in shown


@pytest.mark.parametrize(
    ("beside", "words"), [(5, "giờ học giảm 75% so với"), (3, "giờ học giảm mạnh so với")], ids=["open", "protecting"]
)
async def test_a_unit_whose_hours_fell_off_is_shown_with_a_way_to_its_summary(
    units: Organisation, beside: int, words: str
) -> None:
    await units.officer("hoa", "A")
    people = await members(units, "A.1", 6)
    others = await members(units, "A.2", beside)
    for week in range(1, 5):
        await logs(units, people, "A.1", LAST_WEEK - timedelta(weeks=week), 240)
        await logs(units, others, "A.2", LAST_WEEK - timedelta(weeks=week), 60 if beside == 5 else 600)

    ((text, buttons),) = (await digests(units))["hoa"]

    # Beside a unit of three people the figures of the next one stay hidden; of the three themselves nothing is said.
    assert f"• Phòng Một (A.1): {words} 4 tuần trước đó" in text
    assert "A.2)" not in text.split("Cần quan tâm")[1]
    assert buttons == ["Tổng hợp tuần", "Tổng hợp Phòng Một"]


async def test_who_has_not_submitted_is_shown_with_the_board(units: Organisation) -> None:
    await officers(units)
    await setting(units, deadline="+20")

    ((text, buttons),) = (await digests(units))["hoa"]

    assert "Chưa nộp báo cáo tháng 10/2026 (hạn 20/11/2026): Phòng Một, Phòng Ba" in text
    assert "Tình hình nộp" in buttons


async def test_it_comes_once_by_the_schedule_also_after_a_restart_and_not_on_tuesday(units: Organisation) -> None:
    await units.officer("lan", "A.1")
    await members(units, "A.1", 2, day=LONG_AGO)
    scheduler = units.bot.app.scheduler
    since = await newest(units)
    await scheduler.tick(MONDAY - timedelta(hours=1))
    assert await told(units, since) == {}

    for moment in (MONDAY, MONDAY + timedelta(minutes=1), MONDAY + timedelta(days=1)):
        await scheduler.tick(moment)
    await run(MONDAY + timedelta(hours=1), context(units, MONDAY))

    heard = await told(units, since)
    assert {person: len(texts) for person, texts in heard.items()} == {"lan": 1}


async def test_an_officer_whose_right_ended_hears_nothing(units: Organisation) -> None:
    await units.officer("lan", "A.1")
    await members(units, "A.1", 2, day=LONG_AGO)
    async with units.bot.database.writing() as connection:
        await connection.execute(update(roles).values(ended_at=MONDAY - timedelta(days=1)))

    assert await digests(units) == {}
