"""Rosters: people whom a file named, their place until they claim it, and what an import compares and writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.join_codes import plain_code
from storage.joining_tables import roster_imports, roster_people
from storage.links import columns_of_persons
from storage.people import Person
from storage.tables import memberships, persons, unit_tree, units
from storage.units import ACTIVE, ENDED, PENDING

_CHUNK = 500
_OPEN = (ACTIVE, PENDING)


@dataclass(frozen=True, slots=True)
class Place:
    """A unit that a roster may name: the unit, and the root that it stands below."""

    unit_id: int
    code: str
    name: str
    root_id: int


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody of a roster as they are known now; `unit_id` is None for one who belongs nowhere now."""

    id: int
    person_id: int
    root_id: int
    key: str
    claimed: bool
    alias: str
    category: str
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """What an import makes of one row: a new expected member, or another value for one who is listed."""

    alias: str
    category: str
    key: str
    place: Place
    code: str = ""
    """The personal code of a new one; only its hash is stored."""
    listed: Listed | None = None
    member: int | None = None
    """A member of the unit already, of this alias, whom a row with a key names for the first time."""


class Rosters:
    """Questions and changes about rosters."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def places(self, below: Iterable[int] | None) -> dict[str, Place]:
        """Standing units by upper-case code, in these units and all below them (None: all)."""
        root, mine = unit_tree.alias("above"), units.alias("root")
        statement = (
            select(units.c.id, units.c.code, units.c.name, root.c.ancestor_id)
            .join(root, root.c.unit_id == units.c.id)
            .join(mine, (mine.c.id == root.c.ancestor_id) & mine.c.parent_id.is_(None) & mine.c.valid_to.is_(None))
            .where(units.c.valid_to.is_(None))
        )
        if below is not None:
            inside = select(unit_tree.c.unit_id).where(unit_tree.c.ancestor_id.in_(list(below)))
            statement = statement.where(units.c.id.in_(inside))
        rows = await self._database.all(statement)
        return {row.code.upper(): Place(row.id, row.code, row.name, row.ancestor_id) for row in rows}

    async def listed(self, roots: Iterable[int]) -> list[Listed]:
        """Everybody whom a roster below these roots named."""
        statement = _listed().where(roster_people.c.root_id.in_(list(roots))).order_by(roster_people.c.id)
        return [_one(row) for row in await self._database.all(statement)]

    async def members(self, unit_ids: Iterable[int]) -> list[tuple[int, str, int]]:
        """Members of these units whom no roster named: person, alias, unit."""
        named = select(roster_people.c.person_id)
        found: list[tuple[int, str, int]] = []
        ids = list(unit_ids)
        for at in range(0, len(ids), _CHUNK):
            statement = (
                select(persons.c.id, persons.c.alias, memberships.c.unit_id)
                .join(memberships, (memberships.c.person_id == persons.c.id) & (memberships.c.state == ACTIVE))
                .where(
                    memberships.c.unit_id.in_(ids[at : at + _CHUNK]), persons.c.alias != "", persons.c.id.not_in(named)
                )
            )
            found += [(row.id, row.alias, row.unit_id) for row in await self._database.all(statement)]
        return found

    async def unclaimed(self, below: Iterable[int]) -> list[tuple[Listed, Place]]:
        """Expected members of these units and all below who have not claimed their place, by unit and alias."""
        inside = select(unit_tree.c.unit_id).where(unit_tree.c.ancestor_id.in_(list(below)))
        statement = (
            _listed()
            .add_columns(units.c.code, units.c.name)
            .join(units, units.c.id == memberships.c.unit_id)
            .where(roster_people.c.claimed_at.is_(None), memberships.c.unit_id.in_(inside))
            .order_by(units.c.code, persons.c.alias)
        )
        rows = await self._database.all(statement)
        return [(_one(row), Place(row.unit_id, row.code, row.name, row.root_id)) for row in rows]

    async def by_code(self, code: str) -> Listed | None:
        """Who may claim a place with this code, also one who did so already."""
        row = await self._database.first(_listed().where(roster_people.c.code_hash == hashed(code)))
        return None if row is None else _one(row)

    def keep(self, person_id: int, name: str, rows: Sequence[Sequence[Any]], now: datetime) -> int:
        """Keep a file's rows until its officer says yes; older ones of this officer are dropped."""
        self._changes.first(delete(roster_imports).where(roster_imports.c.person_id == person_id))
        id = new_id()
        values = {"person_id": person_id, "name": name, "rows": [list(row) for row in rows], "made_at": now}
        self._changes.insert(roster_imports, id=id, **values)
        return id

    async def kept(self, id: int, person_id: int) -> tuple[str, list[list[Any]]] | None:
        """Name and rows of a file that waits for this officer's yes."""
        mine = (roster_imports.c.id == id) & (roster_imports.c.person_id == person_id)
        row = await self._database.first(select(roster_imports.c.name, roster_imports.c.rows).where(mine))
        return None if row is None else (row.name, row.rows)

    def drop(self, id: int) -> None:
        """The file is done with; done twice is a conflict."""
        self._changes.require(delete(roster_imports).where(roster_imports.c.id == id))

    def add(self, entry: Entry, by: int | None, now: datetime, today: date) -> None:
        """A new expected member: a person without an account who belongs to the unit from today on."""
        person = new_id()
        self._changes.insert(
            persons,
            id=person,
            language="vi",
            address_form="dongchi" if entry.category == "soldier" else "anhchi",
            category=entry.category,
            alias=entry.alias,
            unit_id=entry.place.unit_id,
            consents={},
            created_at=now,
        )
        self._belongs(person, entry.place.unit_id, by, now, today)
        row = {"person_id": person, "root_id": entry.place.root_id, "key": entry.key, "made_at": now}
        self._changes.insert(roster_people, id=new_id(), **row, code_hash=hashed(entry.code), claimed_at=None)

    def recognise(self, entry: Entry, now: datetime) -> None:
        """A member whom the roster names with a key: known by it from now on."""
        row = {"person_id": entry.member, "root_id": entry.place.root_id, "key": entry.key, "made_at": now}
        self._changes.insert(roster_people, id=new_id(), **row, code_hash=None, claimed_at=now)

    def change(self, entries: Sequence[Entry], by: int | None, now: datetime, today: date) -> None:
        """Other values of people who are listed: unit (from today on), key; of unclaimed ones alias and category."""
        moved = [one for one in entries if one.listed and one.listed.unit_id != one.place.unit_id]
        people = [one.listed.person_id for one in moved if one.listed]
        for at in range(0, len(people), _CHUNK):
            mine = memberships.c.person_id.in_(people[at : at + _CHUNK])
            over = update(memberships).where(mine, memberships.c.state == ACTIVE)
            self._changes.first(over.values(state=ENDED, ended_at=now, valid_to=today))
            asked = update(memberships).where(mine, memberships.c.state == PENDING)
            self._changes.first(asked.values(state=ENDED, ended_at=now))
        for one in moved:
            if one.listed:
                self._belongs(one.listed.person_id, one.place.unit_id, by, now, today)
        for one in entries:
            self._rewrite(one)

    def _rewrite(self, entry: Entry) -> None:
        listed = entry.listed
        if listed is None:
            return
        alias = listed.alias if listed.claimed else entry.alias
        category = listed.category if listed.claimed or not entry.category else entry.category
        values = {"alias": alias, "category": category, "unit": entry.place.unit_id}
        self._changes.repeat(_PERSON, row=listed.person_id, **values)
        self._changes.repeat(_KEY, row=listed.id, new_key=entry.key or listed.key)

    def _belongs(self, person_id: int, unit_id: int, by: int | None, now: datetime, today: date) -> None:
        row = {"person_id": person_id, "unit_id": unit_id, "state": ACTIVE, "asked_at": now, "valid_from": today}
        self._changes.insert(memberships, id=new_id(), **row, decided_at=now, decided_by=by)

    def renew_codes(self, codes: Mapping[int, str]) -> None:
        """New personal codes for rows of the roster that are unclaimed; the old ones open nothing."""
        for id, code in codes.items():
            self._changes.repeat(_CODE, row=id, new_hash=hashed(code))

    def claim(self, listed: Listed, person: Person, now: datetime, today: date) -> None:
        """The account's person takes the place of the expected one; claimed meanwhile is a conflict.

        Whoever belongs to that very unit already stays as they are; another membership ends today.
        """
        mine, theirs = memberships.c.person_id == person.id, memberships.c.person_id == listed.person_id
        asked = update(memberships).where(mine, memberships.c.state == PENDING)
        self._changes.first(asked.values(state=ENDED, ended_at=now))
        active = memberships.c.state == ACTIVE
        if person.unit_id == listed.unit_id:
            self._changes.first(update(memberships).where(theirs, active).values(state=ENDED, ended_at=now))
        else:
            ended = {"state": ENDED, "ended_at": now, "valid_to": today}
            self._changes.first(update(memberships).where(mine, active).values(**ended))
        free = (roster_people.c.id == listed.id) & roster_people.c.claimed_at.is_(None)
        self._changes.require(update(roster_people).where(free).values(claimed_at=now))
        for column in columns_of_persons():
            moved = update(column.table).where(column == listed.person_id).values({column: person.id})
            self._changes.run(moved)
        values = {"alias": listed.alias, "category": listed.category or person.category, "unit_id": listed.unit_id}
        self._changes.run(update(persons).where(persons.c.id == person.id).values(**values))
        self._changes.run(delete(persons).where(persons.c.id == listed.person_id))

    async def made(self, by: int, at: datetime) -> list[int]:
        """The people whom this officer's import of that moment made and who have not claimed their place."""
        free = roster_people.c.claimed_at.is_(None) & (roster_people.c.made_at == at)
        joined = (memberships.c.person_id == roster_people.c.person_id) & (memberships.c.state == ACTIVE)
        decided = (memberships.c.decided_by == by) & (memberships.c.decided_at == at)
        statement = select(roster_people.c.person_id).join(memberships, joined).where(free, decided)
        return [row.person_id for row in await self._database.all(statement)]

    def take_back(self, people: Sequence[int]) -> None:
        """These people were never there; whoever claimed a place meanwhile is another person and keeps it."""
        for at in range(0, len(people), _CHUNK):
            some = people[at : at + _CHUNK]
            for table in (roster_people, memberships):
                self._changes.run(delete(table).where(table.c.person_id.in_(some)))
            self._changes.run(delete(persons).where(persons.c.id.in_(some)))


_PERSON = (
    update(persons)
    .where(persons.c.id == bindparam("row"))
    .values(alias=bindparam("alias"), category=bindparam("category"), unit_id=bindparam("unit"))
)
_KEY = update(roster_people).where(roster_people.c.id == bindparam("row")).values(key=bindparam("new_key"))
_CODE = (
    update(roster_people)
    .where(roster_people.c.id == bindparam("row"), roster_people.c.claimed_at.is_(None))
    .values(code_hash=bindparam("new_hash"))
)


def hashed(code: str) -> str:
    """What is stored of a personal code."""
    return sha256(plain_code(code).encode()).hexdigest()


def _listed() -> Any:
    columns = [roster_people.c[name] for name in ("id", "person_id", "root_id", "key", "claimed_at")]
    active = (memberships.c.person_id == roster_people.c.person_id) & (memberships.c.state == ACTIVE)
    return (
        select(*columns, persons.c.alias, persons.c.category, memberships.c.unit_id)
        .join(persons, persons.c.id == roster_people.c.person_id)
        .outerjoin(memberships, active)
    )


def _one(row: Any) -> Listed:
    return Listed(
        row.id, row.person_id, row.root_id, row.key, row.claimed_at is not None, row.alias, row.category, row.unit_id
    )
