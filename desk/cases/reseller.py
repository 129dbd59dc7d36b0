"""代理、分站、供货: the conditions, then what he sells and whom to reach; the merchant group reviews it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from desk.cases import matters
from desk.cases.access import Asker
from desk.cases.merchants import KIND, reached
from desk.cases.outcomes import Outcome, build
from desk.cases.services import Services
from desk.cases.spoken import masked

_TOPIC = "become_reseller"


def answer(session: Session, services: Services, asker: Asker, details: Mapping[str, str]) -> Outcome:
    """Tell the conditions and take the application, one open per person.

    Args:
        details: said (the words that opened the matter), details, contact.
    """
    facts = services.policy.facts
    said, review = details.get("said", ""), facts["join_review"]
    if "details" not in details:
        told: dict[str, Any] = {name: facts[f"join_{name}"] for name in ("deposit", "docs")}
        return build(_TOPIC, "details", asks="details", review=review, commission=facts["commission_rate"], **told)
    spoken = [said, details["details"]]
    contact, again = reached(session, services, asker, details, spoken)
    if contact is None:
        return build(_TOPIC, "contact_again" if again else "contact", asks="contact")
    words = matters.heard(session, services, "\n".join(filter(None, spoken)))
    ticket, fresh = matters.open_matter(session, asker, KIND, _TOPIC, what=matters.begin(details["details"]))
    matters.write(session, ticket, "first" if fresh else "more", words)
    if fresh:
        matters.write(session, ticket, "contact", contact)
    return build(_TOPIC, "noted", review=review, contact_masked=masked(contact), ticket_no=ticket.number)
