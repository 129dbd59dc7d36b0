"""What happens to keys after they were handed out: locked, or made to last longer."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from desk import clock
from desk.shop.embedded.delivery import lock_order
from desk.shop.embedded.model import ShopAssignment, ShopCardKey
from desk.shop.errors import KeyNotFound, NotDeliverable
from desk.shop.types import KeyState, OrderStatus

_HIS = {
    OrderStatus.PAID_WAIT,
    OrderStatus.PROCESSING,
    OrderStatus.DELIVERED,
    OrderStatus.COMPLETED,
    OrderStatus.OUT_OF_STOCK_AFTER_PAY,
}
_UNUSED = {KeyState.SOLD, KeyState.EXPIRED}


def lock_unused(session: Session, no: str) -> int:
    """Lock the unused keys of an order, which is locked; return how many of its live keys are locked then."""
    keys = _live(session, no)
    for key in keys:
        if key.state == KeyState.SOLD:
            key.state = KeyState.LOCKED
    session.flush()
    return sum(key.state == KeyState.LOCKED for key in keys)


def freeze(session: Session, no: str) -> int:
    """See `Accounts.freeze_order`."""
    order = lock_order(session, no)
    if order.frozen_at is None:
        order.frozen_at = clock.now()
    return lock_unused(session, no)


def extend(session: Session, no: str, key_id: int, by: timedelta) -> None:
    """See `Accounts.extend_key`: once per key; one that has ended lasts from now on.

    Raises:
        ValueError: `by` is no time at all.
    """
    if by <= timedelta():
        raise ValueError(f"a key cannot be extended by {by}")
    order = lock_order(session, no)
    assigned = session.get(ShopAssignment, key_id)
    if assigned is None or assigned.order_no != no:
        raise KeyNotFound
    key = next((one for one in _live(session, no) if one.id == key_id), None)
    if key is not None and key.extended_at is not None:
        return
    stopped = order.frozen_at is not None or order.status not in _HIS
    if key is None or stopped or key.state not in _UNUSED or key.expires_at is None:
        raise NotDeliverable(order_status=order.status)
    now = clock.now()
    key.expires_at, key.extended_at, key.state = max(key.expires_at, now) + by, now, KeyState.SOLD
    session.flush()


def _live(session: Session, no: str) -> Sequence[ShopCardKey]:
    """Return the order's keys without those that were replaced, as they are now."""
    later = aliased(ShopAssignment)
    replaced = select(later.key_id).where(later.replaces == ShopCardKey.id).exists()
    mine = (
        select(ShopCardKey)
        .join(ShopAssignment, ShopAssignment.key_id == ShopCardKey.id)
        .where(ShopAssignment.order_no == no, ~replaced)
        .order_by(ShopCardKey.id)
    )
    return session.scalars(mine.with_for_update(of=ShopCardKey).execution_options(populate_existing=True)).all()
