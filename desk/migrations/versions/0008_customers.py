"""Customers: figures of accounts, contacts, tags, notes, merges, consents, erasures."""

from alembic import op
import sqlalchemy as sa
import desk.db


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('customer_cards',
    sa.Column('key', sa.String(length=400), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('phone_tail', sa.String(length=4), nullable=False),
    sa.Column('phone_mark', sa.String(length=64), nullable=False),
    sa.Column('spend', sa.BigInteger(), nullable=False),
    sa.Column('month_spend', sa.BigInteger(), nullable=False),
    sa.Column('last_month_spend', sa.BigInteger(), nullable=False),
    sa.Column('orders', sa.Integer(), nullable=False),
    sa.Column('recent_orders', sa.Integer(), nullable=False),
    sa.Column('largest', sa.Integer(), nullable=False),
    sa.Column('first_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('last_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('elderly_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('refreshed_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('key')
    )
    with op.batch_alter_table('customer_cards', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customer_cards_name'), ['name'], unique=False)
        batch_op.create_index(batch_op.f('ix_customer_cards_phone_mark'), ['phone_mark'], unique=False)
        batch_op.create_index(batch_op.f('ix_customer_cards_phone_tail'), ['phone_tail'], unique=False)

    op.create_table('customer_consents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=400), nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('granted', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('customer_consents', schema=None) as batch_op:
        batch_op.create_index('ix_customer_consents_key', ['key', 'purpose', 'id'], unique=False)

    op.create_table('customer_contacts',
    sa.Column('key', sa.String(length=400), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('channel', sa.String(length=12), nullable=False),
    sa.Column('at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('conversation_id', sa.String(length=40), nullable=True),
    sa.PrimaryKeyConstraint('key', 'day', 'channel')
    )
    with op.batch_alter_table('customer_contacts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customer_contacts_at'), ['at'], unique=False)
        batch_op.create_index('ix_customer_contacts_key', ['key', 'at'], unique=False)

    op.create_table('customer_erasures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=400), nullable=False),
    sa.Column('asked_by', sa.String(length=60), nullable=False),
    sa.Column('asked_at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('done_by', sa.String(length=60), nullable=True),
    sa.Column('done_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('shop_left', sa.Boolean(), nullable=False),
    sa.Column('bot_left', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('customer_erasures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customer_erasures_key'), ['key'], unique=False)

    op.create_table('customer_merges',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('absorbed', sa.String(length=400), nullable=False),
    sa.Column('into', sa.String(length=400), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('undone_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.String(length=60), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('customer_merges', schema=None) as batch_op:
        batch_op.create_index('ix_customer_merges_into', ['into'], unique=False)
        batch_op.create_index('uq_customer_merges_absorbed', ['absorbed'], unique=True, postgresql_where=sa.text('undone_at IS NULL'), sqlite_where=sa.text('undone_at IS NULL'))

    op.create_table('customer_notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=400), nullable=False),
    sa.Column('mark', sa.String(length=80), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('pinned', sa.Boolean(), nullable=False),
    sa.Column('remind', sa.String(length=8), nullable=False),
    sa.Column('remind_on', sa.Date(), nullable=True),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('raised_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('done_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('done_by', sa.String(length=60), nullable=True),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('mark')
    )
    with op.batch_alter_table('customer_notes', schema=None) as batch_op:
        batch_op.create_index('ix_customer_notes_due', ['remind', 'done_at', 'remind_on'], unique=False)
        batch_op.create_index('ix_customer_notes_key', ['key', 'at'], unique=False)

    op.create_table('customer_tags',
    sa.Column('key', sa.String(length=400), nullable=False),
    sa.Column('fold', sa.String(length=40), nullable=False),
    sa.Column('tag', sa.String(length=40), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', 'fold')
    )


def downgrade() -> None:
    op.drop_table('customer_tags')
    with op.batch_alter_table('customer_notes', schema=None) as batch_op:
        batch_op.drop_index('ix_customer_notes_key')
        batch_op.drop_index('ix_customer_notes_due')

    op.drop_table('customer_notes')
    with op.batch_alter_table('customer_merges', schema=None) as batch_op:
        batch_op.drop_index('uq_customer_merges_absorbed', postgresql_where=sa.text('undone_at IS NULL'), sqlite_where=sa.text('undone_at IS NULL'))
        batch_op.drop_index('ix_customer_merges_into')

    op.drop_table('customer_merges')
    with op.batch_alter_table('customer_erasures', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_customer_erasures_key'))

    op.drop_table('customer_erasures')
    with op.batch_alter_table('customer_contacts', schema=None) as batch_op:
        batch_op.drop_index('ix_customer_contacts_key')
        batch_op.drop_index(batch_op.f('ix_customer_contacts_at'))

    op.drop_table('customer_contacts')
    with op.batch_alter_table('customer_consents', schema=None) as batch_op:
        batch_op.drop_index('ix_customer_consents_key')

    op.drop_table('customer_consents')
    with op.batch_alter_table('customer_cards', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_customer_cards_phone_tail'))
        batch_op.drop_index(batch_op.f('ix_customer_cards_phone_mark'))
        batch_op.drop_index(batch_op.f('ix_customer_cards_name'))

    op.drop_table('customer_cards')
