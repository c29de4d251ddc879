"""Roles: officers of a unit with their rights and end, delegated roles, admins, and one-time codes that give a role."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, exists, func, or_, select, update

from storage.changes import Changes
from storage.columns import new_id
from storage.database import Database
from storage.tables import one_time_codes, roles, unit_tree, units

OFFICER, ADMIN = "officer", "admin"
VIEW, CONFIRM, SUBMIT, SEND = "view", "confirm", "submit", "send"
MOST_KEYS = 5_000
"""Keys in one question: SQLite and PostgreSQL take some thirty thousand."""
RIGHTS = (VIEW, CONFIRM, SUBMIT, SEND)
"""See figures and people; confirm, refuse and import members; submit reports of a period; send notices.

Whoever holds any of them may view. An admin holds all of them everywhere.
"""


@dataclass(frozen=True, slots=True)
class Role:
    """One role of one person that counts now; an admin's has no unit."""

    role: str
    unit_id: int | None
    unit_code: str
    unit_name: str
    id: int = 0
    rights: tuple[str, ...] = RIGHTS
    ends_at: datetime | None = None
    """The first moment at which it counts no more; of a delegated role also the end of the one it came from."""
    from_role: int | None = None
    """The role that this one was delegated from."""


class Roles:
    """Queries and changes about roles, as they stand at the moment `now`. Every check of scope ends here."""

    def __init__(self, database: Database, changes: Changes, now: datetime) -> None:
        self._database = database
        self._changes = changes
        self._now = now

    async def of(self, person_id: int) -> list[Role]:
        """The person's roles that count now, oldest first."""
        source = roles.alias("given_by")
        statement = (
            select(roles, units.c.code, units.c.name, source.c.rights.label("most"), source.c.ends_at.label("latest"))
            .outerjoin(units, units.c.id == roles.c.unit_id)
            .outerjoin(source, source.c.id == roles.c.from_role)
            .where(roles.c.person_id == person_id, in_force(self._now))
            .order_by(roles.c.id)
        )
        return [_role(row) for row in await self._database.all(statement)]

    async def is_admin(self, person_id: int) -> bool:
        """True for an admin."""
        return any(role.role == ADMIN for role in await self.of(person_id))

    async def covers(self, person_id: int, unit_id: int, right: str = VIEW, now: datetime | None = None) -> bool:
        """True when the person is an admin, or an officer of this unit or of one above it who holds this right."""
        above = select(unit_tree.c.ancestor_id).where(unit_tree.c.unit_id == unit_id)
        statement = select(func.count()).where(
            roles.c.person_id == person_id,
            in_force(now or self._now, right),
            (roles.c.role == ADMIN) | roles.c.unit_id.in_(above),
        )
        return bool(await self._database.value(statement))

    async def officers_of(self, unit_id: int, right: str = VIEW) -> list[int]:
        """The officers of the unit with this right, else of the nearest unit above that has some, else all admins."""
        statement = (
            select(roles.c.person_id, unit_tree.c.depth)
            .join(unit_tree, unit_tree.c.ancestor_id == roles.c.unit_id)
            .where(unit_tree.c.unit_id == unit_id, in_force(self._now, right))
            .order_by(unit_tree.c.depth)
        )
        rows = await self._database.all(statement)
        nearest = [row.person_id for row in rows if row.depth == rows[0].depth]
        return list(dict.fromkeys(nearest)) or await self.admins()

    async def officers_upwards(
        self, unit_ids: Iterable[int], right: str = VIEW
    ) -> dict[int, list[tuple[int, int, int]]]:
        """By unit: who holds this right there or above, nearest first, as (levels above, person, the role's unit)."""
        found: dict[int, list[tuple[int, int, int]]] = {}
        wanted = list(dict.fromkeys(unit_ids))
        for start in range(0, len(wanted), MOST_KEYS):
            part = wanted[start : start + MOST_KEYS]
            statement = (
                select(unit_tree.c.unit_id, unit_tree.c.depth, roles.c.person_id, unit_tree.c.ancestor_id)
                .join(unit_tree, unit_tree.c.ancestor_id == roles.c.unit_id)
                .where(unit_tree.c.unit_id.in_(part), in_force(self._now, right))
                .order_by(unit_tree.c.depth, roles.c.id)
            )
            for unit_id, depth, person_id, of in await self._database.all(statement):
                found.setdefault(unit_id, []).append((depth, person_id, of))
        return found

    async def admins(self) -> list[int]:
        """All admins."""
        statement = select(roles.c.person_id).where(roles.c.role == ADMIN, in_force(self._now))
        return list(dict.fromkeys(row.person_id for row in await self._database.all(statement)))

    def grant(
        self,
        person_id: int,
        role: str,
        unit_id: int | None,
        now: datetime,
        *,
        rights: Iterable[str] = RIGHTS,
        ends_at: datetime | None = None,
        from_role: int | None = None,
    ) -> int:
        """Give a role with these rights until `ends_at`; returns its key."""
        id = new_id()
        self._changes.insert(
            roles,
            id=id,
            person_id=person_id,
            role=role,
            unit_id=unit_id,
            granted_at=now,
            rights=rights_kept(rights),
            ends_at=ends_at,
            from_role=from_role,
        )
        return id

    def set_limits(self, role_id: int, rights: Iterable[str], ends_at: datetime | None) -> None:
        """Other rights or another end for a role that was given before."""
        same = (roles.c.id == role_id) & roles.c.ended_at.is_(None)
        self._changes.require(update(roles).where(same).values(rights=rights_kept(rights), ends_at=ends_at))

    def end(self, person_id: int, role: str, unit_id: int | None, now: datetime) -> None:
        """Take a role away."""
        same = (roles.c.person_id == person_id) & (roles.c.role == role) & roles.c.ended_at.is_(None)
        same &= roles.c.unit_id == unit_id if unit_id is not None else roles.c.unit_id.is_(None)
        self._changes.run(update(roles).where(same).values(ended_at=now))

    def make_code(self, code: str, purpose: str, now: datetime) -> None:
        """Keep a one-time code; only its hash is stored."""
        self._changes.insert(one_time_codes, code_hash=code_hash(code), purpose=purpose, made_at=now)

    async def has_open_code(self, purpose: str) -> bool:
        """True when an unused code for this purpose exists."""
        statement = select(func.count()).where(one_time_codes.c.purpose == purpose, one_time_codes.c.used_at.is_(None))
        return bool(await self._database.value(statement))

    async def knows_code(self, code: str, purpose: str) -> bool:
        """True for an unused code."""
        same = (one_time_codes.c.code_hash == code_hash(code)) & (one_time_codes.c.purpose == purpose)
        statement = select(func.count()).where(same, one_time_codes.c.used_at.is_(None))
        return bool(await self._database.value(statement))

    async def purpose_of(self, code: str) -> str:
        """What an unused code is for (`admin`, or `officer:<unit code>`); empty for anything else."""
        same = (one_time_codes.c.code_hash == code_hash(code)) & one_time_codes.c.used_at.is_(None)
        return str(await self._database.value(select(one_time_codes.c.purpose).where(same)) or "")

    async def granted(self, person_id: int, role: str, unit_id: int | None) -> Role | None:
        """Exactly this role of the person, given to them themselves (a delegated one is another's)."""
        own = [one for one in await self.of(person_id) if one.from_role is None]
        return next((one for one in own if (one.role, one.unit_id) == (role, unit_id)), None)

    def use_code(self, code: str, person_id: int, now: datetime) -> None:
        """Use a code up; a code used meanwhile makes a conflict."""
        same = (one_time_codes.c.code_hash == code_hash(code)) & one_time_codes.c.used_at.is_(None)
        self._changes.require(update(one_time_codes).where(same).values(used_at=now, used_by=person_id))


