"""Delegation: an officer's offer of some rights until a day, taken up with a one-time code, listed and revoked."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from storage.changes import Changes
from storage.database import Database
from storage.join_codes import new_code, plain_code
from storage.roles import RIGHTS, Roles, code_hash, in_force
from storage.tables import memberships, one_time_codes, persons, roles, unit_tree, units
from storage.units import ACTIVE

OFFER_LIFE = timedelta(hours=24)
PURPOSE = "delegate"
_LETTERS = dict(zip(RIGHTS, "vcsn", strict=True))


@dataclass(frozen=True, slots=True)
class Offer:
    """What a code offers: rights in a unit until a day, out of a role of whoever made it."""

    role_id: int
    unit_id: int
    rights: tuple[str, ...]
    last_day: date
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Delegated:
    """A role that somebody holds by delegation."""

    id: int
    person_id: int
    alias: str
    unit_id: int
    unit_name: str
    rights: tuple[str, ...]
    ends_at: datetime


class Delegations:
    """Questions and changes about delegated roles, at the moment `now`."""

    def __init__(self, database: Database, changes: Changes, now: datetime) -> None:
        self._database = database
        self._changes = changes
        self._now = now

    def offer(self, role_id: int, unit_id: int, rights: tuple[str, ...], last_day: date) -> str:
        """A one-time code for these rights; only its hash is stored."""
        code, letters = new_code(), "".join(_LETTERS[right] for right in rights)
        purpose = f"{PURPOSE}:{role_id}:{unit_id}:{letters}:{last_day:%Y%m%d}"
        Roles(self._database, self._changes, self._now).make_code(code, purpose, self._now)
        return code

    async def offered(self, code: str) -> Offer | None:
        """What an unused code offers, however old; None for any other code."""
        same = (one_time_codes.c.code_hash == code_hash(plain_code(code))) & one_time_codes.c.used_at.is_(None)
        columns = (one_time_codes.c.purpose, one_time_codes.c.made_at)
        row = await self._database.first(select(*columns).where(same))
        if row is None or not row.purpose.startswith(f"{PURPOSE}:"):
            return None
        _, role, unit, letters, day = row.purpose.split(":")
        rights = tuple(right for right in RIGHTS if _LETTERS[right] in letters)
        return Offer(int(role), int(unit), rights, date.fromisoformat(day), row.made_at)

    async def giver(self, offer: Offer) -> int | None:
        """Who made the offer, while the role behind it counts, holds the rights and covers the unit."""
        there = select(unit_tree.c.ancestor_id).where(unit_tree.c.unit_id == offer.unit_id)
        held = [in_force(self._now, right) for right in offer.rights]
        same = (roles.c.id == offer.role_id) & roles.c.from_role.is_(None)
        covers = (roles.c.unit_id.is_(None)) | roles.c.unit_id.in_(there)
        found: int | None = await self._database.value(select(roles.c.person_id).where(same, covers, *held))
        return found

    async def belongs(self, person_id: int, role_id: int) -> bool:
        """True for a member, or an officer, of the unit of this role or of one below it; of any unit for an admin's."""
        unit = select(roles.c.unit_id).where(roles.c.id == role_id).scalar_subquery()
        is_admin = await self._database.value(
            select(roles.c.id).where(roles.c.id == role_id, roles.c.unit_id.is_(None))
        )
        below = select(unit_tree.c.unit_id).where(unit_tree.c.ancestor_id == unit)
        member = select(memberships.c.id).where(memberships.c.person_id == person_id, memberships.c.state == ACTIVE)
        officer = select(roles.c.id).where(roles.c.person_id == person_id, in_force(self._now))
        if is_admin is None:
            member = member.where(memberships.c.unit_id.in_(below))
            officer = officer.where(roles.c.unit_id.in_(below))
        return any([await self._database.first(one) is not None for one in (member, officer)])

    async def given_by(self, person_id: int) -> list[Delegated]:
        """What others hold from this person's roles now, oldest first."""
        source = roles.alias("mine")
        statement = (
            select(roles.c.id, roles.c.person_id, persons.c.alias, roles.c.unit_id, units.c.name, roles.c.rights,
                   roles.c.ends_at)
            .join(source, source.c.id == roles.c.from_role)
            .join(persons, persons.c.id == roles.c.person_id)
            .join(units, units.c.id == roles.c.unit_id)
            .where(source.c.person_id == person_id, in_force(self._now))
            .order_by(roles.c.id)
        )  # fmt: skip
        return [
            Delegated(
                row.id, row.person_id, row.alias, row.unit_id, row.name, tuple(row.rights.split(",")), row.ends_at
            )
            for row in await self._database.all(statement)
        ]

    def revoke(self, role_id: int) -> None:
        """End a delegated role; ended meanwhile is a conflict."""
        same = (roles.c.id == role_id) & roles.c.ended_at.is_(None) & roles.c.from_role.is_not(None)
        self._changes.require(update(roles).where(same).values(ended_at=self._now))
