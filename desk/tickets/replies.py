"""Public replies: what is written to the customer stands on the ticket, on its page and in the conversation."""

from sqlalchemy.orm import Session

from desk.audit.service import record
from desk.conversations import timeline
from desk.conversations.model import Author
from desk.texts import say
from desk.tickets import labels
from desk.tickets.by import By
from desk.tickets.history import write, written
from desk.tickets.model import EventKind, Ticket
from desk.tickets.progress import ProgressLinks


def reply(session: Session, links: ProgressLinks, ticket: Ticket, text: str, by: By, client_id: str) -> None:
    """Write to the customer about a held ticket, once per `client_id`.

    Args:
        text: free of card keys.
        client_id: the form's own id.
    """
    if written(session, ticket, client_id) is not None:
        return
    ticket.note = text
    write(session, ticket, EventKind.NOTE, by.actor, text=text, public=True, client_id=client_id)
    record(session, by.actor, "ticket.reply", ticket.number, ticket.conversation_id)
    deliver(session, links, ticket, text, by, client_id)


def deliver(
    session: Session, links: ProgressLinks, ticket: Ticket, text: str, by: By, client_id: str | None = None
) -> None:
    """Say in the conversation of a held ticket, if it has one, what is new."""
    if not ticket.conversation_id:
        return
    timeline.append(
        session,
        timeline.lock(session, ticket.conversation_id),
        Author.AGENT,
        labels.chat("reply", number=ticket.number, text=text, link=links.link(ticket.number)),
        name=by.name,
        agent_id=by.id,
        client_id=f"ticket-{client_id}"[:80] if client_id else None,
    )


def ask(session: Session, links: ProgressLinks, ticket: Ticket, text: str, buttons: list[dict[str, str]]) -> None:
    """Ask in the conversation of a held ticket whether all is well."""
    if not ticket.conversation_id:
        return
    conversation = timeline.lock(session, ticket.conversation_id)
    question = labels.chat("ask_with" if text else "ask", number=ticket.number, text=text)
    timeline.append(
        session,
        conversation,
        Author.BOT,
        f"{question}\n{labels.chat('ask_link', link=links.link(ticket.number))}",
        name=say("bot_name"),
        body={"buttons": timeline.make_buttons(session, conversation.id, buttons)},
    )
