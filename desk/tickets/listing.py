"""What the list of tickets shows: filters, search words, the most pressing first. The export uses the same."""

from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from desk import clock
from desk.tickets.model import Ticket, TicketStatus
from desk.tickets.model_parts import SubTask, SubTaskState, TicketTag, TicketWatcher
from desk.tickets.numbers import normalised
from desk.tickets.search import RANK, UNFINISHED

UNFINISHED_KEY, ALL = "unfinished", "all"
NOBODY = 0
LONGEST_SEARCH = 60


@dataclass(frozen=True)
class Wanted:
    """Filters; what is empty does not filter.

    status: a state, "unfinished" or "all". group, assignee: whose the ticket or an open sub-task of it is;
    assignee is an id, or `NOBODY`. watcher: an id.
    late: with `overdue`, the tickets whose clocks say so; without it what is past its own day counts.
    without: kinds that are left out.
    text: a ticket's number, an order's number, a customer's id, a tag or words of the title.
    """

    status: str = UNFINISHED_KEY
    kind: str = ""
    group: str = ""
    priority: str = ""
    assignee: int | None = None
    watcher: int | None = None
    overdue: bool = False
    late: tuple[int, ...] | None = None
    without: tuple[str, ...] = ()
    urged: bool = False
    reopened: bool = False
    text: str = ""


def query(wanted: Wanted) -> Select[Ticket]:
    """Return the tickets that meet all filters, in no order."""
    found = select(Ticket)
    if wanted.status == UNFINISHED_KEY:
        found = found.where(Ticket.status.in_(UNFINISHED))
    elif wanted.status != ALL:
        found = found.where(Ticket.status == wanted.status)
    equal = {"kind": wanted.kind, "priority": wanted.priority}
    found = found.filter_by(**{name: value for name, value in equal.items() if value})
    if wanted.without:
        found = found.where(Ticket.kind.not_in(wanted.without))
    if wanted.group:
        found = found.where(or_(Ticket.group == wanted.group, _has_task(SubTask.group == wanted.group)))
    if wanted.assignee == NOBODY:
        found = found.where(Ticket.assignee_id.is_(None))
    elif wanted.assignee is not None:
        mine = Ticket.assignee_id == wanted.assignee
        found = found.where(or_(mine, _has_task(SubTask.assignee_id == wanted.assignee)))
    if wanted.watcher is not None:
        watched = select(TicketWatcher.ticket_id).where(TicketWatcher.agent_id == wanted.watcher)
        found = found.where(Ticket.id.in_(watched))
    if wanted.overdue:
        overdue = Ticket.due_at < clock.now() if wanted.late is None else Ticket.id.in_(wanted.late)
        found = found.where(overdue, Ticket.status.in_(UNFINISHED))
    if wanted.urged:
        found = found.where(Ticket.urged_at.is_not(None))
    if wanted.reopened:
        found = found.where(Ticket.reopened_count > 0)
    return _with_text(found, wanted.text.strip()[:LONGEST_SEARCH])


def page(session: Session, wanted: Wanted, limit: int, offset: int = 0) -> list[Ticket]:
    """Return tickets, urgent ones first, then the longest untouched."""
    ordered = query(wanted).order_by(RANK, Ticket.updated_at, Ticket.id)
    return list(session.scalars(ordered.limit(limit).offset(offset)))


def count(session: Session, wanted: Wanted) -> int:
    """Return how many there are."""
    return session.scalar(select(func.count()).select_from(query(wanted).subquery())) or 0


def is_overdue(ticket: Ticket) -> bool:
    """Return whether a ticket should be solved by now and is not."""
    late = ticket.due_at is not None and ticket.due_at < clock.now()
    return late and TicketStatus(ticket.status) in UNFINISHED


def _has_task(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return Ticket.id.in_(select(SubTask.ticket_id).where(which, SubTask.state == SubTaskState.OPEN))


def _with_text(found: Select[Ticket], text: str) -> Select[Ticket]:
    if not text:
        return found
    if number := normalised(text):
        return found.where(Ticket.number == number)
    tagged = select(TicketTag.ticket_id).where(TicketTag.tag == text.lstrip("#"))
    return found.where(
        or_(
            Ticket.order_no == text,
            Ticket.customer_id == text,
            Ticket.id.in_(tagged),
            Ticket.title.contains(text, autoescape=True),
        )
    )
