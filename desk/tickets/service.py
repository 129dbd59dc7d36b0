"""Opening tickets, noting on them and moving them on. Every change is in the ticket's history and in the audit."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.happenings import TicketMoved, TicketOpened, TicketRaised, tell
from desk.tickets import history, labels, search, watching
from desk.tickets.errors import BadMove
from desk.tickets.history import write
from desk.tickets.model import Closed, EventKind, Priority, Ticket, TicketStatus
from desk.tickets.model_parts import LinkKind, TicketLink
from desk.tickets.numbers import next_number

__all__ = ["TOPIC", "BadMove", "add_note", "adopt", "moves", "open_ticket", "set_status", "urge"]

TOPIC = history.TOPIC
_S = TicketStatus
_MOVES: dict[str, frozenset[TicketStatus]] = {
    _S.OPEN: frozenset({_S.IN_PROGRESS, _S.WAITING, _S.SOLVED, _S.CLOSED}),
    _S.IN_PROGRESS: frozenset({_S.WAITING, _S.SOLVED, _S.CLOSED}),
    _S.WAITING: frozenset({_S.IN_PROGRESS, _S.SOLVED, _S.CLOSED}),
    _S.SOLVED: frozenset({_S.IN_PROGRESS, _S.CLOSED}),
    _S.CLOSED: frozenset(),
}


def open_ticket(
    session: Session,
    kind: str,
    title: str,
    *,
    dedupe: str,
    priority: Priority | None = None,
    order_no: str | None = None,
    customer_id: str | None = None,
    conversation_id: str | None = None,
    note: str = "",
    created_by: str = "bot",
) -> Ticket:
    """Open a ticket, or return the one that is open for the same problem; a solved one is reopened.

    Args:
        kind: one of `labels.kinds()`.
        dedupe: names the problem, e.g. "stock:DD20261121A7K3".
        note: what the customer may read about it.
        created_by: "bot", "agent:3" or "system".
    """
    found = _same_problem(session, dedupe)
    if found is not None:
        return _again(session, found, created_by)
    ticket = Ticket(
        dedupe=dedupe,
        kind=kind,
        title=title,
        priority=priority or labels.usual_priority(kind),
        order_no=order_no,
        customer_id=customer_id,
        conversation_id=conversation_id,
        note=note,
        created_by=created_by,
        group=labels.group_of(kind),
        first_owner_id=_agent_in(created_by),
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    try:
        with session.begin_nested():
            ticket.number = next_number(session)
            session.add(ticket)
    except IntegrityError:  # the same problem was reported twice at once; a counted number is taken back too
        return _again(session, session.scalars(select(Ticket).where(Ticket.dedupe == dedupe)).one(), created_by)
    write(session, ticket, EventKind.OPENED, created_by, after=ticket.status)
    record(session, created_by, "ticket.open", ticket.number, conversation_id, {"kind": kind, "order": order_no})
    tell(session, TicketOpened(ticket.id))
    return ticket


def add_note(session: Session, ticket: Ticket, text: str, actor: str, public: bool = False) -> None:
    """Add a note; a public one is what the customer reads when asking for the ticket."""
    if public:
        ticket.note = text
    write(session, ticket, EventKind.NOTE, actor, text=text, public=public)
    record(session, actor, "ticket.note", ticket.number, ticket.conversation_id, {"public": public})


def urge(session: Session, ticket: Ticket, actor: str, *, late: bool = True, reason: str = "") -> None:
    """Note that somebody is pressing; a late ticket is urgent from now on, and a supervisor watches it.

    Args:
        reason: why, where an agent presses; for agents only.
    """
    _renew(session, ticket)
    write(session, ticket, EventKind.URGED, actor, public=True)
    if reason:
        write(session, ticket, EventKind.NOTE, actor, text=reason)
    if late:
        raised, ticket.priority = ticket.priority != Priority.URGENT, Priority.URGENT
        ticket.urged_at = ticket.urged_at or clock.now()
        watching.call_supervisor(session, ticket)
        if raised:
            tell(session, TicketRaised(ticket.id))
    record(session, actor, "ticket.urge", ticket.number, ticket.conversation_id, {"reason": reason} if reason else None)


def escalate(session: Session, ticket: Ticket, why: str) -> bool:
    """Make a ticket urgent because it is late, and say so in its history; False when it is urgent already."""
    if ticket.priority == Priority.URGENT:
        return False
    before, ticket.priority = ticket.priority, Priority.URGENT
    write(session, ticket, EventKind.ESCALATED, "system", text=why)
    tell(session, TicketRaised(ticket.id))
    record(session, "system", "ticket.escalate", ticket.number, ticket.conversation_id, {"before": before})
    return True


def set_status(session: Session, ticket: Ticket, status: str, actor: str, note: str | None = None) -> None:
    """Move a ticket on; to the state it is in already is no change.

    Args:
        note: what the customer may read about it.

    Raises:
        BadMove: the state cannot be reached from the present one.
    """
    _renew(session, ticket)
    if status == ticket.status:
        return
    if status not in _MOVES[ticket.status]:
        raise BadMove(status=ticket.status)
    before, ticket.status = ticket.status, TicketStatus(status)
    again = before == _S.SOLVED and status == _S.IN_PROGRESS
    if again:
        ticket.reopened_count += 1
        ticket.solved_at = ticket.confirmed_at = None
    if status == _S.SOLVED:
        ticket.solved_at = clock.now()
    if status == _S.CLOSED:
        _end(session, ticket)
    if note:
        ticket.note = note
    kind = EventKind.REOPENED if again else EventKind.STATUS
    write(session, ticket, kind, actor, before=before, after=status, text=note or "", public=True)
    detail = {"before": before, "after": status}
    record(session, actor, "ticket.status", ticket.number, ticket.conversation_id, detail)
    tell(session, TicketMoved(ticket.id, before, status))


def moves(ticket: Ticket) -> list[TicketStatus]:
    """Return the states that the ticket can be moved to, in the order of the usual way."""
    return [status for status in TicketStatus if status in _MOVES[ticket.status]]


def adopt(session: Session, from_conversation: str, to_conversation: str, customer_id: str | None) -> None:
    """Carry the tickets of an anonymous conversation over to the one it was merged into."""
    mine = update(Ticket).where(Ticket.conversation_id == from_conversation)
    session.execute(mine.where(Ticket.customer_id.is_(None)).values(customer_id=customer_id))
    session.execute(mine.values(conversation_id=to_conversation))
    linked = TicketLink.kind == LinkKind.CONVERSATION, TicketLink.target == from_conversation
    session.execute(update(TicketLink).where(*linked).values(target=to_conversation))


def _renew(session: Session, ticket: Ticket) -> None:
    """Lock the ticket and read it anew: a second agent's click must see the first one's result."""
    session.flush()  # what the caller has changed would be lost
    session.refresh(ticket, with_for_update=True)


def _end(session: Session, ticket: Ticket) -> None:
    """Free the problem, so that it can be reported anew; those merged into the ticket held theirs until now."""
    ticket.dedupe, ticket.closed_at = None, clock.now()
    ticket.closed_how = ticket.closed_how or Closed.SETTLED
    session.execute(update(Ticket).where(Ticket.merged_into_id == ticket.id).values(dedupe=None))


def _same_problem(session: Session, dedupe: str) -> Ticket | None:
    found = session.scalar(select(Ticket).where(Ticket.dedupe == dedupe))
    return search.standing_for(session, found) if found else None


def _again(session: Session, ticket: Ticket, actor: str) -> Ticket:
    if ticket.status == _S.SOLVED:
        set_status(session, ticket, _S.IN_PROGRESS, actor)
    return ticket


def _agent_in(actor: str) -> int | None:
    kind, _, number = actor.partition(":")
    return int(number) if kind == "agent" else None
