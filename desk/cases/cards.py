"""Cards: orders to pick from and keys to copy. Keys stand on them by reference only."""

import json
from collections.abc import Sequence

from sqlalchemy.orm import Session

from desk.cases.outcomes import Card
from desk.cases.services import Services
from desk.cases.spoken import money, status_text, word
from desk.shop.base import CardKey, Order


def order_card(order: Order) -> Card:
    """Return the card of an order; picking it says its number."""
    return {
        "type": "order",
        "order_no": order.no,
        "product": order.product_name,
        "kind": str(order.kind),  # for the bot's wording; its channel does not pass it on
        "status": str(order.status),
        "status_text": status_text(order.status),
        "amount": money(order.amount),
        "placed_at": order.placed_at.isoformat(),  # shown in words when it is read: tomorrow it is 昨天
        "select": {
            "title": word("select_order"),
            "payload": "/inform" + json.dumps({"order_no": order.no}, separators=(",", ":")),
        },
    }


def key_cards(
    session: Session, services: Services, conversation_id: str, product: str, keys: Sequence[CardKey]
) -> list[Card]:
    """Return the cards of keys for their owner's conversation."""
    refer = services.vault.reference
    return [
        {
            "type": "key",
            "label": word("key_label_of", place=place) if len(keys) > 1 else word("key_label"),
            "number": refer(session, key.number_item, conversation_id) if key.number_item else None,
            "secret": refer(session, key.secret_item, conversation_id),
            "product": product,
        }
        for place, key in enumerate(keys, 1)
    ]