def in_force(now: datetime, right: str = VIEW) -> ColumnElement[bool]:
    """The one rule of which rows of `roles` count at a moment, and give this right.

    Neither taken away nor past its end; a delegated one only while the role that it came from counts, holds the right
    too, and still stands at or above the unit: nobody has more by delegation than the one who delegated.
    """
    source = roles.alias("source")
    there = exists().where(unit_tree.c.ancestor_id == source.c.unit_id, unit_tree.c.unit_id == roles.c.unit_id)
    backed = exists().where(
        source.c.id == roles.c.from_role, _counts(source, now, right), or_(source.c.role == ADMIN, there)
    )
    return and_(_counts(roles, now, right), or_(roles.c.from_role.is_(None), backed))


def _counts(row: FromClause, now: datetime, right: str) -> ColumnElement[bool]:
    """The row by itself; no right's name is part of another's."""
    if right not in RIGHTS:
        raise ValueError(f"there is no right {right!r}")
    open_end = or_(row.c.ends_at.is_(None), row.c.ends_at > now)
    return and_(row.c.ended_at.is_(None), open_end, row.c.rights.contains(right))


def rights_kept(rights: Iterable[str]) -> str:
    """Rights as the table keeps them, in their order; view is always among them."""
    chosen = set(rights) | {VIEW}
    if unknown := chosen - set(RIGHTS):
        raise ValueError(f"there are no rights {sorted(unknown)}")
    return ",".join(right for right in RIGHTS if right in chosen)


def _role(row: Any) -> Role:
    values = row._mapping
    rights = tuple(right for right in values["rights"].split(",") if not values["most"] or right in values["most"])
    ends = [end for end in (values["ends_at"], values["latest"]) if end is not None]
    return Role(
        values["role"], values["unit_id"], values["code"] or "", values["name"] or "",
        values["id"], rights, min(ends, default=None), values["from_role"],
    )  # fmt: skip


def code_hash(code: str) -> str:
    """What is stored of a one-time code."""
    return sha256(code.strip().upper().encode()).hexdigest()
