"""Moving a ticket on as staff do it: the customer hears of it, and is asked when it is solved."""

from sqlalchemy.orm import Session

from desk.tickets import closing, confirming, facts, replies
from desk.tickets.by import By
from desk.tickets.model import Ticket, TicketStatus
from desk.tickets.progress import ProgressLinks
from desk.tickets.service import set_status


def move(
    session: Session, links: ProgressLinks, ticket: Ticket, status: str, by: By, note: str = "", reason: str = ""
) -> None:
    """Move a held ticket on; to the state it is in already is no change, and nothing is told.

    Args:
        note: what the customer reads about it.
        reason: why it is closed before its time, for agents only.

    Raises:
        BadMove: the state cannot be reached from the present one.
        ReportMissing, SubTasksOpen, NotConfirmed, ReasonMissing: it cannot be closed.
    """
    if status == ticket.status:
        return
    if status == TicketStatus.CLOSED:
        closing.close(session, ticket, by, reason, note or None)
    else:
        set_status(session, ticket, status, by.actor, note or None)
        if ticket.assignee_id is None:  # whoever moves it has it
            facts.assign(session, ticket, by.id, by.actor)
    if status == TicketStatus.SOLVED and closing.asks_customer(session, ticket):
        confirming.ask(session, links, ticket, note)
    elif note:
        replies.deliver(session, links, ticket, note, by)
