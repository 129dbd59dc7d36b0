"""Tickets about no order: what a customer wants, in his own words, with everything that was asked of him."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.access import Asker
from desk.cases.outcomes import Outcome, build
from desk.cases.services import Services, Standing
from desk.cases.spoken import word
from desk.serial import hold
from desk.tickets import labels, search
from desk.tickets.model import Priority, Ticket
from desk.tickets.service import add_note, open_ticket

_TITLE = 40  # characters of the customer's words
_LONGEST = 1000


def heard(session: Session, services: Services, text: str) -> str:
    """Return a customer's words fit for a ticket: keys masked, cut to a length."""
    words = services.vault.mask(session, text).strip()
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def begin(words: str) -> str:
    """Return the beginning of the words, for a title."""
    line = " ".join(words.split())
    return line if len(line) <= _TITLE else f"{line[:_TITLE]}…"


def whose(asker: Asker) -> str:
    """Return who has the matter: the customer, or the conversation of a guest."""
    return asker.customer_id or asker.conversation_id


def open_matter(
    session: Session,
    asker: Asker,
    kind: str,
    problem: str,
    *,
    about: str = "",
    priority: Priority | None = None,
    order_no: str | None = None,
    **facts: object,
) -> tuple[Ticket, bool]:
    """Return the open ticket about a matter, opened now if there is none, and whether it was opened now.

    Args:
        kind: of ticket.
        problem: names title, first note and, with `about`, the matter itself.
        facts: what the title names.
    """
    dedupe = f"{problem}:{whose(asker)}{f':{about}' if about else ''}"[:120]
    hold(session, f"matter:{dedupe}")  # that the first one is the one who writes the first note
    before = session.scalar(select(Ticket.id).where(Ticket.dedupe == dedupe))
    ticket = open_ticket(
        session,
        kind,
        labels.title(problem, **facts)[:200],
        dedupe=dedupe,
        priority=priority,
        order_no=order_no,
        customer_id=asker.customer_id,
        conversation_id=asker.conversation_id,
        note=word(f"ticket.{problem}"),
    )
    return ticket, before is None


def write(session: Session, ticket: Ticket, line: str, words: str) -> None:
    """Put the customer's words on the ticket, under the heading `note.{line}`; the same words once."""
    said = {word(f"note.{heading}", words=words) for heading in {line, "first"}}
    if not said & {event.text for event in search.history(session, ticket)}:
        add_note(session, ticket, word(f"note.{line}", words=words), "bot")


def to_person(
    session: Session, services: Services, asker: Asker, ticket: Ticket, *, reason: str, intent: str, priority: str
) -> Outcome:
    """Queue the conversation for a person of a group, who reads first what it is about; return what to say of it."""
    before = services.people.standing(session, asker.conversation_id).owner
    if before == "agent":
        return build("handoff", "agent")
    note = word("note.matter", title=ticket.title, ticket_no=ticket.number)
    services.people.request(session, asker.conversation_id, reason, intent=intent, note=note, priority=priority)
    return queued(services.people.standing(session, asker.conversation_id), before)


def queued(standing: Standing, before: str) -> Outcome:
    """Return what is said to somebody who waits for a person now: the place, or honestly that nobody is there.

    Args:
        before: who had the conversation until now.
    """
    if not standing.staffed:
        return build("handoff", "queued_offline")
    return build("handoff", "already" if before == "queued" else "queued", position=standing.position or 1)
