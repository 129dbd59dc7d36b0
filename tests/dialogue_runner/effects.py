"""What a dialogue did: the shop and the desk before and after it, compared."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.audit import service as audit
from desk.conversations.model import Conversation, Entry, Handoff
from desk.routing import seen as routing
from desk.shop.embedded.adapter import EmbeddedShop
from desk.tickets import labels
from desk.tickets.model import EventKind, Ticket, TicketEvent
from tests.dialogue_runner import shop_effects
from tests.dialogue_runner.happened import Effects
from tests.dialogue_runner.shop_effects import ShopSnapshot
from tests.dialogue_runner.stage import Stage
from tests.support.stack import Stack

_LOOKED_AT = ("key.show", "claim.proved", "claim.locked")


@dataclass(frozen=True)
class Snapshot:
    """The shop and the desk at one moment, as far as a sample concerns them."""

    shop: ShopSnapshot
    tickets: dict[str, Ticket]
    urged: dict[str, int]
    handoff: int
    audited: int


def snapshot(stack: Stack, stage: Stage) -> Snapshot:
    """Look at everything that belongs to a sample."""
    with stack.database.read() as session:
        shop = shop_effects.look(session, EmbeddedShop(stack.vault), stage)
        found = _tickets(session, stage)
        urged = {ticket.number: _urged(session, ticket) for ticket in found}
        last = session.scalar(select(func.max(Handoff.id))) or 0
        audited = len(audit.of_conversation(session, stage.conversation))
        session.expunge_all()
    return Snapshot(shop, {ticket.number: ticket for ticket in found}, urged, last, audited)


def compare(stack: Stack, stage: Stage, before: Snapshot, after: Snapshot) -> Effects:
    """Return what happened between two looks."""
    effects = shop_effects.compare(stage, before.shop, after.shop)
    with stack.database.read() as session:
        _shown(session, stack, stage, before, effects)
        fresh = select(Handoff).where(Handoff.conversation_id == stage.conversation, Handoff.id > before.handoff)
        effects.handoffs = [_handoff(session, one) for one in session.scalars(fresh.order_by(Handoff.id))]
        effects.owner = str(session.get_one(Conversation, stage.conversation).owner)
        done = [entry.action for entry in audit.of_conversation(session, stage.conversation)[before.audited :]]
        effects.audit = [action for action in done if action not in _LOOKED_AT]
    for number, ticket in after.tickets.items():
        told = _ticket(stage, ticket, after.urged[number] - before.urged.get(number, 0))
        if number not in before.tickets:
            effects.tickets.append(told)
        elif told["urged"] or ticket.status != before.tickets[number].status:
            effects.touched.append(told)
    return effects


def _shown(session: Session, stack: Stack, stage: Stage, before: Snapshot, effects: Effects) -> None:
    """Find the keys that the bot showed though the customer had had them before."""
    items = {
        key.secret_item: (name, place) for name, keys in before.shop.keys.items() for place, key in enumerate(keys, 1)
    }
    own = select(Entry).where(Entry.conversation_id == stage.conversation, Entry.author == "bot")
    for entry in session.scalars(own.order_by(Entry.seq)):
        for card in entry.body.get("cards", []):
            if card.get("type") != "key" or not card.get("secret"):
                continue
            item = stack.vault.resolve(session, card["secret"], stage.conversation)
            if item in items:
                name, place = items[item]
                effects.resent[name] = sorted({*effects.resent.get(name, []), place})


def _tickets(session: Session, stage: Stage) -> list[Ticket]:
    own = Ticket.conversation_id == stage.conversation
    theirs = Ticket.order_no.in_(list(stage.orders.values()))
    return list(session.scalars(select(Ticket).where(own | theirs).order_by(Ticket.id)))


def _urged(session: Session, ticket: Ticket) -> int:
    kinds = Counter(session.scalars(select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket.id)))
    return kinds[EventKind.URGED]


def _ticket(stage: Stage, ticket: Ticket, urged: int) -> dict[str, Any]:
    return {
        "no": ticket.number,
        "kind": ticket.kind,
        "priority": str(ticket.priority),
        "status": str(ticket.status),
        "order": stage.order_name(ticket.order_no) or "none",
        "department": labels.department(ticket.kind),
        "urged": urged > 0,
    }


def _handoff(session: Session, handoff: Handoff) -> dict[str, Any]:
    told = {"reason": handoff.reason, "priority": handoff.priority, "intent": handoff.intent, "state": handoff.state}
    placed = routing.of_handoff(session, handoff.id)
    return told | ({"group": placed.team} if placed else {})
