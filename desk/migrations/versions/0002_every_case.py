"""Every case ends in a result: remedies, pictures, knowledge, several payments of an order, the sealed audit.

Forward only: what it stores has no place in the tables before it. Go back by restoring a backup.
"""

from alembic import op
import sqlalchemy as sa
import desk.db
import desk.shop.embedded.model


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('follow_ups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('about', sa.String(length=200), nullable=False),
    sa.Column('conversation_id', sa.String(length=40), nullable=False),
    sa.Column('wording', sa.String(length=40), nullable=False),
    sa.Column('due_at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('done_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('about')
    )
    with op.batch_alter_table('follow_ups', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follow_ups_due_at'), ['due_at'], unique=False)

    op.create_table('kb_asks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('conversation_id', sa.String(length=40), nullable=True),
    sa.Column('question', sa.String(length=300), nullable=False),
    sa.Column('article_id', sa.String(length=80), nullable=True),
    sa.Column('score', sa.Double(), nullable=False),
    sa.Column('outcome', sa.String(length=8), nullable=False),
    sa.Column('helpful', sa.Boolean(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('kb_asks', schema=None) as batch_op:
        batch_op.create_index('ix_kb_asks_article', ['article_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_kb_asks_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index('ix_kb_asks_outcome', ['outcome', 'at'], unique=False)

    op.create_table('pictures',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('conversation_id', sa.String(length=40), nullable=False),
    sa.Column('file', sa.String(length=40), nullable=False),
    sa.Column('media_type', sa.String(length=20), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('ticket_no', sa.String(length=20), nullable=True),
    sa.Column('created_at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('file')
    )
    with op.batch_alter_table('pictures', schema=None) as batch_op:
        batch_op.create_index('ix_pictures_conversation', ['conversation_id', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_pictures_created_at'), ['created_at'], unique=False)

    op.create_table('remedies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('order_no', sa.String(length=64), nullable=True),
    sa.Column('customer_id', sa.String(length=80), nullable=True),
    sa.Column('conversation_id', sa.String(length=40), nullable=True),
    sa.Column('ticket_no', sa.String(length=20), nullable=True),
    sa.Column('fen', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.Column('decided_by', sa.String(length=60), nullable=True),
    sa.Column('decided_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('decision_note', sa.String(length=500), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('mark')
    )
    with op.batch_alter_table('remedies', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_remedies_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index('ix_remedies_customer', ['customer_id', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_remedies_order_no'), ['order_no'], unique=False)
        batch_op.create_index('ix_remedies_role', ['role', 'at'], unique=False)
        batch_op.create_index('ix_remedies_state', ['state', 'at'], unique=False)

    op.create_table('shop_channels',
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('down_since', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('code')
    )
    op.create_table('shop_recharges',
    sa.Column('no', sa.String(length=32), nullable=False),
    sa.Column('customer_id', sa.String(length=32), nullable=False),
    sa.Column('amount', desk.shop.embedded.model.Money(), nullable=False),
    sa.Column('method', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('placed_at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('paid_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('credited_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['shop_customers.id'], ),
    sa.PrimaryKeyConstraint('no')
    )
    with op.batch_alter_table('shop_recharges', schema=None) as batch_op:
        batch_op.create_index('ix_shop_recharges_customer', ['customer_id', 'placed_at'], unique=False)

    op.create_table('shop_wallet_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.String(length=32), nullable=False),
    sa.Column('amount', desk.shop.embedded.model.Money(), nullable=False),
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['shop_customers.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('mark')
    )
    with op.batch_alter_table('shop_wallet_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shop_wallet_entries_customer_id'), ['customer_id'], unique=False)

    _payments_of_their_own()
    op.create_table('shop_payment_refunds',
    sa.Column('trade_no', sa.String(length=48), nullable=False),
    sa.Column('order_no', sa.String(length=32), nullable=False),
    sa.Column('amount', desk.shop.embedded.model.Money(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('requested_at', desk.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('done_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['order_no'], ['shop_orders.no'], ),
    sa.ForeignKeyConstraint(['trade_no'], ['shop_payments.trade_no'], ),
    sa.PrimaryKeyConstraint('trade_no')
    )
    with op.batch_alter_table('shop_payment_refunds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shop_payment_refunds_order_no'), ['order_no'], unique=False)

    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('place', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('prev_hash', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('hash', sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f('ix_audit_entries_actor'), ['actor'], unique=False)
        batch_op.create_unique_constraint('uq_audit_entries_place', ['place'])

    with op.batch_alter_table('shop_card_keys', schema=None) as batch_op:
        batch_op.add_column(sa.Column('extended_at', desk.db.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table('shop_coupons', schema=None) as batch_op:
        batch_op.add_column(sa.Column('customer_id', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('mark', sa.String(length=200), nullable=True))
        batch_op.create_index('ix_shop_coupons_owner', ['customer_id', 'expires_at'], unique=False)
        batch_op.create_unique_constraint('uq_shop_coupons_mark', ['mark'])
        batch_op.create_foreign_key('fk_shop_coupons_customer', 'shop_customers', ['customer_id'], ['id'])

    with op.batch_alter_table('shop_customers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('frozen_at', desk.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('frozen_reason', sa.String(length=64), nullable=True))

    with op.batch_alter_table('shop_orders', schema=None) as batch_op:
        batch_op.add_column(sa.Column('frozen_at', desk.db.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table('shop_refunds', schema=None) as batch_op:
        batch_op.alter_column('reason',
               existing_type=sa.VARCHAR(length=64),
               type_=sa.String(length=200),
               existing_nullable=False)

    with op.batch_alter_table('vault_items', schema=None) as batch_op:
        batch_op.add_column(sa.Column('no_key', sa.Boolean(), nullable=False, server_default=sa.false()))



def _payments_of_their_own() -> None:
    """Give payments an id of their own: an order may have several. SQLite cannot change a primary key in place."""
    op.create_table('shop_payments_new',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('order_no', sa.String(length=32), nullable=False),
    sa.Column('method', sa.String(length=16), nullable=False),
    sa.Column('amount', desk.shop.embedded.model.Money(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('trade_no', sa.String(length=48), nullable=True),
    sa.Column('paid_at', desk.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('failure', sa.String(length=255), nullable=True),
    sa.ForeignKeyConstraint(['order_no'], ['shop_orders.no'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('trade_no')
    )
    op.execute(
        "INSERT INTO shop_payments_new (order_no, method, amount, state, trade_no, paid_at)"
        " SELECT order_no, method, amount, state, trade_no, paid_at FROM shop_payments ORDER BY order_no"
    )
    op.drop_table('shop_payments')
    op.rename_table('shop_payments_new', 'shop_payments')
    with op.batch_alter_table('shop_payments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_shop_payments_order_no'), ['order_no'], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore the backup made before the upgrade")
