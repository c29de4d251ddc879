"""Linking accounts: the six-digit codes, wrong tries, joining two persons into one, and taking an account out again.

The rules and their reasons stand in docs/decisions/0005-one-identity.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import randbelow
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from storage.broadcast_tables import received_twice
from storage.changes import Changes
from storage.columns import Id, UtcDateTime, new_id
from storage.database import Database
from storage.memberships import without_plan
from storage.people import People, Person, joined_persons
from storage.study_logs import StudyLogs
from storage.tables import (
    accounts,
    conversations,
    evidence,
    memberships,
    metadata,
    one_time_codes,
    outbox,
    persons,
    roles,
    study_logs,
)
from storage.units import ACTIVE, ENDED, PENDING

CODE_LIFE = timedelta(minutes=10)
MOST_WRONG = 5
"""Wrong tries that a code survives not; and wrong tries of one account in TRIES_SPAN."""
TRIES_SPAN = timedelta(hours=1)
SAID_TWICE = timedelta(minutes=10)
"""The same entry logged on both accounts within this time was said twice; later it was studied twice."""
_SHARED_DIGITS = 2
"""A wrong try counts against the codes that begin with the same digits: see the decision."""

link_codes = Table(
    "link_codes",
    metadata,
    Column("code", String(6), primary_key=True),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False, unique=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("wrong", Integer, nullable=False, server_default="0"),
    comment="codes that join accounts; not hashed: a million hashes are made in a second, and a code lives ten minutes",
)

link_tries = Table(
    "link_tries",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("channel", String(24), nullable=False),
    Column("address", String(128), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_link_tries_account", "channel", "address", "at"),
    comment="wrong codes of the last hour, by account",
)


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a person."""

    id: int
    channel: str
    address: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Joined:
    """What joining found: entries said twice, and whether a second unit had to give way."""

    said_twice: int
    unit_ended: bool


