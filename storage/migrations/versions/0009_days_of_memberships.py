"""days of memberships

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text

import storage.columns


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain ALTERs: a copy of the table would take the rows along that refer to it with ON DELETE CASCADE.
    op.add_column('memberships', sa.Column('valid_from', sa.Date(), nullable=True))
    op.add_column('memberships', sa.Column('valid_to', sa.Date(), nullable=True))
    # What was agreed to and has ended counted until the day on which it ended, where the people live.
    sqlite = op.get_bind().dialect.name == 'sqlite'
    day = "date(ended_at, '+7 hours')" if sqlite else "(ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
    op.execute(f"UPDATE memberships SET valid_to = {day} WHERE state = 'ended' AND decided_at IS NOT NULL")


def downgrade() -> None:
    op.drop_column('memberships', 'valid_to')
    op.drop_column('memberships', 'valid_from')
