"""Opening tickets, noting on them and moving them on."""

import secrets

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from desk.conversations import threads, timeline
from desk.db import announce
from desk.edge import TheDesk
from desk.shop.base import ShopError
from desk.tickets import labels, moving, replies, search, service
from desk.tickets.errors import BadTicket
from desk.tickets.holding import hold, hold_open
from desk.tickets.model import Priority, TicketStatus
from desk.web.workbench.actions import REFRESH
from desk.web.workbench.customer_view import orders_of
from desk.web.workbench.edge import actor, from_our_page
from desk.web.workbench.pages import done, fragment, go, rendered
from desk.web.workbench.ticket_edge import Text, TheWorker, by, checked_form
from desk.web.workbench.ticket_text import LONGEST_LINE, LONGEST_NOTE, LONGEST_TITLE, fit, place_of

router = APIRouter(dependencies=[Depends(from_our_page)], include_in_schema=False)


@router.get("/desk/c/{conversation_id}/ticket")
def form(conversation_id: str, desk: TheDesk, staff: TheWorker) -> Response:
    """Return the form for a new ticket about a conversation."""
    with desk.database.read() as session:
        conversation = threads.get(session, conversation_id)
        try:
            orders = orders_of(session, desk, conversation)
        except ShopError:
            orders = []
    return fragment(
        rendered(
            "_ticket_form.html",
            conversation_id=conversation_id,
            orders=orders,
            kinds=[(k, labels.kind_text(k), labels.department(k)) for k in labels.kinds()],
            priorities=[(p, labels.priority_text(p)) for p in Priority],
            form_id=secrets.token_urlsafe(16),
        )
    )


@router.post("/desk/c/{conversation_id}/ticket")
def open_ticket(
    conversation_id: str,
    request: Request,
    desk: TheDesk,
    staff: TheWorker,
    form_id: Text = "",
    kind: Text = "",
    priority: Text = "",
    order_no: Text = "",
    title: Text = "",
    note: Text = "",
    public: Text = "",
) -> Response:
    """Open a ticket, once per form.

    Raises:
        BadTicket: a field is missing or wrong.
    """
    checked_form(form_id)
    if kind not in labels.kinds():
        raise BadTicket("请选择工单类型")
    if priority and priority not in list(Priority):
        raise BadTicket("请选择优先级")
    with desk.database.write() as session:
        conversation = timeline.lock(session, conversation_id)
        if order_no and order_no not in {o.order.no for o in orders_of(session, desk, conversation)}:
            raise BadTicket("这个订单不属于该客户，请重新选择")
        words = fit(session, desk, conversation_id, title, "标题", LONGEST_TITLE)
        details = fit(session, desk, conversation_id, note, "情况说明", LONGEST_NOTE, required=False)
        ticket = service.open_ticket(
            session,
            kind,
            words,
            dedupe=f"form:{staff.id}:{form_id}",
            priority=Priority(priority) if priority else None,
            order_no=order_no or None,
            customer_id=conversation.customer_id,
            conversation_id=conversation_id,
            note=details if public else "",
            created_by=actor(staff),
        )
        new = len(search.history(session, ticket)) == 1
        if details and new and not public:
            service.add_note(session, ticket, details, actor(staff))
        announce(session, timeline.topic(conversation_id))
        number = ticket.number
    return done(request, f"/desk/tickets/{number}", REFRESH, "desk:close-dialog", message=f"已建工单 {number}")


@router.post("/desk/tickets/{number}/note")
def note(
    number: str, request: Request, desk: TheDesk, staff: TheWorker, text: Text = "", public: Text = ""
) -> Response:
    """Add a note; a public one is what the customer reads on asking, but is not told in the chat.

    Raises:
        NoTicket, BadTicket: there is nothing to add, or nothing to add it to.
    """
    with desk.database.write() as session:
        ticket = hold(session, number)
        words = fit(session, desk, place_of(ticket), text, "备注", LONGEST_NOTE)
        service.add_note(session, ticket, words, actor(staff), public=bool(public))
        return go(request, f"/desk/tickets/{ticket.number}")


@router.post("/desk/tickets/{number}/reply")
def reply(
    number: str, request: Request, desk: TheDesk, staff: TheWorker, text: Text = "", form_id: Text = ""
) -> Response:
    """Write to the customer, on the ticket and in the chat, once per form.

    Raises:
        NoTicket, TicketClosed, BadTicket: nothing is written.
    """
    client_id = checked_form(form_id)
    with desk.database.write() as session:
        ticket = hold_open(session, number)
        words = fit(session, desk, place_of(ticket), text, "回复", LONGEST_NOTE)
        replies.reply(session, desk.progress, ticket, words, by(staff), client_id)
        return go(request, f"/desk/tickets/{ticket.number}")


@router.post("/desk/tickets/{number}/status")
def status(
    number: str,
    request: Request,
    desk: TheDesk,
    staff: TheWorker,
    status: Text = "",
    text: Text = "",
    reason: Text = "",
) -> Response:
    """Move a ticket on, with a word for the customer if there is one.

    Raises:
        NoTicket, BadTicket, BadMove: the ticket stays as it is.
        ReportMissing, SubTasksOpen, NotConfirmed, ReasonMissing: it cannot be closed yet.
    """
    if status not in list(TicketStatus):
        raise BadTicket("请选择要变更的状态")
    with desk.database.write() as session:
        ticket = hold(session, number)
        place = place_of(ticket)
        words = fit(session, desk, place, text, "给客户的进展", LONGEST_NOTE, required=False)
        why = fit(session, desk, place, reason, "原因", LONGEST_LINE, required=False)
        moving.move(session, desk.progress, ticket, status, by(staff), words, why)
        return go(request, f"/desk/tickets/{ticket.number}")
