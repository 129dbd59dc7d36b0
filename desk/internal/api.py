"""The internal API for the bot's actions. Each call is answered once per idempotency key, in one transaction.

The conversation is named by the bot's sender id; who the customer is, and what they may see, the desk knows itself.
"""

import hmac
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from desk.cases import (
    access,
    arrival,
    calls,
    card_key,
    delivery,
    feedback,
    flows,
    goods,
    matters,
    my_tickets,
    orders,
    outcomes,
    resend,
    urge,
)
from desk.cases.access import Asker
from desk.cases.outcomes import Outcome
from desk.conversations import handoff, threads, timeline
from desk.conversations.model import Owner
from desk.edge import TheDesk
from desk.errors import Unauthorized
from desk.ids import digest


def only_the_bot(desk: TheDesk, authorization: Annotated[str, Header()] = "") -> None:
    """Refuse whoever does not have the token shared with the bot.

    Raises:
        Unauthorized: no or a wrong token.
    """
    expected = f"Bearer {desk.settings.bot_token.get_secret_value()}"
    if not hmac.compare_digest(authorization.encode(), expected.encode()):
        raise Unauthorized


router = APIRouter(prefix="/internal/v1/conversations/{sender}", dependencies=[Depends(only_the_bot)])


class Nothing(BaseModel):
    """No fields."""


class RecentBody(BaseModel):
    """Which of the customer's orders come first."""

    first: Literal["refunding"] | None = None


class OrderBody(BaseModel):
    """An order number as the customer wrote it."""

    order_no: str = Field(max_length=200)


class MaybeOrderBody(BaseModel):
    """An order number, if there is one."""

    order_no: str | None = Field(None, max_length=200)


class ClaimBody(OrderBody):
    """An order number and what is to prove that it is the customer's."""

    proof: str | None = Field(None, max_length=200)


class ChoiceBody(OrderBody):
    """The customer's choice for an order that is out of stock."""

    choice: str = Field(max_length=20)


class KeyBody(OrderBody):
    """A complaint about card keys: references, or none."""

    keys: list[str] = Field(default_factory=list, max_length=20)
    complaint: str = Field(max_length=20)


class TicketBody(BaseModel):
    """A ticket number as the customer wrote it."""

    ticket_no: str = Field(max_length=200)


class GoodsBody(BaseModel):
    """The product that a question is about: its catalogue ids and words for it, or the one talked about before."""

    ids: list[str] = Field(default_factory=list, max_length=50)
    words: list[Annotated[str, Field(max_length=200)]] = Field(default_factory=list, max_length=20)
    about: str | None = Field(None, max_length=200)


class FeedbackBody(BaseModel):
    """A customer's suggestion in his own words."""

    text: str = Field(min_length=1, max_length=1000)


class FlowBody(BaseModel):
    """What a flow is about, and what the customer has answered so far."""

    order_no: str | None = Field(None, max_length=200)
    details: dict[
        Annotated[str, Field(pattern=r"^[a-z_]{1,30}$")],
        Annotated[str, Field(max_length=500)],
    ] = Field(default_factory=dict, max_length=12)


class HandoffBody(BaseModel):
    """Why a person is wanted."""

    reason: Literal["requested", "fallback", "policy", "tries", "failure", "complaint", "risk", "finance", "merchant"]
    intent: str | None = Field(None, max_length=60)


class Call:
    """One call of an action: whose conversation it is, and the key under which it is answered once."""

    def __init__(
        self,
        sender: str,
        request: Request,
        desk: TheDesk,
        key: Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=300)],
    ) -> None:
        self.desk, self.cases = desk, desk.cases
        self._sender, self._key = sender, digest(f"{request.url.path}:{key}")

    def once(self, work: Callable[[Session, Asker], Outcome]) -> dict[str, Any]:
        """Do the work in one transaction, or return what it came to before."""
        with self.desk.database.write() as session:
            # Before any ticket of it: agents lock both in this order too.
            conversation = timeline.lock(session, threads.of_sender(session, self._sender).id)
            asker = Asker(conversation.id, conversation.customer_id, conversation.client)
            return calls.once(session, self._key, lambda: work(session, asker).as_json())


TheCall = Annotated[Call, Depends()]


@router.post("/customer")
def customer(sender: str, desk: TheDesk) -> dict[str, Any]:
    """Say who the customer is, as far as the shop has vouched for them."""
    with desk.database.read() as session:
        conversation = threads.of_sender(session, sender)
        signed_in = conversation.customer_id is not None
        return {"signed_in": signed_in, "name": conversation.name if signed_in else ""}


@router.post("/orders/recent")
def orders_recent(body: RecentBody, call: TheCall) -> dict[str, Any]:
    """List the signed-in customer's own orders."""
    return call.once(lambda s, a: orders.recent(s, call.cases, a, refunding_first=body.first == "refunding"))