class Links:
    """Queries and changes about linked accounts."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def accounts_of(self, person_id: int) -> list[Account]:
        """The person's accounts, the first one first."""
        columns = (accounts.c.id, accounts.c.channel, accounts.c.address, accounts.c.seen_at)
        statement = select(*columns).where(accounts.c.person_id == person_id).order_by(accounts.c.id)
        return [Account(**row._mapping) for row in await self._database.all(statement)]

    async def make_code(self, person: Person, now: datetime) -> str:
        """A new code for the person; the one before, and all that are too old, are gone."""
        while True:
            code = f"{randbelow(10**6):06d}"
            if await self._database.value(select(link_codes.c.code).where(link_codes.c.code == code)) is None:
                break
        old = (link_codes.c.person_id == person.id) | (link_codes.c.made_at <= now - CODE_LIFE)
        self._changes.first(delete(link_codes).where(old))
        self._forget_tries(now)
        self._changes.run(insert(link_codes).values(code=code, person_id=person.id, made_at=now, wrong=0))
        self._use(person, now)
        return code

    async def maker(self, code: str, now: datetime) -> Person | None:
        """Who made this living code, as they are on one of their accounts."""
        alive = _is_alive(code, now) & persons.c.erased_at.is_(None) & persons.c.erase_at.is_(None)
        statement = (
            select(accounts.c.channel, accounts.c.address)
            .join(persons, persons.c.id == accounts.c.person_id)
            .join(link_codes, link_codes.c.person_id == persons.c.id)
            .where(alive)
            .order_by(accounts.c.seen_at.desc())
        )
        row = await self._database.first(statement)
        if row is None:
            return None
        key = (row.channel, row.address)
        return (await People(self._database, Changes()).by_accounts([key])).get(key)

    async def wrong_tries(self, channel: str, address: str, now: datetime) -> int:
        """Wrong codes that came from this account in the last hour."""
        mine = (link_tries.c.channel == channel) & (link_tries.c.address == address)
        statement = select(func.count()).where(mine, link_tries.c.at > now - TRIES_SPAN)
        return int(await self._database.value(statement) or 0)

    def count_wrong(self, channel: str, address: str, code: str, now: datetime) -> None:
        """Remember a wrong code; it also wears out the codes that begin like it."""
        self._forget_tries(now)
        self._changes.run(insert(link_tries).values(id=new_id(), channel=channel, address=address, at=now))
        alike = link_codes.c.code.startswith(code[:_SHARED_DIGITS])
        self._changes.run(update(link_codes).where(alike).values(wrong=link_codes.c.wrong + 1))

    async def join(
        self, leaving: Person, staying: Person, code: str, consents: dict[str, bool], now: datetime
    ) -> Joined:
        """Make `leaving` and `staying` one person, using the code up; the row of `leaving` goes.

        The conversation of `staying` is guarded by the turn that calls this (it ends as a turn of `staying`); that of
        `leaving` and the code are conditions here: whoever was quicker makes this turn a conflict.
        """
        changes = self._changes
        changes.require(delete(link_codes).where(_is_alive(code, now), link_codes.c.person_id == staying.id))
        if leaving.version:
            same = (conversations.c.person_id == leaving.id) & (conversations.c.version == leaving.version)
            changes.require(delete(conversations).where(same))
        alive = (persons.c.id == staying.id) & persons.c.erased_at.is_(None)
        changes.require(
            update(persons)
            .where(alive)
            .values(
                consents=consents,
                goal_minutes=staying.goal_minutes or leaving.goal_minutes,
                category=staying.category or leaving.category,
                alias=staying.alias or leaving.alias,
            )
        )
        said_twice = await self._drop_said_twice(leaving.id, staying.id, now)
        self._use(leaving, now)
        self._join_memberships(leaving.id, staying.id, now)
        self._drop_same_roles(leaving.id, staying.id)
        changes.run(received_twice(leaving.id, staying.id))
        changes.run(delete(link_codes).where(link_codes.c.person_id == leaving.id))
        for column in columns_of_persons():
            changes.run(update(column.table).where(column == leaving.id).values({column: staying.id}))
        changes.run(update(one_time_codes).where(one_time_codes.c.used_by == leaving.id).values(used_by=staying.id))
        changes.run(delete(persons).where(persons.c.id == leaving.id))
        changes.run(insert(joined_persons).values(id=leaving.id, person_id=staying.id))
        return Joined(said_twice, bool(leaving.unit_id and staying.unit_id and leaving.unit_id != staying.unit_id))

    def unlink(self, account: Account, person: Person, now: datetime) -> Person:
        """Make the account a new person of the same language and nothing else; what was sent to it is forgotten."""
        new = new_id()
        self._changes.insert(
            persons,
            id=new,
            language=person.language,
            address_form=person.address_form,
            consents={},
            created_at=now,
        )
        mine = (accounts.c.id == account.id) & (accounts.c.person_id == person.id)
        self._changes.require(update(accounts).where(mine).values(person_id=new))
        self._changes.run(delete(link_codes).where(link_codes.c.person_id == person.id))
        theirs = (outbox.c.channel == account.channel) & (outbox.c.address == account.address)
        self._changes.run(delete(outbox).where(theirs, outbox.c.created_at < now))
        alone = replace(person, alias="", category="", unit_id=None, unit_code="", unit_name="", goal_minutes=None)
        alone = replace(alone, unit_goal_minutes=None)
        there = replace(alone, account_id=account.id, channel=account.channel, address=account.address, seen_at=now)
        return replace(there, id=new, consents={}, version=0, state={})

    def move_on(self, person: Person, state: dict[str, Any]) -> None:
        """A turn that ends as another person's leaves this person's conversation one version on, in order with all
        other turns, in this state."""
        same = (conversations.c.person_id == person.id) & (conversations.c.version == person.version)
        self._changes.require(update(conversations).where(same).values(version=person.version + 1, state=state))

    def _forget_tries(self, now: datetime) -> None:
        self._changes.first(delete(link_tries).where(link_tries.c.at <= now - TRIES_SPAN))

    def _use(self, person: Person, now: datetime) -> None:
        """The account in use is the one that notices go to."""
        mine = accounts.c.id == person.account_id
        self._changes.run(update(accounts).where(mine).values(seen_at=now, stopped_at=None))

    async def _drop_said_twice(self, leaving: int, staying: int, now: datetime) -> int:
        """Delete (to be restored if wrong) one of each pair; the one that counts in a unit stays, else the older
        person's. Its evidence goes over to the other."""
        pairs = await self._said_twice(leaving, staying)
        logs = StudyLogs(self._database, self._changes)
        for ours, theirs in pairs:
            kept, dropped = (theirs, ours) if ours.unit_id is None and theirs.unit_id is not None else (ours, theirs)
            (log,) = await logs.some(dropped.person_id, [dropped.id])
            logs.delete(log, now)
            self._changes.run(update(evidence).where(evidence.c.log_id == dropped.id).values(log_id=kept.id))
        return len(pairs)

    async def _said_twice(self, leaving: int, staying: int) -> list[tuple[Any, Any]]:
        """Pairs of equal entries, one of each person, logged within SAID_TWICE; each entry in one pair at most."""
        left: list[Any] = list(await self._database.all(_equal_entries(staying, leaving)))
        pairs: list[tuple[Any, Any]] = []
        used: set[int] = set()
        for theirs in await self._database.all(_equal_entries(leaving, staying)):
            facts = tuple(getattr(theirs, name) for name in _FACTS)
            for ours in left:
                near = abs(theirs.created_at - ours.created_at) <= SAID_TWICE
                if near and ours.id not in used and facts == tuple(getattr(ours, name) for name in _FACTS):
                    used.add(ours.id)
                    pairs.append((ours, theirs))
                    break
        return pairs

    def _join_memberships(self, leaving: int, staying: int, now: datetime) -> None:
        """At most one active and one pending membership are left, those of `staying` first."""
        for state in (ACTIVE, PENDING):
            theirs = memberships.alias()
            taken = exists().where(
                theirs.c.person_id == staying,
                (theirs.c.state == state)
                | ((theirs.c.state == ACTIVE) & (theirs.c.unit_id == memberships.c.unit_id)),
            )
            mine = (memberships.c.person_id == leaving) & (memberships.c.state == state)
            self._changes.run(update(memberships).where(mine, taken).values(state=ENDED, ended_at=now))
        # A request of the one for the unit that the other belongs to already is settled.
        theirs = memberships.alias()
        joined = exists().where(
            theirs.c.person_id == leaving, theirs.c.state == ACTIVE, theirs.c.unit_id == memberships.c.unit_id
        )
        asked = (memberships.c.person_id == staying) & (memberships.c.state == PENDING)
        self._changes.run(update(memberships).where(asked, joined).values(state=ENDED, ended_at=now))
        both = memberships.c.person_id.in_((leaving, staying)) & (memberships.c.state == ACTIVE)
        unit = select(memberships.c.unit_id).where(both).limit(1).scalar_subquery()
        settled = func.coalesce(unit, persons.c.unit_id)
        self._changes.run(update(persons).where(persons.c.id == staying).values(unit_id=settled))
        self._changes.run(without_plan(staying))

    def _drop_same_roles(self, leaving: int, staying: int) -> None:
        """Of two equal roles the one of `staying` is left, and what was delegated from the other comes from it."""
        theirs, dropped = roles.alias(), roles.alias()
        columns = ("role", "unit_id", "rights", "ends_at", "from_role")
        alike = (theirs.c[name].is_not_distinct_from(dropped.c[name]) for name in columns)
        pairs = (
            select(theirs.c.id)
            .join(dropped, and_(*alike, dropped.c.person_id == leaving, dropped.c.ended_at.is_(None)))
            .where(theirs.c.person_id == staying, theirs.c.ended_at.is_(None))
        )
        twin = pairs.where(dropped.c.id == roles.c.from_role).limit(1).scalar_subquery()
        mine = select(roles.c.id).where(roles.c.person_id == leaving)
        moved = update(roles).where(roles.c.from_role.in_(mine))
        self._changes.run(moved.values(from_role=func.coalesce(twin, roles.c.from_role)))
        same = pairs.where(dropped.c.id == roles.c.id).exists()
        left = (roles.c.person_id == leaving) & roles.c.ended_at.is_(None)
        self._changes.run(delete(roles).where(left, same))


_FACTS = ("day", "minutes", "subject", "area", "course", "completed", "mode")


def _equal_entries(of: int, other: int) -> Any:
    """Entries of one person that the other one has, too, oldest first."""
    theirs = study_logs.alias()
    same = (theirs.c[name].is_not_distinct_from(study_logs.c[name]) for name in _FACTS)
    twin = exists().where(theirs.c.person_id == other, theirs.c.deleted_at.is_(None), *same)
    mine = (study_logs.c.person_id == of) & study_logs.c.deleted_at.is_(None)
    return select(study_logs).where(mine, twin).order_by(study_logs.c.created_at, study_logs.c.id)


def _is_alive(code: str, now: datetime) -> Any:
    fresh = link_codes.c.made_at > now - CODE_LIFE
    return (link_codes.c.code == code) & fresh & (link_codes.c.wrong < MOST_WRONG)


def columns_of_persons() -> Iterator[Column[Any]]:
    """Every column of every table that names a person whose rows follow when two persons become one."""
    for table in metadata.sorted_tables:
        if table in (conversations, link_codes):
            continue
        for column in table.columns:
            if any(key.column is persons.c.id for key in column.foreign_keys):
                yield column
