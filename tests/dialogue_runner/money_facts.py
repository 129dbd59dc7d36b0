"""What the {placeholders} of payments, recharges and coupons stand for."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.shop.embedded import catalogue
from desk.shop.embedded.adapter import EmbeddedShop
from desk.shop.embedded.model_money import ShopCoupon
from tests.dialogue_runner.sample import NEW
from tests.dialogue_runner.stage import Stage
from tests.dialogue_runner.unfilled import Unfilled


def payment(session: Session, shop: EmbeddedShop, stage: Stage, order: str, place: int, field: str) -> str:
    """Return a fact of a payment of an order, the oldest being the first."""
    name, found = f"{{order.{order}.payment.{place}.{field}}}", shop.payments(session, stage.orders[order])
    if not 1 <= place <= len(found):
        raise Unfilled(f"{name}: payments of order {order} so far: {len(found)}")
    one = found[place - 1]
    value = catalogue.channels()[one.method] if field == "channel" else getattr(one, field)
    if value is None:
        raise Unfilled(f"{name}: this payment has none")
    return str(value)


def recharge(session: Session, shop: EmbeddedShop, stage: Stage, name: str, field: str) -> str:
    """Return a fact of a recharge of the sample."""
    owner = stage.customers[stage.sample.shop.recharges[name].customer]
    found = next(o for o in shop.recharges_of(session, owner, limit=100) if o.no == stage.recharges[name])
    if field == "channel":
        return catalogue.channels()[found.method]
    return found.no if field == "no" else f"{found.amount:.2f}"


def coupon(session: Session, stage: Stage, name: str, field: str) -> str:
    """Return a fact of a coupon: of the sample, or of the one that this dialogue gave last to its customers."""
    if name == NEW:
        own = ShopCoupon.customer_id.in_(list(stage.customers.values()))
        fresh = select(ShopCoupon).where(own, ShopCoupon.code.not_in(list(stage.coupons.values())))
        row = session.scalars(fresh.order_by(ShopCoupon.expires_at.desc()).limit(1)).one_or_none()
        if row is None:
            raise Unfilled(f"{{coupon.new.{field}}}: this dialogue has given no coupon so far")
    else:
        row = session.get_one(ShopCoupon, stage.coupons[name])
    return row.code if field == "code" else f"{row.value:.2f}"
