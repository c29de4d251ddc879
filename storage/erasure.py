"""Erasing a person: set aside for a day, then gone; the minutes stay with a row without a face; a list for restores.

The rules stand in docs/decisions/0020-erasure-with-a-way-back.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    String,
    Table,
    and_,
    delete,
    false,
    or_,
    select,
    true,
    update,
)

from storage.audit import SYSTEM, Audit
from storage.changes import Changes
from storage.columns import UtcDateTime, new_id
from storage.database import Database
from storage.desk import DeskAccess
from storage.evidence import APPROVED
from storage.links import link_codes
from storage.mentions import Mentions
from storage.people import joined_persons
from storage.question_tables import questions
from storage.tables import (
    accounts,
    evidence,
    files,
    inbound,
    memberships,
    metadata,
    one_time_codes,
    outbox,
    persons,
    roles,
    study_logs,
)
from storage.units import ENDED, PENDING

WAY_BACK = timedelta(hours=24)
"""So long everything can be kept after all."""
FAREWELL_KEPT = timedelta(days=1)
"""A farewell that could not be sent is dropped after this time."""

erasures = Table(
    "erasures",
    metadata,
    Column("person_hash", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    comment="the deletion list: hashes of the ids of erased persons, applied again after a restore; no names",
)


@dataclass(frozen=True, slots=True)
class Erased:
    """One line of the deletion list."""

    hash: str
    at: datetime


def hash_of(person_id: int) -> str:
    """How the deletion list knows a person: the number alone, hashed."""
    return sha256(f"banhoc person {person_id}".encode()).hexdigest()


class Erasure:
    """Queries and changes that let a person go."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def ask(self, person_id: int, now: datetime) -> datetime:
        """Set the person aside: consents, alias, rights and requests are as if they were not; returns when it ends."""
        row = await self._database.first(select(persons.c.consents, persons.c.alias).where(persons.c.id == person_id))
        aside = {
            "consents": dict(row.consents),
            "alias": row.alias,
            "roles": await self._ids(roles, roles.c.ended_at.is_(None), person_id),
            "memberships": await self._ids(memberships, memberships.c.state == PENDING, person_id),
            "questions": await self._ids(questions, questions.c.state == "open", person_id),
        }
        until = now + WAY_BACK
        values = {"erase_at": until, "aside": aside, "consents": {}, "alias": ""}
        self._require_not_gone(person_id, **values)
        run = self._changes.run
        run(update(roles).where(roles.c.id.in_(aside["roles"])).values(ended_at=now))
        run(update(memberships).where(memberships.c.id.in_(aside["memberships"])).values(state=ENDED, ended_at=now))
        run(update(questions).where(questions.c.id.in_(aside["questions"])).values(state="closed"))
        # Nothing is written to a stopped account, except the answers to what it says itself.
        run(update(accounts).where(accounts.c.person_id == person_id).values(stopped_at=now))
        waiting = (outbox.c.person_id == person_id) & (outbox.c.state == "ready") & (outbox.c.created_at < now)
        run(delete(outbox).where(waiting))
        run(delete(link_codes).where(link_codes.c.person_id == person_id))
        DeskAccess(self._database, self._changes).end_all(person_id)
        return until

    async def keep(self, person_id: int, now: datetime) -> None:
        """Everything is as it was before `ask`."""
        aside = await self._database.value(select(persons.c.aside).where(persons.c.id == person_id)) or {}
        restored = {"consents": aside.get("consents", {}), "alias": aside.get("alias", "")}
        self._require_not_gone(person_id, erase_at=None, aside=None, **restored)
        run = self._changes.run
        run(update(roles).where(roles.c.id.in_(aside.get("roles", []))).values(ended_at=None))
        mine = memberships.c.id.in_(aside.get("memberships", []))
        run(update(memberships).where(mine).values(state=PENDING, ended_at=None))
        run(update(questions).where(questions.c.id.in_(aside.get("questions", []))).values(state="open"))
        run(update(accounts).where(accounts.c.person_id == person_id).values(stopped_at=None))

    async def due(self, now: datetime, limit: int = 100) -> list[int]:
        """Persons whose day to keep everything is over."""
        over = select(persons.c.id).where(persons.c.erase_at <= now).order_by(persons.c.erase_at).limit(limit)
        return [row.id for row in await self._database.all(over)]

    async def erase(self, person_id: int, now: datetime) -> int:
        """Let the person go; returns the id of the row without a face that the minutes belong to from now on.

        Whatever names the person goes, also in tables that are younger than this line, and out of what officers were
        sent. The old id stands nowhere but in the audit afterwards.
        """
        former = select(joined_persons.c.id).where(joined_persons.c.person_id == person_id)
        ids = [person_id, *(row.id for row in await self._database.all(former))]
        addresses = await self._addresses(person_id)
        await Mentions(self._database, self._changes).forget(person_id)
        faceless = new_id()
        self._changes.insert(
            persons, id=faceless, language="vi", address_form="anhchi", consents={}, created_at=now, erased_at=now
        )
        proof = await self._proof_without_a_file(person_id, faceless, now)
        self._require_not_gone(person_id, erased_at=now)
        self._forget_messages(addresses, before=now)
        for statement in _deletions(person_id, faceless, proof):
            self._changes.run(statement)
        self._changes.run(delete(persons).where(persons.c.id == person_id))
        for one in ids:
            self._changes.insert_once(erasures, person_hash=hash_of(one), at=now)
        Audit(self._database, self._changes).record("person.erased", now, via=SYSTEM, role=SYSTEM, about=person_id)
        return faceless

    async def _proof_without_a_file(self, person_id: int, faceless: int, now: datetime) -> int | None:
        """An empty file in place of all certificates whose minutes were approved: the approved figure stays, too."""
        if await self._database.first(select(evidence.c.id).where(_approved(person_id))) is None:
            return None
        id = new_id()
        empty = {"name": "", "media_type": "", "size": 0, "content": b""}
        self._changes.insert(files, id=id, person_id=faceless, created_at=now, **empty)
        return id

    def _require_not_gone(self, person_id: int, **values: Any) -> None:
        """Change the person's row, or make the turn a conflict when somebody erased it meanwhile."""
        mine = (persons.c.id == person_id) & persons.c.erased_at.is_(None)
        self._changes.require(update(persons).where(mine).values(**values))

    async def _ids(self, table: Table, which: ColumnElement[bool], person_id: int) -> list[int]:
        mine = select(table.c.id).where(table.c.person_id == person_id, which)
        return [row.id for row in await self._database.all(mine)]

    async def _addresses(self, person_id: int) -> list[tuple[str, str]]:
        mine = select(accounts.c.channel, accounts.c.address).where(accounts.c.person_id == person_id)
        return [(row.channel, row.address) for row in await self._database.all(mine)]

    def _forget_messages(self, addresses: Iterable[tuple[str, str]], before: datetime) -> None:
        """Message ids, and whatever else is kept by channel and address, name the account."""
        for channel, address in addresses:
            self._changes.run(_messages_of(channel, address, before))
            for table in metadata.sorted_tables:
                if {"channel", "address"} <= set(table.c.keys()) and table not in (accounts, outbox):
                    same = (table.c.channel == channel) & (table.c.address == address)
                    self._changes.run(delete(table).where(same))

    async def farewells(self, now: datetime) -> int:
        """Drop the farewells that were sent (or never will be), the last rows with an address; returns how many."""
        gone = persons.c.erased_at.is_not(None)
        over = (outbox.c.state != "ready") | (outbox.c.created_at <= now - FAREWELL_KEPT)
        statement = select(outbox.c.id, outbox.c.channel, outbox.c.address, outbox.c.created_at)
        rows = await self._database.all(
            statement.join(persons, persons.c.id == outbox.c.person_id).where(gone, over).limit(500)
        )
        for row in rows:
            self._changes.run(_messages_of(row.channel, row.address, row.created_at, including=True))
        self._changes.run(delete(outbox).where(outbox.c.id.in_([row.id for row in rows])))
        return len(rows)

    async def listed(self) -> list[Erased]:
        """The deletion list, oldest first."""
        rows = await self._database.all(select(erasures).order_by(erasures.c.at, erasures.c.person_hash))
        return [Erased(row.person_hash, row.at) for row in rows]

    async def here_again(self, hashes: Mapping[str, datetime], batch: int = 20_000) -> list[int]:
        """Persons of this database who are on the list: it was restored from an older backup."""
        found: list[int] = []
        last = 0
        while True:
            ids = select(persons.c.id).where(persons.c.erased_at.is_(None), persons.c.id > last)
            rows: Sequence[Any] = await self._database.all(ids.order_by(persons.c.id).limit(batch))
            found += [row.id for row in rows if hash_of(row.id) in hashes]
            if len(rows) < batch:
                return found
            last = rows[-1].id

    def put_on_list(self, lines: Iterable[Erased]) -> None:
        """Add lines that the database does not know."""
        for one in lines:
            self._changes.insert_once(erasures, person_hash=one.hash, at=one.at)


