"""Tickets over the API: listed, read, opened, noted on, moved on."""

from typing import Annotated

from fastapi import APIRouter, Query, Security
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from desk.api import cursors, shapes, texts
from desk.api.edge import TheWriting, the_client
from desk.api.errors import NoSuchTicket, NotTheSameCustomer, UnknownCustomer, UnknownKind, UnknownOrder
from desk.api.parameters import ID, Cursor, Filter, Limit, Since, TicketNumber, Wanted
from desk.api.scopes import Scope
from desk.api.shapes import Shape, TicketShape, TicketWithHistory
from desk.api.tokens import Client
from desk.conversations import threads
from desk.conversations.errors import EmptyMessage
from desk.edge import TheDesk
from desk.ids import digest
from desk.services import Desk
from desk.tickets import labels, records, search, service
from desk.tickets.model import Priority, Ticket, TicketStatus

router = APIRouter(prefix="/tickets", tags=["tickets"])

Reader = Annotated[Client, Security(the_client, scopes=[Scope.TICKETS_READ])]
Writer = Annotated[Client, Security(the_client, scopes=[Scope.TICKETS_WRITE])]
_Id = Annotated[str | None, Field(pattern=ID)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewTicket(_Body):
    """A ticket to be opened. A conversation or an order says whose it is, unless `customer_id` does."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"kind": "delivery", "title": "发货后没收到卡密", "order_no": "DD20261121A7K3"}}
    )

    kind: str = Field(max_length=20, description="delivery, stock, key, topup, refund, technical, finance, …")
    title: str = Field(min_length=1, max_length=100)
    note: str = Field("", max_length=1000, description="the first note")
    public: bool = Field(False, description="whether the customer may read the note")
    priority: Priority | None = Field(None, description="the kind's usual one where left out")
    order_no: _Id = None
    customer_id: _Id = None
    conversation_id: _Id = None


class NewNote(_Body):
    """A note on a ticket."""

    text: str = Field(min_length=1, max_length=1000, examples=["供货商已补发，请核实"])
    public: bool = Field(False, description="whether the customer may read it")


class NewStatus(_Body):
    """Where a ticket is to go."""

    status: TicketStatus
    note: str = Field("", max_length=1000, description="what the customer may read about it")


class TicketPage(Shape):
    """A page of tickets, the newest first."""

    items: list[TicketShape]
    next_cursor: str | None


class WantedTickets(Wanted):
    """Filters, and which page."""

    status: TicketStatus | None = None
    kind: Filter = None
    priority: Priority | None = None
    order_no: Filter = None
    customer_id: Filter = None
    conversation_id: Filter = None
    updated_after: Since = None
    cursor: Cursor = None
    limit: Limit = 50


@router.get("", summary="List tickets")
def index(desk: TheDesk, client: Reader, wanted: Annotated[WantedTickets, Query()]) -> TicketPage:
    """Tickets that meet all given filters, the newest first."""
    with desk.database.read() as session:
        found = records.newest(
            session,
            limit=wanted.limit + 1,
            before=cursors.number(wanted.cursor),
            **wanted.model_dump(exclude={"limit", "cursor"}),
        )
        shown = found[: wanted.limit]
        return TicketPage(
            items=[shapes.ticket(session, desk.vault, row) for row in shown],
            next_cursor=cursors.of_number(shown[-1].id) if len(found) > wanted.limit else None,
        )


@router.get("/{number}", summary="Read a ticket")
def one(number: TicketNumber, desk: TheDesk, client: Reader) -> TicketWithHistory:
    """One ticket with its history. The number may be written as customers write it."""
    with desk.database.read() as session:
        return shapes.ticket_with_history(session, desk.vault, _find(session, number))


@router.post("", status_code=201, summary="Open a ticket")
def opened(body: NewTicket, desk: TheDesk, client: Writer, writing: TheWriting) -> TicketWithHistory:
    """Open a ticket; it is worked on like any other."""

    def work(session: Session) -> TicketWithHistory:
        customer_id = _whose(session, desk, body)
        mark = f"api:{client.id}:{digest(writing.key)[:40]}"
        place = body.conversation_id or mark[:60]
        title = texts.masked(session, desk, place, body.title)
        note = texts.masked(session, desk, place, body.note)
        if not title:
            raise EmptyMessage(field="title")
        ticket = service.open_ticket(
            session,
            body.kind,
            title,
            dedupe=mark,
            priority=body.priority,
            order_no=body.order_no,
            customer_id=customer_id,
            conversation_id=body.conversation_id,
            created_by=client.actor,
        )
        if note:
            service.add_note(session, ticket, note, client.actor, public=body.public)
        return shapes.ticket_with_history(session, desk.vault, ticket)

    return writing.once(client, body, TicketWithHistory, work)


@router.post("/{number}/notes", status_code=201, summary="Note on a ticket")
def noted(number: TicketNumber, body: NewNote, desk: TheDesk, client: Writer, writing: TheWriting) -> TicketWithHistory:
    """Add a note, for the staff or for the customer."""

    def work(session: Session) -> TicketWithHistory:
        ticket = _find(session, number)
        text = texts.masked(session, desk, ticket.conversation_id or ticket.number, body.text)
        if not text:
            raise EmptyMessage(field="text")
        service.add_note(session, ticket, text, client.actor, public=body.public)
        return shapes.ticket_with_history(session, desk.vault, ticket)

    return writing.once(client, body, TicketWithHistory, work)


@router.post("/{number}/status", summary="Move a ticket on")
def moved(
    number: TicketNumber, body: NewStatus, desk: TheDesk, client: Writer, writing: TheWriting
) -> TicketWithHistory:
    """Move a ticket to another state; 409 where that state cannot be reached from the present one."""

    def work(session: Session) -> TicketWithHistory:
        ticket = _find(session, number)
        note = texts.masked(session, desk, ticket.conversation_id or ticket.number, body.note)
        service.set_status(session, ticket, body.status, client.actor, note=note or None)
        return shapes.ticket_with_history(session, desk.vault, ticket)

    return writing.once(client, body, TicketWithHistory, work)


def _find(session: Session, number: str) -> Ticket:
    ticket = search.find(session, number)
    if ticket is None:
        raise NoSuchTicket
    return ticket


def _whose(session: Session, desk: Desk, body: NewTicket) -> str | None:
    """Return whose ticket it will be: what the body names must belong together."""
    if body.kind not in labels.kinds():
        raise UnknownKind(field="kind")
    known: set[str] = set()
    if body.conversation_id is not None:
        conversation = threads.get(session, body.conversation_id)
        known |= {conversation.customer_id} if conversation.customer_id else set()
    if body.order_no is not None:
        order = desk.shop.find_order(session, body.order_no)
        if order is None:
            raise UnknownOrder(field="order_no")
        known |= {order.customer_id} if order.customer_id else set()
    if body.customer_id is not None:
        if desk.shop.customer(session, body.customer_id) is None:
            raise UnknownCustomer(field="customer_id")
        known.add(body.customer_id)
    if len(known) > 1:
        raise NotTheSameCustomer
    return known.pop() if known else None
