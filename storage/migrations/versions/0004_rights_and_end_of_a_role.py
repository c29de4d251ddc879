"""rights and end of a role

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text

import storage.columns


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('roles', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rights', sa.String(length=40), server_default='view,confirm,submit,send', nullable=False))
        batch_op.add_column(sa.Column('ends_at', storage.columns.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('from_role', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index('ix_roles_from_role', ['from_role'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_roles_from_role'), 'roles', ['from_role'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('roles', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_roles_from_role'), type_='foreignkey')
        batch_op.drop_index('ix_roles_from_role')
        batch_op.drop_column('from_role')
        batch_op.drop_column('ends_at')
        batch_op.drop_column('rights')
