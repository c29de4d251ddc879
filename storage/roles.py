"""Roles: officers of a unit and admins, and the one-time code that makes the first admin."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select, update

from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.tables import one_time_codes, roles, unit_tree, units

OFFICER, ADMIN = "officer", "admin"


@dataclass(frozen=True, slots=True)
class Role:
    """One role of one person; an admin's has no unit."""

    role: str
    unit_id: int | None
    unit_code: str
    unit_name: str


class Roles:
    """Queries and changes about roles. Every check of scope ends here."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def of(self, person_id: int) -> list[Role]:
        """The person's present roles, oldest first."""
        statement = (
            select(roles.c.role, roles.c.unit_id, units.c.code, units.c.name)
            .outerjoin(units, units.c.id == roles.c.unit_id)
            .where(roles.c.person_id == person_id, roles.c.ended_at.is_(None))
            .order_by(roles.c.id)
        )
        rows = await self._database.all(statement)
        return [Role(row.role, row.unit_id, row.code or "", row.name or "") for row in rows]

    async def is_admin(self, person_id: int) -> bool:
        """True for an admin."""
        return any(role.role == ADMIN for role in await self.of(person_id))

    async def covers(self, person_id: int, unit_id: int) -> bool:
        """True when the person is an admin, or an officer of this unit or of one above it."""
        above = select(unit_tree.c.ancestor_id).where(unit_tree.c.unit_id == unit_id)
        statement = select(func.count()).where(
            roles.c.person_id == person_id,
            roles.c.ended_at.is_(None),
            (roles.c.role == ADMIN) | roles.c.unit_id.in_(above),
        )
        return bool(await self._database.value(statement))

    async def officers_of(self, unit_id: int) -> list[int]:
        """The officers of the unit, else of the nearest unit above that has some, else all admins."""
        statement = (
            select(roles.c.person_id, unit_tree.c.depth)
            .join(unit_tree, unit_tree.c.ancestor_id == roles.c.unit_id)
            .where(unit_tree.c.unit_id == unit_id, roles.c.ended_at.is_(None))
            .order_by(unit_tree.c.depth)
        )
        rows = await self._database.all(statement)
        nearest = [row.person_id for row in rows if row.depth == rows[0].depth]
        return nearest or await self.admins()

    async def admins(self) -> list[int]:
        """All admins."""
        statement = select(roles.c.person_id).where(roles.c.role == ADMIN, roles.c.ended_at.is_(None))
        return [row.person_id for row in await self._database.all(statement)]

    def grant(self, person_id: int, role: str, unit_id: int | None, now: datetime) -> None:
        """Give a role."""
        self._changes.insert(roles, id=new_id(), person_id=person_id, role=role, unit_id=unit_id, granted_at=now)

    def end(self, person_id: int, role: str, unit_id: int | None, now: datetime) -> None:
        """Take a role away."""
        same = (roles.c.person_id == person_id) & (roles.c.role == role) & roles.c.ended_at.is_(None)
        same &= roles.c.unit_id == unit_id if unit_id is not None else roles.c.unit_id.is_(None)
        self._changes.run(update(roles).where(same).values(ended_at=now))

    def make_code(self, code: str, purpose: str, now: datetime) -> None:
        """Keep a one-time code; only its hash is stored."""
        self._changes.insert(one_time_codes, code_hash=_hash(code), purpose=purpose, made_at=now)

    async def has_open_code(self, purpose: str) -> bool:
        """True when an unused code for this purpose exists."""
        statement = select(func.count()).where(one_time_codes.c.purpose == purpose, one_time_codes.c.used_at.is_(None))
        return bool(await self._database.value(statement))

    async def knows_code(self, code: str, purpose: str) -> bool:
        """True for an unused code."""
        same = (one_time_codes.c.code_hash == _hash(code)) & (one_time_codes.c.purpose == purpose)
        statement = select(func.count()).where(same, one_time_codes.c.used_at.is_(None))
        return bool(await self._database.value(statement))

    async def purpose_of(self, code: str) -> str:
        """What an unused code is for (`admin`, or `officer:<unit code>`); empty for anything else."""
        same = (one_time_codes.c.code_hash == _hash(code)) & one_time_codes.c.used_at.is_(None)
        return str(await self._database.value(select(one_time_codes.c.purpose).where(same)) or "")

    async def has(self, person_id: int, role: str, unit_id: int | None) -> bool:
        """True when the person holds exactly this role."""
        return any((one.role, one.unit_id) == (role, unit_id) for one in await self.of(person_id))

    def use_code(self, code: str, person_id: int, now: datetime) -> None:
        """Use a code up; a code used meanwhile makes a conflict."""
        same = (one_time_codes.c.code_hash == _hash(code)) & one_time_codes.c.used_at.is_(None)
        self._changes.require(update(one_time_codes).where(same).values(used_at=now, used_by=person_id))


def _hash(code: str) -> str:
    return sha256(code.strip().upper().encode()).hexdigest()
