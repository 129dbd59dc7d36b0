"""Whose ticket it is, how pressing, and whether it is a complex case. What is so already is no change."""

from sqlalchemy.orm import Session

from desk.happenings import TicketRaised, tell
from desk.staff import service as staff
from desk.tickets import labels
from desk.tickets.by import By
from desk.tickets.errors import AlreadyUrged, BadTicket, OnlyLeads
from desk.tickets.history import said, step
from desk.tickets.model import EventKind, Priority, Ticket
from desk.tickets.service import urge


def assign(session: Session, ticket: Ticket, agent_id: int | None, actor: str) -> None:
    """Give a held ticket to somebody, or back to the group; the first who gets it stays responsible for it.

    Raises:
        BadTicket: nobody who works here has this id.
    """
    if agent_id == ticket.assignee_id:
        return
    if agent_id is None:
        words = said("released")
    else:
        name = staff.active(session).get(agent_id)
        if name is None:
            raise BadTicket("这位同事已停用，请换一位")
        words = said("assigned", name=name)
        ticket.first_owner_id = ticket.first_owner_id or agent_id
    ticket.assignee_id = agent_id
    step(session, ticket, EventKind.ASSIGNED, actor, words, {"agent": agent_id})


def move_to(session: Session, ticket: Ticket, group: str, actor: str) -> None:
    """Give a held ticket to another group; there somebody else takes it on.

    Raises:
        BadTicket: there is no such group.
    """
    if group not in labels.groups():
        raise BadTicket("请选择小组")
    if group == ticket.group:
        return
    ticket.group, ticket.assignee_id = group, None
    step(session, ticket, EventKind.GROUP, actor, said("group", group=labels.group_text(group)), {"group": group})


def set_priority(session: Session, ticket: Ticket, priority: str, actor: str) -> None:
    """Change how pressing a held ticket is.

    Raises:
        BadTicket: there is no such priority.
    """
    if priority not in list(Priority):
        raise BadTicket("请选择优先级")
    if priority == ticket.priority:
        return
    before, ticket.priority = ticket.priority, Priority(priority)
    words = said("priority", before=labels.priority_text(before), after=labels.priority_text(priority))
    step(session, ticket, EventKind.PRIORITY, actor, words, {"before": before, "after": priority})
    tell(session, TicketRaised(ticket.id))


def press(session: Session, ticket: Ticket, by: By, reason: str) -> None:
    """加急 by an agent: urgent from now on, and a supervisor is called.

    Raises:
        BadTicket: no reason is given.
        AlreadyUrged: a supervisor has been called already.
    """
    if not reason:
        raise BadTicket("请写明加急的原因")
    if ticket.urged_at is not None:
        raise AlreadyUrged
    urge(session, ticket, by.actor, reason=reason)


def flag(session: Session, ticket: Ticket, complex_: bool, by: By) -> None:
    """Say whether a held ticket is a complex case, which needs a report before it is closed.

    Raises:
        OnlyLeads: taking the flag away is for supervisors.
    """
    if complex_ == ticket.complex:
        return
    if not complex_ and not by.lead:
        raise OnlyLeads
    ticket.complex = complex_
    step(session, ticket, EventKind.FLAGGED, by.actor, said("flagged" if complex_ else "unflagged"))
