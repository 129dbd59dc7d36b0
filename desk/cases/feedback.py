"""What customers would like to be different: a ticket that nobody waits for."""

from sqlalchemy.orm import Session

from desk.cases.access import Asker
from desk.cases.outcomes import Outcome, build
from desk.cases.services import Services
from desk.cases.spoken import word
from desk.ids import digest
from desk.tickets import labels
from desk.tickets.service import add_note, open_ticket

KIND = "suggestion"
_TITLE = 60  # characters of the customer's words


def suggestion(session: Session, services: Services, asker: Asker, text: str) -> Outcome:
    """Keep a suggestion in the customer's words, for whoever works on tickets of this kind."""
    words = services.vault.mask(session, text).strip()
    begin = words if len(words) <= _TITLE else f"{words[:_TITLE]}…"
    ticket = open_ticket(
        session,
        KIND,
        labels.title(KIND, text=" ".join(begin.split())),
        dedupe=f"{KIND}:{asker.conversation_id}:{digest(words)[:16]}",
        customer_id=asker.customer_id,
        conversation_id=asker.conversation_id,
        note=word("ticket.suggestion"),
    )
    add_note(session, ticket, words, "bot")
    return build("feedback", "recorded")
