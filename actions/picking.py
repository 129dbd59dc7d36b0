"""Which of the shown orders a customer points at: 第二个, 最近那个, steam 那个, 就是这个."""

from __future__ import annotations

from typing import Any, Iterable

from actions import reading
from actions.turn import Turn


def points(turn: Turn) -> bool:
    """Say whether the message can point at a shown order."""
    if turn.pressed:
        return False
    return turn.intent == "affirm" or reading.place(turn.text) is not None or bool(turn.said("product"))


def among(turn: Turn, cards: Iterable[dict[str, Any]]) -> str | None:
    """Return the number of the order that is meant; None when that is not certain.

    Args:
        cards: order cards, the newest first.
    """
    shown = [card for card in cards if card.get("type") == "order"]
    named = [card for card in shown if any(_alike(word, card["product"]) for word in turn.said("product"))]
    at = reading.place(turn.text)
    if len(named) == 1:
        return str(named[0]["order_no"])
    if at is not None and not named:
        return str(shown[at]["order_no"]) if at < len(shown) else None
    if turn.intent == "affirm" and len(shown) == 1:
        return str(shown[0]["order_no"])
    return None


def _alike(word: str, product: str) -> bool:
    """Say whether a product is meant: steam卡 is short for Steam钱包充值卡."""
    rest = iter(product.casefold())
    return len(word) > 1 and all(char in rest for char in word.casefold() if not char.isspace())
