"""How long delivery takes, and what a customer chooses when goods are out of stock."""

from sqlalchemy.orm import Session

from desk.cases import access, topup
from desk.cases.access import Asker
from desk.cases.not_received import STOCK_CHOICES
from desk.cases.outcomes import Outcome, about, build
from desk.cases.services import Services
from desk.cases.spoken import word
from desk.cases.states import live_keys
from desk.cases.tickets_of import settle, ticket
from desk.errors import BadRequest
from desk.shop.base import OrderStatus, ProductKind
from desk.tickets import search
from desk.tickets import service as tickets


def time(session: Session, services: Services, asker: Asker, order_no: str | None = None) -> Outcome:
    """Say how long delivery usually takes, for one order or in general.

    Raises:
        NotYours: see `access.require`.
    """
    if not order_no:
        return build("delivery_time", "general")
    order = access.require(session, services, asker, order_no).order
    return build("delivery_time", "order", product=order.product_name, usual_minutes=order.usual_minutes)


def stock_choice(session: Session, services: Services, asker: Asker, order_no: str, choice: str) -> Outcome:
    """Note that the customer waits, or ask the money back for what is out of stock.

    Raises:
        BadRequest: the choice is neither "wait" nor "refund".
        NotYours: see `access.require`.
    """
    if choice not in STOCK_CHOICES:
        raise BadRequest
    owned = access.require(session, services, asker, order_no)
    order = owned.order
    short = order.status is OrderStatus.OUT_OF_STOCK_AFTER_PAY and order.kind is ProductKind.CARD_KEY
    asked_back = order.status is OrderStatus.REFUNDING and choice == "refund"
    if not short and not asked_back:
        return about(order, "stock_choice", "not_applicable")
    if choice == "refund":
        said = topup.refunded(session, services, owned, "stock_choice", "out_of_stock")
        if said.outcome == "refund_requested":
            settle(session, owned, "stock", "refund")
        return said
    keys = live_keys(session, services, order.no)
    facts = {"got": len(keys), "missing": order.quantity - len(keys)} if keys else {}
    opened = ticket(session, owned, "partial" if keys else "stock", **facts)
    chosen = word("chose_wait")
    if all(event.text != chosen for event in search.history(session, opened)):
        tickets.add_note(session, opened, chosen, owned.actor)
    return about(order, "stock_choice", "waiting", ticket_no=opened.number)
