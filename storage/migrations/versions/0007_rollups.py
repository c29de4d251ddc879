"""rollups

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


_INTO = "INSERT INTO rollup_changes (unit_id, person_id, day, month, area, entries, minutes)"
_COUNTS = "{0}.unit_id IS NOT NULL AND {0}.deleted_at IS NULL"
_WATCHED = "unit_id, person_id, day, area, minutes, deleted_at"


def _entry(row: str, sign: str, month: str) -> str:
    """One change of the sums: the entry of this row (`old`, `new`) comes or goes."""
    values = f"{row}.unit_id, {row}.person_id, {row}.day, {month.format(row)}, {row}.area, {sign}1, {sign}{row}.minutes"
    return f"{_INTO} SELECT {values} WHERE {_COUNTS.format(row)};"


def _pair(row: str, sign: str) -> str:
    """One pair of the closure comes or goes."""
    values = f"{row}.ancestor_id, {row}.unit_id, {sign}1"
    return f"INSERT INTO rollup_tree_changes (ancestor_id, unit_id, change) SELECT {values};"


def _triggers(month: str) -> list[tuple[str, str, str, str]]:
    """Name, table, event and body of each trigger."""
    came, went = _entry("new", "", month), _entry("old", "-", month)
    return [
        ("rolled_insert", "study_logs", "INSERT", came),
        ("rolled_update", "study_logs", f"UPDATE OF {_WATCHED}", went + " " + came),
        ("rolled_delete", "study_logs", "DELETE", went),
        ("rolled_tree_insert", "unit_tree", "INSERT", _pair("new", "")),
        ("rolled_tree_update", "unit_tree", "UPDATE OF ancestor_id, unit_id", _pair("old", "-") + " " + _pair("new", "")),
        ("rolled_tree_delete", "unit_tree", "DELETE", _pair("old", "-")),
    ]


def _make_triggers() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, table, event, body in _triggers("date({0}.day, 'start of month')"):
            op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {body} END")
        return
    for name, table, event, body in _triggers("date_trunc('month', {0}.day)::date"):
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$")
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _note_what_is_there() -> None:
    """What was logged before the triggers: the first folds take it in."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    month = "date(day, 'start of month')" if sqlite else "date_trunc('month', day)::date"
    values = f"unit_id, person_id, day, {month}, area, 1, minutes"
    op.execute(f"{_INTO} SELECT {values} FROM study_logs WHERE unit_id IS NOT NULL AND deleted_at IS NULL")


def upgrade() -> None:
    op.create_table('rollup_areas',
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('area', sa.String(length=24), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('unit_id', 'month', 'area', name=op.f('pk_rollup_areas')),
    comment='entries of a unit and all below it, by month and area'
    )
    op.create_table('rollup_changes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('area', sa.String(length=24), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollup_changes')),
    comment='entries of study that came (+1) or went (-1) and are not in the sums yet; written by triggers'
    )
    op.create_table('rollup_days',
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('unit_id', 'day', name=op.f('pk_rollup_days')),
    comment='entries of a unit and all below it, by day'
    )
    op.create_table('rollup_months',
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('unit_id', 'month', name=op.f('pk_rollup_months')),
    comment='entries and distinct people of a unit and all below it, by month (its first day)'
    )
    op.create_table('rollup_people',
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('month', 'person_id', 'unit_id', name=op.f('pk_rollup_people')),
    comment="a person's entries of a month in one unit (not those below): what makes distinct people exact"
    )
    with op.batch_alter_table('rollup_people', schema=None) as batch_op:
        batch_op.create_index('ix_rollup_people_unit', ['unit_id', 'month'], unique=False)

    op.create_table('rollup_tree_changes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ancestor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('change', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollup_tree_changes')),
    comment="pairs of the tree's closure that came (+1) or went (-1) since the sums were folded; written by triggers"
    )
    _make_triggers()
    _note_what_is_there()


def downgrade() -> None:
    for name, table, _, _ in _triggers("{0}.day"):
        op.execute(f"DROP TRIGGER {name}" + ("" if op.get_bind().dialect.name == "sqlite" else f" ON {table}"))
        if op.get_bind().dialect.name != "sqlite":
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table('rollup_tree_changes')
    with op.batch_alter_table('rollup_people', schema=None) as batch_op:
        batch_op.drop_index('ix_rollup_people_unit')

    op.drop_table('rollup_people')
    op.drop_table('rollup_months')
    op.drop_table('rollup_days')
    op.drop_table('rollup_changes')
    op.drop_table('rollup_areas')
