"""A job runs once for its moment: after a restart, a clock that jumps, a crash, a long sleep, by two schedulers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import pytest

from bot.clock import LOCAL_ZONE
from bot.i18n import t
from bot.jobs.rule import Every, daily
from bot.jobs.runs import Context, Facts, Job, Scheduler
from storage.changes import Changes
from storage.commits import Commit, Committer
from storage.database import Database
from storage.jobs import DONE, DROPPED, FAILED, RETRY, Jobs

MORNING = datetime(2026, 11, 28, 6, 0, tzinfo=LOCAL_ZONE)
TITLE = t("Clear away what is kept long enough")
DAY = timedelta(days=1)


def clock(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    return MORNING.replace(hour=hour, minute=minute) + days * DAY


class Recorder:
    """A job that only notes for which moments it was run."""

    def __init__(self) -> None:
        self.due: list[datetime] = []
        self.fails = 0
        self.facts: Facts | None = {"sent": 1}
        self.gate: asyncio.Event | None = None

    async def run(self, now: datetime, context: Context) -> Facts | None:
        if self.gate is not None:
            await self.gate.wait()
        if self.fails:
            self.fails -= 1
            raise RuntimeError("no luck")
        self.due.append(context.due.astimezone(LOCAL_ZONE))
        return self.facts


Make = Callable[..., Scheduler]


@pytest.fixture
async def scheduler(database: Database, committer: Committer) -> AsyncIterator[Make]:
    """Makes schedulers on the same database; they stop with the test."""
    made: list[Scheduler] = []

    def make(*jobs: Job) -> Scheduler:
        context = Context(database, committer, {}, LOCAL_ZONE, MORNING)
        made.append(Scheduler(jobs, context, f"host:{len(made)}:x"))
        return made[-1]

    yield make
    for one in made:
        await one.stop()


async def runs(database: Database, job: str) -> list[tuple[str, str]]:
    found = await Jobs(database, Changes()).runs_of(job)
    return [(row.state, f"{row.due_at.astimezone(LOCAL_ZONE):%d %H:%M}") for row in found]


async def test_a_daily_job_runs_at_its_time_and_not_again_before_the_next_day(scheduler: Make) -> None:
    noted = Recorder()
    one = scheduler(Job("digest", TITLE, daily(7, 30), noted.run))

    for moment in (clock(6), clock(7, 29), clock(7, 30), clock(7, 30), clock(7, 31), clock(23), clock(7, 30, days=1)):
        await one.tick(moment)

    assert noted.due == [clock(7, 30), clock(7, 30, days=1)]


async def test_a_restart_forgets_nothing_and_repeats_nothing(scheduler: Make) -> None:
    noted = Recorder()
    job = Job("digest", TITLE, daily(7, 30), noted.run)
    first = scheduler(job)
    await first.tick(clock(6))
    await first.stop()

    second = scheduler(job)
    await second.tick(clock(7, 45))
    await second.stop()
    third = scheduler(job)
    await third.tick(clock(7, 46))

    assert noted.due == [clock(7, 30)]


async def test_a_host_that_was_off_for_a_day_catches_up_by_each_jobs_policy(
    scheduler: Make, database: Database
) -> None:
    always, soon, stale = Recorder(), Recorder(), Recorder()
    one = scheduler(
        Job("always", TITLE, daily(7, 30), always.run),
        Job("soon", TITLE, daily(7, 30), soon.run, late=timedelta(hours=3)),
        Job("stale", TITLE, daily(7, 30), stale.run, late=timedelta(hours=1)),
    )
    await one.tick(clock(6))

    await one.tick(clock(9, days=1))
    await one.tick(clock(9, 1, days=1))

    assert always.due == soon.due == [clock(7, 30, days=1)]
    assert stale.due == []
    assert await runs(database, "soon") == [(DONE, "29 07:30"), (DROPPED, "28 07:30")]
    assert await runs(database, "stale") == [(DROPPED, "29 07:30"), (DROPPED, "28 07:30")]
    reasons = [row.error for row in await Jobs(database, Changes()).runs_of("stale")]
    assert reasons == ["stale", "overtaken"]


async def test_a_clock_that_jumps_fires_nothing_twice_and_nothing_falls_asleep(scheduler: Make) -> None:
    noted, beat = Recorder(), Recorder()
    beat.facts = None
    one = scheduler(Job("digest", TITLE, daily(7, 30), noted.run), Job("beat", TITLE, Every(1), beat.run))
    await one.tick(clock(6))
    await one.tick(clock(7, 30))

    for moment in (clock(7, 29), clock(7, 30), clock(6), clock(7, 30), clock(8), clock(7, 31)):
        await one.tick(moment)
    assert noted.due == [clock(7, 30)]

    # Forward by a year and back: the job is due on the next day, not in a year.
    await one.tick(clock(9, days=365))
    await one.tick(clock(9))
    await one.tick(clock(7, 30, days=1))
    assert noted.due == [clock(7, 30), clock(7, 30, days=365), clock(7, 30, days=1)]
    assert beat.due[-1] == clock(7, 30, days=1)


async def test_two_schedulers_run_a_job_once_and_one_takes_over(scheduler: Make) -> None:
    noted = Recorder()
    job = Job("digest", TITLE, daily(7, 30), noted.run)
    first, second = scheduler(job), scheduler(job)

    for moment in (clock(6), clock(7, 30), clock(7, 31)):
        await asyncio.gather(first.tick(moment), second.tick(moment))
    leading = [one for one in (first, second) if one.leading]
    assert (len(leading), noted.due) == (1, [clock(7, 30)])

    await leading[0].stop()
    other = second if leading[0] is first else first
    await other.tick(clock(7, 30, days=1))
    assert (other.leading, noted.due) == (True, [clock(7, 30), clock(7, 30, days=1)])


async def test_a_run_that_was_cut_off_is_begun_again_for_the_same_moment(scheduler: Make, database: Database) -> None:
    noted = Recorder()
    noted.gate = asyncio.Event()
    first = scheduler(Job("digest", TITLE, daily(7, 30), noted.run))
    await first.tick(clock(6))
    await first.beat(clock(7, 30))
    await first._drop_all()
    await first.stop()

    noted.gate = None
    second = scheduler(Job("digest", TITLE, daily(7, 30), noted.run))
    await second.tick(clock(7, 32))
    await second.tick(clock(7, 33))

    assert noted.due == [clock(7, 30)]
    assert await runs(database, "digest") == [(DONE, "28 07:30")]


async def test_a_failed_run_is_tried_again_three_times_and_then_said_to_have_failed(
    scheduler: Make, database: Database
) -> None:
    noted = Recorder()
    noted.fails = 3
    one = scheduler(Job("digest", TITLE, daily(7, 30), noted.run))
    await one.tick(clock(6))

    seen = []
    for minute in (30, 34, 35, 44, 45, 55):
        await one.tick(clock(7, minute))
        seen += [state for state, _ in await runs(database, "digest")]

    assert seen == [RETRY, RETRY, RETRY, RETRY, FAILED, FAILED]
    row = await Jobs(database, Changes()).by_name("digest")
    assert row is not None
    assert (row.last_result, row.last_error) == (FAILED, "RuntimeError")


async def test_a_job_that_is_still_running_is_not_begun_twice(scheduler: Make) -> None:
    noted = Recorder()
    noted.gate = asyncio.Event()
    one = scheduler(Job("beat", TITLE, Every(1), noted.run), Job("rolls", TITLE, Every(300), noted.run))
    for second in range(10):
        await one.beat(clock(6) + timedelta(seconds=100 * second))

    noted.gate.set()
    await one.idle()

    assert len(noted.due) == 2


async def test_a_paused_job_waits_and_an_asked_for_run_comes_at_once(
    scheduler: Make, database: Database, committer: Committer
) -> None:
    noted = Recorder()
    one = scheduler(Job("digest", TITLE, daily(7, 30), noted.run))
    await one.tick(clock(6))

    async def orders(order: Callable[[Jobs], None]) -> None:
        changes = Changes()
        order(Jobs(database, changes))
        await committer.commit(Commit(changes))

    await orders(lambda jobs: jobs.pause("digest", None, clock(6, 5)))
    await one.tick(clock(7, 30))
    assert noted.due == []
    await orders(lambda jobs: jobs.ask_to_run("digest", None, clock(8)))
    await one.tick(clock(8, 1))
    await orders(lambda jobs: jobs.resume("digest", clock(7, 30, days=1), None, clock(8, 2)))
    await one.tick(clock(8, 2))
    await one.tick(clock(7, 30, days=1))

    assert noted.due == [clock(8), clock(7, 30, days=1)]


async def test_a_job_that_beats_each_second_leaves_one_row_a_minute_and_only_when_it_did_something(
    scheduler: Make, database: Database
) -> None:
    noted = Recorder()
    noted.facts = None
    one = scheduler(Job("beat", TITLE, Every(1), noted.run))
    for second in range(5):
        await one.tick(clock(6) + timedelta(seconds=second))
    noted.facts = {"sent": 3}
    for second in (5, 6, 60, 61):
        await one.tick(clock(6) + timedelta(seconds=second))

    assert len(noted.due) == 9
    (row,) = await Jobs(database, Changes()).runs_of("beat")
    assert (row.state, row.due_at, row.facts) == (DONE, clock(6, 1), {"sent": 9})


async def test_a_changed_rule_moves_the_next_moment_and_a_job_that_is_gone_leaves_the_schedule(
    scheduler: Make, database: Database
) -> None:
    noted = Recorder()
    first = scheduler(Job("digest", TITLE, daily(7, 30), noted.run), Job("gone", TITLE, daily(8), noted.run))
    await first.tick(clock(6))
    await first.stop()

    second = scheduler(Job("digest", TITLE, daily(9), noted.run))
    await second.tick(clock(8))
    await second.tick(clock(9))

    assert noted.due == [clock(9)]
    assert [row.name for row in await Jobs(database, Changes()).all()] == ["digest"]
