"""What runs when: the one table of jobs; APScheduler only ticks, the schedule itself is rows (storage/jobs.py)."""

import asyncio
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.clock import now
from bot.i18n import t
from bot.jobs import (
    broadcast,
    campaign,
    data_requests,
    deadlines,
    digest,
    erasures,
    questions,
    reminders,
    retention,
    rollups,
    submissions,
)
from bot.jobs.rule import Every, daily, weekly
from bot.jobs.runs import Job, Scheduler

log = structlog.get_logger(__name__)

JOBS = (
    Job("broadcasts", t("Send announcements"), Every(1), broadcast.run),
    Job("reminders", t("Personal reminders to study"), Every(30), reminders.run),
    Job("rollups", t("Add up new entries per unit"), Every(5), rollups.fold),
    Job("rollups_check", t("Compare the sums with the entries"), daily(2, 40), rollups.check),
    Job("retention", t("Clear away what is kept long enough"), daily(3, 15), retention.run),
    Job("data_requests", t("Remind admins of requests about personal data"), daily(8, 0), data_requests.run,
        late=timedelta(hours=10)),
    Job("questions", t("Pass on questions that nobody has answered in time"), Every(30), questions.run),
    Job("questions_week", t("Tell admins of the week's questions"), weekly("mon", 7, 45), questions.weekly,
        late=timedelta(days=2)),
    Job("erasures", t("Erase who asked for it a day ago"), Every(60), erasures.run),
    Job("digest", t("Monday digest for officers"), weekly("mon", 7, 30), digest.run, late=timedelta(hours=12)),
    Job("deadlines", t("Tell officers of coming deadlines"), daily(7, 40), deadlines.run, late=timedelta(hours=12)),
    Job("campaign", t("Tell of what the movement's calendar holds"), daily(7, 50), campaign.run,
        late=timedelta(hours=12)),
    Job("submissions", t("Tell officers of overdue reports"), daily(8, 0), submissions.run, late=timedelta(hours=12)),
)
"""A job: its name, what admins read, its rule, its function, and how late it is still useful (None: always)."""

TICK_SECONDS = 1


class Ticker:
    """Tells the scheduler the time each second; a tick that takes longer is not overtaken by the next one."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._clock: AsyncIOScheduler | None = None
        self._ticking = asyncio.Lock()

    def start(self) -> None:
        """Begin to tick; the schedule of this process is nothing but this one tick, kept in memory."""
        self._clock = AsyncIOScheduler(timezone="UTC")
        self._clock.add_job(self._tick, IntervalTrigger(seconds=TICK_SECONDS, timezone="UTC"),
                            max_instances=1, coalesce=True, misfire_grace_time=None)  # fmt: skip
        self._clock.start()

    async def stop(self) -> None:
        """Tick no more; what runs may finish."""
        clock, self._clock = self._clock, None
        # APScheduler would cancel a tick in the middle of a question to the database: it is let finish first.
        async with self._ticking:
            if clock is not None:
                clock.shutdown(wait=False)
        await self._scheduler.stop()

    async def _tick(self) -> None:
        async with self._ticking:
            if self._clock is None:
                return
            try:
                await self._scheduler.beat(now())
            except Exception as error:
                # The database may be away for a while: the next tick tries again.
                log.error("schedule not readable", error=type(error).__name__, exc_info=error)
