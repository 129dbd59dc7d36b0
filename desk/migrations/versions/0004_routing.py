"""Groups, presence, rosters, offers and transfers."""

from alembic import op
import sqlalchemy as sa
import desk.db


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('duties',
    sa.Column('agent_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('since', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('seen_at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('missed', sa.Integer(), nullable=False),
    sa.Column('given_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('agent_id')
    )
    op.create_table('group_members',
    sa.Column('agent_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('team', sa.String(length=20), nullable=False),
    sa.Column('main', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('agent_id', 'team')
    )
    op.create_table('shifts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('team', sa.String(length=20), nullable=False),
    sa.Column('starts_at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ends_at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('shifts', schema=None) as batch_op:
        batch_op.create_index('ix_shifts_when', ['ends_at', 'starts_at'], unique=False)

    op.create_table('stewards',
    sa.Column('customer_id', sa.String(length=80), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('customer_id')
    )
    op.create_table('transfers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.String(length=40), nullable=False),
    sa.Column('handoff_id', sa.Integer(), nullable=False),
    sa.Column('from_id', sa.Integer(), nullable=False),
    sa.Column('to_id', sa.Integer(), nullable=True),
    sa.Column('team', sa.String(length=20), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('answer', sa.String(length=200), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('decided_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('transfers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_transfers_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index('ix_transfers_open', ['state', 'conversation_id'], unique=False)

    op.create_table('assignments',
    sa.Column('handoff_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('conversation_id', sa.String(length=40), nullable=False),
    sa.Column('team', sa.String(length=20), nullable=False),
    sa.Column('stage', sa.String(length=10), nullable=False),
    sa.Column('offered_to', sa.Integer(), nullable=True),
    sa.Column('due_at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('passed', sa.JSON(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=True),
    sa.Column('first_owner_id', sa.Integer(), nullable=True),
    sa.Column('told_away', sa.Boolean(), nullable=False),
    sa.Column('writing', sa.Boolean(), nullable=False),
    sa.Column('queued_at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('taken_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['handoff_id'], ['handoffs.id'], ),
    sa.PrimaryKeyConstraint('handoff_id')
    )
    with op.batch_alter_table('assignments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assignments_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index('ix_assignments_ended', ['ended_at'], unique=False)
        batch_op.create_index('ix_assignments_due', ['stage', 'due_at'], unique=False)
        batch_op.create_index('ix_assignments_load', ['queued_at', 'team'], unique=False)

    with op.batch_alter_table('handoffs', schema=None) as batch_op:
        batch_op.add_column(sa.Column('lane', sa.Integer(), server_default='4', nullable=False))
        batch_op.add_column(sa.Column('pool', sa.String(length=20), server_default='', nullable=False))



def downgrade() -> None:
    with op.batch_alter_table('handoffs', schema=None) as batch_op:
        batch_op.drop_column('pool')
        batch_op.drop_column('lane')

    with op.batch_alter_table('assignments', schema=None) as batch_op:
        batch_op.drop_index('ix_assignments_load')
        batch_op.drop_index('ix_assignments_due')
        batch_op.drop_index('ix_assignments_ended')
        batch_op.drop_index(batch_op.f('ix_assignments_conversation_id'))

    op.drop_table('assignments')
    with op.batch_alter_table('transfers', schema=None) as batch_op:
        batch_op.drop_index('ix_transfers_open')
        batch_op.drop_index(batch_op.f('ix_transfers_conversation_id'))

    op.drop_table('transfers')
    op.drop_table('stewards')
    with op.batch_alter_table('shifts', schema=None) as batch_op:
        batch_op.drop_index('ix_shifts_when')

    op.drop_table('shifts')
    op.drop_table('group_members')
    op.drop_table('duties')
