"""The tables of reporting periods: settings, exceptions, frozen expected sets, submissions, notices, narratives."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.columns import Id, Json, UtcDateTime
from storage.tables import metadata

period_settings = Table(
    "period_settings",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("root_id", Id, ForeignKey("units.id", ondelete="CASCADE"), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("name", String(16), nullable=False),
    Column("value", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("by_id", Id, ForeignKey("persons.id")),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("root_id", "scope", "name", "version"),
    Index("ix_period_settings_by_id", "by_id"),
    comment="what a root has set for a kind of period (month), one period (2026-Q4) or all (*); the newest holds",
)

period_exceptions = Table(
    "period_exceptions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("unit_id", Id, ForeignKey("units.id", ondelete="CASCADE"), nullable=False),
    Column("period_key", String(16), nullable=False),
    Column("what", String(16), nullable=False),
    Column("until", Date, nullable=False),
    Column("reason", String(300), nullable=False),
    Column("by_id", Id, ForeignKey("persons.id")),
    Column("at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    CheckConstraint("what IN ('deadline', 'unlock')", name="what"),
    Index("ix_period_exceptions_unit_id", "unit_id", "period_key"),
    Index("ix_period_exceptions_by_id", "by_id"),
    comment="for a unit and all below it: a later deadline, or entries of a locked period open until a day",
)

period_freezes = Table(
    "period_freezes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("root_id", Id, ForeignKey("units.id", ondelete="CASCADE"), nullable=False),
    Column("period_key", String(16), nullable=False),
    Column("day", Date, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("root_id", "period_key"),
    comment="the expected set of an ended period was frozen, by the tree of the day",
)

expected_units = Table(
    "expected_units",
    metadata,
    Column("freeze_id", Id, ForeignKey("period_freezes.id", ondelete="CASCADE"), primary_key=True),
    Column("unit_id", Id, ForeignKey("units.id", ondelete="CASCADE"), primary_key=True),
    Column("parent_id", Id),
    Column("name", String(200), nullable=False),
    Column("position", Integer, nullable=False),
    Index("ix_expected_units_parent_id", "freeze_id", "parent_id"),
    Index("ix_expected_units_unit_id", "unit_id"),
    comment="who must report for a period: the units that stood on its last day, with name and parent of that day",
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("unit_id", Id, ForeignKey("units.id", ondelete="CASCADE"), nullable=False),
    Column("period_key", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("figures", Json, nullable=False),
    Column("without", String(300), nullable=False, server_default=""),
    Column("due", Date, nullable=False),
    Column("on_day", Date, nullable=False),
    Column("by_id", Id, ForeignKey("persons.id")),
    Column("at", UtcDateTime, nullable=False),
    Column("ended_by", Id, ForeignKey("persons.id")),
    Column("ended_at", UtcDateTime),
    Column("reason", String(300), nullable=False, server_default=""),
    CheckConstraint("kind IN ('report', 'zero')", name="kind"),
    CheckConstraint("state IN ('submitted', 'returned', 'withdrawn')", name="state"),
    UniqueConstraint("unit_id", "period_key", "version"),
    Index("ix_submissions_period_key", "period_key", "state"),
    Index("ix_submissions_by_id", "by_id"),
    Index("ix_submissions_ended_by", "ended_by"),
    comment="reports with the figures of their moment; due is the last day on time as it was then; without is the "
    "reason for submitting before all units below",
)

submission_notices = Table(
    "submission_notices",
    metadata,
    Column("unit_id", Id, ForeignKey("units.id", ondelete="CASCADE"), primary_key=True),
    Column("period_key", String(16), primary_key=True),
    Column("step", String(24), primary_key=True),
    Column("by_id", Id, ForeignKey("persons.id")),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_submission_notices_by_id", "by_id"),
    comment="who was told of a missing report, once: step overdue, above, or remind:<day> for an officer's tap",
)

narratives = Table(
    "narratives",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("unit_id", Id, ForeignKey("units.id", ondelete="CASCADE"), nullable=False),
    Column("period_key", String(16), nullable=False),
    Column("section", String(24), nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("by_id", Id, ForeignKey("persons.id")),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("unit_id", "period_key", "section", "version"),
    Index("ix_narratives_by_id", "by_id"),
    comment="what officers typed for the sections of the official report; the newest version holds, empty means none",
)
