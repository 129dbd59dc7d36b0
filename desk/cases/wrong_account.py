"""充错账号: the customer's own slip on a top-up. Only a person can do something, and only if quick."""

from sqlalchemy.orm import Session

from desk.cases import access, arrival
from desk.cases.access import Asker
from desk.cases.outcomes import Outcome, about
from desk.cases.services import Services
from desk.cases.spoken import masked
from desk.cases.states import DELIVERED, UNPAID, explained, paid_unnoticed
from desk.cases.tickets_of import to_person
from desk.shop.base import ProductKind


def answer(session: Session, services: Services, asker: Asker, order_no: str) -> Outcome:
    """Hand a paid top-up to a person at once; an unpaid one need only be left unpaid.

    Raises:
        NotYours: see `access.require`.
    """
    owned = access.require(session, services, asker, order_no)
    order = owned.order
    if order.kind is ProductKind.CARD_KEY:
        return arrival.decide(session, services, owned)
    unnoticed = paid_unnoticed(session, services, order)
    if order.status in UNPAID and not unnoticed:
        return about(order, "topup", "wrong_account_unpaid")
    said = None if unnoticed else explained("topup", order, services.policy)
    if said is not None:
        return said
    opened = to_person(session, services, owned, "wrong_account", "wrong_account")
    outcome = "wrong_account_done" if order.status in DELIVERED else "wrong_account_open"
    account = masked(order.account)
    return about(order, "topup", outcome, handoff=True, account_masked=account, ticket_no=opened.number)
