"""A charge that the customer sees and the shop does not: what is seen here, then a ticket, then a person."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from desk.cases import matters, money_seen
from desk.cases.access import Owned
from desk.cases.outcomes import Outcome, about
from desk.cases.services import Services
from desk.cases.spoken import duration, money, word
from desk.cases.tickets_of import find_ticket, note_once, ticket, to_person
from desk.shop.base import Payment
from desk.tickets.search import UNFINISHED

PROBLEM, INTENT = "charge_check", "duplicate_charge"


def answer(
    session: Session, services: Services, owned: Owned, came: Sequence[Payment], details: Mapping[str, str]
) -> Outcome:
    """Say which payments came, ask once when and how much more was charged, and file it for finance.

    Whoever comes again without anything new gets a person.

    Args:
        details: details: when and how much, in the customer's words.
    """
    order, said = owned.order, details.get("details", "").strip()
    if said:
        return _filed(session, services, owned, matters.heard(session, services, said))
    filed = find_ticket(session, owned, PROBLEM)
    if filed is not None and filed.status in UNFINISHED:
        opened = to_person(session, services, owned, PROBLEM, INTENT, reason="finance")
        number = opened.number
        return about(order, "duplicate", "handed", handoff=True, product=order.product_name, ticket_no=number)
    facts = {"product": order.product_name, "amount": money(order.amount)}
    if not came:
        return about(order, "duplicate", "none_seen", asks="details", **facts)
    days = services.policy.refunds.arrival_days
    lines = money_seen.lines(came)
    return about(order, "duplicate", "one_seen", asks="details", lines=lines, refund_days=days, **facts)


def _filed(session: Session, services: Services, owned: Owned, words: str) -> Outcome:
    opened = ticket(session, owned, PROBLEM)
    note_once(session, opened, word("said", words=words), owned.actor)
    within = duration(services.policy.times.ticket)
    order = owned.order
    return about(order, "duplicate", "filed", product=order.product_name, ticket_no=opened.number, within=within)
