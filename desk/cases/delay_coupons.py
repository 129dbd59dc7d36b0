"""The coupon for an order that took too long: by the table in policies.yml, once per order, whoever asks."""

from datetime import timedelta

from sqlalchemy.orm import Session

from desk.cases.access import Owned
from desk.cases.outcomes import Outcome, build
from desk.cases.services import Services
from desk.cases.spoken import money
from desk.remedies.errors import SwitchedOff
from desk.remedies.model import Kind, State
from desk.remedies.service import Wish, ask, find
from desk.shop.base import ShopError


def mark(order_no: str) -> str:
    """Return the mark of an order's one coupon for delay."""
    return f"delay:{order_no}"


def give(session: Session, services: Services, owned: Owned, late: timedelta) -> tuple[Outcome, ...]:
    """Give the coupon that a delay since payment has earned, and return what to say of it; () where there is none.

    A guest has no account to put it into.
    """
    order, step = owned.order, services.policy.coupon_for(late)
    if step is None or order.customer_id is None or find(session, mark(order.no)) is not None:
        return ()
    wish = Wish(
        Kind.COUPON,
        mark(order.no),
        actor=owned.actor,
        order_no=order.no,
        customer_id=order.customer_id,
        conversation_id=owned.asker.conversation_id,
        yuan=step.coupon,
        reason="delay",
        detail={"valid_days": step.valid_days},
    )
    try:
        with session.begin_nested():
            given = ask(session, services.shop, services.policies, wish)
    except (SwitchedOff, ShopError):
        return ()
    if given.state != State.DONE:
        return ()  # a supervisor decides, and the customer is told then
    return (build("coupon", "given", amount=money(step.coupon), valid_days=step.valid_days),)
