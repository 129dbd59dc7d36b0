"""Conversations over the API: listed, read, written to, handed to a person."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Security
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from desk.api import cursors, shapes, texts
from desk.api.edge import TheWriting, the_client
from desk.api.parameters import ConversationId, Cursor, Filter, Limit, Since, Wanted
from desk.api.scopes import Scope
from desk.api.shapes import ConversationShape, MessageShape, Shape
from desk.api.tokens import Client
from desk.audit.service import record
from desk.conversations import handoff, records, threads, timeline
from desk.conversations.model import Author, Kind, Owner
from desk.edge import TheDesk
from desk.texts import say

router = APIRouter(prefix="/conversations", tags=["conversations"])

Reader = Annotated[Client, Security(the_client, scopes=[Scope.CONVERSATIONS_READ])]
Writer = Annotated[Client, Security(the_client, scopes=[Scope.CONVERSATIONS_WRITE])]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewMessage(_Body):
    """A message of the shop's system."""

    text: str = Field(min_length=1, max_length=timeline.TEXT_LIMIT, examples=["您的订单已重新发货，请到订单页查看"])
    audience: Literal["customer", "staff"] = Field(
        "customer", description="`staff`: a note that the customer never sees"
    )


class NewHandoff(_Body):
    """Why a person is wanted."""

    note: str = Field(
        "", max_length=1000, description="what the agent should know first", examples=["大额订单，请优先"]
    )
    priority: Literal["urgent", "high", "normal", "low"] | None = None


class ConversationPage(Shape):
    """A page of conversations, the one with the newest word first."""

    items: list[ConversationShape]
    next_cursor: str | None


class MessagePage(Shape):
    """Messages in their order; `next_after` is where to go on, null when these were the last."""

    items: list[MessageShape]
    next_after: int | None


class WantedConversations(Wanted):
    """Filters, and which page."""

    owner: Owner | None = None
    channel: Filter = None
    customer_id: Filter = None
    updated_after: Since = None
    cursor: Cursor = None
    limit: Limit = 50


class WantedMessages(Wanted):
    """Which messages."""

    after: int = Field(0, ge=0, le=2**31 - 1, description="the number of the last message that you have")
    limit: Limit = 50


@router.get("", summary="List conversations")
def index(desk: TheDesk, client: Reader, wanted: Annotated[WantedConversations, Query()]) -> ConversationPage:
    """Conversations that meet all given filters, the one with the newest word first.

    One in which something is said while you turn pages moves to the front.
    """
    with desk.database.read() as session:
        found = records.newest(
            session,
            limit=wanted.limit + 1,
            before=cursors.moment(wanted.cursor),
            **wanted.model_dump(exclude={"limit", "cursor"}),
        )
        shown = found[: wanted.limit]
        return ConversationPage(
            items=[shapes.conversation(session, row) for row in shown],
            next_cursor=cursors.of_moment(shown[-1].updated_at, shown[-1].id) if len(found) > wanted.limit else None,
        )


@router.get("/{conversation_id}", summary="Read a conversation")
def one(conversation_id: ConversationId, desk: TheDesk, client: Reader) -> ConversationShape:
    """One conversation, and who answers it now."""
    with desk.database.read() as session:
        return shapes.conversation(session, threads.get(session, conversation_id))


@router.get("/{conversation_id}/messages", summary="Read messages")
def messages(
    conversation_id: ConversationId,
    desk: TheDesk,
    client: Reader,
    wanted: Annotated[WantedMessages, Query()],
) -> MessagePage:
    """Messages after a number, in their order. Notes among the staff are not among them."""
    with desk.database.read() as session:
        threads.get(session, conversation_id)
        found = timeline.entries(session, conversation_id, after=wanted.after, limit=wanted.limit + 1)
        shown = shapes.shown_by(session, desk.vault)
        items = [shapes.message(entry, shown) for entry in found[: wanted.limit]]
        return MessagePage(items=items, next_after=items[-1].seq if len(found) > wanted.limit else None)


@router.post("/{conversation_id}/messages", status_code=201, summary="Write a message")
def written(
    conversation_id: ConversationId, body: NewMessage, desk: TheDesk, client: Writer, writing: TheWriting
) -> MessageShape:
    """Write to the customer as the shop's system, or a note to the staff. Card keys in it reach the customer only."""

    def work(session: Session) -> MessageShape:
        conversation = timeline.lock(session, conversation_id)
        text = texts.redacted(session, desk, conversation_id, body.text)
        internal = body.audience == "staff"
        entry = timeline.append(
            session,
            conversation,
            Author.SYSTEM,
            text,
            kind=Kind.NOTE if internal else Kind.TEXT,
            name=client.name,
            internal=internal,
        )
        session.flush()
        record(session, client.actor, "api.message", entry.id, conversation_id, {"audience": body.audience})
        return shapes.message(entry, shapes.shown_by(session, desk.vault))

    return writing.once(client, body, MessageShape, work)


@router.post("/{conversation_id}/handoff", summary="Ask for a person")
def handed_over(
    conversation_id: ConversationId, body: NewHandoff, desk: TheDesk, client: Writer, writing: TheWriting
) -> ConversationShape:
    """Put a conversation into the queue; one that a person has, or that waits for one, stays as it is."""

    def work(session: Session) -> ConversationShape:
        conversation = timeline.lock(session, conversation_id)
        if handoff.open_handoff(session, conversation_id) is None:
            note = texts.masked(session, desk, conversation_id, body.note)
            row = handoff.request(session, conversation_id, "requested", note=note, priority=body.priority)
            ahead = handoff.position(session, row) - 1
            timeline.append(session, conversation, Author.SYSTEM, say("handed_over", ahead=ahead), kind=Kind.NOTICE)
            session.flush()
            record(session, client.actor, "api.handoff", conversation_id, conversation_id)
        return shapes.conversation(session, conversation)

    return writing.once(client, body, ConversationShape, work)
