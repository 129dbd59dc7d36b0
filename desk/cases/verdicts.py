"""What is the matter with a key, by its state alone. Pure: nothing is looked up or changed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desk import clock
from desk.cases.pasted import Meant
from desk.policies.model import Policy
from desk.shop.base import CardKey, KeyState, Order


class Verdict(StrEnum):
    """What is the matter, the first being what is dealt with first when several keys are meant."""

    USED_BEFORE_SALE = "used_before_sale"
    EXPIRED_BEFORE_SALE = "expired_before_sale"
    EXPIRED_LATELY = "expired"
    LOCKED = "locked"
    UNCLEAR = "unclear"
    MISTYPED = "mistyped"
    REPLACED = "replaced"
    USED = "used_after_sale"
    EXPIRED_LONG = "expired_late"
    VALID = "valid"


FAULTY = (Verdict.USED_BEFORE_SALE, Verdict.EXPIRED_BEFORE_SALE)


@dataclass(frozen=True)
class Finding:
    """A verdict on the key that counts now: where the one that was meant had been replaced, its successor."""

    verdict: Verdict
    key: CardKey
    meant: Meant


def judge(meant: Meant, keys: dict[int, CardKey], order: Order, policy: Policy) -> Finding:
    """Return the verdict on a key.

    Args:
        meant: a key of the order, and how the customer's text differs from it.
        keys: all keys of the order by id, to follow replacements.
    """
    key = meant.key
    while key.replaced_by is not None and key.replaced_by in keys:
        key = keys[key.replaced_by]
    verdict = _by_state(key, order, policy)
    if verdict is Verdict.VALID and key.id != meant.key.id:
        verdict = Verdict.REPLACED
    elif verdict is Verdict.VALID and meant.hint:
        verdict = Verdict.MISTYPED
    return Finding(verdict, key, meant)


def sold_at(key: CardKey, order: Order) -> datetime:
    """Return when the customer got the key, as far as the shop knows."""
    return key.sold_at or order.delivered_at or order.paid_at or order.placed_at


def _by_state(key: CardKey, order: Order, policy: Policy) -> Verdict:
    if key.state is KeyState.LOCKED:
        return Verdict.LOCKED
    sold, now = sold_at(key, order), clock.now()
    if key.state is KeyState.USED:
        if key.used_at is None:
            return Verdict.UNCLEAR
        return Verdict.USED_BEFORE_SALE if key.used_at < sold else Verdict.USED
    if key.expires_at is None:
        return Verdict.UNCLEAR if key.state is KeyState.EXPIRED else Verdict.VALID
    if key.expires_at <= sold:
        return Verdict.EXPIRED_BEFORE_SALE
    if key.expires_at > now and key.state is not KeyState.EXPIRED:
        return Verdict.VALID
    return Verdict.EXPIRED_LATELY if now - key.expires_at <= policy.keys.expired_grace else Verdict.EXPIRED_LONG
