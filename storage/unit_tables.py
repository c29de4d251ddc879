"""The tables of the tree's history: events, names and parents with their days, and people who wait for a new unit.

`unit_parents` covers every day of a unit: while it stands it is below its parent (`stands`); before it opened and after
it ended it counts as part of the unit that stands there in its place, or of nothing (no row, or no parent).
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from storage.columns import Id, Json, UtcDateTime
from storage.tables import metadata

unit_events = Table(
    "unit_events",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("unit_id", Id, ForeignKey("units.id", ondelete="SET NULL")),
    Column("effective", Date, nullable=False),
    Column("details", Json, nullable=False),
    Column("basis", String(300), nullable=False, server_default=""),
    Column("state", String(16), nullable=False),
    Column("reason", String(64), nullable=False, server_default=""),
    Column("batch_id", Id),
    Column("by_id", Id, ForeignKey("persons.id")),
    Column("at", UtcDateTime, nullable=False),
    Column("undone_at", UtcDateTime),
    Column("undone_by", Id, ForeignKey("persons.id")),
    CheckConstraint("state IN ('waiting', 'applied', 'refused', 'undone')", name="state"),
    Index("ix_unit_events_unit_id", "unit_id"),
    Index("ix_unit_events_waiting", "state", "effective"),
    Index("ix_unit_events_batch_id", "batch_id"),
    Index("ix_unit_events_by_id", "by_id"),
    comment="changes of the tree; the unique number lets one process change the tree at a time",
)

unit_event_units = Table(
    "unit_event_units",
    metadata,
    Column("event_id", Id, ForeignKey("unit_events.id", ondelete="CASCADE"), primary_key=True),
    Column("unit_id", Id, ForeignKey("units.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_unit_event_units_unit_id", "unit_id"),
    comment="the units whose newest event this is, until another one: only the newest can be undone",
)

unit_names = Table(
    "unit_names",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("unit_id", Id, ForeignKey("units.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("search_key", String(300), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("begun_by", Id, ForeignKey("unit_events.id")),
    Column("ended_by", Id, ForeignKey("unit_events.id")),
    Index("ix_unit_names_unit_id", "unit_id", "valid_from"),
    Index("ix_unit_names_valid_to", "valid_to"),
    Index("ix_unit_names_begun_by", "begun_by"),
    Index("ix_unit_names_ended_by", "ended_by"),
    comment="a unit's names, each from its first day up to the day before valid_to",
)

unit_parents = Table(
    "unit_parents",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("unit_id", Id, ForeignKey("units.id", ondelete="CASCADE"), nullable=False),
    Column("parent_id", Id, ForeignKey("units.id")),
    Column("stands", Boolean, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("begun_by", Id, ForeignKey("unit_events.id")),
    Column("ended_by", Id, ForeignKey("unit_events.id")),
    Index("ix_unit_parents_unit_id", "unit_id", "valid_from"),
    Index("ix_unit_parents_parent_id", "parent_id", "valid_from"),
    Index("ix_unit_parents_valid_from", "valid_from"),
    Index("ix_unit_parents_begun_by", "begun_by"),
    Index("ix_unit_parents_ended_by", "ended_by"),
    comment="where a unit stood, or, while it did not stand, of which unit its entries are part",
)

unit_transfers = Table(
    "unit_transfers",
    metadata,
    Column("event_id", Id, ForeignKey("unit_events.id", ondelete="CASCADE"), primary_key=True),
    Column("membership_id", Id, ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True),
    Column("from_unit_id", Id, ForeignKey("units.id"), nullable=False),
    Column("to_unit_id", Id, ForeignKey("units.id")),
    Column("decided_by", Id, ForeignKey("persons.id")),
    Column("decided_at", UtcDateTime),
    Index("ix_unit_transfers_membership_id", "membership_id"),
    Index("ix_unit_transfers_open", "to_unit_id", "from_unit_id"),
    comment="people whose unit ended: where a merge took them, or that a human still has to say (no to_unit_id)",
)

root_secrecy = Table(
    "root_secrecy",
    metadata,
    Column("unit_id", Id, ForeignKey("units.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("is_on", Boolean, nullable=False),
    Column("set_by", Id, ForeignKey("persons.id")),
    Column("set_at", UtcDateTime, nullable=False),
    comment="secrecy mode as an admin switched it for a root; a root without a row has that of its kind",
)
