"""From rows to the interface's records."""

from sqlalchemy import Row, Select, func, select

from desk.shop.embedded.model import (
    ShopAssignment,
    ShopCardKey,
    ShopOrder,
    ShopProduct,
    ShopTopupAttempt,
)
from desk.shop.embedded.model_money import ShopRefund
from desk.shop.types import CardKey, Fulfilment, KeyState, Order, OrderStatus, Product, ProductKind


def order_query() -> Select[ShopOrder, ShopProduct, ShopRefund, int]:
    """Return the query whose rows `to_order` reads."""
    attempts = (
        select(func.count()).where(ShopTopupAttempt.order_no == ShopOrder.no).correlate(ShopOrder).scalar_subquery()
    )
    return (
        select(ShopOrder, ShopProduct, ShopRefund, attempts)
        .join(ShopProduct, ShopProduct.id == ShopOrder.product_id)
        .outerjoin(ShopRefund, ShopRefund.order_no == ShopOrder.no)
    )


def to_order(row: Row[ShopOrder, ShopProduct, ShopRefund, int], site: str) -> Order:
    """Return the record of an order; `site` is the shop's address, for the link to pay."""
    order, product, _, attempts = row
    refund: ShopRefund | None = row[2]  # None where the outer join found nothing
    return Order(
        no=order.no,
        customer_id=order.customer_id,
        product_id=product.id,
        product_name=product.name,
        kind=ProductKind(product.kind),
        quantity=order.quantity,
        amount=order.amount,
        status=OrderStatus(order.status),
        placed_at=order.placed_at,
        usual_minutes=product.usual_minutes,
        fulfilment=Fulfilment(product.fulfilment),
        contact=order.contact,
        paid_at=order.paid_at,
        delivered_at=order.delivered_at,
        expires_at=order.expires_at,
        account=order.account,
        pay_url=f"{site}/pay/{order.no}" if order.status == OrderStatus.UNPAID else None,
        failure=order.failure,
        proof_no=order.proof_no,
        attempts=attempts,
        refund_amount=refund.amount if refund else None,
        refund_requested_at=refund.requested_at if refund else None,
        refunded_at=refund.done_at if refund else None,
        frozen=order.frozen_at is not None,
    )


def to_product(row: ShopProduct, stock: int | None) -> Product:
    """Return the record of a product."""
    return Product(
        id=row.id,
        name=row.name,
        aliases=tuple(row.aliases),
        kind=ProductKind(row.kind),
        face_values=tuple(row.face_values),
        price=row.price,
        usual_minutes=row.usual_minutes,
        fulfilment=Fulfilment(row.fulfilment),
        redeem_steps=tuple(row.redeem_steps),
        region_note=row.region_note,
        validity_days=row.validity_days,
        stock=stock,
    )


def key_query() -> Select[ShopCardKey, str | None, int | None]:
    """Return the query whose rows `to_key` reads, in order of assignment."""
    replacement = (
        select(ShopAssignment.key_id).where(ShopAssignment.replaces == ShopCardKey.id).correlate(ShopCardKey)
    ).scalar_subquery()
    return (
        select(ShopCardKey, ShopAssignment.order_no, replacement)
        .outerjoin(ShopAssignment, ShopAssignment.key_id == ShopCardKey.id)
        .order_by(ShopAssignment.at, ShopAssignment.slot, ShopCardKey.id)
    )


def to_key(row: Row[ShopCardKey, str | None, int | None]) -> CardKey:
    """Return the record of a key."""
    key, order_no, replaced_by = row
    return CardKey(
        id=key.id,
        product_id=key.product_id,
        order_no=order_no,
        number_item=key.number_item,
        secret_item=key.secret_item,
        state=KeyState(key.state),
        sold_at=key.sold_at,
        used_at=key.used_at,
        expires_at=key.expires_at,
        replaced_by=replaced_by,
    )
