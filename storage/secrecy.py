"""Secrecy mode of a root as an admin switched it, and the names below it that tell more than an alias may."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from storage.changes import Changes
from storage.database import Database
from storage.tables import unit_tree, units
from storage.unit_tables import root_secrecy


class Secrecy:
    """Queries and changes about secrecy mode."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    def switch(self, root_id: int, is_on: bool, by_id: int, now: datetime) -> None:
        """Switch it for a root and all below."""
        self._changes.run(delete(root_secrecy).where(root_secrecy.c.unit_id == root_id))
        row = {"unit_id": root_id, "is_on": is_on, "set_by": by_id, "set_at": now}
        self._changes.run(insert(root_secrecy).values(**row))

    async def names(self, root_id: int) -> Sequence[tuple[str, str]]:
        """Code and name of every unit of the root that stands."""
        below = select(unit_tree.c.unit_id).where(unit_tree.c.ancestor_id == root_id)
        statement = select(units.c.code, units.c.name).where(units.c.id.in_(below), units.c.valid_to.is_(None))
        return [(row.code, row.name) for row in await self._database.all(statement.order_by(units.c.code))]
