"""应急赔付: the money came and the order does not know it. The platform's fault, so either goods or money, in time."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import delay_coupons, duplicate_refunds, effects, timing
from desk.cases.access import Owned
from desk.cases.money_seen import CLOSED, at, method
from desk.cases.outcomes import Outcome, about
from desk.cases.services import Services
from desk.cases.spoken import money
from desk.cases.tickets_of import ticket, to_person
from desk.remedies.model import Remedy, State
from desk.remedies.service import find
from desk.shop.base import Order, OrderStatus, Payment

REASON = "payment_fault"


def deliverable(order: Order) -> bool:
    """Say whether the shop may still take the order as paid: it is open, and its time has not run out."""
    return order.status not in CLOSED and not timing.lapsed(order)


def answer(session: Session, services: Services, owned: Owned, came: list[Payment], intent: str) -> Outcome:
    """Open the emergency lane: a person books the payment on an open order; a closed one's money goes back at once.

    Args:
        came: the payments that came for the order, its own first.
        intent: what the customer had come with, for the person.
    """
    order, paid = owned.order, came[0]
    late = clock.now() - (paid.paid_at or order.placed_at)
    also = delay_coupons.give(session, services, owned, late)
    if not deliverable(order):
        return _give_back(session, services, owned, came, intent, also)
    opened = ticket(session, owned, REASON, amount=money(paid.amount))
    due = opened.created_at + _allowed(services)
    if due <= clock.now():
        return _too_late(session, services, owned, intent, paid.amount)
    return about(
        order,
        "payment",
        "fault_open",
        also=also,
        product=order.product_name,
        amount=money(paid.amount),
        method=method(paid.method),
        paid_at=at(paid.paid_at),
        due=clock.spoken(due),
        ticket_no=opened.number,
    )


def earlier(session: Session, services: Services, owned: Owned, intent: str) -> Outcome | None:
    """Return what there is to say where the lane has asked the money back before; None where it has not."""
    order, remedy = owned.order, find(session, effects.refund_mark(owned.order.no))
    if remedy is None or remedy.reason != REASON or order.status is OrderStatus.REFUNDED:
        return None
    if remedy.state == State.REFUSED:
        return about(order, "refund", "approval_refused", product=order.product_name, note=remedy.decision_note)
    surplus = duplicate_refunds.of_order(session, order.no)
    amount = remedy.yuan + sum((one.yuan for one in surplus), Decimal(0))
    due = (remedy.decided_at or remedy.at) + _allowed(services)
    if due <= clock.now():
        return _too_late(session, services, owned, intent, amount)
    number = remedy.ticket_no or ""
    return _said(session, services, owned, _stands([remedy, *surplus]), amount, due, number)


def _give_back(
    session: Session,
    services: Services,
    owned: Owned,
    came: list[Payment],
    intent: str,
    also: tuple[Outcome, ...],
) -> Outcome:
    """Ask all of the money back; the order is closed, so nothing can be delivered for it any more."""
    own, surplus = came[0], [one for one in came if one.surplus]
    first = effects.refund(session, services, owned, REASON, amount=own.amount, problem=REASON)
    rest = [duplicate_refunds.refund(session, services, owned, one, first.ticket) for one in surplus]
    amount = sum((one.amount for one in came), Decimal(0))
    due = first.ticket.created_at + _allowed(services)
    stands = _stands([first.remedy, *rest])
    if stands == "fault_back":
        due = clock.now() + _allowed(services)
    elif due <= clock.now():
        return _too_late(session, services, owned, intent, amount)
    return _said(session, services, owned, stands, amount, due, first.ticket.number, also)


def _stands(remedies: list[Remedy | None]) -> str:
    if None in remedies:
        return "fault_ticket"
    done = all(remedy is not None and remedy.state == State.DONE for remedy in remedies)
    return "fault_back" if done else "fault_waiting"


def _said(
    session: Session,
    services: Services,
    owned: Owned,
    outcome: str,
    amount: Decimal,
    due: datetime,
    number: str,
    also: tuple[Outcome, ...] = (),
) -> Outcome:
    order, payment = owned.order, services.shop.payment(session, owned.order.no)
    return about(
        order,
        "payment",
        outcome,
        also=also,
        product=order.product_name,
        amount=money(amount),
        target=method(payment.method if payment else ""),
        due=clock.spoken(due),
        ticket_no=number,
    )


def _too_late(session: Session, services: Services, owned: Owned, intent: str, amount: Decimal) -> Outcome:
    """The promised time is over: a person at once."""
    opened = to_person(session, services, owned, REASON, intent, reason="finance", amount=money(amount))
    order = owned.order
    return about(
        order,
        "payment",
        "fault_late",
        handoff=True,
        product=order.product_name,
        amount=money(amount),
        ticket_no=opened.number,
    )


def _allowed(services: Services) -> timedelta:
    return timedelta(minutes=services.policy.times.payment_refund)
