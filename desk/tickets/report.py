"""《问题分析报告》: the cause, whom it hit, and what is done so that it does not come again."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.options.service import current
from desk.staff import service as staff
from desk.tickets.errors import BadTicket, NoAction, ReportOutdated
from desk.tickets.history import said, step, written
from desk.tickets.model import EventKind, Ticket
from desk.tickets.model_parts import Report, ReportAction
from desk.tickets.options import TicketRules

MOST_ACTIONS = 30


def needed(session: Session, ticket: Ticket) -> bool:
    """Return whether this is a complex case: by its flag, its kind, or because it came back too often."""
    rules = current(session, TicketRules)
    often = rules.report_reopened.get(ticket.kind)
    return ticket.complex or ticket.kind in rules.report_kinds or (often or 10**6) <= ticket.reopened_count


def missing(session: Session, ticket: Ticket) -> bool:
    """Return whether a report is needed that is not written yet: cause, impact and at least one action."""
    if not needed(session, ticket):
        return False
    found = session.get(Report, ticket.id)
    return found is None or not (found.root_cause and found.impact and actions(session, ticket))


def of(session: Session, ticket: Ticket) -> Report | None:
    """Return what was written, if anything."""
    return session.get(Report, ticket.id)


def actions(session: Session, ticket: Ticket) -> list[ReportAction]:
    """Return what is to be done, the earliest due first."""
    query = select(ReportAction).where(ReportAction.ticket_id == ticket.id)
    return list(session.scalars(query.order_by(ReportAction.due, ReportAction.id)))


def save(session: Session, ticket: Ticket, root_cause: str, impact: str, actor: str, *, seen: int) -> None:
    """Save the text of a held ticket's report.

    Args:
        seen: the version that the changed page showed; 0 for the first.

    Raises:
        ReportOutdated: a colleague was quicker; nothing is changed.
    """
    row = session.get(Report, ticket.id, populate_existing=True)
    if seen != (row.version if row else 0):
        raise ReportOutdated
    if row is None:
        row = Report(ticket_id=ticket.id, version=0, actor=actor)
        session.add(row)
    elif (row.root_cause, row.impact) == (root_cause, impact):
        return
    row.root_cause, row.impact = root_cause, impact
    row.version, row.actor, row.at = seen + 1, actor, clock.now()
    step(session, ticket, EventKind.REPORT, actor, said("report"), {"version": row.version})


def add_action(
    session: Session, ticket: Ticket, text: str, owner_id: int, due: date, actor: str, *, client_id: str
) -> None:
    """Add to a ticket's report what somebody does until the end of a day, once per form.

    Raises:
        BadTicket: nobody who works here is to do it, or there are too many.
    """
    if written(session, ticket, client_id) is not None:
        return
    name = staff.active(session).get(owner_id)
    if name is None:
        raise BadTicket("请选择负责人")
    if len(actions(session, ticket)) >= MOST_ACTIONS:
        raise BadTicket(f"一份报告最多 {MOST_ACTIONS} 条改进措施")
    session.add(ReportAction(ticket_id=ticket.id, text=text, owner_id=owner_id, due=due))
    words = said("action", text=text, name=name, due=due.isoformat())
    step(session, ticket, EventKind.REPORT, actor, words, {"owner": owner_id}, client_id=client_id)


def finish_action(session: Session, ticket: Ticket, action_id: int, actor: str) -> None:
    """Note that an action is done, also after the ticket was closed; a second time is no change.

    Raises:
        NoAction: the ticket's report has none with this id.
    """
    row = session.get(ReportAction, action_id, populate_existing=True)
    if row is None or row.ticket_id != ticket.id:
        raise NoAction
    if row.done_at is None:
        row.done_by, row.done_at = actor, clock.now()
        step(session, ticket, EventKind.REPORT, actor, said("action_done", text=row.text))


@dataclass(frozen=True)
class OpenAction:
    """An action that is not done, and its ticket. `late`: its day is over."""

    action: ReportAction
    ticket: Ticket
    late: bool


def open_actions(session: Session, owner_id: int | None = None, limit: int = 200) -> list[OpenAction]:
    """Return what is not done, the earliest due first; with `owner_id` only what that person is to do."""
    query = select(ReportAction, Ticket).join(Ticket, Ticket.id == ReportAction.ticket_id)
    query = query.where(ReportAction.done_at.is_(None)).order_by(ReportAction.due, ReportAction.id)
    if owner_id is not None:
        query = query.where(ReportAction.owner_id == owner_id)
    today = clock.local(clock.now()).date()
    return [OpenAction(row[0], row[1], row[0].due < today) for row in session.execute(query.limit(limit))]
