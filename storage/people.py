"""People, their accounts on the channels, their conversation and their consents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Select, Table, bindparam, select, tuple_, update

from storage.changes import Changes
from storage.columns import Id, new_id
from storage.database import Database
from storage.goals import goal_of_unit
from storage.tables import (
    accounts,
    consents,
    conversations,
    memberships,
    metadata,
    persons,
    units,
)

LOG, UNIT_TOTALS, REMINDERS, NAMED = PURPOSES = ("log", "unit_totals", "reminders", "named")
"""What a person may consent to, each alone: keeping my log; counting me in my unit; reminding me; naming me."""
CONSENT_VERSION = "2026-11-22"

joined_persons = Table(
    "joined_persons",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Index("ix_joined_persons_person_id", "person_id"),
    comment="ids that linking made part of another person: an older backup knows them still",
)


@dataclass(frozen=True, slots=True)
class Person:
    """A person as one turn sees them; `version` and `state` are the conversation's."""

    id: int
    account_id: int
    channel: str
    address: str
    language: str
    address_form: str
    category: str
    alias: str
    unit_id: int | None
    unit_code: str
    unit_name: str
    consents: dict[str, bool]
    goal_minutes: int | None
    seen_at: datetime
    stopped_at: datetime | None
    version: int
    state: dict[str, Any]
    unit_from: date | None = None
    """First day in the unit, where that is known."""
    unit_to: date | None = None
    """The day on which a transfer that was agreed to begins."""
    erase_at: datetime | None = None
    """When all of it goes for good; until then nothing is processed or shown."""
    unit_goal_minutes: int | None = None
    """The goal of the person's unit, or of the nearest unit above that has one."""

    @property
    def goal(self) -> int | None:
        """Minutes a week: the person's own goal, else that of the unit."""
        return self.goal_minutes or self.unit_goal_minutes

    def agreed(self, purpose: str) -> bool:
        """True when the person has said yes to this purpose (silence is no)."""
        return self.consents.get(purpose) is True


SEEN_STEP = timedelta(seconds=30)
"""How exactly it is kept when an account was used last."""
_SEEN = update(accounts).where(accounts.c.id == bindparam("row")).values(seen_at=bindparam("at"), stopped_at=None)


def _query() -> Select[Any]:
    return (
        select(
            persons.c.id,
            accounts.c.id.label("account_id"),
            accounts.c.channel,
            accounts.c.address,
            persons.c.language,
            persons.c.address_form,
            persons.c.category,
            persons.c.alias,
            persons.c.unit_id,
            units.c.code.label("unit_code"),
            units.c.name.label("unit_name"),
            persons.c.consents,
            persons.c.goal_minutes,
            accounts.c.seen_at,
            accounts.c.stopped_at,
            conversations.c.version,
            conversations.c.state,
            memberships.c.valid_from.label("unit_from"),
            memberships.c.valid_to.label("unit_to"),
            persons.c.erase_at,
            goal_of_unit(persons.c.unit_id).label("unit_goal_minutes"),
        )
        .select_from(accounts)
        .join(persons, persons.c.id == accounts.c.person_id)
        .outerjoin(conversations, conversations.c.person_id == persons.c.id)
        .outerjoin(units, units.c.id == persons.c.unit_id)
        .outerjoin(memberships, (memberships.c.person_id == persons.c.id) & (memberships.c.state == "active"))
    )


def _person(row: Any) -> Person:
    values = dict(row._mapping)
    values.update(
        unit_code=row.unit_code or "", unit_name=row.unit_name or "", version=row.version or 0, state=row.state or {}
    )
    return Person(**values)


class People:
    """Queries and changes about people."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def by_accounts(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Person]:
        """The people behind (channel, address) pairs, in one question."""
        wanted = tuple_(accounts.c.channel, accounts.c.address).in_(list(keys))
        rows = await self._database.all(_query().where(wanted))
        return {(row.channel, row.address): _person(row) for row in rows}

    async def by_account(self, channel: str, address: str) -> Person | None:
        """The person behind an account, or None; asked together with whoever asks at the same time."""
        found: Person | None = await self._database.shared("people", self.by_accounts).get((channel, address))
        return found

    async def by_ids(self, ids: Iterable[int]) -> dict[int, Person]:
        """People by id, each with the account that was used last and is not stopped; none who asked to be erased."""
        there = accounts.c.stopped_at.is_(None) & persons.c.erase_at.is_(None)
        statement = _query().where(persons.c.id.in_(list(ids)), there)
        rows = await self._database.all(statement.order_by(accounts.c.seen_at))
        return {row.id: _person(row) for row in rows}

    def add(self, channel: str, address: str, language: str, now: datetime) -> Person:
        """A person who writes for the first time."""
        person_id, account_id = new_id(), new_id()
        self._changes.insert(
            persons, id=person_id, language=language, address_form="anhchi", consents={}, created_at=now
        )
        self._changes.insert(
            accounts, id=account_id, channel=channel, address=address, person_id=person_id, seen_at=now
        )
        return Person(
            id=person_id,
            account_id=account_id,
            channel=channel,
            address=address,
            language=language,
            address_form="anhchi",
            category="",
            alias="",
            unit_id=None,
            unit_code="",
            unit_name="",
            consents={},
            goal_minutes=None,
            seen_at=now,
            stopped_at=None,
            version=0,
            state={},
        )

    def update(self, person: Person, **values: Any) -> None:
        """Change columns of the person's row."""
        self._changes.run(update(persons).where(persons.c.id == person.id).values(**values))

    def heard_from(self, person: Person, now: datetime) -> None:
        """The person wrote: this account is the one used last, and if it had been stopped it works again."""
        if person.stopped_at is not None or now - person.seen_at > SEEN_STEP:
            self._changes.repeat(_SEEN, row=person.account_id, at=now)

    def consent(self, person: Person, given: dict[str, bool], channel: str, now: datetime) -> dict[str, bool]:
        """Record a yes or no per purpose, with version and time; returns what holds now."""
        for purpose, granted in given.items():
            self._changes.insert(
                consents,
                id=new_id(),
                person_id=person.id,
                purpose=purpose,
                granted=granted,
                text_version=CONSENT_VERSION,
                channel=channel,
                at=now,
            )
        current = {**person.consents, **given}
        self.update(person, consents=current)
        return current

    def offer(self, person: Person, taps: Sequence[Sequence[str]]) -> None:
        """Keep the choices of a notice for a person whose channel has no buttons, unless they are writing just now."""
        same = (conversations.c.person_id == person.id) & (conversations.c.version == person.version)
        state = {**person.state, "taps": [list(tap) for tap in taps]}
        self._changes.run(update(conversations).where(same).values(version=person.version + 1, state=state))

    async def consent_history(self, person_id: int) -> Sequence[Any]:
        """Every yes and no with purpose, version, channel and time, oldest first."""
        mine = select(consents).where(consents.c.person_id == person_id)
        return await self._database.all(mine.order_by(consents.c.id))

    async def accounts_of(self, person_id: int) -> Sequence[Any]:
        """The person's accounts: channel, address, when last seen."""
        return await self._database.all(select(accounts).where(accounts.c.person_id == person_id))
