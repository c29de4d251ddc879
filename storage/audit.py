"""The audit: who changed or read what about whom, from where; each row is chained to the one before by its hash.

Rows are described in the turn like every other write and sealed by `storage/commits.py` as the last step of the same
transaction (docs/decisions/0019-the-audit-chain.md). They hold ids only, never a text or a name.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Index, Integer, String, Table, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.changes import Changes
from storage.columns import Id, Json, UtcDateTime, new_id
from storage.database import Database
from storage.tables import metadata, roles

START = "0" * 64
"""What stands in front of the first row."""
BATCH = 2_000
COMMAND = "command"
"""From where: the command line of the server."""
OPERATOR, NO_ROLE, SYSTEM = "operator", "person", "system"
"""Whoever acts on the command line; somebody without a role; the program by itself."""
_WORD = re.compile(r"[\w.:/,+\-]{0,80}")
_CONTENT = ("seq", "id", "at", "who", "role", "what", "unit_id", "about", "via", "detail", "prev_hash")

audit = Table(
    "audit",
    metadata,
    Column("seq", Id, primary_key=True, autoincrement=False),
    Column("id", Id, nullable=False, unique=True),
    Column("at", UtcDateTime, nullable=False),
    Column("who", Id),
    Column("role", String(16), nullable=False),
    Column("what", String(40), nullable=False),
    Column("unit_id", Id),
    Column("about", Id),
    Column("via", String(24), nullable=False),
    Column("detail", Json, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_at", "at"),
    Index("ix_audit_who", "who"),
    Index("ix_audit_about", "about"),
    Index("ix_audit_unit_id", "unit_id"),
    comment="who did or read what, about whom, from where; ids refer to nothing, so that they outlive an erased person",
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Id, nullable=False),
    Column("hash", String(64), nullable=False),
    comment="the newest row of the audit: its lock puts the processes in order, and it tells when the end was cut off",
)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest sealed row."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first row that is not as it was sealed; `why` is changed, missing, moved, inserted or anchor."""

    seq: int
    id: int | None
    why: str


class Audit:
    """What is written into the audit, and how it is checked."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def record(
        self,
        what: str,
        at: datetime,
        *,
        via: str,
        who: int | None = None,
        role: str = "",
        unit_id: int | None = None,
        about: int | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Write one row with the turn; without a role the one that `who` holds at the commit is kept.

        Raises ValueError for a detail that could be a text: only numbers, yes or no, and words without blanks are kept.
        """
        kept = {name: _kept(name, value) for name, value in (detail or {}).items()}
        self._changes.insert(
            audit, id=new_id(), at=at, who=who, role=role, what=what, unit_id=unit_id, about=about, via=via, detail=kept
        )

    async def head(self) -> Head:
        """The newest row; seq 0 when there is none."""
        row = await self._database.first(select(audit_head.c.seq, audit_head.c.hash))
        return Head(0, START) if row is None else Head(row.seq, row.hash)

    async def rows(self, after: int = 0) -> AsyncIterator[Any]:
        """Every row with a higher seq, oldest first."""
        while True:
            newer = select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(BATCH)
            found = await self._database.all(newer)
            for row in found:
                yield row
            if len(found) < BATCH:
                return
            after = found[-1].seq

    async def verify(self, anchor: Head | None = None) -> Fault | None:
        """The first row that was changed, removed, inserted or moved since it was sealed, or None.

        `anchor` is a row as it was noted down elsewhere: with it, also a chain that was made anew as a whole is found.
        """
        # In this order: rows that are sealed meanwhile lie behind the head and are left for the next check.
        newest = await self._database.value(select(func.max(audit.c.seq))) or 0
        head, before = await self.head(), Head(0, START)
        async for row in self.rows():
            if row.seq > head.seq:
                break
            if fault := _fault(row, before):
                return fault
            if anchor is not None and anchor.seq == row.seq and anchor.hash != row.hash:
                return Fault(row.seq, row.id, "anchor")
            before = Head(row.seq, row.hash)
        if before != head:
            return Fault(before.seq + 1, None, "missing") if before.seq < head.seq else Fault(head.seq, None, "changed")
        if newest > head.seq:
            return Fault(head.seq + 1, None, "inserted")
        return Fault(anchor.seq, None, "anchor") if anchor is not None and anchor.seq > head.seq else None


def _fault(row: Any, before: Head) -> Fault | None:
    """What is wrong with a row that should follow `before`."""
    if row.seq != before.seq + 1:
        return Fault(before.seq + 1, None, "missing")
    if row.prev_hash != before.hash:
        return Fault(row.seq, row.id, "moved")
    return Fault(row.seq, row.id, "changed") if row.hash != digest(row._mapping) else None


def _kept(name: str, value: Any) -> Any:
    """The value, when it cannot be somebody's words."""
    if isinstance(value, str) and _WORD.fullmatch(value):
        return value
    if value is None or isinstance(value, bool | int):
        return value
    raise ValueError(f"the audit keeps no texts: {name}")


def digest(row: Mapping[str, Any]) -> str:
    """The hash of a row's content and of the row before it."""
    content = {name: row[name] for name in _CONTENT}
    content["at"] = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


async def seal(connection: AsyncConnection, described: Sequence[Mapping[str, Any]]) -> None:
    """Chain these rows to the newest one and write them; the last step of a transaction.

    The head's row is locked until COMMIT, so several processes take turns; nothing else is locked after it.
    """
    if not described:
        return
    holds = await _roles_of(connection, {row["who"] for row in described if row["who"] and not row["role"]})
    head = (await connection.execute(select(audit_head.c.seq, audit_head.c.hash).with_for_update())).first()
    seq, hash = (head.seq, head.hash) if head is not None else (0, START)
    rows = []
    for one in described:
        seq += 1
        row = {**one, "seq": seq, "prev_hash": hash, "role": one["role"] or holds.get(one["who"], NO_ROLE)}
        row["hash"] = hash = digest(row)
        rows.append(row)
    await connection.execute(insert(audit), rows)
    if head is None:
        await connection.execute(insert(audit_head).values(id=1, seq=seq, hash=hash))
    else:
        await connection.execute(update(audit_head).values(seq=seq, hash=hash))


async def _roles_of(connection: AsyncConnection, people: set[int]) -> dict[int, str]:
    """The highest role of each at this moment (`admin` before `officer`)."""
    if not people:
        return {}
    held = select(roles.c.person_id, roles.c.role).where(roles.c.person_id.in_(people), roles.c.ended_at.is_(None))
    found = await connection.execute(held.order_by(roles.c.role.desc()))
    return {row.person_id: row.role for row in found}
