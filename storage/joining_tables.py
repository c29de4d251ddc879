"""Tables of joining: codes of a unit for posters, people of a roster, rosters that wait for their officer's yes."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, text

from storage.columns import Id, Json, UtcDateTime
from storage.tables import metadata

join_codes = Table(
    "join_codes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("code", String(16), nullable=False, unique=True),
    Column("unit_id", Id, ForeignKey("units.id"), nullable=False),
    Column("made_by", Id, ForeignKey("persons.id")),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Index("ix_join_codes_unit_id", "unit_id"),
    comment="codes on posters: they name a unit and nothing else, so they are kept as they are to print them again",
)

roster_people = Table(
    "roster_people",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("root_id", Id, ForeignKey("units.id"), nullable=False),
    Column("key", String(64), nullable=False, server_default=""),
    Column("code_hash", String(64), unique=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),
    Index("ix_roster_people_person_id", "person_id"),
    Index(
        "ux_roster_people_key",
        "root_id",
        "key",
        unique=True,
        postgresql_where=text("key <> ''"),
        sqlite_where=text("key <> ''"),
    ),
    comment="people that a roster named: expected members until they claim their place with a code of their own",
)

roster_imports = Table(
    "roster_imports",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("name", String(160), nullable=False),
    Column("rows", Json, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Index("ix_roster_imports_person_id", "person_id"),
    comment="rosters between preview and the officer's yes; never columns of phones or identity numbers",
)
