"""Personal reminders (one row each, with its next moment), the record of every reminder, and what decides about one.

`reminded` holds what became of each reminder whatever its cause: those that were sent count for the week and, as long
as the person does not write, for the silence; the others say why nothing was sent.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    SmallInteger,
    String,
    Table,
    Text,
    cast,
    column,
    delete,
    func,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage.changes import Changes
from storage.columns import Id, UtcDateTime, new_id
from storage.database import Database
from storage.goals import goal_of_unit
from storage.people import REMINDERS, SEEN_STEP
from storage.tables import accounts, metadata, outbox, persons, study_logs

KEY = "remind"
"""How the keys of all reminders in the outbox begin, whatever their cause: `remind:<cause>:…:<person>`."""
STUDY = "study"
"""The cause of personal reminders."""
SENT = "sent"

reminders = Table(
    "reminders",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("days", SmallInteger, nullable=False),
    Column("times", SmallInteger, nullable=False),
    Column("minute", SmallInteger, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    CheckConstraint("days BETWEEN 1 AND 127", name="days"),
    CheckConstraint("minute BETWEEN 0 AND 1439", name="minute"),
    Index("ix_reminders_person_id", "person_id"),
    Index("ix_reminders_next_at", "next_at"),
    comment="days: a bit per weekday, Monday first; times: how many those are; minute of the day in the zone",
)

reminded = Table(
    "reminded",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("key", String(120), nullable=False, unique=True),
    Column("outcome", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("answered_from", UtcDateTime, nullable=False),
    Index("ix_reminded_person_id", "person_id", "at"),
    Index("ix_reminded_at", "at"),
    comment="what became of each reminder; a message of the person at or after answered_from answers it",
)


@dataclass(frozen=True, slots=True)
class Reminder:
    """When a person wants to be reminded."""

    id: int
    person_id: int
    days: int
    minute: int
    zone: str
    next_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """All that the policy looks at before it reminds a person."""

    person_id: int
    consents: dict[str, bool]
    is_reachable: bool
    chosen: int
    """How often a week the person chose to be reminded."""
    sent_this_week: int
    unanswered: int
    """Reminders sent since the person wrote last."""
    study_sent: int
    """Reminders to study that were ever sent: whose turn it is among the wordings."""
    minutes_today: int
    minutes_this_week: int
    goal: int | None

    @property
    def agreed(self) -> bool:
        """True when the person wants reminders at all."""
        return self.consents.get(REMINDERS) is True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one reminder for one person."""

    person_id: int
    key: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The next moment of a personal reminder, unless somebody else has moved it on since `seen`."""

    id: int
    seen: datetime
    next_at: datetime


class Reminders:
    """Queries and changes about reminders; the scan and its record are written by the job, the rest by turns."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def of(self, person_id: int) -> list[Reminder]:
        """A person's reminders, oldest first."""
        statement = select(*_REMINDER).where(reminders.c.person_id == person_id).order_by(reminders.c.id)
        return [Reminder(**row._mapping) for row in await self._database.all(statement)]

    def add(self, person_id: int, days: int, minute: int, zone: str, next_at: datetime, now: datetime) -> int:
        """Keep a reminder; returns its key."""
        id = new_id()
        when = {"days": days, "times": days.bit_count(), "minute": minute, "zone": zone, "next_at": next_at}
        self._changes.insert(reminders, id=id, person_id=person_id, created_at=now, **when)
        return id

    def end(self, person_id: int, ids: Collection[int]) -> None:
        """Drop some of the person's own reminders."""
        mine = (reminders.c.person_id == person_id) & reminders.c.id.in_(list(ids))
        self._changes.run(delete(reminders).where(mine))

    def mute(self, person_id: int) -> None:
        """Take back every reminder of the person that is not being sent at this moment."""
        ours = (outbox.c.key >= f"{KEY}:") & (outbox.c.key < f"{KEY};") & (outbox.c.person_id == person_id)
        waiting = ours & (outbox.c.state == "ready") & (outbox.c.claimed_by == "")
        self._changes.run(update(outbox).where(waiting).values(state="cancelled"))

    async def zones_due(self, now: datetime) -> list[str]:
        """The zones in which somebody's reminder is due."""
        statement = select(reminders.c.zone).where(reminders.c.next_at <= now).distinct()
        return [row.zone for row in await self._database.all(statement)]

    async def due(self, now: datetime, zone: str, today: date, monday: datetime, limit: int) -> list[Any]:
        """Reminders that are due in a zone, longest due first, each with the standing of its person, in one question.

        `today` is the day in that zone, `monday` the moment at which its week began.
        """
        due = select(*_REMINDER).where(reminders.c.next_at <= now, reminders.c.zone == zone)
        due_rows = due.order_by(reminders.c.next_at, reminders.c.id).limit(limit).cte("due")
        statement = _standing(today, monday, due_rows.c.id, due_rows.c.days, due_rows.c.minute, due_rows.c.next_at)
        statement = statement.join(due_rows, due_rows.c.person_id == persons.c.id).order_by(due_rows.c.next_at)
        return [
            (Reminder(row.id, row.person_id, row.days, row.minute, zone, row.next_at), _read(row))
            for row in await self._database.all(statement)
        ]

    async def standings(self, people: Sequence[int], today: date, monday: datetime) -> list[Standing]:
        """The standing of each of these people, in one question."""
        statement = _standing(today, monday).where(persons.c.id.in_(list(people)))
        return [_read(row) for row in await self._database.all(statement)]

    async def settle(self, outcomes: Iterable[Outcome], moved: Iterable[Moved], now: datetime) -> None:
        """Record what became of some reminders, and when they are due next, in one transaction."""
        rows = [[new_id(), one.person_id, one.key, one.outcome] for one in outcomes]
        steps: dict[tuple[datetime, datetime], list[int]] = {}
        for one in moved:
            steps.setdefault((one.seen, one.next_at), []).append(one.id)
        async with self._database.writing() as connection:
            if rows:
                await connection.execute(self._recorded(rows, now))
            for (seen, coming), ids in steps.items():
                same = (reminders.c.next_at == seen) & reminders.c.id.in_(self._values(ids, BigInteger))
                await connection.execute(update(reminders).where(same).values(next_at=coming))

    async def promised(self, keys: Iterable[str]) -> set[str]:
        """Those of these keys under which the outbox has a message."""
        known = select(outbox.c.key).where(outbox.c.key.in_(self._values(list(keys), Text)))
        return {row.key for row in await self._database.all(known)}

    def _recorded(self, rows: Sequence[Sequence[Any]], now: datetime) -> Any:
        """Rows as one JSON parameter, whatever their number: the driver's own work per parameter is the most of it."""
        text = json.dumps(rows)
        if self._database.is_sqlite:
            each = func.json_each(literal(text)).table_valued("value").alias("each")
            parts: list[Any] = [func.json_extract(each.c.value, f"$[{number}]") for number in range(4)]
        else:
            each = func.jsonb_array_elements(cast(literal(text, Text), postgresql.JSONB)).table_valued(
                column("value", postgresql.JSONB)
            )
            each = each.render_derived("each")
            texts = [each.c.value[number].astext for number in range(4)]
            parts = [cast(texts[0], BigInteger), cast(texts[1], BigInteger), texts[2], texts[3]]
        given = select(*parts, literal(now, UtcDateTime), literal(now - SEEN_STEP, UtcDateTime)).select_from(each)
        build = (sqlite if self._database.is_sqlite else postgresql).insert
        names = ["id", "person_id", "key", "outcome", "at", "answered_from"]
        # SQLite takes ON CONFLICT after SELECT for a join's ON unless a WHERE stands between them.
        added = build(reminded).from_select(names, given.where(true()))
        return added.on_conflict_do_nothing(index_elements=["key"])

    def _values(self, values: Sequence[Any], kind: Any) -> Any:
        """Many values as one parameter."""
        if self._database.is_sqlite:
            each = func.json_each(literal(json.dumps(list(values)))).table_valued("value").alias("given")
            return select(each.c.value)
        return select(func.unnest(literal(list(values), ARRAY(kind))))

    async def record_of(self, person_id: int) -> Sequence[Any]:
        """What became of the person's reminders, oldest first."""
        return await self._database.all(
            select(reminded).where(reminded.c.person_id == person_id).order_by(reminded.c.at)
        )


