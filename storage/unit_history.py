"""The tree's history: what a unit was called and where it stood on a day, its changes, and who waits for a new unit."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, func, or_, select, update

from storage.changes import Changes
from storage.database import Database
from storage.tables import memberships, persons, unit_tree, units
from storage.unit_changes import APPLIED, KINDS
from storage.unit_rows import line_on, valid_on
from storage.unit_tables import unit_events, unit_names, unit_parents, unit_transfers
from storage.units import OPEN_REQUESTS, SECRECY, Unit


@dataclass(frozen=True, slots=True)
class Event:
    """One change of the tree as it is listed; `name` and `code` are those of its unit now."""

    id: int
    number: int
    kind: str
    unit_id: int | None
    code: str
    name: str
    effective: date
    details: dict[str, Any]
    basis: str
    state: str
    reason: str
    batch_id: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A person whose unit ended and whom a human has to give another one."""

    event_id: int
    membership_id: int
    person_id: int
    alias: str
    unit_id: int
    unit_name: str


class UnitHistory:
    """Questions about the tree on other days, and the queue of people without a unit."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def differs(self, unit_id: int, day: date) -> bool:
        """True when the unit, or anything below it now or then, has changed its name or place since the day."""
        subtree = select(unit_tree.c.unit_id).where(unit_tree.c.ancestor_id == unit_id)
        places = [column == unit_id for column in (unit_parents.c.unit_id, unit_parents.c.parent_id)]
        places += [column.in_(subtree) for column in (unit_parents.c.unit_id, unit_parents.c.parent_id)]
        later = or_(unit_parents.c.valid_from > day, unit_parents.c.valid_to > day)
        moved = exists().where(later, or_(*places))
        named = or_(unit_names.c.unit_id == unit_id, unit_names.c.unit_id.in_(subtree))
        renamed = exists().where(unit_names.c.valid_from > day, named)
        return bool(await self._database.value(select(or_(moved, renamed))))

    async def changed_within(self, unit_id: int, start: date, end: date) -> list[date]:
        """The days after `start`, up to `end`, on which units came below this one or left it."""
        subtree = select(unit_tree.c.unit_id).where(unit_tree.c.ancestor_id == unit_id)
        about = or_(unit_parents.c.unit_id.in_(subtree), unit_parents.c.parent_id.in_(subtree))
        inside = (unit_parents.c.valid_from > start) & (unit_parents.c.valid_from <= end)
        days = select(unit_parents.c.valid_from).where(about, inside).distinct().order_by(unit_parents.c.valid_from)
        return [row.valid_from for row in await self._database.all(days)]

    async def unit_on(self, unit_id: int, day: date) -> Unit | None:
        """The unit with the name and parent of a day; None when it did not stand then."""
        found = {unit.id: unit for unit in await self._units_on([unit_id], day)}
        return found.get(unit_id)

    async def line_on(self, unit_id: int, day: date) -> list[Unit]:
        """From the root of that day down to the unit, with the names of the day."""
        line = await line_on(self._database, unit_id, day)
        found = {unit.id: unit for unit in await self._units_on(line, day)}
        return [found[id] for id in reversed(line) if id in found]

    async def _units_on(self, ids: list[int], day: date) -> list[Unit]:
        columns = (units.c.id, units.c.code, unit_names.c.name, units.c.kind, unit_parents.c.parent_id)
        statement = (
            select(*columns, units.c.valid_from, units.c.valid_to, SECRECY)
            .join(unit_names, (unit_names.c.unit_id == units.c.id) & valid_on(unit_names, day))
            .join(unit_parents, (unit_parents.c.unit_id == units.c.id) & valid_on(unit_parents, day))
            .where(unit_parents.c.stands, units.c.id.in_(ids))
        )
        return [Unit(**row._mapping) for row in await self._database.all(statement)]

    async def successor(self, unit_id: int) -> Unit | None:
        """The unit of now that an ended unit is part of."""
        place = (unit_tree.c.unit_id == unit_id) & (unit_tree.c.depth == 0)
        above = select(unit_tree.c.ancestor_id).where(place).scalar_subquery()
        row = await self._database.first(select(units).where(units.c.id == above))
        if row is None:
            return None
        return Unit(row.id, row.code, row.name, row.kind, row.parent_id, row.valid_from, row.valid_to)

    async def former_names(self, unit_id: int) -> list[tuple[str, date, date]]:
        """The unit's own former names with their first day and the day after their last, newest first."""
        columns = (unit_names.c.name, unit_names.c.valid_from, unit_names.c.valid_to)
        ended = (unit_names.c.unit_id == unit_id) & unit_names.c.valid_to.is_not(None)
        rows = await self._database.all(select(*columns).where(ended).order_by(unit_names.c.valid_to.desc()))
        return [(row.name, row.valid_from, row.valid_to) for row in rows]

    async def event(self, id: int) -> Event | None:
        """One change by its key."""
        row = await self._database.first(_events().where(unit_events.c.id == id))
        return None if row is None else Event(**row._mapping)

    async def events(self, limit: int, *, unit_id: int | None = None) -> list[Event]:
        """The newest changes, of one unit or of all."""
        statement = _events().where(unit_events.c.kind.in_(KINDS))
        if unit_id is not None:
            statement = statement.where(unit_events.c.unit_id == unit_id)
        rows = await self._database.all(statement.order_by(unit_events.c.number.desc()).limit(limit))
        return [Event(**row._mapping) for row in rows]

    async def batch(self, batch_id: int) -> list[int]:
        """The changes of one file that stand, newest first."""
        mine = (unit_events.c.batch_id == batch_id) & unit_events.c.state.in_((APPLIED, "waiting"))
        rows = await self._database.all(select(unit_events.c.id).where(mine).order_by(unit_events.c.number.desc()))
        return [row.id for row in rows]

    async def waiting_people(self, limit: int) -> list[Waiting]:
        """Who waits for another unit, oldest change first."""
        rows = await self._database.all(_waiting().limit(limit))
        return [Waiting(**row._mapping) for row in rows]

    async def waiting_person(self, membership_id: int) -> Waiting | None:
        """One of them, by the membership; None when that is settled."""
        row = await self._database.first(_waiting().where(unit_transfers.c.membership_id == membership_id))
        return None if row is None else Waiting(**row._mapping)

    async def count_waiting(self) -> int:
        """How many people wait for another unit."""
        statement = select(func.count()).select_from(unit_transfers)
        joined = statement.join(memberships, memberships.c.id == unit_transfers.c.membership_id)
        return int(await self._database.value(joined.where(_waits())) or 0)

    async def opened_by(self, event_id: int) -> list[Unit]:
        """The units that an event opened and that still stand: where the people of a split unit most likely go."""
        columns = (units.c.id, units.c.code, units.c.name, units.c.kind, units.c.parent_id, units.c.valid_from)
        opened = select(unit_parents.c.unit_id).where(unit_parents.c.begun_by == event_id, unit_parents.c.stands)
        event = select(unit_events.c.effective).where(unit_events.c.id == event_id).scalar_subquery()
        new = units.c.id.in_(opened) & (units.c.valid_from == event) & units.c.valid_to.is_(None)
        return [Unit(**row._mapping) for row in await self._database.all(select(*columns).where(new))]

    def assign(self, waiting: Waiting, unit_id: int, by_id: int, now: datetime) -> None:
        """Give a person of the queue a unit; decided twice, or left meanwhile, is a conflict."""
        mine = unit_transfers.c.membership_id == waiting.membership_id
        still = mine & (unit_transfers.c.event_id == waiting.event_id) & unit_transfers.c.to_unit_id.is_(None)
        decision = {"to_unit_id": unit_id, "decided_by": by_id, "decided_at": now}
        self._changes.require(update(unit_transfers).where(still).values(**decision))
        open_one = (memberships.c.id == waiting.membership_id) & memberships.c.state.in_(OPEN_REQUESTS)
        self._changes.require(update(memberships).where(open_one).values(unit_id=unit_id))
        theirs = (persons.c.id == waiting.person_id) & (persons.c.unit_id == waiting.unit_id)
        self._changes.run(update(persons).where(theirs).values(unit_id=unit_id))


