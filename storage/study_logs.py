"""Study logs: entries of study, their history, and the sums of one person."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.tables import study_log_changes, study_logs


@dataclass(frozen=True, slots=True)
class StudyLog:
    """One entry: `minutes` of `subject` on `day`."""

    id: int
    person_id: int
    unit_id: int | None
    day: date
    minutes: int
    subject: str
    area: str
    course: str | None
    completed: bool
    mode: str | None
    created_at: datetime
    deleted_at: datetime | None = None

    def facts(self) -> dict[str, Any]:
        """What the history keeps of one version."""
        kept = asdict(self)
        for key in ("id", "person_id", "unit_id", "created_at", "deleted_at"):
            del kept[key]
        return {**kept, "day": self.day.isoformat()}


class StudyLogs:
    """Queries and changes about entries of study; every question names the person whose rows it may see."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def newest(self, person_id: int, limit: int = 10, *, deleted: bool = False, skip: int = 0) -> list[StudyLog]:
        """The person's entries as they were logged, newest first."""
        state = study_logs.c.deleted_at.is_not(None) if deleted else study_logs.c.deleted_at.is_(None)
        statement = select(study_logs).where(study_logs.c.person_id == person_id, state)
        order = study_logs.c.deleted_at.desc() if deleted else study_logs.c.id.desc()
        return [_log(row) for row in await self._database.all(statement.order_by(order).limit(limit).offset(skip))]

    async def diary(self, person_id: int, limit: int, skip: int) -> list[StudyLog]:
        """The person's entries by day, newest day first."""
        statement = select(study_logs).where(study_logs.c.person_id == person_id, study_logs.c.deleted_at.is_(None))
        statement = statement.order_by(study_logs.c.day.desc(), study_logs.c.id.desc()).limit(limit).offset(skip)
        return [_log(row) for row in await self._database.all(statement)]

    async def some(self, person_id: int, ids: Sequence[int]) -> list[StudyLog]:
        """Entries by id among the person's own (also deleted ones), in the order of the ids."""
        statement = select(study_logs).where(study_logs.c.person_id == person_id, study_logs.c.id.in_(ids))
        found = {row.id: _log(row) for row in await self._database.all(statement)}
        return [found[id] for id in ids if id in found]

    async def all_of(self, person_id: int) -> list[StudyLog]:
        """Every entry of the person that is not deleted, oldest day first."""
        statement = select(study_logs).where(study_logs.c.person_id == person_id, study_logs.c.deleted_at.is_(None))
        return [_log(row) for row in await self._database.all(statement.order_by(study_logs.c.day, study_logs.c.id))]

    async def history(self, person_id: int, log_id: int | None = None) -> Sequence[Any]:
        """What happened to the person's entries (or one of them), oldest first."""
        mine: ColumnElement[bool] = study_log_changes.c.person_id == person_id
        if log_id is not None:
            mine = mine & (study_log_changes.c.log_id == log_id)
        return await self._database.all(select(study_log_changes).where(mine).order_by(study_log_changes.c.id))

    async def minutes(self, person_id: int, start: date, end: date, *, besides: Sequence[int] = ()) -> dict[date, int]:
        """Minutes of the person by day, from `start` to `end` inclusive, without the entries named in `besides`.

        Asked together with whoever asks at the same time.
        """
        found = await self._database.shared("minutes", self._minutes).get((person_id, start, end, tuple(besides)))
        return found or {}

    async def _minutes(self, keys: Sequence[tuple[int, date, date, tuple[int, ...]]]) -> dict[Any, dict[date, int]]:
        spans: dict[tuple[date, date, tuple[int, ...]], list[int]] = {}
        for person_id, start, end, besides in keys:
            spans.setdefault((start, end, besides), []).append(person_id)
        found: dict[Any, dict[date, int]] = {}
        for (start, end, besides), people in spans.items():
            statement = (
                select(study_logs.c.person_id, study_logs.c.day, func.sum(study_logs.c.minutes))
                .where(study_logs.c.person_id.in_(people), study_logs.c.deleted_at.is_(None))
                .where(study_logs.c.day.between(start, end))
                .group_by(study_logs.c.person_id, study_logs.c.day)
            )
            if besides:
                statement = statement.where(study_logs.c.id.not_in(besides))
            for person_id, day, minutes in await self._database.all(statement):
                found.setdefault((person_id, start, end, besides), {})[day] = int(minutes)
        return found

    async def days(self, person_id: int) -> list[tuple[date, int, datetime]]:
        """Every day on which the person studied, oldest first: minutes, and when the first entry of it was logged."""
        statement = (
            select(study_logs.c.day, func.sum(study_logs.c.minutes), func.min(study_logs.c.created_at))
            .where(study_logs.c.person_id == person_id, study_logs.c.deleted_at.is_(None))
            .group_by(study_logs.c.day)
            .order_by(study_logs.c.day)
        )
        return [(day, int(minutes), logged) for day, minutes, logged in await self._database.all(statement)]

    async def by_area(self, person_id: int, start: date, end: date) -> dict[str, int]:
        """Minutes of the person by area, from `start` to `end` inclusive, largest first."""
        total = func.sum(study_logs.c.minutes)
        statement = (
            select(study_logs.c.area, total)
            .where(study_logs.c.person_id == person_id, study_logs.c.deleted_at.is_(None))
            .where(study_logs.c.day.between(start, end))
            .group_by(study_logs.c.area)
            .order_by(total.desc(), study_logs.c.area)
        )
        return {key: int(minutes) for key, minutes in await self._database.all(statement)}

    def add(self, log: StudyLog) -> StudyLog:
        """Log an entry (its id is made here)."""
        log = replace(log, id=new_id())
        self._changes.insert(study_logs, **asdict(log))
        self._note(log, log.created_at, "added", None, log.facts())
        return log

    def edit(self, log: StudyLog, now: datetime, **values: Any) -> StudyLog:
        """Change an entry; the version before goes into the history. A row changed meanwhile makes a conflict."""
        edited = replace(log, **values)
        statement = update(study_logs).where(study_logs.c.id == log.id, study_logs.c.person_id == log.person_id)
        self._changes.require(statement.values(**values))
        self._note(log, now, "edited", log.facts(), edited.facts())
        return edited

    def delete(self, log: StudyLog, now: datetime) -> None:
        """Delete an entry; it can be restored."""
        self._mark(log, now, now, "deleted")

    def restore(self, log: StudyLog, now: datetime) -> None:
        """Bring a deleted entry back."""
        self._mark(log, None, now, "restored")

    def _mark(self, log: StudyLog, deleted_at: datetime | None, now: datetime, what: str) -> None:
        same = study_logs.c.deleted_at.is_(None) if deleted_at else study_logs.c.deleted_at.is_not(None)
        statement = update(study_logs).where(study_logs.c.id == log.id, study_logs.c.person_id == log.person_id, same)
        self._changes.require(statement.values(deleted_at=deleted_at))
        before, after = (log.facts(), None) if deleted_at else (None, log.facts())
        self._note(log, now, what, before, after)

    def _note(self, log: StudyLog, now: datetime, what: str, before: Any, after: Any) -> None:
        self._changes.insert(
            study_log_changes,
            id=new_id(),
            log_id=log.id,
            person_id=log.person_id,
            at=now,
            what=what,
            before=before,
            after=after,
        )


def _log(row: Any) -> StudyLog:
    return StudyLog(**row._mapping)
