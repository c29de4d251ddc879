"""The days of the calendar that roots set, and what is done.

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text

import storage.columns


revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('campaign_dates',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('root_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry', sa.String(length=24), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('first', sa.Date(), nullable=True),
    sa.Column('last', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', storage.columns.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_campaign_dates_by_id')),
    sa.ForeignKeyConstraint(['root_id'], ['units.id'], name=op.f('fk_campaign_dates_root_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_dates')),
    sa.UniqueConstraint('root_id', 'entry', 'year', 'version', name=op.f('uq_campaign_dates_root_id_entry_year_version')),
    comment="other days of the calendar in a root, for one year; the newest version holds, without days the file's"
    )
    with op.batch_alter_table('campaign_dates', schema=None) as batch_op:
        batch_op.create_index('ix_campaign_dates_by_id', ['by_id'], unique=False)

    op.create_table('campaign_done',
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry', sa.String(length=24), nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', storage.columns.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['persons.id'], name=op.f('fk_campaign_done_by_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_campaign_done_unit_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('unit_id', 'entry', 'year', name=op.f('pk_campaign_done')),
    comment='units that are done with something of the calendar: nobody is told of it any more'
    )
    with op.batch_alter_table('campaign_done', schema=None) as batch_op:
        batch_op.create_index('ix_campaign_done_by_id', ['by_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('campaign_done', schema=None) as batch_op:
        batch_op.drop_index('ix_campaign_done_by_id')

    op.drop_table('campaign_done')
    with op.batch_alter_table('campaign_dates', schema=None) as batch_op:
        batch_op.drop_index('ix_campaign_dates_by_id')

    op.drop_table('campaign_dates')
