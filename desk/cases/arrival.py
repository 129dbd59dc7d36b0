"""没到账: one question, answered by the kind of the order, whatever the customer called it."""

from sqlalchemy.orm import Session

from desk.cases import access, not_received, topup
from desk.cases.access import Asker, Owned
from desk.cases.outcomes import Outcome
from desk.cases.services import Services
from desk.shop.base import ProductKind


def answer(session: Session, services: Services, asker: Asker, order_no: str) -> Outcome:
    """Explain, deliver, repeat, refund or open a ticket.

    Returns:
        An outcome of topic not_received for card keys, topup for top-ups.

    Raises:
        NotYours: see `access.require`.
    """
    return decide(session, services, access.require(session, services, asker, order_no))


def decide(session: Session, services: Services, owned: Owned) -> Outcome:
    """Decide about an order that its asker owns."""
    if owned.order.kind is ProductKind.TOPUP:
        return topup.decide(session, services, owned)
    return not_received.decide(session, services, owned)
