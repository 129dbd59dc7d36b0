"""The right pane: who the customer is, why they wait, what they bought, what is still to be done for them."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from desk.cases import spoken
from desk.cases.access import Asker, owned_orders
from desk.conversations import lists
from desk.conversations.model import Conversation, Handoff, Owner
from desk.customers import people
from desk.services import Desk
from desk.shop.base import Order, ShopError
from desk.staff.service import SignedIn
from desk.tickets import labels, search
from desk.tickets.model import Ticket
from desk.web.workbench import case_guard
from desk.web.workbench.customer_panel import Panel, panel
from desk.web.workbench.dialogue_view import percent
from desk.web.workbench.pages import label

_log = logging.getLogger(__name__)
ORDERS = 8
TICKETS = 5


@dataclass(frozen=True)
class OrderCard:
    """An order as agents see it; accounts and contacts are masked."""

    order: Order
    amount: str
    status_text: str
    account: str
    contact: str
    refund: str


@dataclass(frozen=True)
class TicketCard:
    """A ticket with its words; card keys in them are masked."""

    ticket: Ticket
    title: str
    note: str
    kind_text: str
    status_text: str
    priority_text: str


@dataclass(frozen=True)
class Side:
    """Everything in the right pane. `shop_down`: the shop did not answer, orders are missing.

    `matter` is what the hand-off is about, `intent` what the last message meant.
    `waits_since` counts on; `waited_until` ends the count once a person has come.
    """

    conversation: Conversation
    channel: str
    customer: Panel
    handoff: Handoff | None
    reason: str
    note: str
    matter: str
    intent: str
    confidence: str
    waits_since: datetime | None
    waited_until: datetime | None
    orders: list[OrderCard]
    tickets: list[TicketCard]
    shop_down: bool


def side(session: Session, desk: Desk, staff: SignedIn, conversation: Conversation) -> Side:
    """Return what is known of the customer of a conversation."""
    handoff = _present_handoff(session, conversation)
    understood = lists.understanding(session, conversation.id) or {}
    intent = understood.get("intent") or conversation.intent
    matter = handoff.intent if handoff and handoff.intent else intent
    found, shop_down = _from_shop(session, desk, conversation)
    person = people.of(session, conversation)
    tickets = search.of_people(session, person.customer_ids, person.conversation_ids, limit=TICKETS)
    return Side(
        conversation=conversation,
        channel=label(f"channel.{conversation.channel}"),
        customer=panel(session, desk, person),
        handoff=handoff,
        reason=label(f"reason.{handoff.reason}") if handoff else "",
        note=desk.vault.mask(session, handoff.note) if handoff else "",
        matter=label(f"intent.{matter}") if matter else "",
        intent=label(f"intent.{intent}") if intent else "",
        confidence=percent(understood.get("confidence")) if understood.get("intent") == intent else "",
        waits_since=handoff.queued_at if handoff else None,
        waited_until=(handoff.taken_at or handoff.ended_at) if handoff else None,
        orders=found,
        tickets=[ticket_card(session, desk, staff, ticket) for ticket in tickets],
        shop_down=shop_down,
    )


def asker_of(conversation: Conversation) -> Asker:
    """Return the customer as cases know them."""
    return Asker(conversation.id, conversation.customer_id, conversation.client)


def orders_of(session: Session, desk: Desk, conversation: Conversation) -> list[OrderCard]:
    """Return the orders that are known to be this customer's.

    Raises:
        ShopError: the shop does not answer.
    """
    found = owned_orders(session, desk.cases, asker_of(conversation), ORDERS)
    return [_order_card(order) for order in found]


def ticket_card(session: Session, desk: Desk, staff: SignedIn, ticket: Ticket) -> TicketCard:
    """Return a ticket with its words; of one that is kept from this person, not what it says."""
    shown = case_guard.sees_ticket(staff, ticket)
    return TicketCard(
        ticket=ticket,
        title=desk.vault.mask(session, ticket.title) if shown else label("guarded.title"),
        note=desk.vault.mask(session, ticket.note) if shown else "",
        kind_text=labels.kind_text(ticket.kind),
        status_text=labels.status_text(ticket.status),
        priority_text=labels.priority_text(ticket.priority),
    )


def _present_handoff(session: Session, conversation: Conversation) -> Handoff | None:
    """Return the hand-off that is open, or the one that has just ended; none while the bot has it."""
    return None if conversation.owner == Owner.BOT else lists.last_handoff(session, conversation.id)


def _from_shop(session: Session, desk: Desk, conversation: Conversation) -> tuple[list[OrderCard], bool]:
    try:
        return orders_of(session, desk, conversation), False
    except ShopError as problem:
        _log.warning("shop: %s", problem.code)
        return [], True


def _order_card(order: Order) -> OrderCard:
    return OrderCard(
        order=order,
        amount=spoken.money(order.amount),
        status_text=spoken.status_text(order.status),
        account=spoken.masked(order.account) if order.account else "",
        contact=spoken.masked(order.contact) if order.contact else "",
        refund=spoken.money(order.refund_amount) if order.refund_amount is not None else "",
    )
