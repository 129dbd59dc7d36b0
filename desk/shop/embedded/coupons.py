"""Coupons that belong to customers."""

import secrets
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk import clock
from desk.shop.embedded.model import ShopCustomer
from desk.shop.embedded.model_money import ShopCoupon
from desk.shop.errors import CustomerNotFound
from desk.shop.types import Coupon

FIXED = "fixed"
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is taken for something else


def give(session: Session, customer_id: str | None, yuan: Decimal, valid_days: int, mark: str) -> Coupon:
    """See `Payments.give_coupon`. The mark alone decides: what was given under it is returned as it is.

    Raises:
        CustomerNotFound: no such customer.
        ValueError: nothing to give: not more than 0 yuan, or not a day.
    """
    if yuan <= 0 or valid_days < 1:
        raise ValueError(f"a coupon over {yuan} yuan for {valid_days} days")
    given = select(ShopCoupon).where(ShopCoupon.mark == mark)
    if (there := session.scalars(given).one_or_none()) is not None:
        return to_coupon(there)
    if customer_id is not None and session.get(ShopCustomer, customer_id) is None:
        raise CustomerNotFound
    fresh = ShopCoupon(
        code="YHQ" + "".join(secrets.choice(SIGNS) for _ in range(9)),
        kind=FIXED,
        value=yuan,
        uses_left=1,
        expires_at=clock.now() + timedelta(days=valid_days),
        customer_id=customer_id,
        mark=mark,
    )
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:  # another transaction gave it a moment ago
        return to_coupon(session.scalars(given).one())
    return to_coupon(fresh)


def coupons(session: Session, customer_id: str) -> list[Coupon]:
    """See `Payments.coupons_of`; used and ended ones are among them."""
    mine = select(ShopCoupon).where(ShopCoupon.customer_id == customer_id, ShopCoupon.kind == FIXED)
    return [to_coupon(row) for row in session.scalars(mine.order_by(ShopCoupon.expires_at, ShopCoupon.code))]


def to_coupon(row: ShopCoupon) -> Coupon:
    """Return the record of a coupon over a fixed sum."""
    return Coupon(row.code, row.value, row.expires_at, used=row.uses_left == 0)
