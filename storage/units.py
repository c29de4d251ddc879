"""Units: the tree, its closure, search by name or code, and who belongs where."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.tables import memberships, persons, unit_tree, units

PENDING, ACTIVE, REFUSED, ENDED = "pending", "active", "refused", "ended"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the tree."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's request to belong to a unit, or the belonging itself."""

    id: int
    person_id: int
    unit_id: int
    state: str
    asked_at: datetime


_COLUMNS = (units.c.id, units.c.code, units.c.name, units.c.kind, units.c.parent_id)
_MEMBER = (
    memberships.c.id,
    memberships.c.person_id,
    memberships.c.unit_id,
    memberships.c.state,
    memberships.c.asked_at,
)


class Units:
    """Queries and changes about units and memberships."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def by_code(self, code: str) -> Unit | None:
        """A unit by its code, whatever the case."""
        statement = select(*_COLUMNS).where(func.upper(units.c.code) == code.strip().upper())
        return _unit(await self._database.first(statement))

    async def by_id(self, id: int) -> Unit | None:
        """A unit by its key."""
        return _unit(await self._database.first(select(*_COLUMNS).where(units.c.id == id)))

    async def all(self) -> list[Unit]:
        """Every unit, parents before children."""
        depth = select(unit_tree.c.unit_id, func.max(unit_tree.c.depth).label("depth")).group_by(unit_tree.c.unit_id)
        deepest = depth.subquery()
        statement = select(*_COLUMNS).join(deepest, deepest.c.unit_id == units.c.id)
        rows = await self._database.all(statement.order_by(deepest.c.depth, units.c.position, units.c.code))
        return [Unit(**row._mapping) for row in rows]

    async def search(self, key: str, limit: int = 6, *, below: int | None = None) -> list[Unit]:
        """Units whose folded name or code contains every word of the folded key; shortest names first."""
        statement = select(*_COLUMNS)
        for word in key.split():
            escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            statement = statement.where(units.c.search_key.like(f"%{escaped}%", escape="\\"))
        if below is not None:
            statement = statement.join(unit_tree, unit_tree.c.unit_id == units.c.id)
            statement = statement.where(unit_tree.c.ancestor_id == below)
        rows = await self._database.all(statement.order_by(func.length(units.c.search_key), units.c.code).limit(limit))
        return [Unit(**row._mapping) for row in rows]

    async def children(self, id: int) -> list[Unit]:
        """The units right below, in their order."""
        statement = select(*_COLUMNS).where(units.c.parent_id == id).order_by(units.c.position, units.c.code)
        return [Unit(**row._mapping) for row in await self._database.all(statement)]

    async def roots(self) -> list[Unit]:
        """The units without a parent."""
        statement = select(*_COLUMNS).where(units.c.parent_id.is_(None)).order_by(units.c.position, units.c.code)
        return [Unit(**row._mapping) for row in await self._database.all(statement)]

    async def ancestors(self, id: int) -> list[Unit]:
        """From the root down to the unit itself."""
        statement = select(*_COLUMNS).join(unit_tree, unit_tree.c.ancestor_id == units.c.id)
        statement = statement.where(unit_tree.c.unit_id == id).order_by(unit_tree.c.depth.desc())
        return [Unit(**row._mapping) for row in await self._database.all(statement)]

    async def count(self) -> int:
        """How many units there are."""
        return int(await self._database.value(select(func.count()).select_from(units)) or 0)

    def add(self, row: dict[str, Any], above: Sequence[int]) -> None:
        """Insert a unit (`row` holds the columns with its id) below `above` (nearest ancestor first)."""
        self._changes.insert(units, **row)
        for depth, ancestor in enumerate([row["id"], *above]):
            self._changes.insert(unit_tree, ancestor_id=ancestor, unit_id=row["id"], depth=depth)

    def change(self, id: int, **values: Any) -> None:
        """Change a unit's name, kind, search key or position (moving needs the tree's history)."""
        self._changes.run(update(units).where(units.c.id == id).values(**values))

    async def membership(self, person_id: int, state: str) -> Membership | None:
        """The person's pending or active membership."""
        statement = select(*_MEMBER).where(memberships.c.person_id == person_id, memberships.c.state == state)
        row = await self._database.first(statement)
        return None if row is None else Membership(**row._mapping)

    async def membership_by_id(self, id: int) -> Membership | None:
        """A membership by its key."""
        row = await self._database.first(select(*_MEMBER).where(memberships.c.id == id))
        return None if row is None else Membership(**row._mapping)

    async def alias_of(self, person_id: int) -> str:
        """The alias by which an officer knows a person, also of one who cannot be reached."""
        return str(await self._database.value(select(persons.c.alias).where(persons.c.id == person_id)) or "")

    async def pending(self, below: Iterable[int], limit: int = 10) -> list[tuple[Membership, str, Unit]]:
        """Who waits to be confirmed in these units and all below: membership, alias, unit; oldest first."""
        statement = (
            select(*_MEMBER, persons.c.alias, *(column.label(f"of_{column.name}") for column in _COLUMNS))
            .join(persons, persons.c.id == memberships.c.person_id)
            .join(units, units.c.id == memberships.c.unit_id)
            .where(_waits_below(below))
            .order_by(memberships.c.asked_at, memberships.c.id)
            .limit(limit)
        )
        return [_waiting(row) for row in await self._database.all(statement)]

    async def count_pending(self, below: Iterable[int]) -> int:
        """How many people wait in these units and all below."""
        return int(await self._database.value(select(func.count()).where(_waits_below(below))) or 0)

    def withdraw(self, person_id: int, now: datetime) -> None:
        """Take back an open request; a membership stays."""
        mine = (memberships.c.person_id == person_id) & (memberships.c.state == PENDING)
        self._changes.run(update(memberships).where(mine).values(state=ENDED, ended_at=now))

    def ask_to_join(self, person_id: int, unit_id: int, now: datetime) -> int:
        """Record a request; an older open one gives way. Returns the membership's key."""
        older = (memberships.c.person_id == person_id) & (memberships.c.state == PENDING)
        self._changes.first(update(memberships).where(older).values(state=ENDED, ended_at=now))
        id = new_id()
        self._changes.insert(memberships, id=id, person_id=person_id, unit_id=unit_id, state=PENDING, asked_at=now)
        return id

    def accept(self, membership: Membership, by: int, now: datetime) -> None:
        """Make a pending request the person's membership; the former one ends. Decided twice = conflict."""
        former = (memberships.c.person_id == membership.person_id) & (memberships.c.state == ACTIVE)
        self._changes.first(update(memberships).where(former).values(state=ENDED, ended_at=now))
        self._decide(membership, ACTIVE, by, now)
        self._changes.run(
            update(persons).where(persons.c.id == membership.person_id).values(unit_id=membership.unit_id)
        )

    def refuse(self, membership: Membership, by: int, now: datetime) -> None:
        """Turn a pending request down."""
        self._decide(membership, REFUSED, by, now)

    def leave(self, person_id: int, now: datetime) -> None:
        """The person leaves the unit and takes back an open request; logs keep the unit they were made in."""
        open_ones = memberships.c.state.in_((PENDING, ACTIVE))
        statement = update(memberships).where(memberships.c.person_id == person_id, open_ones)
        self._changes.run(statement.values(state=ENDED, ended_at=now))
        self._changes.run(update(persons).where(persons.c.id == person_id).values(unit_id=None))

    def _decide(self, membership: Membership, state: str, by: int, now: datetime) -> None:
        still_open = (memberships.c.id == membership.id) & (memberships.c.state == PENDING)
        values = {"state": state, "decided_at": now, "decided_by": by}
        self._changes.require(update(memberships).where(still_open).values(**values))


def _waits_below(below: Iterable[int]) -> ColumnElement[bool]:
    subtree = select(unit_tree.c.unit_id).where(unit_tree.c.ancestor_id.in_(list(below)))
    return memberships.c.unit_id.in_(subtree) & (memberships.c.state == PENDING)


def _unit(row: Any) -> Unit | None:
    return None if row is None else Unit(**row._mapping)


def _waiting(row: Any) -> tuple[Membership, str, Unit]:
    values = row._mapping
    membership = Membership(**{column.name: values[column.name] for column in _MEMBER})
    return membership, row.alias, Unit(**{column.name: values[f"of_{column.name}"] for column in _COLUMNS})
