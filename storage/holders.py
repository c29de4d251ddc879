"""Who may be given a question: the officers of the asker's unit, then of the units above it, then the admins."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.database import Database
from storage.roles import ADMIN, OFFICER, SEND, in_force
from storage.tables import roles, unit_tree, units


@dataclass(frozen=True, slots=True)
class Holder:
    """The officers of one unit; without a unit, the admins."""

    unit_id: int | None
    unit_name: str
    people: tuple[int, ...]


class Holders:
    """Reads the tree as it is now, and the roles that count at the moment `now` and hold the right to send."""

    def __init__(self, database: Database, now: datetime) -> None:
        self._database = database
        self._now = now

    async def line(self, unit_id: int | None, asker: int) -> list[Holder]:
        """All who may be given a question of this unit, the nearest first; never the asker alone."""
        found = await self._officers(unit_id) if unit_id is not None else []
        admins = Holder(None, "", await self._admins())
        line = [Holder(one.unit_id, one.unit_name, _without(one.people, asker)) for one in [*found, admins]]
        return [one for one in line if one.people]

    async def _officers(self, unit_id: int) -> list[Holder]:
        statement = (
            select(units.c.id, units.c.name, roles.c.person_id)
            .join(unit_tree, unit_tree.c.ancestor_id == roles.c.unit_id)
            .join(units, units.c.id == roles.c.unit_id)
            .where(unit_tree.c.unit_id == unit_id, roles.c.role == OFFICER, in_force(self._now, SEND))
            .order_by(unit_tree.c.depth, units.c.id, roles.c.id)
        )
        found: dict[int, tuple[str, list[int]]] = {}
        for id, name, person in await self._database.all(statement):
            found.setdefault(id, (name, []))[1].append(person)
        return [Holder(id, name, tuple(dict.fromkeys(people))) for id, (name, people) in found.items()]

    async def _admins(self) -> tuple[int, ...]:
        statement = select(roles.c.person_id).where(roles.c.role == ADMIN, in_force(self._now))
        rows = await self._database.all(statement.order_by(roles.c.id))
        return tuple(dict.fromkeys(row.person_id for row in rows))


def _without(people: tuple[int, ...], asker: int) -> tuple[int, ...]:
    return tuple(person for person in people if person != asker)
