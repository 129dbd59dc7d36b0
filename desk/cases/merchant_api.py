"""接口对接: documentation and keys are explained; an error goes to the technicians with its text."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from desk.cases import matters, signs
from desk.cases.access import Asker
from desk.cases.outcomes import Outcome, build
from desk.cases.services import Services
from desk.cases.spoken import duration, word
from desk.ids import digest

_TOPIC = "merchant_api"
_WHICH = ("docs", "key", "error")
_READ = ("api.error", "api.key", "api.docs")
_AN_ERROR = 9  # characters: 接口报错 names no error


def answer(session: Session, services: Services, asker: Asker, details: Mapping[str, str]) -> Outcome:
    """Answer a merchant about the interface.

    Args:
        details: said (the words that opened the matter), which, details (the error).
    """
    facts = services.policy.facts
    said, choice = details.get("said", ""), details.get("which")
    which = _which(choice if choice is not None else said) or ("error" if choice is not None else None)
    if which is None:
        return build(_TOPIC, "which", asks="which", choices=[word(f"api.{each}") for each in _WHICH])
    if which == "docs":
        told: dict[str, Any] = {
            name: facts[f"api_{name}"] for name in ("sign", "sign_text", "limit", "clock", "callback_ok")
        }
        return build(_TOPIC, "docs", repeats=facts["api_callback_retries"], **told)
    if which == "key":
        steps: dict[str, Any] = {
            name: facts[f"api_{name}"] for name in ("review", "ip_max", "ip_effective", "key_overlap")
        }
        return build(_TOPIC, "key", **steps)
    chosen = choice if choice is not None and choice != word("api.error") else ""
    spoken = "\n".join(filter(None, [said, chosen, details.get("details", "")]))
    if "details" not in details and signs.characters(chosen or said) < _AN_ERROR:
        return build(_TOPIC, "error", asks="details", clock=facts["api_clock"])
    words = matters.heard(session, services, spoken)
    title = matters.begin(words)
    ticket, fresh = matters.open_matter(
        session, asker, "technical", "merchant_api", about=digest(words)[:12], error=title
    )
    if fresh:
        matters.write(session, ticket, "first", words)
    within = duration(services.policy.times.technical)
    return build(_TOPIC, "error_noted", within=within, clock=facts["api_clock"], ticket_no=ticket.number)


def _which(text: str) -> str | None:
    named = next((each for each in _WHICH if word(f"api.{each}") in text), None)
    found = signs.first(_READ, text)
    return named or (found.partition(".")[2] if found else None)
