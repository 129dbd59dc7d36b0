"""The question whether all is well: asked when a ticket is solved, answered by a button or on the ticket's page."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.conversations.bot import Reply
from desk.conversations.model import Conversation
from desk.texts import table
from desk.tickets import closing, holding, labels, replies
from desk.tickets.errors import NoTicket
from desk.tickets.history import said, write
from desk.tickets.model import EventKind, Ticket, TicketStatus
from desk.tickets.progress import ProgressLinks
from desk.tickets.service import set_status

PREFIX = "desk:ticket:"
CUSTOMER = "customer"
STARS = (5, 3, 1)


def ask(session: Session, links: ProgressLinks, ticket: Ticket, text: str) -> None:
    """Ask the customer of a held ticket that was solved just now.

    Args:
        text: what was done, in the agent's words; may be empty.
    """
    wanted = [
        {"title": labels.chat(answer), "payload": f"{PREFIX}{answer}:{ticket.number}"} for answer in ("yes", "no")
    ]
    replies.ask(session, links, ticket, text, wanted)


def answered(session: Session, ticket: Ticket, *, solved: bool) -> str:
    """Take the customer's answer about a held ticket and return what is said to it; twice is once."""
    if ticket.status == TicketStatus.CLOSED:
        return labels.chat("confirmed_before" if solved else "closed", number=ticket.number)
    if ticket.status != TicketStatus.SOLVED:
        return labels.chat("still_open", number=ticket.number)
    if not solved:
        set_status(session, ticket, TicketStatus.IN_PROGRESS, CUSTOMER)
        return labels.chat("reopened", number=ticket.number)
    if ticket.confirmed_at is not None:
        return labels.chat("confirmed_before")
    ticket.confirmed_at = clock.now()
    write(session, ticket, EventKind.CONFIRMED, CUSTOMER, public=True)
    record(session, CUSTOMER, "ticket.confirmed", ticket.number, ticket.conversation_id)
    closing.close_if_due(session, ticket)
    return labels.chat("confirmed")


def pressed(session: Session, conversation: Conversation, payload: str) -> Sequence[Reply] | None:
    """Deal with a button of this room; None for others'. The conversation is locked."""
    if not payload.startswith(PREFIX):
        return None
    what, _, number = payload.removeprefix(PREFIX).partition(":")
    try:
        ticket = holding.hold(session, number)
    except NoTicket:
        return None
    if ticket.conversation_id != conversation.id:
        return None
    if what.isdigit():
        return [_rated(session, ticket, int(what))]
    confirmed_before = ticket.confirmed_at
    text = answered(session, ticket, solved=what == "yes")
    first = confirmed_before is None and ticket.confirmed_at is not None
    return [Reply(text, _stars(ticket.number) if first else [])]


def _stars(number: str) -> list[dict[str, str]]:
    words = table("tickets")
    return [{"title": words[f"stars.{count}"], "payload": f"{PREFIX}{count}:{number}"} for count in STARS]


def _rated(session: Session, ticket: Ticket, stars: int) -> Reply:
    """Keep the first rating; a second press is thanked for too."""
    if ticket.stars is None and stars in STARS:
        ticket.stars = stars
        words = said("rated", stars=table("tickets")[f"stars.{stars}"])
        write(session, ticket, EventKind.RATED, CUSTOMER, text=words)
        record(session, CUSTOMER, "ticket.rated", ticket.number, ticket.conversation_id, {"stars": stars})
    return Reply(labels.chat("rated"))