def _waiting() -> Select[Any]:
    columns = (unit_transfers.c.event_id, unit_transfers.c.membership_id, memberships.c.person_id, persons.c.alias)
    return (
        select(*columns, units.c.id.label("unit_id"), units.c.name.label("unit_name"))
        .join(memberships, memberships.c.id == unit_transfers.c.membership_id)
        .join(persons, persons.c.id == memberships.c.person_id)
        .join(units, units.c.id == unit_transfers.c.from_unit_id)
        .where(_waits())
        .order_by(unit_transfers.c.event_id, unit_transfers.c.membership_id)
    )


def _waits() -> Any:
    """Undecided, and the person has not left or found another unit meanwhile."""
    still_there = memberships.c.unit_id == unit_transfers.c.from_unit_id
    return unit_transfers.c.to_unit_id.is_(None) & still_there & memberships.c.state.in_(OPEN_REQUESTS)


def _events() -> Select[Any]:
    columns = [unit_events.c[name] for name in ("id", "number", "kind", "unit_id", "effective", "details", "basis")]
    columns += [unit_events.c[name] for name in ("state", "reason", "batch_id")]
    code, name = func.coalesce(units.c.code, ""), func.coalesce(units.c.name, "")
    statement = select(*columns, code.label("code"), name.label("name"))
    return statement.outerjoin(units, units.c.id == unit_events.c.unit_id)
