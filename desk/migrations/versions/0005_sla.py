"""Clocks of promised times."""

from alembic import op
import sqlalchemy as sa
import desk.db


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('sla_clocks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=10), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.String(length=40), nullable=True),
    sa.Column('class_name', sa.String(length=20), nullable=False),
    sa.Column('calendar', sa.String(length=20), nullable=False),
    sa.Column('target', sa.Double(), nullable=False),
    sa.Column('started_at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('due_at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('warn_at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('next_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('paused_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('remaining', sa.Double(), nullable=True),
    sa.Column('warned_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('breached_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('met_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('supervisor_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('watcher_id', sa.Integer(), nullable=True),
    sa.Column('watched_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('subject', 'subject_id', 'kind', 'round')
    )
    with op.batch_alter_table('sla_clocks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sla_clocks_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sla_clocks_next_at'), ['next_at'], unique=False)
        batch_op.create_index('ix_sla_clocks_open', ['ended_at', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_sla_clocks_started_at'), ['started_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('sla_clocks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sla_clocks_started_at'))
        batch_op.drop_index('ix_sla_clocks_open')
        batch_op.drop_index(batch_op.f('ix_sla_clocks_next_at'))
        batch_op.drop_index(batch_op.f('ix_sla_clocks_conversation_id'))

    op.drop_table('sla_clocks')
