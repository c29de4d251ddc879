"""codes and rosters

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text

import storage.columns
from sqlalchemy.dialects import postgresql

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('join_codes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('made_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('made_at', storage.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', storage.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', storage.columns.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['made_by'], ['persons.id'], name=op.f('fk_join_codes_made_by')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_join_codes_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_join_codes')),
    sa.UniqueConstraint('code', name=op.f('uq_join_codes_code')),
    comment='codes on posters: they name a unit and nothing else, so they are kept as they are to print them again'
    )
    with op.batch_alter_table('join_codes', schema=None) as batch_op:
        batch_op.create_index('ix_join_codes_unit_id', ['unit_id'], unique=False)

    op.create_table('roster_imports',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('rows', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=Text()), 'postgresql'), nullable=False),
    sa.Column('made_at', storage.columns.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_roster_imports_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roster_imports')),
    comment="rosters between preview and the officer's yes; never columns of phones or identity numbers"
    )
    with op.batch_alter_table('roster_imports', schema=None) as batch_op:
        batch_op.create_index('ix_roster_imports_person_id', ['person_id'], unique=False)

    op.create_table('roster_people',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('root_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=64), server_default='', nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=True),
    sa.Column('made_at', storage.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('claimed_at', storage.columns.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_roster_people_person_id')),
    sa.ForeignKeyConstraint(['root_id'], ['units.id'], name=op.f('fk_roster_people_root_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roster_people')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_roster_people_code_hash')),
    comment='people that a roster named: expected members until they claim their place with a code of their own'
    )
    with op.batch_alter_table('roster_people', schema=None) as batch_op:
        batch_op.create_index('ix_roster_people_person_id', ['person_id'], unique=False)
        batch_op.create_index('ux_roster_people_key', ['root_id', 'key'], unique=True, postgresql_where=sa.text("key <> ''"), sqlite_where=sa.text("key <> ''"))



def downgrade() -> None:
    with op.batch_alter_table('roster_people', schema=None) as batch_op:
        batch_op.drop_index('ux_roster_people_key', postgresql_where=sa.text("key <> ''"), sqlite_where=sa.text("key <> ''"))
        batch_op.drop_index('ix_roster_people_person_id')

    op.drop_table('roster_people')
    with op.batch_alter_table('roster_imports', schema=None) as batch_op:
        batch_op.drop_index('ix_roster_imports_person_id')

    op.drop_table('roster_imports')
    with op.batch_alter_table('join_codes', schema=None) as batch_op:
        batch_op.drop_index('ix_join_codes_unit_id')

    op.drop_table('join_codes')
