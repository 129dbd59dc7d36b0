"""卡密没到: what became of a card-key order, and delivering it where nothing stands in the way."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import effects, timing
from desk.cases.access import Owned
from desk.cases.cards import key_cards
from desk.cases.compensation import with_coupon
from desk.cases.outcomes import Outcome, about
from desk.cases.services import Services
from desk.cases.spoken import money
from desk.cases.states import explained, live_keys, paid_unnoticed
from desk.cases.tickets_of import settle, ticket
from desk.shop.base import (
    CardKey,
    Fulfilment,
    NotDeliverable,
    OrderStatus,
    OutOfStock,
    Unsupported,
)

STOCK_CHOICES = ("wait", "refund")


def decide(session: Session, services: Services, owned: Owned) -> Outcome:
    """Decide about a card-key order."""
    order = owned.order
    if order.status is OrderStatus.FAILED or paid_unnoticed(session, services, order):
        return _with_ticket(session, services, owned, "failed")
    said = explained("not_received", order, services.policy)
    if said is not None:
        return said
    keys = live_keys(session, services, order.no)
    if keys and len(keys) >= order.quantity:
        return _shown(session, services, owned, keys)
    waiting = order.status in (OrderStatus.PAID_WAIT, OrderStatus.PROCESSING)
    if waiting and not timing.late(order, services.policy):
        return about(
            order,
            "not_received",
            "within_usual",
            product=order.product_name,
            usual_minutes=order.usual_minutes,
            eta_minutes=timing.eta_minutes(order, services.policy),
            paid_at=clock.spoken(order.paid_at or order.placed_at),
        )
    if order.fulfilment is Fulfilment.MANUAL:
        return _with_ticket(session, services, owned, "manual_late")
    return with_coupon(session, services, owned, _deliver(session, services, owned, keys))


def _deliver(session: Session, services: Services, owned: Owned, before: Sequence[CardKey]) -> Outcome:
    order = owned.order
    try:
        keys = effects.deliver(session, services, owned)
    except OutOfStock:
        return _short(session, services, owned, before)
    except (NotDeliverable, Unsupported):
        return _with_ticket(session, services, owned, "failed")
    settle(session, owned, "stock", "delivered")
    fresh = [key for key in keys if key.id not in {old.id for old in before}]
    cards = key_cards(session, services, owned.asker.conversation_id, order.product_name, fresh or keys)
    return about(order, "not_received", "delivered_now", cards=cards, product=order.product_name, count=len(cards))


def _short(session: Session, services: Services, owned: Owned, keys: Sequence[CardKey]) -> Outcome:
    order = owned.order
    if not keys:
        number = ticket(session, owned, "stock").number
        return about(
            order,
            "not_received",
            "out_of_stock",
            choices=STOCK_CHOICES,
            product=order.product_name,
            ticket_no=number,
            amount=money(order.amount),
        )
    facts: dict[str, Any] = {"got": len(keys), "missing": order.quantity - len(keys)}
    return about(
        order,
        "not_received",
        "partial",
        cards=key_cards(session, services, owned.asker.conversation_id, order.product_name, keys),
        choices=STOCK_CHOICES,
        product=order.product_name,
        ticket_no=ticket(session, owned, "partial", **facts).number,
        **facts,
    )


def _shown(session: Session, services: Services, owned: Owned, keys: Sequence[CardKey]) -> Outcome:
    order = owned.order
    return about(
        order,
        "not_received",
        "delivered_again",
        cards=key_cards(session, services, owned.asker.conversation_id, order.product_name, keys),
        product=order.product_name,
        delivered_at=clock.spoken(order.delivered_at or order.paid_at or order.placed_at),
        count=len(keys),
    )


def _with_ticket(session: Session, services: Services, owned: Owned, outcome: str) -> Outcome:
    number = ticket(session, owned, outcome).number
    said = about(owned.order, "not_received", outcome, product=owned.order.product_name, ticket_no=number)
    return with_coupon(session, services, owned, said)
