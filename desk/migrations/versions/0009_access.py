"""Staff: passwords to change, second steps, sessions one can tell apart; the audit's checks."""

from alembic import op
import sqlalchemy as sa
import desk.db


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_checks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.Column('anchored', sa.Boolean(), nullable=False),
    sa.Column('broken_place', sa.Integer(), nullable=True),
    sa.Column('broken_id', sa.Integer(), nullable=True),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('failed', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('audit_checks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_checks_at'), ['at'], unique=False)

    op.create_table('staff_half_way',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('expires_at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], ),
    sa.PrimaryKeyConstraint('digest')
    )
    with op.batch_alter_table('staff_half_way', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_staff_half_way_agent_id'), ['agent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_staff_half_way_expires_at'), ['expires_at'], unique=False)

    op.create_table('staff_recovery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('used_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('agent_id', 'digest')
    )
    op.create_table('staff_two_factor',
    sa.Column('agent_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('confirmed_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('last_step', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], ),
    sa.PrimaryKeyConstraint('agent_id')
    )
    with op.batch_alter_table('agents', schema=None) as batch_op:
        batch_op.add_column(sa.Column('must_change', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('password_at', desk.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('signed_in_at', desk.db.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table('staff_sessions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('browser', sa.String(length=40), server_default='', nullable=False))
        batch_op.add_column(sa.Column('address', sa.String(length=40), server_default='', nullable=False))



def downgrade() -> None:
    with op.batch_alter_table('staff_sessions', schema=None) as batch_op:
        batch_op.drop_column('address')
        batch_op.drop_column('browser')

    with op.batch_alter_table('agents', schema=None) as batch_op:
        batch_op.drop_column('signed_in_at')
        batch_op.drop_column('password_at')
        batch_op.drop_column('must_change')

    op.drop_table('staff_two_factor')
    op.drop_table('staff_recovery')
    with op.batch_alter_table('staff_half_way', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_staff_half_way_expires_at'))
        batch_op.drop_index(batch_op.f('ix_staff_half_way_agent_id'))

    op.drop_table('staff_half_way')
    with op.batch_alter_table('audit_checks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_checks_at'))

    op.drop_table('audit_checks')
