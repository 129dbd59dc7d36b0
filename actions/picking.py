"""Which of the shown orders a customer points at: 第二个, 最近那个, steam 那个, 100 的, 就是这个."""

from __future__ import annotations

import re
from typing import Any, Iterable

from actions import reading
from actions.turn import Turn

_THAT = re.compile("那[个张单笔]|的$")


def points(turn: Turn) -> bool:
    """Say whether the message can point at a shown order."""
    if turn.pressed:
        return False
    short = len(turn.text) <= 12 and (reading.face_value(turn.text) is not None or _THAT.search(turn.text))
    named = bool(turn.said("product") or short)
    return named or turn.intent == "affirm" or reading.place(turn.text) is not None


def among(turn: Turn, cards: Iterable[dict[str, Any]]) -> str | None:
    """Return the number of the order that is meant; None when that is not certain.

    Args:
        cards: order cards, the newest first.
    """
    shown = [card for card in cards if card.get("type") == "order"]
    said, face = turn.said("product"), reading.face_value(turn.text)
    named = [card for card in shown if not said or _means(turn, card["product"])]
    named = [card for card in named if face is None or _has_face(card["product"], face)] if said or face else []
    named = named or [card for card in shown if not said and not face and _brand(card["product"]) in turn.text]
    at = reading.place(turn.text)
    if len(named) == 1:
        return str(named[0]["order_no"])
    if at is not None and not named:
        return str(shown[at]["order_no"]) if at < len(shown) else None
    if turn.intent == "affirm" and len(shown) == 1:
        return str(shown[0]["order_no"])
    return None


def unpaid(cards: Iterable[dict[str, Any]]) -> str | None:
    """Return the number of the newest order that waits for its payment, among cards with the newest first."""
    return next((str(card["order_no"]) for card in cards if card.get("status") == "unpaid"), None)


def other_than(turn: Turn, product: str | None) -> bool:
    """Say whether the message names a product, and not this one: 优酷的也过期了."""
    if not product or not turn.said("product"):
        return False
    face = reading.face_value(turn.written)
    return not _means(turn, product) or (face is not None and not _has_face(product, face))


def _means(turn: Turn, product: str) -> bool:
    """Say whether the message names a product, by its own words or by the catalogue's name for them."""
    known = any(product.casefold().startswith(name.casefold()) for name in turn.entities("product"))
    return known or any(_alike(word, product) for word in turn.said("product"))


def _brand(product: str) -> str:
    """Return how a customer calls it for short: 京东那个."""
    return product if product.startswith("手机") else product[:2]


def _has_face(product: str, face: str) -> bool:
    return bool(re.search(rf"(?<!\d){face}(?!\d)", product))


def _alike(word: str, product: str) -> bool:
    """Say whether a product is meant: steam卡 is short for Steam钱包充值卡."""
    rest = iter(product.casefold())
    return len(word) > 1 and all(char in rest for char in word.casefold() if not char.isspace())
