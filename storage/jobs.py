"""The schedule as rows: when each job is due next, and one row per due moment that a job was run for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    delete,
    false,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.changes import Changes
from storage.columns import Id, Json, UtcDateTime, new_id
from storage.database import Database
from storage.tables import metadata

RUNNING, RETRY, DONE, FAILED, DROPPED = "running", "retry", "done", "failed", "dropped"
STALE, OVERTAKEN = "stale", "overtaken"
"""Why a due moment was dropped: it came too late to be of use, or a later moment of the same job covers it."""

jobs = Table(
    "jobs",
    metadata,
    Column("name", String(48), primary_key=True),
    Column("rule", String(80), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("paused", Boolean, nullable=False, server_default=false()),
    Column("changed_by", Id, ForeignKey("persons.id")),
    Column("changed_at", UtcDateTime),
    Column("run_now", UtcDateTime),
    Column("last_run", UtcDateTime),
    Column("last_result", String(16), nullable=False, server_default=""),
    Column("last_facts", Json),
    Column("last_error", String(300), nullable=False, server_default=""),
    Index("ix_jobs_changed_by", "changed_by"),
    comment="the schedule; changed_by paused or resumed it, or asked for the run at run_now",
)

job_runs = Table(
    "job_runs",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("job", String(48), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="1"),
    Column("owner", String(120), nullable=False, server_default=""),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("retry_at", UtcDateTime),
    Column("facts", Json),
    Column("error", String(300), nullable=False, server_default=""),
    Column("asked_by", Id, ForeignKey("persons.id")),
    UniqueConstraint("job", "due_at"),
    CheckConstraint("state IN ('running', 'retry', 'done', 'failed', 'dropped')", name="state"),
    Index("ix_job_runs_state", "state"),
    Index("ix_job_runs_asked_by", "asked_by"),
    comment="a job runs once for a due moment, whoever schedules, restarts or sets the clock back",
)


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job as it stands in the schedule."""

    name: str
    rule: str
    zone: str
    next_at: datetime
    paused: bool
    changed_by: int | None
    changed_at: datetime | None
    run_now: datetime | None
    last_run: datetime | None
    last_result: str
    last_facts: dict[str, Any] | None
    last_error: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run that was begun: by this process just now, or by one that is gone."""

    id: int
    job: str
    due_at: datetime
    state: str
    attempts: int
    owner: str
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a scheduler wants of a due job: move its next moment on, run it for `due_at` or drop that, drop `missed`."""

    job: str
    seen: datetime
    next_at: datetime
    due_at: datetime
    dropped: bool = False
    missed: Sequence[datetime] = ()


_RUN = (
    job_runs.c.id,
    job_runs.c.job,
    job_runs.c.due_at,
    job_runs.c.state,
    job_runs.c.attempts,
    job_runs.c.owner,
    job_runs.c.retry_at,
)


