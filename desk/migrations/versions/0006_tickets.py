"""Tickets have groups, owners, sub-tasks, files, reports, and are closed by the customer's word."""

from alembic import op
import sqlalchemy as sa
import desk.db


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

_GROUPS = {
    'second_line': ('delivery', 'stock', 'key', 'topup', 'complaint'),
    'technical': ('technical',),
    'finance': ('finance', 'refund'),
    'merchant': ('merchant',),
    'risk': ('risk',),
}


def upgrade() -> None:
    op.create_table('ticket_actions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=200), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('done_by', sa.String(length=60), nullable=True),
    sa.Column('done_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('ticket_actions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_actions_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ticket_actions_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_attachments',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('file', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('media_type', sa.String(length=40), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('file')
    )
    with op.batch_alter_table('ticket_attachments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_attachments_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('target', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('ticket_id', 'kind', 'target')
    )
    with op.batch_alter_table('ticket_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_links_target'), ['target'], unique=False)

    op.create_table('ticket_reports',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('root_cause', sa.Text(), nullable=False),
    sa.Column('impact', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], ),
    sa.PrimaryKeyConstraint('ticket_id')
    )
    op.create_table('ticket_subtasks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('group_key', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('assignee_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('due_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('result', sa.Text(), nullable=False),
    sa.Column('created_by', sa.String(length=60), nullable=False),
    sa.Column('created_at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('finished_by', sa.String(length=60), nullable=True),
    sa.Column('finished_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('ticket_subtasks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_subtasks_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_tags',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('tag', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], ),
    sa.PrimaryKeyConstraint('ticket_id', 'tag')
    )
    with op.batch_alter_table('ticket_tags', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_tags_tag'), ['tag'], unique=False)

    op.create_table('ticket_watchers',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], ),
    sa.PrimaryKeyConstraint('ticket_id', 'agent_id')
    )
    with op.batch_alter_table('ticket_watchers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_watchers_agent_id'), ['agent_id'], unique=False)

    with op.batch_alter_table('ticket_events', schema=None) as batch_op:
        batch_op.add_column(sa.Column('client_id', sa.String(length=80), nullable=True))
        batch_op.create_index('ix_ticket_events_client', ['ticket_id', 'client_id'], unique=True)

    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('group_key', sa.String(length=20), server_default='first_line', nullable=False))
        batch_op.add_column(sa.Column('assignee_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('first_owner_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('due_at', desk.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('urged_at', desk.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('complex', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('reopened_count', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('solved_at', desk.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('confirmed_at', desk.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('closed_at', desk.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('closed_how', sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('stars', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_tickets_assignee_id'), ['assignee_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tickets_due_at'), ['due_at'], unique=False)
        batch_op.create_index('ix_tickets_group', ['group_key', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_tickets_merged_into_id'), ['merged_into_id'], unique=False)

    # What is there already goes to the groups of its kind, and waits for the customer from its last change on.
    for group, kinds in _GROUPS.items():
        names = ', '.join(f"'{kind}'" for kind in kinds)
        op.execute(f"UPDATE tickets SET group_key = '{group}' WHERE kind IN ({names})")
    op.execute("UPDATE tickets SET solved_at = updated_at WHERE status = 'solved'")
    op.execute("UPDATE tickets SET closed_at = updated_at, closed_how = 'settled' WHERE status = 'closed'")


def downgrade() -> None:
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tickets_merged_into_id'))
        batch_op.drop_index('ix_tickets_group')
        batch_op.drop_index(batch_op.f('ix_tickets_due_at'))
        batch_op.drop_index(batch_op.f('ix_tickets_assignee_id'))
        batch_op.drop_column('stars')
        batch_op.drop_column('merged_into_id')
        batch_op.drop_column('closed_how')
        batch_op.drop_column('closed_at')
        batch_op.drop_column('confirmed_at')
        batch_op.drop_column('solved_at')
        batch_op.drop_column('reopened_count')
        batch_op.drop_column('complex')
        batch_op.drop_column('urged_at')
        batch_op.drop_column('due_at')
        batch_op.drop_column('first_owner_id')
        batch_op.drop_column('assignee_id')
        batch_op.drop_column('group_key')

    with op.batch_alter_table('ticket_events', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_events_client')
        batch_op.drop_column('client_id')

    with op.batch_alter_table('ticket_watchers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_watchers_agent_id'))

    op.drop_table('ticket_watchers')
    with op.batch_alter_table('ticket_tags', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_tags_tag'))

    op.drop_table('ticket_tags')
    with op.batch_alter_table('ticket_subtasks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_subtasks_ticket_id'))

    op.drop_table('ticket_subtasks')
    op.drop_table('ticket_reports')
    with op.batch_alter_table('ticket_links', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_links_target'))

    op.drop_table('ticket_links')
    with op.batch_alter_table('ticket_attachments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_attachments_ticket_id'))

    op.drop_table('ticket_attachments')
    with op.batch_alter_table('ticket_actions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_actions_ticket_id'))
        batch_op.drop_index(batch_op.f('ix_ticket_actions_owner_id'))

    op.drop_table('ticket_actions')
