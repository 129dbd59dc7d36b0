"""Who keeps an eye on a ticket, and which supervisor is called to an urgent one."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.staff import service as staff
from desk.staff.roles import Role
from desk.tickets.history import said, step
from desk.tickets.model import EventKind, Ticket, TicketStatus
from desk.tickets.model_parts import TicketWatcher


def watchers(session: Session, ticket: Ticket) -> list[int]:
    """Return the ids of those who watch."""
    query = select(TicketWatcher.agent_id).where(TicketWatcher.ticket_id == ticket.id)
    return list(session.scalars(query.order_by(TicketWatcher.agent_id)))


def watch(session: Session, ticket: Ticket, agent_id: int, name: str, actor: str, *, called: bool = False) -> None:
    """Let somebody watch; who watches already stays.

    Args:
        called: a supervisor is called, rather than coming by herself.
    """
    if session.get(TicketWatcher, (ticket.id, agent_id)) is None:
        session.add(TicketWatcher(ticket_id=ticket.id, agent_id=agent_id))
        words = said("supervisor" if called else "watches", name=name)
        step(session, ticket, EventKind.WATCHED, actor, words, {"agent": agent_id})


def leave(session: Session, ticket: Ticket, agent_id: int, name: str, actor: str) -> None:
    """Let somebody stop watching."""
    row = session.get(TicketWatcher, (ticket.id, agent_id))
    if row is not None:
        session.delete(row)
        step(session, ticket, EventKind.WATCHED, actor, said("leaves", name=name), {"agent": agent_id})


def call_supervisor(session: Session, ticket: Ticket) -> None:
    """Let the supervisor with the fewest unfinished urged tickets watch, unless one does already."""
    there = staff.active(session, Role.SUPERVISOR) or staff.active(session, Role.ADMIN)
    if not there or set(watchers(session, ticket)) & set(there):
        return
    count = (
        select(TicketWatcher.agent_id, func.count())
        .join(Ticket, Ticket.id == TicketWatcher.ticket_id)
        .where(TicketWatcher.agent_id.in_(there), Ticket.urged_at.is_not(None), Ticket.status != TicketStatus.CLOSED)
        .group_by(TicketWatcher.agent_id)
    )
    load: dict[int, int] = {row[0]: row[1] for row in session.execute(count)}
    chosen = min(there, key=lambda agent_id: (load.get(agent_id, 0), agent_id))
    watch(session, ticket, chosen, there[chosen], "system", called=True)