@router.post("/orders/refunding")
def orders_refunding(body: MaybeOrderBody, call: TheCall) -> dict[str, Any]:
    """Say which order is meant when the customer asks for his money without naming one."""
    return call.once(lambda s, a: orders.refunding(s, call.cases, a, body.order_no))


@router.post("/orders/claim")
def orders_claim(body: ClaimBody, call: TheCall) -> dict[str, Any]:
    """Check that an order is the customer's. A look-up password may look like a key and come as a reference."""

    def work(session: Session, asker: Asker) -> Outcome:
        proof = call.desk.vault.fill(session, body.proof or "", asker.conversation_id)
        return access.claim(session, call.cases, asker, body.order_no, proof or None)

    return call.once(work)


@router.post("/orders/status")
def orders_status(body: OrderBody, call: TheCall) -> dict[str, Any]:
    """Say how an order stands."""
    return call.once(lambda s, a: orders.status(s, call.cases, a, body.order_no))


@router.post("/cases/not-received")
def case_not_received(body: OrderBody, call: TheCall) -> dict[str, Any]:
    """Find out why a key has not come, and deliver it if it should have."""
    return call.once(lambda s, a: arrival.answer(s, call.cases, a, body.order_no))


@router.post("/cases/delivery-time")
def case_delivery_time(body: MaybeOrderBody, call: TheCall) -> dict[str, Any]:
    """Say how long delivery usually takes."""
    return call.once(lambda s, a: delivery.time(s, call.cases, a, body.order_no))


@router.post("/cases/stock-choice")
def case_stock_choice(body: ChoiceBody, call: TheCall) -> dict[str, Any]:
    """Record whether the customer waits for stock or wants the money back."""
    return call.once(lambda s, a: delivery.stock_choice(s, call.cases, a, body.order_no, body.choice))


@router.post("/cases/key")
def case_key(body: KeyBody, call: TheCall) -> dict[str, Any]:
    """Check a card key that does not work."""
    return call.once(lambda s, a: card_key.answer(s, call.cases, a, body.order_no, body.keys, body.complaint))


@router.post("/cases/resend")
def case_resend(body: OrderBody, call: TheCall) -> dict[str, Any]:
    """Show an order's keys to their owner again."""
    return call.once(lambda s, a: resend.answer(s, call.cases, a, body.order_no))


@router.post("/cases/topup")
def case_topup(body: OrderBody, call: TheCall) -> dict[str, Any]:
    """Find out what became of a top-up."""
    return call.once(lambda s, a: arrival.answer(s, call.cases, a, body.order_no))


@router.post("/flows/{name}")
def flow(name: str, body: FlowBody, call: TheCall) -> dict[str, Any]:
    """Ask a flow, with what is known so far."""
    asked = flows.Question(body.order_no, body.details)
    return call.once(lambda s, a: flows.answer(s, call.cases, a, name, asked))


@router.post("/goods/{question}")
def goods_question(question: goods.Question, body: GoodsBody, call: TheCall) -> dict[str, Any]:
    """Answer a question about a product from the live catalogue."""
    return call.once(lambda s, a: goods.answer(s, call.cases, a, question, body.ids, body.words, body.about))


@router.post("/feedback")
def take_feedback(body: FeedbackBody, call: TheCall) -> dict[str, Any]:
    """Record a suggestion."""
    return call.once(lambda s, a: feedback.suggestion(s, call.cases, a, body.text))


@router.post("/tickets/status")
def tickets_status(body: TicketBody, call: TheCall) -> dict[str, Any]:
    """Say how a ticket stands."""
    return call.once(lambda s, a: my_tickets.status(s, call.cases, a, body.ticket_no))


@router.post("/tickets/mine")
def tickets_mine(body: Nothing, call: TheCall) -> dict[str, Any]:
    """List the customer's own tickets."""
    return call.once(lambda s, a: my_tickets.mine(s, call.cases, a))


@router.post("/urge")
def urge_open_matter(body: Nothing, call: TheCall) -> dict[str, Any]:
    """Push what is open."""
    return call.once(lambda s, a: urge.answer(s, call.cases, a))


@router.post("/handoff")
def hand_off(body: HandoffBody, call: TheCall) -> dict[str, Any]:
    """Put the conversation in the queue for a person."""

    def work(session: Session, asker: Asker) -> Outcome:
        owner = threads.get(session, asker.conversation_id).owner
        if owner == Owner.AGENT:
            return outcomes.build("handoff", "agent")
        priority = "urgent" if body.reason == "risk" else None
        handoff.request(session, asker.conversation_id, body.reason, intent=body.intent, priority=priority)
        return matters.queued(call.cases.people.standing(session, asker.conversation_id), owner)

    return call.once(work)
