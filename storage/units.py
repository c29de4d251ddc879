"""Units: the tree now, its closure, search by present and former names or code, and who belongs where."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, select, update

from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.tables import memberships, persons, unit_tree, units
from storage.unit_tables import root_secrecy, unit_events, unit_names, unit_parents

PENDING, ACTIVE, REFUSED, ENDED = "pending", "active", "refused", "ended"
OPEN_REQUESTS = (PENDING, ACTIVE)
"""States of a membership that still stands for something."""
MILITARY = "military"
"""Kind of a root that is in secrecy mode unless an admin switched it off."""
SECRECY = (
    select(root_secrecy.c.is_on).where(root_secrecy.c.unit_id == units.c.id).correlate(units).scalar_subquery()
).label("secrecy")
SINCE_EVER = date(1900, 1, 1)
"""First day of a unit whose beginning nobody has recorded."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the tree."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    valid_from: date = SINCE_EVER
    valid_to: date | None = None
    """The first day on which it stands no more; `parent_id` is then the unit that it is part of."""
    former_name: str = ""
    """The former name, of this unit or of one that is part of it now, by which it was found."""
    took_over: bool = False
    """True when the unit of the former name was not merged into this one, but ended below it."""
    secrecy: bool | None = None
    """Secrecy mode as it was switched for this root; None: as its kind has it."""

    @property
    def is_secret(self) -> bool:
        """True for a root in secrecy mode: aliases instead of names in files, shares instead of head-counts."""
        return self.kind == MILITARY if self.secrecy is None else self.secrecy


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's request to belong to a unit, or the belonging itself."""

    id: int
    person_id: int
    unit_id: int
    state: str
    asked_at: datetime
    valid_from: date | None = None
    """The day that was asked for or agreed to; storage/memberships.py tells what it means."""


_COLUMNS = (
    units.c.id,
    units.c.code,
    units.c.name,
    units.c.kind,
    units.c.parent_id,
    units.c.valid_from,
    units.c.valid_to,
    SECRECY,
)
_STANDS = units.c.valid_to.is_(None)
_ADD_NAME = insert(unit_names)
_ADD_PARENT = insert(unit_parents)
_MEMBER = (
    memberships.c.id,
    memberships.c.person_id,
    memberships.c.unit_id,
    memberships.c.state,
    memberships.c.asked_at,
    memberships.c.valid_from,
)


