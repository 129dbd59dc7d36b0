"""退款到哪了: asked when, how much goes where, by when at the latest; late ones are pressed on."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import access, effects, told
from desk.cases.access import Asker, Owned
from desk.cases.deadlines import day, refund_by, ticket_by
from desk.cases.outcomes import Outcome, about
from desk.cases.services import Services
from desk.cases.spoken import by_method, money, status_text, word
from desk.cases.states import UNPAID, refund_amount, refunded_at, with_payment
from desk.cases.tickets_of import find_ticket, ticket
from desk.remedies.model import Remedy, State
from desk.remedies.service import find
from desk.shop.base import Order, OrderStatus
from desk.tickets.model import Ticket
from desk.tickets.service import urge

TOPIC = "refund_progress"


def answer(session: Session, services: Services, asker: Asker, order_no: str, details: Mapping[str, str]) -> Outcome:
    """Say how far the money is on its way back, and press on where it is late.

    Raises:
        NotYours: see `access.require`.
    """
    return progress(session, services, access.require(session, services, asker, order_no))


def progress(session: Session, services: Services, owned: Owned) -> Outcome:
    """Say it of an order that its asker owns."""
    order = with_payment(session, services, owned.order)
    remedy = find(session, effects.refund_mark(order.no))
    match order.status:
        case OrderStatus.REFUNDED:
            facts = {"amount": refund_amount(order), "target": _by_method(session, services, order, "method")}
            where = _by_method(session, services, order, "bill")
            return about(order, TOPIC, "refunded", **facts, refunded_at=refunded_at(order), where=where)
        case OrderStatus.REFUNDING:
            return _refunding(session, services, owned, order)
        case status if status in UNPAID:
            return about(order, TOPIC, "unpaid", product=order.product_name)
    if remedy is not None and remedy.state == State.WAITING:
        return _waiting(session, services, owned, order, remedy)
    if remedy is not None and remedy.state == State.REFUSED:
        note = remedy.decision_note or word("refund_refused")
        return about(order, TOPIC, "refused", product=order.product_name, note=note)
    opened = find_ticket(session, owned, "refund")
    if opened is not None:
        return _on_ticket(session, services, owned, order, opened)
    if order.status is OrderStatus.CANCELED:
        return about(order, TOPIC, "canceled", product=order.product_name)
    return about(order, TOPIC, "none", product=order.product_name, status_text=status_text(order.status))


def _refunding(session: Session, services: Services, owned: Owned, order: Order) -> Outcome:
    asked = order.refund_requested_at or order.paid_at or order.placed_at
    by = refund_by(session, asked, services.policy)
    facts: dict[str, Any] = {
        "amount": refund_amount(order),
        "target": _by_method(session, services, order, "method"),
        "asked_at": clock.spoken(asked),
        "by": day(by),
    }
    if clock.now() <= by:
        return about(order, TOPIC, "refunding", **facts)
    opened = ticket(session, owned, "refund", amount=refund_amount(order))
    _press(session, services, owned, opened)
    return about(order, TOPIC, "late", **facts, ticket_no=opened.number)


def _waiting(session: Session, services: Services, owned: Owned, order: Order, remedy: Remedy) -> Outcome:
    facts: dict[str, Any] = {
        "product": order.product_name,
        "amount": money(remedy.yuan),
        "asked_at": clock.spoken(remedy.at),
    }
    by = remedy.at + timedelta(minutes=services.policy.times.ticket)
    if clock.now() <= by:
        return about(order, TOPIC, "waiting", **facts, by=clock.spoken(by))
    opened = ticket(session, owned, "refund", amount=money(remedy.yuan))
    _press(session, services, owned, opened)
    return about(order, TOPIC, "waiting_late", **facts, ticket_no=opened.number)


def _on_ticket(session: Session, services: Services, owned: Owned, order: Order, opened: Ticket) -> Outcome:
    """Say how a refund stands that a person does by hand."""
    facts: dict[str, Any] = {"product": order.product_name, "ticket_no": opened.number}
    facts["asked_at"] = clock.spoken(opened.created_at)
    by = ticket_by(session, opened, services.policy)
    if clock.now() <= by:
        return about(order, TOPIC, "ticket", **facts, by=day(by))
    _press(session, services, owned, opened)
    return about(order, TOPIC, "ticket_late", **facts)


def _press(session: Session, services: Services, owned: Owned, opened: Ticket) -> None:
    """Urge the finance people, once in a while."""
    if not told.again(session, services.policy, owned.asker.conversation_id, f"late:{opened.number}"):
        urge(session, opened, owned.actor)


def _by_method(session: Session, services: Services, order: Order, what: str) -> str:
    payment = services.shop.payment(session, order.no)
    return by_method(what, payment.method if payment else None)
