"""What people ask about their data beyond what they can do alone: kept with the law's days until it is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, String, Table, func, or_, select, update

from storage.changes import Changes
from storage.columns import Id, UtcDateTime, new_id
from storage.database import Database
from storage.tables import metadata, persons

OPEN, DONE, REFUSED, WITHDRAWN = "open", "done", "refused", "withdrawn"
TEXT_LETTERS = 1000

data_requests = Table(
    "data_requests",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text", String(TEXT_LETTERS), nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("respond_by", Date, nullable=False),
    Column("due_by", Date, nullable=False),
    Column("responded_at", UtcDateTime),
    Column("answer", String(TEXT_LETTERS), nullable=False, server_default=""),
    Column("decided_by", Id, ForeignKey("persons.id")),
    Column("decided_at", UtcDateTime),
    CheckConstraint("kind IN ('access', 'correction', 'objection', 'complaint')", name="kind"),
    CheckConstraint("state IN ('open', 'done', 'refused', 'withdrawn')", name="state"),
    Index("ix_data_requests_person_id", "person_id"),
    Index("ix_data_requests_open", "state", "due_by"),
    comment="requests about one's own data, with the last day to respond and the last day to settle them",
)


@dataclass(frozen=True, slots=True)
class DataRequest:
    """One request; `alias` is the person's of today."""

    id: int
    person_id: int
    kind: str
    text: str
    state: str
    asked_at: datetime
    respond_by: date
    due_by: date
    responded_at: datetime | None
    answer: str
    alias: str

    def next_day(self) -> date:
        """The day that is to be kept next: of the first response, then of the settlement."""
        return self.due_by if self.responded_at else self.respond_by


class DataRequests:
    """Queries and changes about requests."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def ask(self, person_id: int, kind: str, text: str, now: datetime, respond_by: date, due_by: date) -> int:
        """Keep a request; returns its key."""
        id = new_id()
        self._changes.insert(
            data_requests, id=id, person_id=person_id, kind=kind, text=text[:TEXT_LETTERS], state=OPEN, asked_at=now,
            respond_by=respond_by, due_by=due_by,
        )  # fmt: skip
        return id

    async def by_id(self, id: int) -> DataRequest | None:
        """A request by its key; none of a person about to be erased."""
        row = await self._database.first(_query().where(data_requests.c.id == id, persons.c.erase_at.is_(None)))
        return None if row is None else DataRequest(**row._mapping)

    async def of(self, person_id: int, limit: int) -> list[DataRequest]:
        """The person's own requests, newest first."""
        mine = _query().where(data_requests.c.person_id == person_id).order_by(data_requests.c.id.desc()).limit(limit)
        return [DataRequest(**row._mapping) for row in await self._database.all(mine)]

    async def open_ones(self, limit: int, until: date | None = None) -> list[DataRequest]:
        """Open requests of all who are not about to be erased; those whose next day comes first stand first."""
        statement = _query().where(data_requests.c.state == OPEN, persons.c.erase_at.is_(None))
        unanswered = data_requests.c.responded_at.is_(None)
        if until is not None:
            statement = statement.where(
                or_(data_requests.c.due_by <= until, unanswered & (data_requests.c.respond_by <= until))
            )
        rows: Sequence[Any] = await self._database.all(statement.order_by(data_requests.c.due_by, data_requests.c.id))
        found = [DataRequest(**row._mapping) for row in rows]
        return sorted(found, key=lambda one: (one.next_day(), one.id))[:limit]

    async def closed_ones(self, limit: int) -> list[DataRequest]:
        """Requests that are no longer open, of all who are not about to be erased; the one closed last stands first."""
        statement = _query().where(data_requests.c.state != OPEN, persons.c.erase_at.is_(None))
        newest = statement.order_by(data_requests.c.decided_at.desc(), data_requests.c.id.desc()).limit(limit)
        return [DataRequest(**row._mapping) for row in await self._database.all(newest)]

    async def count_open(self) -> int:
        """How many are open."""
        return int(await self._database.value(select(func.count()).where(data_requests.c.state == OPEN)) or 0)

    def respond(self, id: int, now: datetime) -> None:
        """The person was told that it is being dealt with; a second time is a conflict."""
        same = (data_requests.c.id == id) & (data_requests.c.state == OPEN) & data_requests.c.responded_at.is_(None)
        self._changes.require(update(data_requests).where(same).values(responded_at=now))

    def settle(self, id: int, state: str, answer: str, by_id: int | None, now: datetime) -> None:
        """Done, refused or withdrawn; a second time is a conflict."""
        same = (data_requests.c.id == id) & (data_requests.c.state == OPEN)
        responded = func.coalesce(data_requests.c.responded_at, now)
        values = {"state": state, "answer": answer[:TEXT_LETTERS], "decided_by": by_id, "decided_at": now}
        self._changes.require(update(data_requests).where(same).values(responded_at=responded, **values))


def _query() -> Any:
    names = ("id", "person_id", "kind", "text", "state", "asked_at", "respond_by", "due_by", "responded_at", "answer")
    columns = (data_requests.c[name] for name in names)
    return select(*columns, persons.c.alias).join(persons, persons.c.id == data_requests.c.person_id)
