"""Unit tables that an officer lets learners see: off unless the unit has a row here."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Table, delete, select

from storage.changes import Changes
from storage.columns import Id, UtcDateTime
from storage.database import Database
from storage.tables import metadata, unit_tree, units

shown_fair_tables = Table(
    "shown_fair_tables",
    metadata,
    Column("unit_id", Id, ForeignKey("units.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("shown_by", Id, ForeignKey("persons.id")),
    Column("shown_at", UtcDateTime, nullable=False),
    Index("ix_shown_fair_tables_shown_by", "shown_by"),
    comment="units whose table of the units right below may be seen by everybody there",
)


class FairTables:
    """Queries and changes about who may see a unit's table."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._database = database
        self._changes = changes

    async def is_shown(self, unit_id: int) -> bool:
        """True when learners of the unit and below see its table."""
        statement = select(shown_fair_tables.c.unit_id).where(shown_fair_tables.c.unit_id == unit_id)
        return await self._database.first(statement) is not None

    async def nearest(self, unit_id: int) -> int | None:
        """The nearest unit above (or this one) whose table is shown."""
        statement = (
            select(shown_fair_tables.c.unit_id)
            .join(unit_tree, unit_tree.c.ancestor_id == shown_fair_tables.c.unit_id)
            .join(units, units.c.id == shown_fair_tables.c.unit_id)
            .where(unit_tree.c.unit_id == unit_id, units.c.valid_to.is_(None))
            .order_by(unit_tree.c.depth)
        )
        found = await self._database.value(statement)
        return None if found is None else int(found)

    def show(self, unit_id: int, by: int, now: datetime) -> None:
        """Let learners see the table."""
        self.hide(unit_id)
        self._changes.insert(shown_fair_tables, unit_id=unit_id, shown_by=by, shown_at=now)

    def hide(self, unit_id: int) -> None:
        """Only officers see it again."""
        self._changes.first(delete(shown_fair_tables).where(shown_fair_tables.c.unit_id == unit_id))