class Jobs:
    """Queries and changes of the schedule. Schedulers claim in a transaction of their own; chats go through Changes."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes
        self._insert = (sqlite if database.is_sqlite else postgresql).insert

    async def all(self) -> list[JobRow]:
        """Every job, by name."""
        return [JobRow(**row._mapping) for row in await self._database.all(select(jobs).order_by(jobs.c.name))]

    async def by_name(self, name: str) -> JobRow | None:
        """One job."""
        row = await self._database.first(select(jobs).where(jobs.c.name == name))
        return None if row is None else JobRow(**row._mapping)

    async def arrange(self, wanted: Sequence[tuple[str, str, str, datetime]]) -> None:
        """Make the rows be those of the program's table: name, rule, zone, next moment.

        The next moment of a job that is known by the same rule stays: what a host missed while it was off must not be
        forgotten at its start.
        """
        async with self._database.writing() as connection:
            for name, rule, zone, next_at in wanted:
                row = {"rule": rule, "zone": zone, "next_at": next_at}
                await connection.execute(self._insert(jobs).values(name=name, **row).on_conflict_do_nothing())
                other = (jobs.c.name == name) & ((jobs.c.rule != rule) | (jobs.c.zone != zone))
                await connection.execute(update(jobs).where(other).values(**row))
            await connection.execute(delete(jobs).where(jobs.c.name.not_in([name for name, *_ in wanted])))

    async def move(self, name: str, seen: datetime, next_at: datetime) -> None:
        """Set the next moment without a run."""
        async with self._database.writing() as connection:
            await connection.execute(_moved(name, seen, next_at))

    async def claim(self, claim: Claim, owner: str, now: datetime) -> Run | None:
        """Run this due moment? None when it is dropped, or another scheduler (or this one, before) has taken it."""
        async with self._database.writing() as connection:
            moved = await connection.execute(_moved(claim.job, claim.seen, claim.next_at))
            if moved.rowcount != 1:
                return None
            for moment in claim.missed:
                await self._add(connection, claim.job, moment, DROPPED, "", now, OVERTAKEN)
            if claim.dropped:
                await self._add(connection, claim.job, claim.due_at, DROPPED, "", now, STALE)
                return None
            return await self._add(connection, claim.job, claim.due_at, RUNNING, owner, now)

    async def claim_asked(self, row: JobRow, owner: str, now: datetime) -> Run | None:
        """Run a job because a person asked for it."""
        async with self._database.writing() as connection:
            same = (jobs.c.name == row.name) & (jobs.c.run_now == row.run_now)
            taken = await connection.execute(update(jobs).where(same).values(run_now=None))
            if taken.rowcount != 1 or row.run_now is None:
                return None
            return await self._add(connection, row.name, row.run_now, RUNNING, owner, now, asked_by=row.changed_by)

    async def unfinished(self) -> list[Run]:
        """Runs that are under way, somewhere or nowhere any more, and those that wait for another try."""
        rows = await self._database.all(select(*_RUN).where(job_runs.c.state.in_((RUNNING, RETRY))))
        return [Run(**row._mapping) for row in rows]

    async def take_over(self, run: Run, owner: str) -> bool:
        """Go on with a run that another process began, or that failed before; False when somebody else does."""
        same = (job_runs.c.id == run.id) & (job_runs.c.state == run.state) & (job_runs.c.attempts == run.attempts)
        values = {"owner": owner, "state": RUNNING, "attempts": run.attempts + 1, "retry_at": None}
        async with self._database.writing() as connection:
            return (await connection.execute(update(job_runs).where(same).values(**values))).rowcount == 1

    async def record(self, job: str, due_at: datetime, owner: str, now: datetime) -> Run | None:
        """A row for a moment of a job that beats too often to have a row for each."""
        async with self._database.writing() as connection:
            return await self._add(connection, job, due_at, RUNNING, owner, now)

    async def end(
        self,
        run: Run,
        state: str,
        now: datetime,
        *,
        facts: dict[str, Any] | None = None,
        error: str = "",
        retry_at: datetime | None = None,
    ) -> None:
        """How a run ended; RETRY with a moment tries again. Only its owner may say so."""
        mine = (job_runs.c.id == run.id) & (job_runs.c.owner == run.owner) & (job_runs.c.state == RUNNING)
        kept = {"state": state, "ended_at": now, "facts": facts, "error": error[:300], "retry_at": retry_at}
        async with self._database.writing() as connection:
            ended = await connection.execute(update(job_runs).where(mine).values(**kept))
            if ended.rowcount == 1:
                last = {"last_run": now, "last_result": state, "last_facts": facts, "last_error": error[:300]}
                await connection.execute(update(jobs).where(jobs.c.name == run.job).values(**last))

    async def beaten(self, name: str, now: datetime) -> None:
        """A job that beats often was run and found nothing to do."""
        values = {"last_run": now, "last_result": DONE, "last_error": ""}
        async with self._database.writing() as connection:
            await connection.execute(update(jobs).where(jobs.c.name == name).values(**values))

    def ask_to_run(self, name: str, by: int | None, now: datetime) -> None:
        """A person wants the job to run now, paused or not."""
        values = {"run_now": now, "changed_by": by, "changed_at": now}
        self._changes.run(update(jobs).where(jobs.c.name == name).values(**values))

    def look_again(self, name: str, now: datetime) -> None:
        """What the job reads was edited: run it at once, unless it is paused."""
        mine = (jobs.c.name == name) & jobs.c.paused.is_(False)
        self._changes.run(update(jobs).where(mine).values(run_now=now, changed_by=None, changed_at=now))

    def pause(self, name: str, by: int | None, now: datetime) -> None:
        """A person stops the job: moments that pass meanwhile are not caught up."""
        self._changes.run(update(jobs).where(jobs.c.name == name).values(paused=True, changed_by=by, changed_at=now))

    def resume(self, name: str, next_at: datetime, by: int | None, now: datetime) -> None:
        """A person lets the job go on, with its next moment from now."""
        values = {"paused": False, "next_at": next_at, "changed_by": by, "changed_at": now}
        self._changes.run(update(jobs).where(jobs.c.name == name).values(**values))

    async def runs_of(self, name: str, limit: int = 10) -> Sequence[Any]:
        """The newest runs of a job, also dropped ones: due_at, state, attempts, started_at, ended_at, facts, error."""
        statement = select(job_runs).where(job_runs.c.job == name).order_by(job_runs.c.due_at.desc()).limit(limit)
        return await self._database.all(statement)

    async def _add(
        self,
        connection: AsyncConnection,
        job: str,
        due_at: datetime,
        state: str,
        owner: str,
        now: datetime,
        error: str = "",
        asked_by: int | None = None,
    ) -> Run | None:
        ended = now if state == DROPPED else None
        row = {"id": new_id(), "job": job, "due_at": due_at, "state": state, "owner": owner, "started_at": now}
        added = self._insert(job_runs).values(**row, ended_at=ended, error=error, asked_by=asked_by)
        found = (await connection.execute(added.on_conflict_do_nothing().returning(*_RUN))).first()
        return None if found is None else Run(**found._mapping)


def _moved(name: str, seen: datetime, next_at: datetime) -> Any:
    same = (jobs.c.name == name) & (jobs.c.next_at == seen)
    return update(jobs).where(same).values(next_at=next_at)
