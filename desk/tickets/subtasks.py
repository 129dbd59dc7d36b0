"""What other groups have to do on a ticket. It cannot be closed while one of these is open."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.staff import service as staff
from desk.tickets import labels
from desk.tickets.errors import BadTicket, NoSubTask
from desk.tickets.history import said, step
from desk.tickets.model import EventKind, Ticket
from desk.tickets.model_parts import SubTask, SubTaskState

MOST = 20


def of(session: Session, ticket: Ticket) -> list[SubTask]:
    """Return the sub-tasks in the order in which they were given."""
    return list(session.scalars(select(SubTask).where(SubTask.ticket_id == ticket.id).order_by(SubTask.id)))


def open_ones(session: Session, ticket: Ticket) -> list[SubTask]:
    """Return those that are not finished."""
    return [task for task in of(session, ticket) if task.state == SubTaskState.OPEN]


def give(
    session: Session,
    ticket: Ticket,
    group: str,
    title: str,
    actor: str,
    *,
    assignee_id: int | None = None,
    due_at: datetime | None = None,
    client_id: str | None = None,
) -> None:
    """Give a part of a held ticket to another group.

    Raises:
        BadTicket: no such group or colleague, or one part too many.
    """
    if group not in labels.groups():
        raise BadTicket("请选择协办小组")
    if assignee_id is not None and assignee_id not in staff.active(session):
        raise BadTicket("这位同事已停用，请换一位")
    if len(of(session, ticket)) >= MOST:
        raise BadTicket(f"一张工单最多 {MOST} 项协办")
    task = SubTask(
        ticket_id=ticket.id, group=group, title=title, assignee_id=assignee_id, due_at=due_at, created_by=actor
    )
    session.add(task)
    words = said("subtask", group=labels.group_text(group), title=title)
    step(session, ticket, EventKind.SUBTASK, actor, words, {"group": group}, client_id=client_id)


def finish(session: Session, ticket: Ticket, task_id: int, actor: str, result: str = "") -> None:
    """Note that a part of a held ticket is done; a second time is no change.

    Raises:
        NoSubTask: the ticket has none with this id, or it was cancelled.
    """
    task = session.get(SubTask, task_id, populate_existing=True)
    if task is None or task.ticket_id != ticket.id or task.state == SubTaskState.CANCELLED:
        raise NoSubTask
    if task.state == SubTaskState.OPEN:
        _end(session, ticket, task, SubTaskState.DONE, actor, result)


def cancel_open(session: Session, ticket: Ticket, actor: str) -> None:
    """Drop what is not finished of a held ticket."""
    for task in open_ones(session, ticket):
        _end(session, ticket, task, SubTaskState.CANCELLED, actor, "")


def _end(session: Session, ticket: Ticket, task: SubTask, state: SubTaskState, actor: str, result: str) -> None:
    task.state, task.finished_by, task.finished_at, task.result = state, actor, clock.now(), result
    words = said(f"subtask_{state}", group=labels.group_text(task.group), title=task.title)
    step(session, ticket, EventKind.SUBTASK, actor, f"{words}\n{result}".strip(), {"group": task.group})