class Units:
    """Queries and changes about units and memberships."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def by_code(self, code: str) -> Unit | None:
        """A unit by its code, whatever the case; the code of one that ended leads to the unit that it is part of."""
        found = await self.by_code_ever(code)
        if found is None or found.valid_to is None:
            return found
        statement = _former().where(unit_names.c.unit_id == found.id).order_by(unit_names.c.valid_to.desc())
        return _unit(await self._database.first(statement))

    async def by_code_ever(self, code: str) -> Unit | None:
        """A unit by its code, also one that has ended."""
        statement = select(*_COLUMNS).where(func.upper(units.c.code) == code.strip().upper())
        return _unit(await self._database.first(statement))

    async def by_id(self, id: int) -> Unit | None:
        """A unit by its key, also one that has ended."""
        return _unit(await self._database.first(select(*_COLUMNS).where(units.c.id == id)))

    async def all(self) -> list[Unit]:
        """Every unit of the tree now, parents before children."""
        depth = select(unit_tree.c.unit_id, func.max(unit_tree.c.depth).label("depth")).group_by(unit_tree.c.unit_id)
        deepest = depth.subquery()
        statement = select(*_COLUMNS).join(deepest, deepest.c.unit_id == units.c.id)
        statement = statement.where(_STANDS).order_by(deepest.c.depth, units.c.position, units.c.code)
        return [Unit(**row._mapping) for row in await self._database.all(statement)]

    async def ended(self) -> list[Unit]:
        """Every unit that stands no more."""
        statement = select(*_COLUMNS).where(units.c.valid_to.is_not(None)).order_by(units.c.code)
        return [Unit(**row._mapping) for row in await self._database.all(statement)]

    async def search(self, key: str, limit: int = 6, *, below: int | None = None) -> list[Unit]:
        """Units whose folded name or code contains every word of the folded key; shortest names first.

        After them those that once had such a name, or that took over a unit with it.
        """
        statement = _below(select(*_COLUMNS).where(_STANDS, *_holds(units.c.search_key, key)), below)
        rows = await self._database.all(statement.order_by(func.length(units.c.search_key), units.c.code).limit(limit))
        found = {row.id: Unit(**row._mapping) for row in rows}
        if len(found) < limit:
            former = _below(_former().where(*_holds(unit_names.c.search_key, key)), below)
            former = former.order_by(func.length(unit_names.c.search_key), unit_names.c.valid_to.desc())
            for row in await self._database.all(former.limit(10 * limit)):
                found.setdefault(row.id, Unit(**row._mapping))
        return list(found.values())[:limit]

    async def children(self, id: int) -> list[Unit]:
        """The units right below, in their order."""
        statement = select(*_COLUMNS).where(units.c.parent_id == id, _STANDS).order_by(units.c.position, units.c.code)
        return [Unit(**row._mapping) for row in await self._database.all(statement)]

    async def roots(self) -> list[Unit]:
        """The units without a parent."""
        roots = units.c.parent_id.is_(None) & _STANDS
        statement = select(*_COLUMNS).where(roots).order_by(units.c.position, units.c.code)
        return [Unit(**row._mapping) for row in await self._database.all(statement)]

    async def ancestors(self, id: int) -> list[Unit]:
        """From the root down to the unit itself."""
        statement = select(*_COLUMNS).join(unit_tree, unit_tree.c.ancestor_id == units.c.id)
        statement = statement.where(unit_tree.c.unit_id == id).order_by(unit_tree.c.depth.desc())
        return [Unit(**row._mapping) for row in await self._database.all(statement)]

    async def count(self) -> int:
        """How many units there are now."""
        return int(await self._database.value(select(func.count()).select_from(units).where(_STANDS)) or 0)

    def add(self, row: dict[str, Any], above: Sequence[int]) -> None:
        """Insert a unit (`row` holds the columns with its id) below `above` (nearest ancestor first).

        Nobody has recorded when it began, so it counts as having been there since `valid_from`, or ever.
        """
        self._changes.insert(units, **row)
        since = row.get("valid_from", SINCE_EVER)
        name = {"name": row["name"], "search_key": row["search_key"]}
        self._changes.repeat(_ADD_NAME, id=new_id(), unit_id=row["id"], valid_from=since, **name)
        place = {"parent_id": row["parent_id"], "stands": True, "valid_from": since, "valid_to": None}
        self._changes.repeat(_ADD_PARENT, id=new_id(), unit_id=row["id"], **place)
        if since > SINCE_EVER:
            before = place | {"stands": False, "valid_from": SINCE_EVER, "valid_to": since}
            self._changes.repeat(_ADD_PARENT, id=new_id(), unit_id=row["id"], **before)
        for depth, ancestor in enumerate([row["id"], *above]):
            self._changes.insert(unit_tree, ancestor_id=ancestor, unit_id=row["id"], depth=depth)

    def change(self, id: int, **values: Any) -> None:
        """Change a unit's kind or position (a name or a parent changes by an event of the tree's history)."""
        self._changes.run(update(units).where(units.c.id == id).values(**values))

    async def membership(self, person_id: int, state: str) -> Membership | None:
        """The person's pending membership (also one agreed to for a day to come) or active one."""
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

    async def people_below(self, below: Iterable[int], limit: int) -> list[tuple[Membership, str, Unit]]:
        """Who belongs to these units and all below now: membership, alias, unit, by alias."""
        subtree = select(unit_tree.c.unit_id).where(unit_tree.c.ancestor_id.in_(list(below)))
        statement = (
            select(*_MEMBER, persons.c.alias, *(column.label(f"of_{column.name}") for column in _COLUMNS))
            .join(persons, persons.c.id == memberships.c.person_id)
            .join(units, units.c.id == memberships.c.unit_id)
            .where(memberships.c.unit_id.in_(subtree), memberships.c.state == ACTIVE, persons.c.alias != "")
            .order_by(persons.c.alias, memberships.c.id)
            .limit(limit)
        )
        return [_waiting(row) for row in await self._database.all(statement)]

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


def _holds(column: ColumnElement[str], key: str) -> Iterable[ColumnElement[bool]]:
    """The column contains every word of the key."""
    for word in key.split():
        escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        yield column.like(f"%{escaped}%", escape="\\")


def _below(statement: Select[Any], ancestor_id: int | None) -> Select[Any]:
    if ancestor_id is None:
        return statement
    scope = unit_tree.alias("scope")
    return statement.join(scope, scope.c.unit_id == units.c.id).where(scope.c.ancestor_id == ancestor_id)


def _former() -> Select[Any]:
    """Former names, each with the unit of now: the same one, or the one that the unit of that name is part of."""
    ended_by = (
        select(unit_events.c.kind)
        .join(unit_parents, unit_parents.c.begun_by == unit_events.c.id)
        .where(unit_parents.c.unit_id == unit_names.c.unit_id, unit_parents.c.valid_to.is_(None))
        .where(unit_parents.c.stands.is_(False))
        .scalar_subquery()
    )
    statement = select(
        *_COLUMNS,
        unit_names.c.name.label("former_name"),
        func.coalesce(ended_by != "merge", False).label("took_over"),
    )
    place = (unit_tree.c.unit_id == unit_names.c.unit_id) & (unit_tree.c.depth == 0)
    statement = statement.select_from(unit_names).join(unit_tree, place)
    return statement.join(units, units.c.id == unit_tree.c.ancestor_id).where(unit_names.c.valid_to.is_not(None))


def _waits_below(below: Iterable[int]) -> ColumnElement[bool]:
    subtree = select(unit_tree.c.unit_id).where(unit_tree.c.ancestor_id.in_(list(below)))
    open_one = (memberships.c.state == PENDING) & memberships.c.decided_at.is_(None)
    return memberships.c.unit_id.in_(subtree) & open_one


def _unit(row: Any) -> Unit | None:
    return None if row is None else Unit(**row._mapping)


def _waiting(row: Any) -> tuple[Membership, str, Unit]:
    values = row._mapping
    membership = Membership(**{column.name: values[column.name] for column in _MEMBER})
    return membership, row.alias, Unit(**{column.name: values[f"of_{column.name}"] for column in _COLUMNS})
