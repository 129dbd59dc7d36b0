"""多扣了钱: both payments found and the surplus one given back; else what is seen, and a person who looks further."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from desk.cases import access, charge_checks, duplicate_refunds, money_seen, paid_fault, twin_orders
from desk.cases.access import Asker, Owned
from desk.cases.outcomes import Outcome, about
from desk.cases.services import Services
from desk.cases.spoken import duration, money, word
from desk.cases.tickets_of import ticket
from desk.remedies.model import State
from desk.shop.base import Payment, PaymentState

INTENT = "duplicate_charge"


def answer(session: Session, services: Services, asker: Asker, order_no: str, details: Mapping[str, str]) -> Outcome:
    """Find what was charged too much, and give it back by policy.

    Args:
        details: confirm ("yes" or "no") for a surplus payment; for two orders see `twin_orders`, for a charge
            that is not seen `charge_checks`.

    Returns:
        An outcome of topic duplicate; of topic payment, refund or order where that is what it comes to.

    Raises:
        NotYours: see `access.require`.
    """
    owned = access.require(session, services, asker, order_no)
    order, payments = owned.order, services.shop.payments(session, owned.order.no)
    surplus, unnoticed = open_surplus(payments), money_seen.unnoticed(order, payments)
    if said := paid_fault.earlier(session, services, owned, INTENT):
        return said
    if unnoticed and not (surplus and paid_fault.deliverable(order)):
        return paid_fault.answer(session, services, owned, unnoticed, INTENT)
    came = money_seen.came(payments)
    if surplus:
        return _surplus(session, services, owned, came, surplus, details)
    if back := [one for one in came if one.surplus]:
        return _back(services, owned, back[-1])
    said = twin_orders.answer(session, services, owned, details)
    return said or charge_checks.answer(session, services, owned, came, details)


def open_surplus(payments: Iterable[Payment]) -> list[Payment]:
    """Return the surplus payments that were not given back."""
    return [one for one in payments if one.surplus and one.state is PaymentState.SUCCESS]


def _surplus(
    session: Session,
    services: Services,
    owned: Owned,
    came: list[Payment],
    surplus: list[Payment],
    details: Mapping[str, str],
) -> Outcome:
    order, product = owned.order, owned.order.product_name
    asked = [duplicate_refunds.asked(session, one) for one in surplus]
    if refused := next((one for one in asked if one is not None and one.state == State.REFUSED), None):
        note = refused.decision_note or word("refund_refused")
        return about(order, "duplicate", "approval_refused", product=product, note=note)
    if all(asked):
        number = next((one.ticket_no for one in asked if one is not None and one.ticket_no), "")
        return about(order, "duplicate", "approval_waiting", product=product, amount=_sum(surplus), ticket_no=number)
    match details.get("confirm"):
        case "yes":
            return _refunded(session, services, owned, surplus)
        case "no":
            return about(order, "duplicate", "kept", product=product, amount=_sum(surplus))
        case _:
            lines, facts = money_seen.lines(came), _facts(services, owned, surplus)
            return about(order, "duplicate", "confirm", asks="confirm", lines=lines, **facts)


def _refunded(session: Session, services: Services, owned: Owned, surplus: list[Payment]) -> Outcome:
    opened = ticket(session, owned, "surplus", amount=_sum(surplus))
    became: dict[str, list[Payment]] = {"done": [], "approval": [], "ticket": []}
    for one in surplus:
        remedy = duplicate_refunds.refund(session, services, owned, one, opened)
        done = remedy is not None and remedy.state == State.DONE
        became["done" if done else "approval" if remedy is not None else "ticket"].append(one)
    result = {"ticket_no": opened.number, "within": duration(services.policy.times.ticket)}
    first, *rest = [
        about(owned.order, "duplicate", name, **_facts(services, owned, some), **result)
        for name, some in became.items()
        if some
    ]
    return replace(first, also=tuple(rest))


def _back(services: Services, owned: Owned, payment: Payment) -> Outcome:
    if payment.state is PaymentState.REFUNDED:
        facts = _facts(services, owned, [payment])
        return about(owned.order, "duplicate", "refunded", **facts, refunded_at=money_seen.at(payment.refunded_at))
    since = money_seen.at(payment.refund_requested_at)
    return about(owned.order, "duplicate", "refunding", **_facts(services, owned, [payment]), since=since)


def _facts(services: Services, owned: Owned, some: list[Payment]) -> dict[str, str | int]:
    """Return what goes back, whither and when."""
    return {
        "product": owned.order.product_name,
        "amount": _sum(some),
        "target": money_seen.method(some[0].method),
        "refund_days": services.policy.refunds.arrival_days,
    }


def _sum(some: list[Payment]) -> str:
    return money(sum((one.amount for one in some), Decimal(0)))