def _messages_of(channel: str, address: str, before: datetime, *, including: bool = False) -> Any:
    """Delete the ids of messages of this account; they are made of the address where a channel numbers by account."""
    named = or_(*(inbound.c.message_id.startswith(f"{front}{address}:", autoescape=True) for front in ("", "hello:")))
    until = inbound.c.at <= before if including else inbound.c.at < before
    return delete(inbound).where(inbound.c.channel == channel, named, until)


def _approved(person_id: int) -> ColumnElement[bool]:
    """Approved evidence of entries that count."""
    counts = select(study_logs.c.id).where(study_logs.c.deleted_at.is_(None))
    return and_(evidence.c.person_id == person_id, evidence.c.state == APPROVED, evidence.c.log_id.in_(counts))


def _deletions(person_id: int, faceless: int, proof: int | None) -> Iterable[Any]:
    """Delete every row of the person, what hangs on such a row, and the person's number from all other rows.

    Entries that count become minutes of nobody, when everything that hangs on them (evidence, history) is gone.
    """
    doomed = rows_about(person_id)
    for table in reversed(metadata.sorted_tables):
        if table is persons:
            continue
        for column in table.c:
            if _names_person(column) and not _owns(column):
                # Who decided something is forgotten; where there must be somebody, it is the row without a face.
                yield update(table).where(column == person_id).values({column: None if column.nullable else faceless})
        if table is study_logs:
            counts = (study_logs.c.person_id == person_id) & study_logs.c.deleted_at.is_(None)
            nothing = {"subject": "", "course": None, "mode": None}
            yield update(study_logs).where(counts).values(person_id=faceless, **nothing)
        if table is evidence and proof is not None:
            nobodys = {"person_id": faceless, "file_id": proof, "reason": ""}
            yield update(evidence).where(_approved(person_id)).values(**nobodys)
        if table in doomed:
            kept = evidence.c.person_id != faceless if table is evidence else true()
            yield delete(table).where(doomed[table], kept)
    yield update(one_time_codes).where(one_time_codes.c.used_by == person_id).values(used_by=None)


