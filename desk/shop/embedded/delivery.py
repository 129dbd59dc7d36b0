"""Handing out keys: the only place that takes one from stock."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk import clock
from desk.shop.embedded.model import ShopAssignment, ShopCardKey, ShopOrder, ShopProduct
from desk.shop.errors import AlreadyReplaced, KeyNotFound, NotDeliverable, OrderNotFound, OutOfStock
from desk.shop.types import Fulfilment, KeyState, OrderStatus, ProductKind

_CLOSED = {
    OrderStatus.UNPAID,
    OrderStatus.EXPIRED,
    OrderStatus.FAILED,
    OrderStatus.REFUNDING,
    OrderStatus.REFUNDED,
    OrderStatus.CANCELED,
}


def lock_order(session: Session, no: str) -> ShopOrder:
    """Return the order, locked until the transaction's end: who changes an order takes it first.

    Raises:
        OrderNotFound: no such order.
    """
    query = select(ShopOrder).where(ShopOrder.no == no).with_for_update()
    order = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if order is None:
        raise OrderNotFound
    return order


def missing_slots(session: Session, order: ShopOrder) -> list[int]:
    """Return which of the order's pieces have no key yet."""
    filled = set(session.scalars(select(ShopAssignment.slot).where(ShopAssignment.order_no == order.no)))
    return [slot for slot in range(1, order.quantity + 1) if slot not in filled]


def deliver(session: Session, no: str) -> None:
    """Fill the order's missing pieces; see `Shop.deliver`."""
    order = lock_order(session, no)
    product = session.get_one(ShopProduct, order.product_id)
    if product.kind != ProductKind.CARD_KEY:
        raise NotDeliverable(order_status=order.status)
    _refuse_closed(order)
    missing = missing_slots(session, order)
    if not missing:
        return
    if product.fulfilment == Fulfilment.MANUAL:
        raise NotDeliverable(order_status=order.status, fulfilment=product.fulfilment)
    keys = _take(session, product, len(missing))
    if len(keys) < len(missing):
        order.status = OrderStatus.OUT_OF_STOCK_AFTER_PAY
        session.flush()
        raise OutOfStock(needed=len(missing), available=len(keys))
    now = clock.now()
    for slot, key in zip(missing, keys, strict=True):
        _sell(product, key)
        session.add(ShopAssignment(key_id=key.id, order_no=no, slot=slot, reason="delivery", at=now))
    order.status, order.delivered_at = OrderStatus.DELIVERED, now
    session.flush()


def reissue(session: Session, no: str, key_id: int, reason: str) -> int:
    """Replace a key of the order and return the new one's id; see `Shop.reissue`."""
    order = lock_order(session, no)
    assigned = session.get(ShopAssignment, key_id)
    if assigned is None or assigned.order_no != no:
        raise KeyNotFound
    _refuse_closed(order)
    _refuse_second(session, key_id)
    product = session.get_one(ShopProduct, order.product_id)
    keys = _take(session, product, 1)
    if not keys:
        raise OutOfStock(needed=1, available=0)
    try:
        with session.begin_nested():
            session.add(
                ShopAssignment(
                    key_id=keys[0].id, order_no=no, slot=None, replaces=key_id, reason=reason, at=clock.now()
                )
            )
    except IntegrityError:
        _refuse_second(session, key_id)
        raise
    _sell(product, keys[0])
    old = session.get_one(ShopCardKey, key_id)
    if old.state == KeyState.SOLD:
        old.state = KeyState.LOCKED
    session.flush()
    return keys[0].id


def _refuse_closed(order: ShopOrder) -> None:
    if order.status in _CLOSED or order.frozen_at is not None:
        raise NotDeliverable(order_status=order.status, frozen=order.frozen_at is not None)


def _refuse_second(session: Session, key_id: int) -> None:
    replacement = session.scalar(select(ShopAssignment.key_id).where(ShopAssignment.replaces == key_id))
    if replacement is not None:
        raise AlreadyReplaced(replaced_by=replacement)


def _take(session: Session, product: ShopProduct, count: int) -> Sequence[ShopCardKey]:
    """Return up to `count` sellable keys, locked.

    First without waiting, so that many buyers do not queue for the same row; when that is not enough, keys
    that others hold may still come back, so let go of ours and wait in the order of the ids.
    """
    unspoilt = or_(ShopCardKey.expires_at.is_(None), ShopCardKey.expires_at > clock.now())
    stock = (
        select(ShopCardKey)
        .where(ShopCardKey.product_id == product.id, ShopCardKey.state == KeyState.UNSOLD, unspoilt)
        .order_by(ShopCardKey.id)
        .limit(count)
        .execution_options(populate_existing=True)
    )
    attempt = session.begin_nested()
    keys = session.scalars(stock.with_for_update(skip_locked=True)).all()
    if len(keys) == count:
        attempt.commit()
        return keys
    attempt.rollback()
    return session.scalars(stock.with_for_update()).all()


def _sell(product: ShopProduct, key: ShopCardKey) -> None:
    key.state, key.sold_at = KeyState.SOLD, clock.now()
    if key.expires_at is None and product.validity_days is not None:
        key.expires_at = key.sold_at + timedelta(days=product.validity_days)
