"""outbox: a small index of what waits, one of what did not end well, and one of what was sent lately

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

READY = sa.text("state = 'ready'")
UNSENT = sa.text("state <> 'sent'")


def upgrade() -> None:
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_open')
        batch_op.create_index(
            'ix_outbox_ready',
            ['channel', 'priority', 'due_at', 'id'],
            unique=False,
            postgresql_where=READY,
            sqlite_where=READY,
        )
        batch_op.create_index('ix_outbox_unsent', ['state'], unique=False, postgresql_where=UNSENT, sqlite_where=UNSENT)
        batch_op.create_index('ix_outbox_sent_at', ['channel', 'sent_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_sent_at')
        batch_op.drop_index('ix_outbox_unsent', postgresql_where=UNSENT, sqlite_where=UNSENT)
        batch_op.drop_index('ix_outbox_ready', postgresql_where=READY, sqlite_where=READY)
        batch_op.create_index('ix_outbox_open', ['state', 'due_at'], unique=False)
