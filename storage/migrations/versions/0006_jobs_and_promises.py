"""The schedule and the runs of its jobs.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text

import storage.columns
from sqlalchemy.dialects import postgresql

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('job_runs',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('job', sa.String(length=48), nullable=False),
    sa.Column('due_at', storage.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='1', nullable=False),
    sa.Column('owner', sa.String(length=120), server_default='', nullable=False),
    sa.Column('started_at', storage.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', storage.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('retry_at', storage.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('facts', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=Text()), 'postgresql'), nullable=True),
    sa.Column('error', sa.String(length=300), server_default='', nullable=False),
    sa.Column('asked_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("state IN ('running', 'retry', 'done', 'failed', 'dropped')", name=op.f('ck_job_runs_state')),
    sa.ForeignKeyConstraint(['asked_by'], ['persons.id'], name=op.f('fk_job_runs_asked_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_runs')),
    sa.UniqueConstraint('job', 'due_at', name=op.f('uq_job_runs_job_due_at')),
    comment='a job runs once for a due moment, whoever schedules, restarts or sets the clock back'
    )
    with op.batch_alter_table('job_runs', schema=None) as batch_op:
        batch_op.create_index('ix_job_runs_asked_by', ['asked_by'], unique=False)
        batch_op.create_index('ix_job_runs_state', ['state'], unique=False)

    op.create_table('jobs',
    sa.Column('name', sa.String(length=48), nullable=False),
    sa.Column('rule', sa.String(length=80), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('next_at', storage.columns.UtcDateTime(timezone=True), nullable=False),
    sa.Column('paused', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('changed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('changed_at', storage.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('run_now', storage.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('last_run', storage.columns.UtcDateTime(timezone=True), nullable=True),
    sa.Column('last_result', sa.String(length=16), server_default='', nullable=False),
    sa.Column('last_facts', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=Text()), 'postgresql'), nullable=True),
    sa.Column('last_error', sa.String(length=300), server_default='', nullable=False),
    sa.ForeignKeyConstraint(['changed_by'], ['persons.id'], name=op.f('fk_jobs_changed_by')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_jobs')),
    comment='the schedule; changed_by paused or resumed it, or asked for the run at run_now'
    )
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.create_index('ix_jobs_changed_by', ['changed_by'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.drop_index('ix_jobs_changed_by')

    op.drop_table('jobs')
    with op.batch_alter_table('job_runs', schema=None) as batch_op:
        batch_op.drop_index('ix_job_runs_state')
        batch_op.drop_index('ix_job_runs_asked_by')

    op.drop_table('job_runs')
