"""What leaves the desk: one model per thing, the same in answers and in webhooks. Card keys and people are masked."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from desk.api import masking
from desk.conversations import handoff as handoffs
from desk.conversations.model import Author, Conversation, Entry, Handoff, HandoffState
from desk.tickets import labels, search
from desk.tickets.model import Ticket, TicketEvent
from desk.vault.service import Vault

Shown = Callable[[str], str]


class Shape(BaseModel):
    """Something that leaves the desk."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class TicketShape(Shape):
    """A ticket."""

    number: Annotated[str, Field(examples=["T20261121-0042"])]
    kind: Annotated[str, Field(examples=["delivery"])]
    kind_text: Annotated[str, Field(examples=["发货问题"])]
    priority: Annotated[str, Field(description="`urgent`, `normal` or `suggestion`", examples=["normal"])]
    status: Annotated[str, Field(examples=["open"])]
    status_text: Annotated[str, Field(examples=["已受理"])]
    title: str
    note: Annotated[str, Field(description="the latest word that the customer may read")]
    order_no: str | None
    customer_id: str | None
    conversation_id: str | None
    created_by: Annotated[str, Field(description="`bot`, `agent:3`, `api:2` or `system`", examples=["bot"])]
    created_at: datetime
    updated_at: datetime


class TicketEventShape(Shape):
    """A line of a ticket's history."""

    at: datetime
    actor: str
    kind: Annotated[str, Field(examples=["status"])]
    before: str | None
    after: str | None
    text: str
    public: Annotated[bool, Field(description="whether the customer may read it")]


class TicketWithHistory(TicketShape):
    """A ticket and everything that happened to it, from the beginning."""

    history: list[TicketEventShape]


class HandoffShape(Shape):
    """A conversation's way to a person."""

    id: int
    reason: Annotated[str, Field(examples=["requested"])]
    priority: Annotated[str, Field(description="`urgent`, `high`, `normal` or `low`", examples=["normal"])]
    state: Annotated[
        str, Field(description="`queued`, `taken`, `closed`, `returned`, `cancelled`", examples=["queued"])
    ]
    position: Annotated[int | None, Field(description="place in the queue while queued, 1 for the next")]
    queued_at: datetime
    taken_at: datetime | None
    ended_at: datetime | None


class ConversationShape(Shape):
    """A conversation: the one thread of a customer on a channel."""

    id: str
    channel: Annotated[str, Field(examples=["web"])]
    customer_id: str | None
    name: Annotated[str, Field(description="the customer's name, masked", examples=["林**"])]
    owner: Annotated[str, Field(description="who answers now: `bot`, `queued`, `agent` or `closed`", examples=["bot"])]
    last_seq: Annotated[int, Field(description="the number of the newest message")]
    created_at: datetime
    updated_at: datetime
    handoff: Annotated[HandoffShape | None, Field(description="the hand-off that is open, if one is")]


class MessageShape(Shape):
    """A message, numbered within its conversation."""

    conversation_id: str
    seq: int
    id: str
    at: datetime
    author: Annotated[str, Field(description="`customer`, `bot`, `agent` or `system`", examples=["customer"])]
    name: str
    kind: Annotated[str, Field(description="`text`, `notice`, `rating`, `note` or `picture`", examples=["text"])]
    text: Annotated[str, Field(description="card keys and personal data are masked")]
    buttons: Annotated[list[str], Field(description="the words on the buttons that were offered")]
    cards: Annotated[list[dict[str, Any]], Field(description="what was shown beside the text, masked")]


class CustomerShape(Shape):
    """A customer of the shop, as far as an integration needs to know."""

    id: str
    name: Annotated[str, Field(description="masked", examples=["林**"])]
    phone: Annotated[str, Field(description="masked", examples=["138****8000"])]
    profile: Annotated[
        Literal["", "novice", "merchant", "vip"],
        Field(description="what kind of customer this is, as far as the orders tell", examples=["novice"]),
    ]
    orders: Annotated[int, Field(description="orders that were paid for and kept")]
    month_spend: Annotated[str, Field(description="yuan of the last 30 days", examples=["128.00"])]


class ArticleShape(Shape):
    """An article of the knowledge base as it answers the question."""

    id: str
    question: str
    answer: str
    steps: list[str]
    links: list[dict[str, Any]]
    score: Annotated[float, Field(description="the estimated probability that this is the answer")]


def shown_by(session: Session, vault: Vault) -> Shown:
    """Return what makes a text fit to leave: card keys masked, then personal data."""
    return lambda text: masking.text(vault.mask(session, text))


def ticket(session: Session, vault: Vault, row: Ticket) -> TicketShape:
    """Return a ticket."""
    return TicketShape(**_ticket_fields(shown_by(session, vault), row))


def ticket_with_history(session: Session, vault: Vault, row: Ticket) -> TicketWithHistory:
    """Return a ticket with its history."""
    shown = shown_by(session, vault)
    history = [_ticket_event(event, shown) for event in search.history(session, row)]
    return TicketWithHistory(**_ticket_fields(shown, row), history=history)


def conversation(session: Session, row: Conversation) -> ConversationShape:
    """Return a conversation, with the hand-off that is open."""
    current = handoffs.open_handoff(session, row.id)
    return ConversationShape(
        id=row.id,
        channel=row.channel,
        customer_id=row.customer_id,
        name=masking.name(row.name),
        owner=row.owner,
        last_seq=row.last_seq,
        created_at=row.created_at,
        updated_at=row.updated_at,
        handoff=handoff(session, current) if current else None,
    )


def handoff(session: Session, row: Handoff) -> HandoffShape:
    """Return a hand-off."""
    waits = row.state == HandoffState.QUEUED
    return HandoffShape(
        id=row.id,
        reason=row.reason,
        priority=row.priority,
        state=row.state,
        position=handoffs.position(session, row) if waits else None,
        queued_at=row.queued_at,
        taken_at=row.taken_at,
        ended_at=row.ended_at,
    )


def message(row: Entry, shown: Shown) -> MessageShape:
    """Return a message of a timeline."""
    return MessageShape(
        conversation_id=row.conversation_id,
        seq=row.seq,
        id=row.id,
        at=row.at,
        author=row.author,
        name=masking.name(row.name) if row.author == Author.CUSTOMER else row.name,
        kind=row.kind,
        text=shown(row.text),
        buttons=[button["title"] for button in row.body.get("buttons", [])],
        cards=[_masked(card, shown) for card in row.body.get("cards", [])],
    )


def _ticket_fields(shown: Shown, row: Ticket) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "kind_text": labels.kind_text(row.kind),
        "priority": row.priority,
        "status": row.status,
        "status_text": labels.status_text(row.status),
        "title": shown(row.title),
        "note": shown(row.note),
        "order_no": row.order_no,
        "customer_id": row.customer_id,
        "conversation_id": row.conversation_id,
        "created_by": row.created_by,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def _ticket_event(row: TicketEvent, shown: Shown) -> TicketEventShape:
    return TicketEventShape(
        at=row.at,
        actor=row.actor,
        kind=row.kind,
        before=row.before,
        after=row.after,
        text=shown(row.text),
        public=row.public,
    )


def _masked(value: Any, shown: Shown) -> Any:
    """Return a card with every text in it masked, however deep."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, list):
        return [_masked(each, shown) for each in value]
    if isinstance(value, dict):
        return {name: _masked(each, shown) for name, each in value.items()}
    return value
