"""The tables of the roll-ups: what has changed since, and the sums per unit with all below it, by day, month and area.

Triggers of the database (migration `rollups`) note every change of `study_logs` and of `unit_tree` in the two tables of
changes, whoever makes it; `storage/rollups.py` folds them into the sums. The sums hold no foreign keys: they are
derived, and can be made anew from the raw rows at any time.
"""

from sqlalchemy import Column, Date, Index, Integer, String, Table

from storage.columns import Id
from storage.tables import metadata

rollup_changes = Table(
    "rollup_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit_id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("day", Date, nullable=False),
    Column("month", Date, nullable=False),
    Column("area", String(24), nullable=False),
    Column("entries", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    comment="entries of study that came (+1) or went (-1) and are not in the sums yet; written by triggers",
)

rollup_tree_changes = Table(
    "rollup_tree_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ancestor_id", Id, nullable=False),
    Column("unit_id", Id, nullable=False),
    Column("change", Integer, nullable=False),
    comment="pairs of the tree's closure that came (+1) or went (-1) since the sums were folded; written by triggers",
)

rollup_people = Table(
    "rollup_people",
    metadata,
    Column("month", Date, primary_key=True),
    Column("person_id", Id, primary_key=True, autoincrement=False),
    Column("unit_id", Id, primary_key=True, autoincrement=False),
    Column("entries", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Index("ix_rollup_people_unit", "unit_id", "month"),
    comment="a person's entries of a month in one unit (not those below): what makes distinct people exact",
)

rollup_days = Table(
    "rollup_days",
    metadata,
    Column("unit_id", Id, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("entries", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    comment="entries of a unit and all below it, by day",
)

rollup_months = Table(
    "rollup_months",
    metadata,
    Column("unit_id", Id, primary_key=True, autoincrement=False),
    Column("month", Date, primary_key=True),
    Column("entries", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    comment="entries and distinct people of a unit and all below it, by month (its first day)",
)

rollup_areas = Table(
    "rollup_areas",
    metadata,
    Column("unit_id", Id, primary_key=True, autoincrement=False),
    Column("month", Date, primary_key=True),
    Column("area", String(24), primary_key=True),
    Column("entries", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    comment="entries of a unit and all below it, by month and area",
)