_REMINDER = (
    reminders.c.id,
    reminders.c.person_id,
    reminders.c.days,
    reminders.c.minute,
    reminders.c.zone,
    reminders.c.next_at,
)


def _standing(today: date, monday: datetime, *more: ColumnElement[Any]) -> Select[Any]:
    """One row per person with all that the policy asks; every part is found by an index of the person."""
    person = persons.c.id
    heard = select(func.max(accounts.c.seen_at)).where(accounts.c.person_id == person).correlate(persons)
    works = select(func.count()).where(accounts.c.person_id == person, accounts.c.stopped_at.is_(None))
    sent = select(func.count()).where(reminded.c.person_id == person, reminded.c.outcome == SENT)
    chosen = select(func.coalesce(func.sum(reminders.c.times), 0)).where(reminders.c.person_id == person)
    minutes = select(func.coalesce(func.sum(study_logs.c.minutes), 0))
    minutes = minutes.where(study_logs.c.person_id == person, study_logs.c.deleted_at.is_(None))
    first = today - timedelta(days=today.weekday())
    week = study_logs.c.day.between(first, first + timedelta(days=6))
    parts = {
        "works": works,
        "chosen": chosen,
        "sent_this_week": sent.where(reminded.c.at >= monday),
        "unanswered": sent.where(reminded.c.answered_from > heard.scalar_subquery()),
        "study_sent": sent.where(reminded.c.key.startswith(f"{KEY}:{STUDY}:")),
        "minutes_today": minutes.where(study_logs.c.day == today),
        "minutes_this_week": minutes.where(week),
    }
    columns = [part.correlate(persons).scalar_subquery().label(name) for name, part in parts.items()]
    goal = func.coalesce(persons.c.goal_minutes, goal_of_unit(persons.c.unit_id)).label("goal")
    return select(person.label("person_id"), persons.c.consents, goal, *columns, *more).select_from(persons)


def _read(row: Any) -> Standing:
    return Standing(
        row.person_id,
        row.consents,
        row.works > 0,
        int(row.chosen),
        row.sent_this_week,
        row.unanswered,
        row.study_sent,
        int(row.minutes_today),
        int(row.minutes_this_week),
        row.goal,
    )
