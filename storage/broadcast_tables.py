"""The tables of broadcasts: what is announced to whom, and one row for each recipient."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, String, Table, delete, select
from sqlalchemy.sql.dml import Delete

from storage.columns import Id, Json, UtcDateTime
from storage.tables import metadata

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("created_by", Id, ForeignKey("persons.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("segment", Json, nullable=False),
    Column("texts", Json, nullable=False),
    Column("file_id", Id),
    Column("ack", Boolean, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("due_at", UtcDateTime),
    Column("valid_until", UtcDateTime),
    Column("approved_by", Id, ForeignKey("persons.id")),
    Column("approved_at", UtcDateTime),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("progress_id", Id),
    Column("progress_at", UtcDateTime),
    CheckConstraint(
        "state IN ('draft', 'approval', 'scheduled', 'sending', 'stopped', 'done', 'cancelled')", name="state"
    ),
    Index("ix_broadcasts_state", "state"),
    Index("ix_broadcasts_created_by", "created_by"),
    comment="announcements; progress_id is the outbox row of the message that shows its progress",
)

broadcast_recipients = Table(
    "broadcast_recipients",
    metadata,
    Column("broadcast_id", Id, ForeignKey("broadcasts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("persons.id"), primary_key=True, autoincrement=False),
    Column("unit_id", Id, ForeignKey("units.id")),
    Column("channel", String(24), nullable=False),
    Column("address", String(128), nullable=False),
    Column("language", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("outbox_id", Id),
    Column("added_at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime),
    CheckConstraint(
        "state IN ('waiting', 'promised', 'unreachable', 'sent', 'failed', 'unknown', 'cancelled', 'expired')",
        name="state",
    ),
    Index("ix_broadcast_recipients_state", "broadcast_id", "state", "channel"),
    Index("ix_broadcast_recipients_person_id", "person_id"),
    Index("ix_broadcast_recipients_outbox_id", "outbox_id"),
    comment="whom a broadcast goes to, frozen when it began: one row a person, on the account used last, with the unit "
    "of that moment; while it is promised the outbox row tells the state",
)


def received_twice(leaving: int, staying: int) -> Delete:
    """Of two persons who become one: the rows of `leaving` in broadcasts that both got."""
    theirs = broadcast_recipients.alias()
    both = select(theirs.c.broadcast_id).where(theirs.c.person_id == staying)
    mine = broadcast_recipients.c.person_id == leaving
    return delete(broadcast_recipients).where(mine, broadcast_recipients.c.broadcast_id.in_(both))