_NONE = false()


def rows_about(person_id: int) -> dict[Table, ColumnElement[bool]]:
    """Of each table that can hold rows about a person, which ones are about this one: they are exported and erased."""
    found: dict[Table, ColumnElement[bool]] = {}
    for table in metadata.sorted_tables:
        if table is not persons:
            found[table] = _doomed(table, person_id, found)
    return {table: which for table, which in found.items() if which is not _NONE}


def _doomed(table: Table, person_id: int, above: Mapping[Table, ColumnElement[bool]]) -> ColumnElement[bool]:
    """Which rows of the table go: the person's own, and those that refer to a row that goes."""
    own = [column == person_id for column in table.c if _owns(column)]
    hanging = []
    for column in table.c:
        for key in column.foreign_keys:
            parent = key.column.table
            if parent is persons or key.ondelete is not None:
                continue
            which = or_(*own) if parent is table and own else above.get(parent, _NONE)
            if which is not _NONE:
                hanging.append(column.in_(select(key.column).where(which)))
    return or_(*own, *hanging) if own or hanging else _NONE


def _names_person(column: Column[Any]) -> bool:
    return any(key.column is persons.c.id for key in column.foreign_keys)


def _owns(column: Column[Any]) -> bool:
    """True for a column whose row is about the person; else the row only tells who did something, and forgets it."""
    return _names_person(column) and column.name == "person_id"
