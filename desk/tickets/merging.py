"""Merging duplicates: both keep their history, the work goes on in one, the other's number still leads there."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk import clock
from desk.happenings import TicketMoved, tell
from desk.tickets import holding, marks, search, watching
from desk.tickets.by import By
from desk.tickets.errors import CannotMerge, NoTicket, NotOneCustomer
from desk.tickets.history import said, step, write
from desk.tickets.model import Closed, EventKind, Ticket, TicketStatus
from desk.tickets.model_parts import Attachment, LinkKind, SubTask, SubTaskState, TicketWatcher


def merge(session: Session, duplicate_no: str, master_no: str, by: By) -> Ticket:
    """Merge a ticket into another one and return that one.

    Watchers, tags, open sub-tasks and files go over; the duplicate is closed and points to the master. Until the
    master is closed, the duplicate's problem is not opened anew.

    Raises:
        NoTicket: there is none with one of the numbers.
        CannotMerge: they are the same, or one is closed.
        NotOneCustomer: they belong to different customers.
    """
    duplicate, master = _held(session, duplicate_no, master_no)
    if duplicate.id == master.id or TicketStatus.CLOSED in (duplicate.status, master.status):
        raise CannotMerge
    if not _same_customer(duplicate, master):
        raise NotOneCustomer
    before = duplicate.status
    duplicate.status, duplicate.merged_into_id = TicketStatus.CLOSED, master.id
    duplicate.closed_at, duplicate.closed_how = clock.now(), Closed.MERGED
    session.execute(update(Ticket).where(Ticket.merged_into_id == duplicate.id).values(merged_into_id=master.id))
    _carry_over(session, duplicate, master, by)
    there = said("merged_there", number=master.number)
    write(session, duplicate, EventKind.STATUS, by.actor, before=before, after=TicketStatus.CLOSED)
    step(session, duplicate, EventKind.MERGED, by.actor, there, {"into": master.number})
    here = said("merged_here", number=duplicate.number, title=duplicate.title)
    step(session, master, EventKind.MERGED, by.actor, here, {"from": duplicate.number})
    tell(session, TicketMoved(duplicate.id, before, TicketStatus.CLOSED))
    return master


def _held(session: Session, duplicate_no: str, master_no: str) -> tuple[Ticket, Ticket]:
    """Hold both, in the same order whoever merges them in whichever direction."""
    both = [search.find(session, number[:40]) for number in (duplicate_no, master_no)]
    if None in both:
        raise NoTicket
    found = [ticket for ticket in both if ticket is not None]
    for ticket in sorted(found, key=lambda ticket: (ticket.conversation_id or "", ticket.id)):
        holding.hold(session, ticket.number)
    return found[0], found[1]


def _same_customer(one: Ticket, other: Ticket) -> bool:
    """Say whether the customer of one may read what stands on the other; nobody reads a ticket without one."""
    if one.customer_id is not None and other.customer_id is not None:
        return one.customer_id == other.customer_id
    for mine, theirs in ((one.conversation_id, other.conversation_id), (one.order_no, other.order_no)):
        if mine is not None and mine == theirs:
            return True
    return one.customer_id is None and one.conversation_id is None


def _carry_over(session: Session, duplicate: Ticket, master: Ticket, by: By) -> None:
    theirs = set(watching.watchers(session, master))
    for agent_id in watching.watchers(session, duplicate):
        if agent_id not in theirs:
            session.add(TicketWatcher(ticket_id=master.id, agent_id=agent_id))
    room = marks.MOST_TAGS - len(marks.tags(session, master))
    for word in marks.tags(session, duplicate)[: max(room, 0)]:
        marks.tag(session, master, word, by.actor)
    if duplicate.conversation_id and duplicate.conversation_id != master.conversation_id:
        marks.link(session, master, LinkKind.CONVERSATION, duplicate.conversation_id, by.actor)
    if duplicate.order_no and duplicate.order_no != master.order_no:
        marks.link(session, master, LinkKind.ORDER, duplicate.order_no, by.actor)
    tasks = select(SubTask).where(SubTask.ticket_id == duplicate.id, SubTask.state == SubTaskState.OPEN)
    for task in session.scalars(tasks):
        task.ticket_id = master.id
    session.execute(update(Attachment).where(Attachment.ticket_id == duplicate.id).values(ticket_id=master.id))
    master.urged_at = master.urged_at or duplicate.urged_at
    master.complex = master.complex or duplicate.complex
