"""outbox: priorities, idempotent keys, expiry, broadcasts, and more end states

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

KEY = sa.String(length=120).with_variant(sa.String(length=120, collation='C'), 'postgresql')
STATES = "state IN ('ready', 'sent', 'failed', 'unknown', 'cancelled', 'expired')"
OLD_STATES = "state IN ('ready', 'sent', 'failed')"


def upgrade() -> None:
    # SQLite makes the table anew and forgets its old checks by itself.
    if op.get_bind().dialect.name != 'sqlite':
        op.drop_constraint(op.f('ck_outbox_state'), 'outbox', type_='check')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('priority', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('key', KEY, nullable=True))
        batch_op.add_column(sa.Column('expires_at', storage.columns.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('broadcast_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_check_constraint(op.f('ck_outbox_state'), STATES)
        batch_op.create_check_constraint(op.f('ck_outbox_priority'), 'priority IN (0, 1, 2)')
        batch_op.create_index('ix_outbox_broadcast_id', ['broadcast_id', 'state'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_outbox_key'), ['key'])


def downgrade() -> None:
    op.execute("UPDATE outbox SET state = 'failed' WHERE state NOT IN ('ready', 'sent', 'failed')")
    if op.get_bind().dialect.name != 'sqlite':
        op.drop_constraint(op.f('ck_outbox_state'), 'outbox', type_='check')
        op.drop_constraint(op.f('ck_outbox_priority'), 'outbox', type_='check')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_outbox_key'), type_='unique')
        batch_op.drop_index('ix_outbox_broadcast_id')
        batch_op.drop_column('broadcast_id')
        batch_op.drop_column('expires_at')
        batch_op.drop_column('key')
        batch_op.drop_column('priority')
        batch_op.create_check_constraint(op.f('ck_outbox_state'), OLD_STATES)
