"""Memberships by day: who belonged where since when, joining and leaving, transfers with a date, and their undo.

A membership counts from `valid_from` (empty: ever since it was asked for) up to the day before `valid_to`. The unit of
a day is that of the first membership that had not ended by then: a day before the first one counts there too. A request
that was agreed to for a day to come stays pending, with `decided_at` set, until `begin_due` makes it the membership.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Executable, and_, exists, func, or_, select, update

from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.tables import memberships, persons, study_logs, units
from storage.units import ACTIVE, ENDED, PENDING, REFUSED, Membership

BATCH = 500
"""People whose transfers begin in one statement."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One membership with its days; `valid_to` is the first day on which it counts no more."""

    id: int
    person_id: int
    unit_id: int
    unit_name: str
    state: str
    asked_at: datetime
    decided_at: datetime | None
    valid_from: date | None
    valid_to: date | None


class Memberships:
    """Questions and changes about memberships and their days."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def stays(self, person_id: int) -> list[Stay]:
        """The person's memberships that counted, count or are agreed for a day to come, in the order of their days.

        Asked together with whoever asks at the same time.
        """
        return list(await self._database.shared("stays", self._stays).get(person_id) or [])

    async def _stays(self, people: Sequence[int]) -> dict[int, list[Stay]]:
        names = ("id", "person_id", "unit_id", "state", "asked_at", "decided_at", "valid_from", "valid_to")
        statement = (
            select(*(memberships.c[name] for name in names), units.c.name.label("unit_name"))
            .join(units, units.c.id == memberships.c.unit_id)
            .where(memberships.c.person_id.in_(people), _counted())
        )
        found: dict[int, list[Stay]] = {}
        for row in await self._database.all(statement):
            found.setdefault(row.person_id, []).append(Stay(**row._mapping))
        for stays in found.values():
            stays.sort(key=lambda one: (one.valid_to or date.max, one.valid_from or date.min, one.id))
        return found

    async def planned(self, person_id: int) -> Stay | None:
        """The membership that was agreed to for a day to come."""
        return next((one for one in await self.stays(person_id) if one.state == PENDING), None)

    def ask(self, person_id: int, unit_id: int, now: datetime, since: date | None = None) -> int:
        """Record a request, from a day on where one is named; an older open one gives way. Returns its key."""
        self._take_back(person_id, now)
        id = new_id()
        values = {"person_id": person_id, "unit_id": unit_id, "state": PENDING, "asked_at": now, "valid_from": since}
        self._changes.insert(memberships, id=id, **values)
        return id

    def withdraw(self, person_id: int, now: datetime) -> None:
        """Take back an open request, or a transfer whose day has not come; the membership of now stays."""
        self._take_back(person_id, now)

    def _take_back(self, person_id: int, now: datetime) -> None:
        mine = memberships.c.person_id == person_id
        asked = update(memberships).where(mine, memberships.c.state == PENDING)
        self._changes.first(asked.values(state=ENDED, ended_at=now))
        self._changes.first(update(memberships).where(mine, memberships.c.state == ACTIVE).values(valid_to=None))

    def accept(self, asked: Membership, by: int, now: datetime, today: date) -> None:
        """Agree to a request: from today, or from its day; the former membership ends then. Decided twice = conflict.

        Entries of its days that were logged before the decision count in the new unit.
        """
        since = asked.valid_from or today
        mine = memberships.c.person_id == asked.person_id
        former = mine & (memberships.c.state == ACTIVE)
        if since > today:
            self._changes.first(update(memberships).where(former).values(valid_to=since))
            self._decide(asked, by, now)
            return
        self._changes.first(update(memberships).where(former).values(state=ENDED, ended_at=now, valid_to=since))
        self._decide(asked, by, now, state=ACTIVE, valid_from=since)
        self._changes.run(update(persons).where(persons.c.id == asked.person_id).values(unit_id=asked.unit_id))
        if asked.valid_from is not None:
            self._count_in(asked.person_id, asked.unit_id, since)

    def refuse(self, asked: Membership, by: int, now: datetime) -> None:
        """Turn a request down."""
        self._decide(asked, by, now, state=REFUSED)

    def _decide(self, asked: Membership, by: int, now: datetime, **values: Any) -> None:
        waits = (memberships.c.id == asked.id) & (memberships.c.state == PENDING) & memberships.c.decided_at.is_(None)
        decided = update(memberships).where(waits).values(decided_at=now, decided_by=by, **values)
        self._changes.require(decided)

    def _count_in(self, person_id: int, unit_id: int, since: date) -> None:
        """Entries of the person from this day on that count anywhere count here."""
        counted = (study_logs.c.person_id == person_id) & study_logs.c.unit_id.is_not(None)
        self._changes.run(update(study_logs).where(counted, study_logs.c.day >= since).values(unit_id=unit_id))

    def leave(self, person_id: int, now: datetime, today: date) -> None:
        """The person leaves from today on and takes back what is open; entries keep the unit of their day."""
        self._take_back(person_id, now)
        active = (memberships.c.person_id == person_id) & (memberships.c.state == ACTIVE)
        self._changes.run(update(memberships).where(active).values(state=ENDED, ended_at=now, valid_to=today))
        self._changes.run(update(persons).where(persons.c.id == person_id).values(unit_id=None))

    async def decided(self, by: int, at: datetime) -> list[Membership]:
        """What this officer agreed to at this very moment and what stands since."""
        columns = [memberships.c[name] for name in ("id", "person_id", "unit_id", "state", "asked_at", "valid_from")]
        mine = (memberships.c.decided_by == by) & (memberships.c.decided_at == at)
        stands = memberships.c.state.in_((ACTIVE, PENDING))
        rows = await self._database.all(select(*columns).where(mine, stands).order_by(memberships.c.id))
        return [Membership(**row._mapping) for row in rows]

    async def take_back_decision(self, made: Membership, at: datetime, day: date, *, asks: bool = True) -> None:
        """Undo what was agreed to at the moment `at` of `day`: the former membership goes on as if nothing had been.

        The request is open again; with `asks` false there is none (an officer had made it).
        """
        same = (memberships.c.id == made.id) & (memberships.c.state == made.state) & (memberships.c.decided_at == at)
        mine = memberships.c.person_id == made.person_id
        since = None if made.valid_from == day else made.valid_from
        values = {"state": PENDING, "valid_from": since} if asks else {"state": ENDED, "ended_at": at}
        back = update(memberships).where(same).values(decided_at=None, decided_by=None, **values)
        self._changes.require(back)
        if made.state == PENDING:
            self._changes.run(update(memberships).where(mine, memberships.c.state == ACTIVE).values(valid_to=None))
            return
        over = (memberships.c.state == ENDED) & (memberships.c.ended_at == at) & memberships.c.valid_to.is_not(None)
        former = await self._database.first(select(memberships.c.id, memberships.c.unit_id).where(mine, over))
        home = former.unit_id if former else None
        self._changes.run(update(persons).where(persons.c.id == made.person_id).values(unit_id=home))
        if former is not None:
            again = update(memberships).where(memberships.c.id == former.id, over)
            self._changes.require(again.values(state=ACTIVE, ended_at=None, valid_to=None))
            self._count_in(made.person_id, former.unit_id, made.valid_from or day)
            return
        logged = (study_logs.c.person_id == made.person_id) & (study_logs.c.unit_id == made.unit_id)
        self._changes.run(update(study_logs).where(logged, study_logs.c.created_at >= at).values(unit_id=None))


def _counted() -> ColumnElement[bool]:
    """Memberships that counted, count, or are agreed: not requests, and not those that never came about."""
    agreed = and_(memberships.c.state == PENDING, memberships.c.decided_at.is_not(None))
    over = and_(memberships.c.state == ENDED, memberships.c.valid_to.is_not(None))
    return or_(memberships.c.state == ACTIVE, agreed, over)


def without_plan(person_id: int) -> Executable:
    """A membership that was to end for a transfer that is no more goes on."""
    plan = memberships.alias("plan")
    planned = exists().where(plan.c.person_id == person_id, plan.c.state == PENDING, plan.c.decided_at.is_not(None))
    active = (memberships.c.person_id == person_id) & (memberships.c.state == ACTIVE)
    return update(memberships).where(active, ~planned).values(valid_to=None)


def unit_of_day(stays: Iterable[Stay], day: date) -> int | None:
    """The unit of the first membership that had not ended by this day; None after the last one."""
    return next((one.unit_id for one in stays if one.valid_to is None or one.valid_to > day), None)


async def begin_due(database: Database, now: datetime, today: date) -> int:
    """Make the transfers whose day has come the memberships of now; returns how many. Twice is once."""
    due = select(memberships.c.person_id).where(_due(today)).order_by(memberships.c.person_id).limit(BATCH)
    count = 0
    while people := [row.person_id for row in await database.all(due)]:
        async with database.writing() as connection:
            mine = memberships.c.person_id.in_(people)
            still = select(memberships.c.person_id).where(mine, _due(today))
            # Locked: another process that begins the same ones must not end what has begun.
            locked = [row.person_id for row in await connection.execute(still.with_for_update())]
            mine = memberships.c.person_id.in_(locked)
            former = update(memberships).where(mine, memberships.c.state == ACTIVE)
            until = func.coalesce(memberships.c.valid_to, today)
            await connection.execute(former.values(state=ENDED, ended_at=now, valid_to=until))
            await connection.execute(update(memberships).where(mine, _due(today)).values(state=ACTIVE))
            unit = select(memberships.c.unit_id).where(
                memberships.c.person_id == persons.c.id, memberships.c.state == ACTIVE
            )
            moved = update(persons).where(persons.c.id.in_(locked))
            await connection.execute(moved.values(unit_id=unit.scalar_subquery()))
        count += len(locked)
    return count


def _due(today: date) -> ColumnElement[bool]:
    return and_(
        memberships.c.state == PENDING, memberships.c.decided_at.is_not(None), memberships.c.valid_from <= today
    )
