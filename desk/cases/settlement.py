"""商户结算: the rules are told; what is missing, differs or changes goes to people, with period and amount."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from desk.cases import matters, signs
from desk.cases.access import Asker
from desk.cases.outcomes import Outcome, build
from desk.cases.services import Services
from desk.cases.spoken import word
from desk.ids import digest

_TOPIC = "merchant_settlement"
_WHICH = ("missing", "differs", "account", "rules")
# A message may have several signs: what went wrong says more than that it is about rules.
_READ = ("settlement.account", "settlement.differs", "settlement.missing", "settlement.rules")
_KINDS = {"missing": "finance", "differs": "finance", "account": "merchant", "other": "merchant"}


def answer(session: Session, services: Services, asker: Asker, details: Mapping[str, str]) -> Outcome:
    """Answer a merchant about his settlement.

    Args:
        details: said (the words that opened the matter), which, details.
    """
    said, choice = details.get("said", ""), details.get("which")
    which = _which(choice if choice is not None else said) or ("other" if choice is not None else None)
    if which is None:
        return build(_TOPIC, "which", asks="which", choices=[word(f"settlement.{each}") for each in _WHICH])
    facts = services.policy.facts
    if which == "rules":
        told: dict[str, Any] = {name: facts[f"settlement_{name}"] for name in ("cycle", "time", "fee")}
        return build(_TOPIC, "rules", minimum=facts["settlement_min"], change=facts["settlement_change"], **told)
    spoken = [said, *([choice] if choice is not None and which == "other" else []), details.get("details", "")]
    if "details" not in details and not _is_told(which, "\n".join(spoken)):
        return build(_TOPIC, f"{which}_details", asks="details", change=facts["settlement_change"])
    words = matters.heard(session, services, "\n".join(filter(None, spoken)))
    about, matter = digest(words)[:12], word(f"settlement.{which}")
    ticket, fresh = matters.open_matter(session, asker, _KINDS[which], "settlement", about=about, matter=matter)
    if fresh:
        matters.write(session, ticket, "first", words)
    person = matters.to_person(session, services, asker, ticket, reason="merchant", intent=_TOPIC, priority="normal")
    return build(_TOPIC, "noted", handoff=True, also=(person,), matter=matter, ticket_no=ticket.number)


def _which(text: str) -> str | None:
    named = next((each for each in _WHICH if word(f"settlement.{each}") in text), None)
    found = signs.first(_READ, text)
    return named or (found.partition(".")[2] if found else None)


def _is_told(which: str, text: str) -> bool:
    """Say whether period and amount have been told already; a new account never is."""
    return which in {"missing", "differs"} and signs.shows("when.time", text) and signs.shows("when.amount", text)
