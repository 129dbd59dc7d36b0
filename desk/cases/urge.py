"""催一下: what the customer can be waiting for, the nearest first: a person, a ticket, an order.

Whoever presses hears how the matter really stands and by when it is due. What is late is raised; pressed on a
second time, or late twice over, it goes to a person.
"""

from dataclasses import replace

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import access, compensation, feedback, invoice, refund_progress, timing, told
from desk.cases.access import Asker, NotYours, Owned
from desk.cases.deadlines import ticket_by
from desk.cases.effects import retried_at
from desk.cases.outcomes import Outcome, build
from desk.cases.services import Services
from desk.cases.spoken import status_text, word
from desk.shop.base import Order, OrderStatus
from desk.tickets import labels, search
from desk.tickets import service as tickets
from desk.tickets.model import Ticket

INTENT = "urge"
_WAITING = (OrderStatus.PAID_WAIT, OrderStatus.PROCESSING)
_STUCK = (OrderStatus.OUT_OF_STOCK_AFTER_PAY, OrderStatus.FAILED)


def answer(session: Session, services: Services, asker: Asker) -> Outcome:
    """Press on with what the customer waits for, and say how it stands."""
    standing = services.people.standing(session, asker.conversation_id)
    if standing.owner == "queued":
        return build("urge", "queued", position=standing.position or 1)
    if standing.owner == "agent":
        return build("urge", "agent")
    for opened in search.of_owner(session, asker.customer_id, asker.conversation_id, unfinished=True):
        if opened.kind != feedback.KIND:  # nobody waits for that
            return _ticket(session, services, asker, opened)
    for order in access.owned_orders(session, services, asker, services.policy.recent_orders):
        if order.status is OrderStatus.REFUNDING:
            return refund_progress.progress(session, services, access.require(session, services, asker, order.no))
        if order.status in (*_WAITING, *_STUCK):
            return _order(session, services, order)
    return build("urge", "nothing")


def _ticket(session: Session, services: Services, asker: Asker, opened: Ticket) -> Outcome:
    owned = _owned(session, services, asker, opened)
    if owned is not None and _can_be_had_now(session, services, owned.order):
        return _look(owned.order)
    if owned is not None and opened.kind == "refund":
        return refund_progress.progress(session, services, owned)
    invoiced = owned is not None and invoice.is_about(opened, owned.order)
    by = invoice.due(session, opened, services.policy) if invoiced else ticket_by(session, opened, services.policy)
    late, twice = clock.now() > by, clock.now() > by + (by - opened.created_at)
    pressed = told.again(
        session, services.policy, asker.conversation_id, f"{'late' if late else 'urged'}:{opened.number}"
    )
    if not pressed:
        tickets.urge(session, opened, "bot", late=late)
    kind, note = labels.kind_text(opened.kind), opened.note or word("no_note")
    if not late:
        status = labels.status_text(opened.status)
        said = build(
            "urge",
            "ticket",
            ticket_no=opened.number,
            kind_text=kind,
            status_text=status,
            note=note,
            by=clock.spoken(by),
        )
    elif pressed or twice:
        said = _to_person(session, services, asker, opened)
    else:
        said = build("urge", "late", ticket_no=opened.number, kind_text=kind, note=note)
    coupon = compensation.late(session, services, owned) if owned is not None else None
    return said if coupon is None else replace(said, also=(coupon,))


def _to_person(session: Session, services: Services, asker: Asker, opened: Ticket) -> Outcome:
    note = word("note.overdue", title=opened.title, ticket_no=opened.number)
    services.people.request(session, asker.conversation_id, "policy", intent=INTENT, note=note, priority="urgent")
    return build("urge", "person", handoff=True, ticket_no=opened.number)


def _order(session: Session, services: Services, order: Order) -> Outcome:
    since = retried_at(session, order.no)
    if order.status in _STUCK or timing.late(order, services.policy, since):
        return _look(order)
    return build(
        "urge",
        "order",
        order_no=order.no,
        product=order.product_name,
        status_text=status_text(order.status),
        eta_minutes=timing.eta_minutes(order, services.policy, since),
    )


def _look(order: Order) -> Outcome:
    """Say that the order is to be looked into now: what can be done about it is another case's decision."""
    paid = clock.spoken(order.paid_at or order.placed_at)
    return build("urge", "order_late", order_no=order.no, product=order.product_name, paid_at=paid)


def _owned(session: Session, services: Services, asker: Asker, opened: Ticket) -> Owned | None:
    try:
        return access.require(session, services, asker, opened.order_no) if opened.order_no else None
    except NotYours:
        return None


def _can_be_had_now(session: Session, services: Services, order: Order) -> bool:
    """Say whether what was out of stock has come in."""
    short = order.status is OrderStatus.OUT_OF_STOCK_AFTER_PAY
    return short and (services.shop.stock(session, order.product_id) or 0) >= order.quantity
