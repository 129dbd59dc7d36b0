"""The table of refunds in policies.yml, applied to an order. Pure: nothing is looked up or changed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from desk.cases.verdicts import sold_at
from desk.policies.model import Decision, KeysState, RefundRule, Refunds
from desk.shop.base import CardKey, KeyState, Order, ProductKind

OTHERWISE = "otherwise"


def keys_state(order: Order, keys: Sequence[CardKey], now: datetime) -> KeysState | None:
    """Return how an order's live keys stand; the worst for the shop decides. None for top-ups."""
    if order.kind is ProductKind.TOPUP:
        return None
    live = [key for key in keys if key.live]
    if not live:
        return "none"
    if any(_faulty(key, order) for key in live):
        return "faulty"
    if any(key.state is KeyState.USED for key in live):
        return "used"
    if len(live) < order.quantity:
        return "partial"
    ended = [key for key in live if key.state is KeyState.EXPIRED or (key.expires_at and key.expires_at <= now)]
    return "expired" if ended else "unused"


def choose(refunds: Refunds, order: Order, keys: Sequence[CardKey], now: datetime) -> RefundRule:
    """Return the first rule that fits; where none does, one named "otherwise"."""
    state = keys_state(order, keys, now)
    paid = order.paid_at or order.placed_at
    for rule in refunds.rules:
        fits = (
            (rule.kind is None or rule.kind == order.kind)
            and (not rule.states or order.status in rule.states)
            and (not rule.keys or state in rule.keys)
            and (not rule.products or order.product_id in rule.products)
            and (rule.within_hours is None or now - paid <= timedelta(hours=rule.within_hours))
        )
        if fits:
            return rule
    return RefundRule(name=OTHERWISE, decision=Decision(refunds.otherwise))


def _faulty(key: CardKey, order: Order) -> bool:
    sold = sold_at(key, order)
    used_before = key.state is KeyState.USED and key.used_at is not None and key.used_at < sold
    return key.state is KeyState.LOCKED or used_before or (key.expires_at is not None and key.expires_at <= sold)
