"""催一下: what the customer can be waiting for, the nearest first: a person, a ticket, an order."""

from sqlalchemy.orm import Session

from desk.cases import access, told
from desk.cases.access import Asker
from desk.cases.outcomes import Outcome, build
from desk.cases.services import Services
from desk.cases.spoken import status_text
from desk.shop.base import OrderStatus
from desk.tickets import search
from desk.tickets import service as tickets

_WAITING = (
    OrderStatus.PAID_WAIT,
    OrderStatus.PROCESSING,
    OrderStatus.OUT_OF_STOCK_AFTER_PAY,
    OrderStatus.REFUNDING,
)


def answer(session: Session, services: Services, asker: Asker) -> Outcome:
    """Press on with what the customer waits for, and say what that is."""
    standing = services.people.standing(session, asker.conversation_id)
    if standing.owner == "queued":
        return build("urge", "queued", position=standing.position or 1)
    if standing.owner == "agent":
        return build("urge", "agent")
    for ticket in search.of_owner(session, asker.customer_id, asker.conversation_id, limit=1, unfinished=True):
        if not told.again(session, services.policy, asker.conversation_id, f"urged:{ticket.number}"):
            tickets.urge(session, ticket, "bot")
        return build("urge", "ticket", ticket_no=ticket.number)
    for order in access.owned_orders(session, services, asker, services.policy.recent_orders):
        if order.status in _WAITING:
            return build("urge", "order", order_no=order.no, status_text=status_text(order.status))
    return build("urge", "nothing")
