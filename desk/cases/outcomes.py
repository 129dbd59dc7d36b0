"""All answers that case services can give: (topic, outcome) and the facts that each carries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desk.cases.flow_outcomes import ABOUT_ORDER, FLOW_TABLE
from desk.shop.base import Order

Card = dict[str, Any]
Fact = str | int

_ORDER = ("product", "amount")
_PAYABLE = (*_ORDER, "pay_url", "time_left")
_STATUS = (*_ORDER, "placed_at")
_ARTICLE = ("article", "question", "answer", "steps", "source", "ask_id")
_NOT_ONE_PRODUCT: dict[str, tuple[str, ...]] = {"several": (), "none": (), "which": ()}

_TABLE: dict[str, dict[str, tuple[str, ...]]] = {
    "orders": {"list": ("count",), "none": (), "anonymous": (), "meant": ("order_no",), "unclear": ()},
    "claim": {
        "owned": ("order_no",),
        "proof_needed": (),
        "rejected": ("tries_left",),
        "locked": ("minutes",),
        "malformed": (),
    },
    "order": {
        "unpaid": (*_STATUS, "pay_url", "time_left"),
        "expired": _STATUS,
        "paid_wait": (*_STATUS, "eta_minutes"),
        "processing": (*_STATUS, "eta_minutes"),
        "overdue": (*_STATUS, "paid_at", "usual_minutes"),
        "delivered": (*_STATUS, "delivered_at"),
        "completed": (*_STATUS, "delivered_at"),
        "failed": _STATUS,
        "out_of_stock_after_pay": _STATUS,
        "refunding": (*_STATUS, "refund_amount", "refund_days"),
        "refunded": (*_STATUS, "refund_amount", "refunded_at"),
        "canceled": _STATUS,
    },
    "not_received": {
        "unpaid": _PAYABLE,
        "expired": _ORDER,
        "within_usual": ("product", "usual_minutes", "eta_minutes", "paid_at"),
        "delivered_now": ("product", "count"),
        "delivered_again": ("product", "delivered_at", "count"),
        "out_of_stock": ("product", "ticket_no", "amount"),
        "partial": ("product", "got", "missing", "ticket_no"),
        "manual_late": ("product", "ticket_no"),
        "failed": ("product", "ticket_no"),
        "refunding": ("amount", "refund_days"),
        "refunded": ("amount", "refunded_at"),
        "canceled": _ORDER,
    },
    "delivery_time": {"general": (), "order": ("product", "usual_minutes")},
    "stock_choice": {
        "waiting": ("ticket_no",),
        "refund_requested": ("amount", "refund_days", "ticket_no"),
        "refund_waiting": ("amount", "ticket_no"),
        "not_applicable": (),
    },
    "key": {
        "mistyped": ("hint",),
        "incomplete": ("hint",),
        "foreign": (),
        "valid_unused": ("product", "steps", "region_note"),
        "used_after_sale": ("used_at", "sold_at"),
        "reissued": ("product", "reason_text"),
        "already_reissued": (),
        "reissue_limit": ("ticket_no",),
        "no_stock": ("ticket_no",),
        "expired_reissued": (),
        "expired_late": ("expired_at", "ticket_no"),
        "locked": ("ticket_no",),
        "still_invalid": ("ticket_no",),
    },
    "topup": {
        "unpaid": _PAYABLE,
        "expired": _ORDER,
        "pending": ("account_masked", "product", "eta_minutes"),
        "late": ("account_masked", "ticket_no"),
        "retried": ("account_masked", "eta_minutes"),
        "refund_requested": ("amount", "refund_days", "ticket_no"),
        "refund_waiting": ("amount", "ticket_no"),
        "done": ("account_masked", "done_at", "proof_no", "where"),
        "still_missing": ("account_masked", "ticket_no"),
        "refunding": ("amount", "refund_days"),
        "refunded": ("amount", "refunded_at"),
        "canceled": _ORDER,
    },
    "price": {"found": ("product", "kind", "lines"), **_NOT_ONE_PRODUCT},
    "stock": {"found": ("product", "kind", "lines"), "sold_out": ("product", "kind"), **_NOT_ONE_PRODUCT},
    "denominations": {"found": ("product", "kind", "lines"), **_NOT_ONE_PRODUCT},
    "how_to_use": {"found": ("product", "kind", "steps", "region_note"), **_NOT_ONE_PRODUCT},
    "region": {"found": ("product", "kind", "region_note"), **_NOT_ONE_PRODUCT},
    "feedback": {"recorded": ()},
    "ticket": {
        "found": ("ticket_no", "kind_text", "status_text", "updated_at", "note"),
        "unknown": (),
        "list": ("lines", "count"),
        "none": (),
    },
    "picture": {"filed": ("ticket_no",), "filed_again": ("ticket_no",), "kept": (), "kept_again": ()},
    "urge": {
        "queued": ("position",),
        "agent": (),
        "ticket": ("ticket_no", "kind_text", "status_text", "note", "by"),
        "late": ("ticket_no", "kind_text", "note"),
        "person": ("ticket_no",),
        "order": ("order_no", "product", "status_text", "eta_minutes"),
        "order_late": ("order_no", "product", "paid_at"),
        "nothing": (),
    },
    "kb": {"answered": _ARTICLE, "weak": _ARTICLE, "miss": ("ask_id",), "helped": (), "unhelpful": ()},
    "handoff": {"queued": ("position",), "queued_offline": (), "already": ("position",), "agent": ()},
}

# Whatever is said about an order carries its number: the next question about it is a button away.
_ABOUT_ORDER = {"order", "not_received", "stock_choice", "key", "topup", *ABOUT_ORDER}

OUTCOMES: Mapping[tuple[str, str], frozenset[str]] = {
    (topic, outcome): frozenset((*facts, "order_no") if topic in _ABOUT_ORDER else facts)
    for topic, outcomes in {**_TABLE, **FLOW_TABLE}.items()
    for outcome, facts in outcomes.items()
}


@dataclass(frozen=True)
class Outcome:
    """What was decided and done, for whoever words it.

    Attributes:
        facts: exactly the names in `OUTCOMES`, in an agent's words.
        cards: orders and keys (by reference) to show.
        choices: what the customer can answer.
        handoff: the conversation has been queued for a person.
        asks: the detail that is needed next ("reason", "confirm" …); the same call is made again with it.
        also: what is said after it: a coupon for the delay, a hint.
    """

    topic: str
    outcome: str
    facts: dict[str, Fact]
    cards: tuple[Card, ...] = ()
    choices: tuple[str, ...] = ()
    handoff: bool = False
    asks: str = ""
    also: tuple["Outcome", ...] = ()

    @property
    def name(self) -> tuple[str, str]:
        """Topic and outcome."""
        return self.topic, self.outcome

    def as_json(self) -> dict[str, Any]:
        """Return the answer as it goes to the bot and into the store of calls."""
        return {
            "topic": self.topic,
            "outcome": self.outcome,
            "facts": self.facts,
            "cards": list(self.cards),
            "choices": list(self.choices),
            "handoff": self.handoff,
            "asks": self.asks,
            "also": [each.as_json() for each in self.also],
        }


def build(
    topic: str,
    outcome: str,
    *,
    cards: Sequence[Card] = (),
    choices: Sequence[str] = (),
    handoff: bool = False,
    asks: str = "",
    also: Sequence["Outcome"] = (),
    **facts: Fact,
) -> Outcome:
    """Return the outcome with its facts.

    Raises:
        ValueError: no such outcome, or not exactly its facts: a programming error.
    """
    names = OUTCOMES.get((topic, outcome))
    if names is None or names != facts.keys():
        raise ValueError(f"{topic}.{outcome}: got {sorted(facts)}, needs {sorted(names or ())}")
    if odd := [name for name, value in facts.items() if not isinstance(value, str | int)]:
        raise ValueError(f"{topic}.{outcome}: neither text nor number: {odd}")
    return Outcome(topic, outcome, facts, tuple(cards), tuple(choices), handoff, asks, tuple(also))


def about(order: Order, topic: str, outcome: str, **rest: Any) -> Outcome:
    """Return an outcome about an order, which carries its number; the rest is as for `build`."""
    return build(topic, outcome, order_no=order.no, **rest)
