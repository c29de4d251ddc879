"""The tables that several nouns share, in SQLAlchemy Core; a noun alone with its tables defines them itself."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)  # fmt: skip

from storage.columns import READY, UNSENT, Id, Json, Sorted120, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

units = Table(
    "units",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("search_key", String(300), nullable=False),
    Column("kind", String(40), nullable=False, server_default=""),
    Column("parent_id", Id, ForeignKey("units.id")),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("valid_from", Date, nullable=False, server_default="1900-01-01"),
    Column("valid_to", Date),
    Index("ix_units_parent_id", "parent_id"),
    Index("ix_units_search_key", "search_key"),
)

unit_tree = Table(
    "unit_tree",
    metadata,
    Column("ancestor_id", Id, ForeignKey("units.id", ondelete="CASCADE"), primary_key=True),
    Column("unit_id", Id, ForeignKey("units.id", ondelete="CASCADE"), primary_key=True),
    Column("depth", Integer, nullable=False),
    Index("ix_unit_tree_unit_id", "unit_id"),
    comment="closure of the tree now: every unit below every ancestor, itself at depth 0; a unit that ended stands "
    "beside the one that its entries are part of, at the same depth",
)

persons = Table(
    "persons",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("language", String(8), nullable=False),
    Column("address_form", String(16), nullable=False),
    Column("category", String(24), nullable=False, server_default=""),
    Column("alias", String(80), nullable=False, server_default=""),
    Column("unit_id", Id, ForeignKey("units.id")),
    Column("consents", Json, nullable=False),
    Column("goal_minutes", Integer),
    Column("created_at", UtcDateTime, nullable=False),
    Column("erased_at", UtcDateTime),
    Column("erase_at", UtcDateTime, index=True),
    Column("aside", Json),
    Index("ix_persons_unit_id", "unit_id"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("channel", String(24), nullable=False),
    Column("address", String(128), nullable=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("stopped_at", UtcDateTime),
    UniqueConstraint("channel", "address"),
    Index("ix_accounts_person_id", "person_id"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("person_id", Id, ForeignKey("persons.id"), primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("state", Json, nullable=False),
    comment="the open question and what is known so far; the version orders the turns of one person over all processes",
)

inbound = Table(
    "inbound",
    metadata,
    Column("channel", String(24), primary_key=True),
    Column("message_id", String(160), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_inbound_at", "at"),
    comment="messages that were handled: the same id is handled once",
)

consents = Table(
    "consents",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("purpose", String(24), nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("text_version", String(16), nullable=False),
    Column("channel", String(24), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_consents_person_id", "person_id"),
)

roles = Table(
    "roles",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("unit_id", Id, ForeignKey("units.id")),
    Column("granted_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("rights", String(40), nullable=False, server_default="view,confirm,submit,send"),
    Column("ends_at", UtcDateTime),
    Column("from_role", Id, ForeignKey("roles.id")),
    CheckConstraint("role IN ('officer', 'admin')", name="role"),
    CheckConstraint("(role = 'admin') = (unit_id IS NULL)", name="unit"),
    Index("ix_roles_person_id", "person_id"),
    Index("ix_roles_unit_id", "unit_id"),
    Index("ix_roles_from_role", "from_role"),
)
"""From `ends_at` on a role counts no more; a delegated one (`from_role`) counts only while the role it came from does:
`storage.roles.in_force` is the rule."""

memberships = Table(
    "memberships",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("unit_id", Id, ForeignKey("units.id"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by", Id, ForeignKey("persons.id")),
    Column("ended_at", UtcDateTime),
    Column("valid_from", Date),
    Column("valid_to", Date),
    CheckConstraint("state IN ('pending', 'active', 'refused', 'ended')", name="state"),
    Index("ix_memberships_unit_state", "unit_id", "state"),
    Index(
        "ux_memberships_open",
        "person_id",
        unique=True,
        postgresql_where=text("state = 'pending'"),
        sqlite_where=text("state = 'pending'"),
    ),
    Index(
        "ux_memberships_active",
        "person_id",
        unique=True,
        postgresql_where=text("state = 'active'"),
        sqlite_where=text("state = 'active'"),
    ),
)

study_logs = Table(
    "study_logs",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("unit_id", Id, ForeignKey("units.id")),
    Column("day", Date, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("subject", String(120), nullable=False, server_default=""),
    Column("area", String(24), nullable=False),
    Column("course", String(160)),
    Column("completed", Boolean, nullable=False),
    Column("mode", String(16)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("deleted_at", UtcDateTime),
    CheckConstraint("minutes BETWEEN 1 AND 960", name="minutes"),
    Index("ix_study_logs_person_day", "person_id", "day"),
    Index("ix_study_logs_unit_day", "unit_id", "day"),
    comment="one entry of study, self-logged; unit_id is the person's unit when it was logged",
)

study_log_changes = Table(
    "study_log_changes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("log_id", Id, ForeignKey("study_logs.id"), nullable=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("what", String(16), nullable=False),
    Column("before", Json),
    Column("after", Json),
    Index("ix_study_log_changes_log_id", "log_id"),
    Index("ix_study_log_changes_person_id", "person_id"),
)

files = Table(
    "files",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("name", String(160), nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_files_person_id", "person_id"),
    comment="files that the bot sends, and evidence that a person sent",
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("log_id", Id, ForeignKey("study_logs.id"), nullable=False),
    Column("file_id", Id, ForeignKey("files.id"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("reason", String(300), nullable=False, server_default=""),
    Column("minutes", Integer),
    Column("decided_by", Id, ForeignKey("persons.id")),
    Column("decided_at", UtcDateTime),
    CheckConstraint("state IN ('pending', 'approved', 'returned')", name="state"),
    Index("ix_evidence_person_id", "person_id"),
    Index("ix_evidence_log_id", "log_id"),
    Index("ix_evidence_state", "state"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("channel", String(24), nullable=False),
    Column("address", String(128), nullable=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("payload", Json, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", UtcDateTime, nullable=False),
    Column("claimed_by", String(120), nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("vendor_id", String(80), nullable=False, server_default=""),
    Column("error", String(200), nullable=False, server_default=""),
    Column("priority", Integer, nullable=False, server_default="0"),
    *(Column("key", Sorted120, unique=True), Column("expires_at", UtcDateTime), Column("broadcast_id", Id)),
    CheckConstraint("state IN ('ready', 'sent', 'failed', 'unknown', 'cancelled', 'expired')", name="state"),
    CheckConstraint("priority IN (0, 1, 2)", name="priority"),
    Index("ix_outbox_ready", "channel", "priority", "due_at", "id", postgresql_where=READY, sqlite_where=READY),
    Index("ix_outbox_unsent", "state", postgresql_where=UNSENT, sqlite_where=UNSENT),
    Index("ix_outbox_sent_at", "channel", "sent_at"),
    Index("ix_outbox_account", "channel", "address", "id"),
    Index("ix_outbox_person_id", "person_id"),
    Index("ix_outbox_broadcast_id", "broadcast_id", "state"),
    comment="all that is sent, promised in the turn's transaction; until due_at it belongs to the process claimed_by",
)

one_time_codes = Table(
    "one_time_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("purpose", String(80), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("used_by", Id),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("name", String(160), nullable=False),
    Column("title", String(200), nullable=False),
    Column("date", String(10), nullable=False, server_default=""),
    Column("state", String(16), nullable=False),
    Column("passages", Json, nullable=False),
    Column("passage_count", Integer, nullable=False),
    Column("removed", Json, nullable=False),
    Column("doubtful", Json, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("imported_by", Id, ForeignKey("persons.id")),
    Column("imported_at", UtcDateTime, nullable=False),
    Column("decided_by", Id, ForeignKey("persons.id")),
    Column("decided_at", UtcDateTime),
    CheckConstraint("state IN ('pending', 'published', 'withdrawn')", name="state"),
    Index("ix_documents_state", "state", "id"),
    Index(
        "ux_documents_published",
        "name",
        unique=True,
        postgresql_where=text("state = 'published'"),
        sqlite_where=text("state = 'published'"),
    ),
    comment="documents that the unit brought itself; only published ones are quoted, one of each name",
)
