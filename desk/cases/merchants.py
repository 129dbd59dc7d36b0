"""批量拿货和批量激活: what, when and whom to reach; then the merchant group, at once in the lane's hours."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from desk.cases import contacts, lanes, matters, signs
from desk.cases.access import Asker
from desk.cases.outcomes import Outcome, build
from desk.cases.services import Services
from desk.cases.spoken import masked
from desk.ids import digest
from desk.shop.families import families
from desk.tickets.model import Priority

KIND = "merchant"
_BULK = "merchant_bulk"


def bulk(session: Session, services: Services, asker: Asker, details: Mapping[str, str]) -> Outcome:
    """Take a wish for many keys, or for many to be activated; ask only what has not been said.

    Args:
        details: said (the words that opened the matter), goods, when, contact.
    """
    said = details.get("said", "")
    lacking = _lacking(session, services, said)
    if lacking and "goods" not in details:
        return build(_BULK, lacking, asks="goods", **_steps(services))
    spoken = [said, details.get("goods", ""), details.get("when", "")]
    if "when" not in details and not signs.shows("deadline", "\n".join(spoken)):
        return build(_BULK, "when", asks="when")
    contact, again = reached(session, services, asker, details, spoken)
    if contact is None:
        return build(_BULK, "contact_again" if again else "contact", asks="contact")
    return _noted(session, services, asker, "\n".join(filter(None, spoken)), details.get("goods") or said, contact)


def reached(
    session: Session, services: Services, asker: Asker, details: Mapping[str, str], spoken: list[str]
) -> tuple[str | None, bool]:
    """Return how to reach the customer, and whether he has to be asked again: known, told, or answered."""
    answered = details.get("contact")
    if answered is not None:
        return contacts.given(answered), True
    return contacts.known(session, services, asker) or contacts.told("\n".join(spoken)), False


def _noted(session: Session, services: Services, asker: Asker, spoken: str, goods: str, contact: str) -> Outcome:
    facts = services.policy.facts
    words = matters.heard(session, services, spoken)
    title = matters.begin(matters.heard(session, services, goods))
    activates = signs.shows("activation", spoken)
    problem = "merchant_activation" if activates else _BULK
    is_open = lanes.is_open(facts["bulk_lane_hours"])
    priority = Priority.URGENT if is_open else Priority.NORMAL
    about = digest(words)[:12]
    ticket, fresh = matters.open_matter(session, asker, KIND, problem, about=about, priority=priority, goods=title)
    if fresh:
        matters.write(session, ticket, "first", words)
        matters.write(session, ticket, "contact", contact)
    told: dict[str, Any] = {"goods": title, "contact_masked": masked(contact), "ticket_no": ticket.number}
    told |= _steps(services) | {"within": facts["bulk_activation" if activates else "bulk_quote_time"]}
    outcome = "activation" if activates else "noted"
    if not is_open:
        return build(_BULK, f"{outcome}_later", **told)
    person = matters.to_person(
        session, services, asker, ticket, reason=KIND, intent="merchant_bulk_order", priority="high"
    )
    return build(_BULK, outcome, handoff=True, also=(person,), **told)


def _steps(services: Services) -> dict[str, Any]:
    facts = services.policy.facts
    return {"discount": facts["bulk_discount"], "lane_hours": facts["bulk_lane_hours"]}


def _lacking(session: Session, services: Services, said: str) -> str:
    """Return what of product and quantity has to be asked; empty for nothing."""
    counted = signs.shows("quantity", said)
    if _names_product(session, services, said):
        return "" if counted else "goods_quantity"
    return "goods_product" if counted else "goods"


def _names_product(session: Session, services: Services, text: str) -> bool:
    plain = "".join(text.casefold().split())
    return any(
        "".join(name.casefold().split()) in plain
        for family in families(services.shop.products(session))
        for name in (family.name, *family.said)
        if len(name) > 1
    )
