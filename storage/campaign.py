"""The calendar's days that a root has set, who has said that something is done, and whom notices go to."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    UniqueConstraint,
    func,
    select,
)

from storage.changes import Changes
from storage.columns import Id, UtcDateTime, new_id
from storage.database import Database
from storage.jobs import Jobs
from storage.people import REMINDERS
from storage.promises import taken_back
from storage.roles import OFFICER, VIEW, in_force
from storage.tables import metadata, persons, roles, study_logs, unit_tree

KEY = "campaign"
"""How the keys of these notices begin, after those of reminders: `campaign:<root>:<entry>:<year>:…`."""
JOB = "campaign"

campaign_dates = Table(
    "campaign_dates",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("root_id", Id, ForeignKey("units.id", ondelete="CASCADE"), nullable=False),
    Column("entry", String(24), nullable=False),
    Column("year", Integer, nullable=False),
    Column("first", Date),
    Column("last", Date),
    Column("version", Integer, nullable=False),
    Column("by_id", Id, ForeignKey("persons.id")),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("root_id", "entry", "year", "version"),
    Index("ix_campaign_dates_by_id", "by_id"),
    comment="other days of the calendar in a root, for one year; the newest version holds, without days the file's",
)

campaign_done = Table(
    "campaign_done",
    metadata,
    Column("unit_id", Id, ForeignKey("units.id", ondelete="CASCADE"), primary_key=True),
    Column("entry", String(24), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("by_id", Id, ForeignKey("persons.id")),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_campaign_done_by_id", "by_id"),
    comment="units that are done with something of the calendar: nobody is told of it any more",
)


@dataclass(frozen=True, slots=True)
class Version:
    """What a root has set for an entry and year; without days it is back to the file's."""

    number: int
    days: tuple[date, date] | None


class Campaign:
    """Queries and changes about the calendar."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def edits(self, root_id: int) -> dict[tuple[str, int], tuple[date, date]]:
        """The days that a root has set and that hold."""
        newest: dict[tuple[str, int], tuple[date, date] | None] = {}
        mine = select(campaign_dates).where(campaign_dates.c.root_id == root_id)
        for row in await self._database.all(mine.order_by(campaign_dates.c.version)):
            newest[row.entry, row.year] = (row.first, row.last) if row.first and row.last else None
        return {what: days for what, days in newest.items() if days is not None}

    async def versions(self, root_id: int, entry: str, year: int) -> list[Version]:
        """Everything that was set, oldest first."""
        mine = (campaign_dates.c.root_id == root_id) & (campaign_dates.c.entry == entry)
        mine &= campaign_dates.c.year == year
        rows = await self._database.all(select(campaign_dates).where(mine).order_by(campaign_dates.c.version))
        return [Version(row.version, (row.first, row.last) if row.first and row.last else None) for row in rows]

    def set_days(
        self, root_id: int, entry: str, year: int, days: tuple[date, date] | None, version: int, by: int, now: datetime
    ) -> None:
        """Set the days (None: those of the file again); set by somebody else at the same moment makes a conflict.

        What waits to be sent for the days before is taken back, and the job looks again at once.
        """
        first, last = days or (None, None)
        row = {"root_id": root_id, "entry": entry, "year": year, "version": version, "first": first, "last": last}
        self._changes.insert(campaign_dates, id=new_id(), **row, by_id=by, at=now)
        for before in ("", "remind:"):
            self._changes.run(taken_back(f"{before}{KEY}:{root_id}:{entry}:{year}"))
        Jobs(self._database, self._changes).look_again(JOB, now)

    async def done(self, entry: str, year: int) -> set[int]:
        """Units that are done."""
        mine = (campaign_done.c.entry == entry) & (campaign_done.c.year == year)
        return {row.unit_id for row in await self._database.all(select(campaign_done.c.unit_id).where(mine))}

    def mark(self, unit_id: int, entry: str, year: int, by: int, now: datetime) -> None:
        """The unit is done; once is enough."""
        self._changes.insert_once(campaign_done, unit_id=unit_id, entry=entry, year=year, by_id=by, at=now)

    async def learners(self, root_id: int | None, after: int, limit: int) -> list[int]:
        """People below a root (None: in no unit) who want reminders, a page in the order of their keys."""
        agreed = func.coalesce(persons.c.consents[REMINDERS].as_boolean(), False)
        here = persons.c.unit_id.is_(None) if root_id is None else persons.c.unit_id.in_(_below(root_id))
        page = select(persons.c.id).where(here, agreed, persons.c.erased_at.is_(None), persons.c.id > after)
        return [row.id for row in await self._database.all(page.order_by(persons.c.id).limit(limit))]

    async def studied(self, people: Collection[int], since: date, until: date) -> set[int]:
        """Those of these people who have an entry of these days."""
        mine = study_logs.c.person_id.in_(list(people)) & study_logs.c.day.between(since, until)
        statement = select(study_logs.c.person_id).where(mine, study_logs.c.deleted_at.is_(None)).distinct()
        return {row.person_id for row in await self._database.all(statement)}

    async def officers(self, root_id: int, now: datetime, without: Iterable[int]) -> dict[int, int]:
        """Officers below a root whose unit is not among these: by person the first such unit."""
        mine = roles.c.unit_id.in_(_below(root_id)) & (roles.c.role == OFFICER) & in_force(now, VIEW)
        rows = await self._database.all(select(roles.c.person_id, roles.c.unit_id).where(mine).order_by(roles.c.id))
        done, found = set(without), dict[int, int]()
        for row in rows:
            if row.unit_id not in done:
                found.setdefault(row.person_id, row.unit_id)
        return found


def _below(root_id: int) -> Select[Any]:
    return select(unit_tree.c.unit_id).where(unit_tree.c.ancestor_id == root_id)
