"""The topics: what each asks the customer and the desk. A new flow is one entry here, one line in data/rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping

ORDER = ("order_no",)
ORDER_AND_KEYS = ("order_no", "card_keys")


@dataclass(frozen=True)
class Case:
    """How a topic is handled. Topics are named like the intents that open them.

    Attributes:
        call: the desk's service; None where the answer is a plain response.
        needs: slots, in the order in which they are asked for.
        family: topics of one family are the same trouble seen from nearer: moving between them is no change
            of subject, and nothing is asked again.
        fixed: what the service is told beside the slots.
        prefix: word the answer with `utter_{prefix}_{outcome}` instead of the answer's own topic.
        follows: the order just talked about is meant when none is named.
        response: what is said when there is no call.
    """

    call: str | None
    needs: tuple[str, ...] = ()
    family: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)
    prefix: str | None = None
    follows: bool = False
    response: str | None = None


def _key(complaint: str) -> Case:
    return Case("cases/key", ORDER_AND_KEYS, "key", {"complaint": complaint}, follows=True)


CASES: Mapping[str, Case] = {
    "card_key_not_received": Case("cases/not-received", ORDER, "delivery"),
    "resend_card_key": Case("cases/resend", ORDER, "delivery", follows=True),
    "card_key_invalid": _key("invalid"),
    "card_key_used": _key("used"),
    "card_key_expired": _key("expired"),
    "topup_failed": Case("cases/topup", ORDER, "topup"),
    "wrong_account": Case("cases/wrong-account", ORDER, "topup", follows=True),
    "request_refund": Case("orders/status", ORDER, "refund", prefix="refund", follows=True),
    "payment_failed": Case("orders/status", ORDER, "payment", prefix="payment"),
    "query_order": Case("orders/status", ORDER, "look-up"),
    "ticket_progress": Case("tickets/status", ("ticket_no",), "ticket"),
    # Opened by buttons and by what a message holds, not by an intent of their own.
    "urge_order": Case("cases/not-received", ORDER, "delivery"),  # answers for top-ups too
    "stock_choice": Case("cases/stock-choice", ORDER, "stock", follows=True),
    "loose_key": Case(None, response="utter_loose_key"),
    "loose_data": Case(None, response="utter_loose_data"),
}

REMEMBERED = 1800.0  # seconds for which what was just talked about is meant when nothing is named

# Superseded without being offered again: the customer was only looking.
LOOKING = frozenset({"query_order", "loose_key", "loose_data", "urge_order"})


def same_trouble(one: str | None, other: str | None) -> bool:
    """Say whether two topics are one trouble."""
    if one == other:
        return True
    first, second = CASES.get(one or ""), CASES.get(other or "")
    return bool(first and second and first.family and first.family == second.family)
