"""Closing: by the customer's word, by silence, by what settled the matter, or by a supervisor with a reason."""

from sqlalchemy.orm import Session

from desk import clock
from desk.options.service import current
from desk.tickets import report, subtasks
from desk.tickets.by import By
from desk.tickets.errors import BadMove, NotConfirmed, ReasonMissing, ReportMissing, SubTasksOpen
from desk.tickets.history import said, step
from desk.tickets.model import Closed, EventKind, Ticket, TicketStatus
from desk.tickets.options import TicketRules
from desk.tickets.service import set_status


def asks_customer(session: Session, ticket: Ticket) -> bool:
    """Return whether there is a customer who has to confirm that the matter is solved."""
    somebody = ticket.conversation_id is not None or ticket.customer_id is not None
    return somebody and ticket.kind not in current(session, TicketRules).unasked_kinds


def close(session: Session, ticket: Ticket, by: By, reason: str = "", note: str | None = None) -> None:
    """Close a held ticket by hand.

    Args:
        reason: why before its time; for agents only.
        note: what the customer may read about it.

    Raises:
        BadMove: it is closed.
        ReportMissing: not even a supervisor closes a complex case without its report.
        SubTasksOpen, NotConfirmed: only a supervisor may, with a reason.
        ReasonMissing: a supervisor gave none.
    """
    if ticket.status == TicketStatus.CLOSED:
        raise BadMove(status=ticket.status)
    if report.missing(session, ticket):
        raise ReportMissing
    unfinished = bool(subtasks.open_ones(session, ticket))
    unconfirmed = ticket.confirmed_at is None and asks_customer(session, ticket)
    if unfinished or unconfirmed:
        if not by.lead:
            raise SubTasksOpen if unfinished else NotConfirmed
        if not reason:
            raise ReasonMissing
        step(session, ticket, EventKind.NOTE, by.actor, said("forced", reason=reason), {"forced": True})
        subtasks.cancel_open(session, ticket, by.actor)
    how = Closed.SUPERVISOR if unfinished or unconfirmed else Closed.SETTLED
    _close(session, ticket, how, by.actor, note)


def close_if_due(session: Session, ticket: Ticket) -> Closed | None:
    """Close a held, solved ticket that the customer has confirmed or been silent about for long enough.

    Returns:
        Why it was closed; None while something stands in the way.
    """
    if ticket.status != TicketStatus.SOLVED or not ticket.solved_at:
        return None
    silent = ticket.solved_at + current(session, TicketRules).confirm_span <= clock.now()
    if not (ticket.confirmed_at or silent) or _blocked(session, ticket):
        return None
    how = Closed.CONFIRMED if ticket.confirmed_at else Closed.SILENCE
    _close(session, ticket, how, "system", None)
    return how


def settle(session: Session, ticket: Ticket, actor: str, note: str) -> None:
    """Close a ticket whose matter was settled another way; with open ends it counts as solved.

    Args:
        note: what the customer may read about it.
    """
    if _blocked(session, ticket):
        set_status(session, ticket, TicketStatus.SOLVED, actor, note)
    else:
        _close(session, ticket, Closed.SETTLED, actor, note)


def _blocked(session: Session, ticket: Ticket) -> bool:
    return bool(subtasks.open_ones(session, ticket)) or report.missing(session, ticket)


def _close(session: Session, ticket: Ticket, how: Closed, actor: str, note: str | None) -> None:
    ticket.closed_how = how
    set_status(session, ticket, TicketStatus.CLOSED, actor, note)
