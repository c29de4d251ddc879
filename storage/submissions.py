"""Submissions: the versions of a unit's report for a period, and who was told that one is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, select, update

from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.period_tables import submission_notices, submissions

SUBMITTED, RETURNED, WITHDRAWN = "submitted", "returned", "withdrawn"
REPORT, ZERO = "report", "zero"
"""A report with figures; the statement that there was nothing to report."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One version of a unit's report for a period, without its figures."""

    id: int
    unit_id: int
    period_key: str
    version: int
    kind: str
    state: str
    without: str
    """The reason for submitting before all units below have; empty when they all had."""
    due: date
    """The last day on which it was on time, as it stood then."""
    on_day: date
    by_id: int | None
    at: datetime
    reason: str
    """Why it was returned."""

    @property
    def stands(self) -> bool:
        """True unless it was returned or withdrawn."""
        return self.state == SUBMITTED


_COLUMNS = [submissions.c[name] for name in Submission.__dataclass_fields__]


class Submissions:
    """Queries and changes about submissions."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def by_id(self, id: int) -> Submission | None:
        """One version by its key."""
        row = await self._database.first(select(*_COLUMNS).where(submissions.c.id == id))
        return None if row is None else Submission(**row._mapping)

    async def newest(self, period_key: str, unit_ids: Iterable[int] | None = None) -> dict[int, Submission]:
        """The newest version of each unit's report for a period; of these units, or of all."""
        statement = select(*_COLUMNS).where(submissions.c.period_key == period_key)
        if unit_ids is not None:
            statement = statement.where(submissions.c.unit_id.in_(list(unit_ids)))
        rows = await self._database.all(statement.order_by(submissions.c.version))
        return {row.unit_id: Submission(**row._mapping) for row in rows}

    async def of(self, unit_id: int, period_key: str) -> list[Submission]:
        """Every version of a unit's report, newest first."""
        mine = (submissions.c.unit_id == unit_id) & (submissions.c.period_key == period_key)
        rows = await self._database.all(select(*_COLUMNS).where(mine).order_by(submissions.c.version.desc()))
        return [Submission(**row._mapping) for row in rows]

    async def figures(self, submission_id: int) -> dict[str, Any]:
        """The figures that a version holds."""
        found = await self._database.value(select(submissions.c.figures).where(submissions.c.id == submission_id))
        return dict(found or {})

    def submit(self, new: Submission, figures: Mapping[str, Any], below: Iterable[int] = ()) -> int:
        """Write a version (its id is made here). The same version by somebody else, or a unit of `below` whose report
        stands no more, makes a conflict. Returns the key."""
        id = new_id()
        values = {name: getattr(new, name) for name in Submission.__dataclass_fields__ if name != "id"}
        self._changes.insert(submissions, id=id, **values, figures=dict(figures))
        if wanted := set(below):
            theirs = submissions.alias("theirs")
            standing = (
                select(func.count(theirs.c.unit_id.distinct()))
                .where(theirs.c.unit_id.in_(wanted), theirs.c.period_key == new.period_key)
                .where(theirs.c.state == SUBMITTED)
                .scalar_subquery()
            )
            all_stand = (submissions.c.id == id) & (standing == len(wanted))
            self._changes.require(update(submissions).where(all_stand).values(state=SUBMITTED))
        return id

    def end(
        self, version: Submission, state: str, reason: str, by_id: int, now: datetime, above: int | None = None
    ) -> None:
        """Return or withdraw a version that stands. Ended meanwhile, or a report of the unit `above` that stands on
        it, makes a conflict."""
        mine = (submissions.c.id == version.id) & (submissions.c.state == SUBMITTED)
        statement = update(submissions).where(mine)
        if above is not None:
            theirs = submissions.alias("theirs")
            upon = (theirs.c.unit_id == above) & (theirs.c.period_key == version.period_key)
            later = upon & (theirs.c.state == SUBMITTED) & (theirs.c.at >= version.at)
            statement = statement.where(~exists().where(later))
        self._changes.require(statement.values(state=state, reason=reason, ended_by=by_id, ended_at=now))

    async def told(self, period_key: str, steps: Sequence[str]) -> set[tuple[int, str]]:
        """Which units were told which of these steps for a period."""
        mine = (submission_notices.c.period_key == period_key) & submission_notices.c.step.in_(steps)
        columns = (submission_notices.c.unit_id, submission_notices.c.step)
        return {(row.unit_id, row.step) for row in await self._database.all(select(*columns).where(mine))}

    def tell(self, unit_id: int, period_key: str, step: str, now: datetime, by_id: int | None = None) -> None:
        """Write down that a unit was told; told by somebody else at the same moment makes a conflict."""
        row = {"unit_id": unit_id, "period_key": period_key, "step": step, "by_id": by_id, "at": now}
        self._changes.insert(submission_notices, **row)
