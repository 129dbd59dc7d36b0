"""取消订单: an unpaid one is closed; a paid one is a refund, by the refund rules and through the same code."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import access, effects, given, refund_rules, refunds, timing
from desk.cases.access import Asker, Owned
from desk.cases.outcomes import Outcome, about
from desk.cases.services import Services
from desk.cases.spoken import money, word
from desk.cases.states import refund_amount, refunded_at, time_left, with_payment
from desk.cases.tickets_of import ticket
from desk.policies.model import Decision
from desk.remedies.errors import SwitchedOff
from desk.remedies.model import Kind, State
from desk.remedies.service import Wish, ask
from desk.shop.base import NotCancellable, Order, OrderStatus, Unsupported

TOPIC = "cancel"
_CLOSED = (OrderStatus.EXPIRED, OrderStatus.CANCELED)


def answer(session: Session, services: Services, asker: Asker, order_no: str, details: Mapping[str, str]) -> Outcome:
    """Cancel an order, or say what stands in the way.

    Args:
        details: confirm ("yes" or "no").

    Returns:
        An outcome of topic cancel; of topic refund once it is a matter of the refund rules.

    Raises:
        NotYours: see `access.require`.
    """
    owned = access.require(session, services, asker, order_no)
    order = with_payment(session, services, owned.order)
    if order.status in _CLOSED or (order.status is OrderStatus.UNPAID and timing.lapsed(order)):
        return about(order, TOPIC, "closed", product=order.product_name)
    if order.status is OrderStatus.UNPAID:
        return _unpaid(session, services, owned, given.agreed(details))
    if order.status is OrderStatus.REFUNDING:
        days = services.policy.refunds.arrival_days
        return about(order, TOPIC, "refunding", amount=refund_amount(order), refund_days=days)
    if order.status is OrderStatus.REFUNDED:
        return about(order, TOPIC, "refunded", amount=refund_amount(order), refunded_at=refunded_at(order))
    return _paid(session, services, owned, order, details)


def _unpaid(session: Session, services: Services, owned: Owned, agreed: bool | None) -> Outcome:
    order = owned.order
    facts = {"product": order.product_name, "amount": money(order.amount), "time_left": time_left(order)}
    if agreed is None:
        return about(order, TOPIC, "confirm", asks="confirm", **facts)
    if not agreed:
        return about(order, TOPIC, "kept", **facts)
    wish = Wish(
        Kind.CANCEL_ORDER,
        f"cancel:{order.no}",
        actor=owned.actor,
        order_no=order.no,
        customer_id=order.customer_id,
        conversation_id=owned.asker.conversation_id,
        reason="customer",
    )
    try:
        with session.begin_nested():
            remedy = ask(session, services.shop, services.policies, wish)
    except (SwitchedOff, Unsupported):
        return about(order, TOPIC, "leave", **facts)
    except NotCancellable:  # it has been paid in this very moment
        return about(order, TOPIC, "just_paid", product=order.product_name)
    if remedy.state != State.DONE:
        return about(order, TOPIC, "leave", **facts)
    return about(order, TOPIC, "done", product=order.product_name)


def _paid(session: Session, services: Services, owned: Owned, order: Order, details: Mapping[str, str]) -> Outcome:
    keys = services.shop.keys_of(session, order.no)
    rule = refund_rules.choose(services.policy.refunds, order, keys, clock.now())
    since = effects.retried_at(session, order.no)
    if rule.decision is Decision.WAIT and timing.late(order, services.policy, since):
        number = ticket(session, owned, "topup_late").number
        return about(order, TOPIC, "stuck", product=order.product_name, ticket_no=number)
    known = {"reason": word("reason.canceled"), **details}
    said = refunds.answer(session, services, owned.asker, order.no, known)
    if said.name != ("refund", "confirm"):
        return said
    # Who says 取消 learns first that it means a refund.
    approval = rule.decision is Decision.APPROVAL
    return replace(said, topic=TOPIC, outcome="confirm_approval" if approval else "confirm_refund")
