"""The topics: what each asks the customer and the desk. A new flow is one entry here, one line in data/rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping

ORDER = ("order_no",)
ORDER_AND_KEYS = ("order_no", "card_keys")
ORDER_AND_DETAIL = ("order_no", "detail")


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
        unpaid: the newest unpaid order is meant when none is named; who has no order at all is answered without one.
        response: what is said when there is no call.
        group: the reason under which people are called for the topic, which is whose queue it belongs to.
        hands_over: outcomes after which a person is called at once.
        hears: the desk is told the words that opened the topic, as the detail `said`.
        first: orders in this state (refunding) are offered first, and the only one is meant when none is named.
    """

    call: str | None
    needs: tuple[str, ...] = ()
    family: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)
    prefix: str | None = None
    follows: bool = False
    unpaid: bool = False
    response: str | None = None
    group: str = "requested"
    hands_over: tuple[str, ...] = ()
    hears: bool = False
    first: str = ""

    def calls_person(self, outcome: str) -> bool:
        """Say whether a person is called after this outcome."""
        return outcome in self.hands_over


def _merchant(flow: str) -> Case:
    return Case(f"flows/{flow}", ("detail",), group="merchant", hears=True)


def _key(complaint: str) -> Case:
    return Case("cases/key", ORDER_AND_KEYS, "key", {"complaint": complaint}, follows=True)


CASES: Mapping[str, Case] = {
    "card_key_not_received": Case("cases/not-received", ORDER, "delivery"),
    "resend_card_key": Case("cases/resend", ORDER, "delivery", follows=True),
    "card_key_invalid": _key("invalid"),
    "card_key_used": _key("used"),
    "card_key_expired": _key("expired"),
    "topup_failed": Case("cases/topup", ORDER, "topup"),
    "wrong_account": Case("flows/wrong-account", ORDER_AND_DETAIL, "topup", follows=True, hears=True),
    "request_refund": Case("flows/refund", ORDER_AND_DETAIL, "refund", prefix="refund", follows=True),
    "refund_progress": Case("flows/refund-progress", ORDER_AND_DETAIL, "refund", follows=True, first="refunding"),
    "cancel_order": Case("flows/cancel", ORDER_AND_DETAIL, "refund", follows=True),
    "payment_failed": Case(
        "flows/payment", ORDER_AND_DETAIL, "payment", prefix="payment", unpaid=True, group="finance"
    ),
    "duplicate_charge": Case("flows/duplicate", ORDER_AND_DETAIL, "payment", follows=True, group="finance"),
    "request_invoice": Case("flows/invoice", ORDER_AND_DETAIL, "invoice", follows=True, group="finance", hears=True),
    "query_order": Case("orders/status", ORDER, "look-up"),
    "balance_not_credited": Case("flows/balance", ("detail",), "balance", group="finance"),
    "merchant_bulk_order": _merchant("merchant-bulk"),
    "merchant_settlement": _merchant("merchant-settlement"),
    "merchant_api": _merchant("merchant-api"),
    "become_reseller": _merchant("become-reseller"),
    "ask_price": Case("goods/price"),
    "ask_stock": Case("goods/stock"),
    "ask_denominations": Case("goods/denominations"),
    "ask_how_to_use": Case("goods/how-to-use"),
    "ask_region_restriction": Case("goods/region"),
    "ticket_progress": Case("tickets/status", ("ticket_no",), "ticket"),
    # Opened by buttons and by what a message holds, not by an intent of their own.
    "urge_order": Case("cases/not-received", ORDER, "delivery"),  # answers for top-ups too
    "stock_choice": Case("cases/stock-choice", ORDER, "stock", follows=True),
    "loose_key": Case(None, response="utter_loose_key"),
    "loose_data": Case(None, response="utter_loose_data"),
}

REMEMBERED = 1800.0  # seconds for which what was just talked about is meant when nothing is named

# Questions about a product: answered in passing, about the one that was named or talked about last.
GOODS = frozenset(topic for topic, case in CASES.items() if str(case.call).startswith("goods/"))

# Something went wrong, and the customer may be upset about it.
RISKS = frozenset({"account_stolen", "account_frozen", "report_fraud", "fund_dispute"})

# Superseded without being offered again: the customer was only looking.
LOOKING = frozenset({"query_order", "loose_key", "loose_data", "urge_order"})


def same_trouble(one: str | None, other: str | None) -> bool:
    """Say whether two topics are one trouble."""
    if one == other:
        return True
    first, second = CASES.get(one or ""), CASES.get(other or "")
    return bool(first and second and first.family and first.family == second.family)
