"""Evidence: certificates and pictures that a person sent for entries of study, and what became of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, true, update

from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.tables import evidence, files, persons, study_logs, unit_tree, units

PENDING, APPROVED, RETURNED = "pending", "approved", "returned"


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of evidence with the entry that it proves and the person's present unit."""

    id: int
    person_id: int
    log_id: int
    file_id: int
    state: str
    reason: str
    created_at: datetime
    decided_by: int | None
    name: str
    media_type: str
    size: int
    day: date
    minutes: int
    subject: str
    course: str | None
    alias: str
    unit_id: int | None
    unit_name: str


class Evidence:
    """Queries and changes about evidence; every question names the person whose rows it may see."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def keep_file(self, person_id: int, name: str, media_type: str, content: bytes, now: datetime) -> int:
        """Keep a file that a person sent; returns its key."""
        id = new_id()
        self._changes.insert(
            files,
            id=id,
            person_id=person_id,
            name=name[:160],
            media_type=media_type,
            size=len(content),
            content=content,
            created_at=now,
        )
        return id

    def add(self, person_id: int, log_id: int, file_id: int, now: datetime) -> int:
        """Make a kept file evidence of an entry, waiting for the officer; returns its key."""
        id = new_id()
        self._changes.insert(
            evidence, id=id, person_id=person_id, log_id=log_id, file_id=file_id, state=PENDING, created_at=now
        )
        return id

    async def owns_file(self, person_id: int, file_id: int) -> bool:
        """True for a file that this person sent or got."""
        statement = select(func.count()).where(files.c.id == file_id, files.c.person_id == person_id)
        return bool(await self._database.value(statement))

    async def is_used(self, file_id: int) -> bool:
        """True when the file is already evidence of an entry."""
        return bool(await self._database.value(select(func.count()).where(evidence.c.file_id == file_id)))

    async def of(self, person_id: int) -> Sequence[Any]:
        """The person's evidence with the file's name, type and size, oldest first."""
        statement = (
            select(evidence, files.c.name, files.c.media_type, files.c.size)
            .join(files, files.c.id == evidence.c.file_id)
            .where(evidence.c.person_id == person_id)
            .order_by(evidence.c.id)
        )
        return await self._database.all(statement)

    async def pending(self, among: Collection[int] | None, limit: int, skip: int = 0) -> list[Item]:
        """What waits for a decision, oldest first: of people in these units and below, or (None) of everybody."""
        statement = _items().where(evidence.c.state == PENDING, _there(), _within(among))
        return await self._items(statement.order_by(evidence.c.id).limit(limit).offset(skip))

    async def count_pending(self, among: Collection[int] | None) -> int:
        """How much waits."""
        waiting = _items().where(evidence.c.state == PENDING, _there(), _within(among))
        return int(await self._database.value(select(func.count()).select_from(waiting.subquery())) or 0)

    async def by_id(self, id: int) -> Item | None:
        """One piece, whatever was decided; none of a deleted entry, or of a person about to be erased."""
        found = await self._items(_items().where(evidence.c.id == id, _there()))
        return found[0] if found else None

    async def own(self, person_id: int) -> list[Item]:
        """All of one person, by the day of the entry."""
        mine = _items().where(evidence.c.person_id == person_id, study_logs.c.deleted_at.is_(None))
        return await self._items(mine.order_by(study_logs.c.day, evidence.c.id))

    async def content(self, item: Item) -> bytes:
        """The bytes of the file; whoever asks has checked who may see them."""
        return bytes(await self._database.value(select(files.c.content).where(files.c.id == item.file_id)))

    async def own_content(self, person_id: int, file_id: int) -> bytes:
        """The bytes of a file of the person's own; empty for any other."""
        mine = (files.c.id == file_id) & (files.c.person_id == person_id)
        return bytes(await self._database.value(select(files.c.content).where(mine)) or b"")

    def decide(self, item: Item, state: str, by: int, now: datetime, reason: str = "") -> None:
        """Approve (for the minutes of this moment) or return; decided meanwhile = conflict."""
        values = {"state": state, "decided_by": by, "decided_at": now, "reason": reason[:300]}
        as_read = (evidence.c.id == item.id) & (evidence.c.state == item.state)
        minutes = item.minutes if state == APPROVED else None
        self._changes.require(update(evidence).where(as_read).values(minutes=minutes, **values))

    async def approved_minutes(self, unit_id: int, start: date, end: date) -> int:
        """Minutes of the unit and all below it, of these days, that an officer has approved by evidence.

        An entry counts once, however much evidence it has, with at most the minutes it had when it was approved; an
        entry that was deleted, or that does not count in a unit, is none.
        """
        below = select(unit_tree.c.unit_id).where(unit_tree.c.ancestor_id == unit_id)
        proven = (
            select(evidence.c.log_id, func.max(evidence.c.minutes).label("minutes"))
            .where(evidence.c.state == APPROVED)
            .group_by(evidence.c.log_id)
            .subquery()
        )
        least = case((study_logs.c.minutes < proven.c.minutes, study_logs.c.minutes), else_=proven.c.minutes)
        statement = (
            select(func.sum(least))
            .join(proven, proven.c.log_id == study_logs.c.id)
            .where(study_logs.c.unit_id.in_(below), study_logs.c.day.between(start, end))
            .where(study_logs.c.deleted_at.is_(None))
        )
        return int(await self._database.value(statement) or 0)

    async def _items(self, statement: Select[Any]) -> list[Item]:
        return [Item(**row._mapping) for row in await self._database.all(statement)]


def _items() -> Select[Any]:
    e, log = evidence.c, study_logs.c
    return (
        select(
            e.id, e.person_id, e.log_id, e.file_id, e.state, e.reason, e.created_at, e.decided_by,
            files.c.name, files.c.media_type, files.c.size,
            log.day, log.minutes, log.subject, log.course,
            persons.c.alias, persons.c.unit_id, func.coalesce(units.c.name, "").label("unit_name"),
        )
        .select_from(evidence)
        .join(files, files.c.id == e.file_id)
        .join(study_logs, log.id == e.log_id)
        .join(persons, persons.c.id == e.person_id)
        .outerjoin(units, units.c.id == persons.c.unit_id)
    )  # fmt: skip


def _there() -> ColumnElement[bool]:
    """The entry is not deleted, and the person has not asked to be erased."""
    return study_logs.c.deleted_at.is_(None) & persons.c.erase_at.is_(None)


def _within(among: Collection[int] | None) -> ColumnElement[bool]:
    if among is None:
        return true()
    below = select(unit_tree.c.unit_id).where(unit_tree.c.ancestor_id.in_(list(among)))
    return persons.c.unit_id.in_(below)
