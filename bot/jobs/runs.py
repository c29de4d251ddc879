"""Runs each job once per due moment: one process leads, rows are the schedule, each job says how late is too late."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.channels.base import Abilities
from bot.i18n import Text
from bot.jobs.rule import Every, Rule
from storage.changes import Changes
from storage.commits import Committer
from storage.database import Database
from storage.jobs import DONE, FAILED, RETRY, Claim, JobRow, Jobs, Run
from storage.leadership import Leadership

log = structlog.get_logger(__name__)

LOCK = "schedule"
ANSWER_SECONDS = 5.0
"""So long the database may take to say that this process still leads: to step down cuts off what runs."""
MOST_TRIES = 3
RETRY_AFTER = timedelta(minutes=5)
BEAT = 60
"""A job that comes again within so many seconds has no row per run, but one a minute with all that it did, if any."""
STOP_SECONDS = 10.0
"""How long a run under way may still take when the program ends; then another process begins it again."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a job gets beside the time: storage, the channels' abilities, and the moment that it is due for."""

    database: Database
    committer: Committer
    abilities: Mapping[str, Abilities]
    zone: ZoneInfo
    due: datetime
    """The due moment; a run that came late, or was begun anew by another process, has the same one."""


Facts = dict[str, Any]
"""What a run did, as counts to show to admins; None or empty: there was nothing to do."""
Work = Callable[[datetime, Context], Awaitable[Facts | None]]


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the table of what runs when.

    A run may be begun again after a crash, for the same `context.due`: what it does must be harmless the second time
    (`bot/jobs/promise.py` promises once). `late` is how long after its moment it is still useful: within that it is run
    once, later it is dropped and listed as stale; None: always useful. Of several missed moments only the last counts.
    """

    name: str
    title: Text
    rule: Rule
    run: Work
    late: timedelta | None = None


class Scheduler:
    """Looks what is due whenever it is told the time; `bot/jobs/schedule.py` tells it each second."""

    def __init__(self, jobs: Sequence[Job], context: Context, owner: str) -> None:
        self.jobs = {job.name: job for job in jobs}
        self.leading = False
        self.took_lead = asyncio.Event()
        """Set once this process has led for the first time."""
        self._context = context
        self._owner = owner
        self._store = Jobs(context.database, Changes())
        self._leadership = Leadership(context.database, answer_within=ANSWER_SECONDS)
        self._running: dict[str, asyncio.Task[None]] = {}
        self._runs: set[int] = set()
        self._beats: dict[str, datetime] = {}
        """When a job that beats often is due next; what it did since, and when, that was written last."""
        self._facts: dict[str, Facts] = {}
        self._written: dict[str, datetime] = {}

    async def tick(self, now: datetime) -> None:
        """Run all that is due now to its end."""
        await self.beat(now)
        await self.idle()

    async def beat(self, now: datetime) -> None:
        """Begin all that is due now; a job that is still running is left alone. Needs to lead, or does nothing."""
        if not await self._leads(now):
            return
        for run in await self._store.unfinished():
            if run.id not in self._runs and (run.retry_at is None or run.retry_at <= now):
                await self._go_on(run, now)
        for row in await self._store.all():
            job = self.jobs.get(row.name)
            if job is not None and row.name not in self._running:
                await self._look(job, row, now)

    async def idle(self) -> None:
        """Wait until no job is running."""
        while self._running:
            await asyncio.wait(list(self._running.values()))

    async def stop(self) -> None:
        """Let what runs finish for a while, then let another process lead."""
        if self._running:
            await asyncio.wait(list(self._running.values()), timeout=STOP_SECONDS)
        await self._drop_all()
        await self._leadership.close()
        self.leading = False

    async def _leads(self, now: datetime) -> bool:
        leads = LOCK in await self._leadership.refresh([LOCK])
        if leads and not self.leading:
            zone = self._context.zone
            wanted = [(job.name, str(job.rule), zone.key, job.rule.next_after(now, zone)) for job in self.jobs.values()]
            await self._store.arrange(wanted)
            log.info("scheduler leads", owner=self._owner)
        if self.leading and not leads:
            log.warning("scheduler leads no more", owner=self._owner)
            await self._drop_all()
            self.took_lead.clear()
        self.leading = leads
        if leads:
            self.took_lead.set()
        return leads

    async def _look(self, job: Job, row: JobRow, now: datetime) -> None:
        """Begin the job when it is due; set a next moment right that no rule explains (the clock went back)."""
        if row.run_now is not None:
            if run := await self._store.claim_asked(row, self._owner, now):
                self._begin(job, run, now)
            return
        if row.paused:
            return
        if isinstance(job.rule, Every) and job.rule.seconds <= BEAT:
            self._beat(job, now)
            return
        zone = ZoneInfo(row.zone)
        coming = job.rule.next_after(now, zone)
        if row.next_at > coming:
            await self._store.move(row.name, row.next_at, coming)
        elif row.next_at <= now:
            due = max(job.rule.latest(now, zone), row.next_at)
            missed = job.rule.missed(row.next_at, due, zone)
            claim = Claim(row.name, row.next_at, coming, due, _is_stale(job, due, now), missed)
            if run := await self._store.claim(claim, self._owner, now):
                self._begin(job, run, now)

    async def _go_on(self, run: Run, now: datetime) -> None:
        """A run whose process is gone (only the leader runs, and it is not ours), or that is to be tried again."""
        job = self.jobs.get(run.job)
        if job is not None and run.job in self._running:
            return
        if not await self._store.take_over(run, self._owner):
            return
        taken = replace(run, owner=self._owner, attempts=run.attempts + 1)
        if job is None or run.attempts >= MOST_TRIES or _is_stale(job, run.due_at, now):
            await self._store.end(taken, FAILED, now, error="given up")
        else:
            self._begin(job, taken, now)

    def _beat(self, job: Job, now: datetime) -> None:
        due = self._beats.get(job.name, now)
        # A clock that was set back must not silence the job until the old time comes again.
        if due <= now or due > job.rule.next_after(now, self._context.zone):
            self._beats[job.name] = job.rule.next_after(now, self._context.zone)
            self._spawn(job.name, self._beat_once(job, now))

    def _begin(self, job: Job, run: Run, now: datetime) -> None:
        self._runs.add(run.id)
        self._spawn(job.name, self._run(job, run, now))

    def _spawn(self, name: str, work: Any) -> None:
        task = asyncio.create_task(work)
        self._running[name] = task
        task.add_done_callback(lambda _: self._running.pop(name, None))

    async def _run(self, job: Job, run: Run, now: datetime) -> None:
        try:
            facts = await job.run(now, replace(self._context, due=run.due_at))
        except Exception as error:
            log.error("job failed", job=job.name, error=type(error).__name__, exc_info=error)
            again = run.attempts < MOST_TRIES
            retry_at = now + RETRY_AFTER * run.attempts if again else None
            await self._end(run, RETRY if again else FAILED, now, error=_words(error), retry_at=retry_at)
        else:
            await self._end(run, DONE, now, facts=facts or None)
        finally:
            self._runs.discard(run.id)

    async def _beat_once(self, job: Job, now: datetime) -> None:
        """Run it; what it did is added up and written once a minute, a failure at once."""
        error = ""
        try:
            facts = await job.run(now, replace(self._context, due=now))
        except Exception as failure:
            log.error("job failed", job=job.name, error=type(failure).__name__, exc_info=failure)
            error, facts = _words(failure), None
        done = self._facts.setdefault(job.name, {})
        for name, count in (facts or {}).items():
            done[name] = done.get(name, 0) + count
        if error or abs(now - self._written.get(job.name, _LONG_AGO)) >= timedelta(seconds=BEAT):
            with contextlib.suppress(Exception):
                await self._write_beat(job, self._facts.pop(job.name), error, now)

    async def _write_beat(self, job: Job, facts: Facts, error: str, now: datetime) -> None:
        self._written[job.name] = now
        if not (facts or error):
            await self._store.beaten(job.name, now)
        elif run := await self._store.record(job.name, now, self._owner, now):
            await self._store.end(run, FAILED if error else DONE, now, facts=facts or None, error=error)

    async def _end(self, run: Run, state: str, now: datetime, **how: Any) -> None:
        try:
            await self._store.end(run, state, now, **how)
        except Exception as error:
            # The row stays `running`: whoever leads next, also this process, begins it again.
            log.error("job's end not written", job=run.job, error=type(error).__name__)

    async def _drop_all(self) -> None:
        for task in list(self._running.values()):
            task.cancel()
        if self._running:
            await asyncio.wait(list(self._running.values()))


_LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def _is_stale(job: Job, due: datetime, now: datetime) -> bool:
    return job.late is not None and now - due > job.late


def _words(error: Exception) -> str:
    """What is kept of an error: its kind, never values that could name a person."""
    return type(error).__name__
