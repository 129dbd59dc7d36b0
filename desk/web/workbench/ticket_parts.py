"""What hangs on a ticket: sub-tasks, tags, links, watchers."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from desk.conversations import threads
from desk.conversations.errors import NoConversation
from desk.edge import TheDesk
from desk.services import Desk
from desk.shop.base import ShopError
from desk.tickets import closing, marks, subtasks, watching
from desk.tickets.errors import BadTicket
from desk.tickets.history import written
from desk.tickets.holding import hold, hold_open
from desk.tickets.model import Ticket
from desk.tickets.model_parts import LinkKind
from desk.vault.service import REFERENCE
from desk.web.workbench.edge import actor, from_our_page
from desk.web.workbench.pages import go
from desk.web.workbench.ticket_edge import Text, TheWorker, checked_form, moment_in, number_in
from desk.web.workbench.ticket_text import LONGEST_LINE, LONGEST_NOTE, fit, place_of

router = APIRouter(prefix="/desk/tickets/{number}", dependencies=[Depends(from_our_page)], include_in_schema=False)


@router.post("/subtasks")
def give(
    number: str,
    request: Request,
    desk: TheDesk,
    staff: TheWorker,
    form_id: Text = "",
    group: Text = "",
    title: Text = "",
    assignee: Text = "",
    due: Text = "",
) -> Response:
    """Give a part to another group, once per form.

    Raises:
        NoTicket, TicketClosed, BadTicket: nothing is given.
    """
    client_id = checked_form(form_id)
    with desk.database.write() as session:
        ticket = hold_open(session, number)
        words = fit(session, desk, place_of(ticket), title, "要做什么", LONGEST_LINE)
        if written(session, ticket, client_id) is None:
            subtasks.give(
                session,
                ticket,
                group,
                words,
                actor(staff),
                assignee_id=number_in(assignee, "负责人"),
                due_at=moment_in(due),
                client_id=client_id,
            )
        return go(request, f"/desk/tickets/{ticket.number}")


@router.post("/subtasks/{task_id}/done")
def finish(number: str, task_id: int, request: Request, desk: TheDesk, staff: TheWorker, result: Text = "") -> Response:
    """Note that a part is done; a ticket that waited for nothing else is closed.

    Raises:
        NoTicket, TicketClosed, NoSubTask: nothing is changed.
    """
    with desk.database.write() as session:
        ticket = hold_open(session, number)
        words = fit(session, desk, place_of(ticket), result, "处理结果", LONGEST_NOTE, required=False)
        subtasks.finish(session, ticket, task_id, actor(staff), words)
        closing.close_if_due(session, ticket)
        return go(request, f"/desk/tickets/{ticket.number}")


@router.post("/tags")
def tag(number: str, request: Request, desk: TheDesk, staff: TheWorker, tag: Text = "", off: Text = "") -> Response:
    """Add a tag, or take one off.

    Raises:
        NoTicket, TicketClosed, BadTicket: nothing is changed.
    """
    with desk.database.write() as session:
        ticket = hold_open(session, number)
        if off:
            marks.untag(session, ticket, off, actor(staff))
        else:
            words = fit(session, desk, place_of(ticket), tag, "标签", marks.LONGEST_TAG)
            marks.tag(session, ticket, words, actor(staff))
        return go(request, f"/desk/tickets/{ticket.number}")


@router.post("/links")
def link(
    number: str,
    request: Request,
    desk: TheDesk,
    staff: TheWorker,
    kind: Text = "",
    target: Text = "",
    off: Text = "",
) -> Response:
    """Link the ticket to something, or take a link off.

    Raises:
        NoTicket, TicketClosed, BadTicket: nothing is changed.
    """
    with desk.database.write() as session:
        ticket = hold_open(session, number)
        if off:
            marks.unlink(session, ticket, number_in(off, "要取消的关联") or 0, actor(staff))
        else:
            marks.link(session, ticket, kind, _found(session, desk, ticket, kind, target.strip()), actor(staff))
        return go(request, f"/desk/tickets/{ticket.number}")


@router.post("/watch")
def watch(number: str, request: Request, desk: TheDesk, staff: TheWorker, off: Text = "") -> Response:
    """Watch the ticket, or stop doing so.

    Raises:
        NoTicket: there is none.
    """
    with desk.database.write() as session:
        ticket = hold(session, number)
        step = watching.leave if off else watching.watch
        step(session, ticket, staff.id, staff.name, actor(staff))
        return go(request, f"/desk/tickets/{ticket.number}")


def _found(session: Session, desk: Desk, ticket: Ticket, kind: str, target: str) -> str:
    """Return what a link stores: the id of something that exists; of a card key its reference."""
    if kind == LinkKind.KEY:
        found = REFERENCE.findall(desk.vault.redact(session, target, place_of(ticket), desk.shop.order_no_like))
        if len(found) != 1:
            raise BadTicket("请填写一个卡密")
        return str(found[0])
    try:
        if kind == LinkKind.ORDER and desk.shop.find_order(session, target) is None:
            raise BadTicket("没有找到这个订单")
        if kind == LinkKind.CONVERSATION:
            threads.get(session, target)
    except NoConversation:
        raise BadTicket("没有找到这个会话") from None
    except ShopError:
        raise BadTicket("店铺系统暂时连不上，请稍后再关联") from None
    return target
