"""Reads a sample's `outcome`: what must have happened in the shop and the desk."""

from collections.abc import Iterable

from desk.conversations.model import Owner
from desk.shop.base import OrderStatus
from desk.tickets import labels
from desk.tickets.model import Priority, TicketStatus
from tests.dialogue_runner import outcome_money
from tests.dialogue_runner.marked import Item
from tests.dialogue_runner.money_block import amount
from tests.dialogue_runner.outcome_money import is_none, of_orders
from tests.dialogue_runner.sample import Outcome, TicketExpected
from tests.dialogue_runner.world import ShopWanted

MOVED = ("delivered", "resent", "reissued", "retried", "extended", "surplus_refunded")
FIELDS = (*MOVED, "refund", *outcome_money.FIELDS, "ticket", "handoff", "status", "owner", "nothing")
REASONS = ("requested", "fallback", "policy", "tries", "failure", "complaint", "risk", "finance", "merchant")
_HANDOFF = ("reason", "priority", "intent", "group")
_PRIORITIES = ("urgent", "high", "normal", "low")
_REFUND = ("order", "state", "amount")
_REFUND_STATES = ("requested", "done")
_TICKET = ("kind", "priority", "status", "order", "urged", "department")


def outcome(item: Item, shop: ShopWanted, intents: list[str]) -> Outcome:
    """Read the block; `shop` is what it can speak of."""
    orders = list(shop.orders)
    found = item.fields(FIELDS, "`outcome`")
    nothing = found["nothing"].yes("`nothing`") if "nothing" in found else False
    if nothing and len(found) > 1:
        raise found["nothing"].wrong("`nothing: true` stands alone.")
    return Outcome(
        place=item.place,
        moved={kind: _moved(found[kind], kind, orders) for kind in MOVED if kind in found},
        refunds=_refunds(found["refund"], orders) if "refund" in found else None,
        named=outcome_money.named(found, shop),
        corrected=outcome_money.corrected(found["corrected"], orders) if "corrected" in found else None,
        coupons=outcome_money.coupons(found["coupon"], shop) if "coupon" in found else None,
        tickets=_tickets(found["ticket"], orders) if "ticket" in found else None,
        handoff=_handoff(found["handoff"], intents) if "handoff" in found else None,
        status=_status(found["status"], orders) if "status" in found else {},
        owner=found["owner"].one_of(list(Owner), "`owner`") if "owner" in found else None,
        nothing=nothing,
        places={name: one.place for name, one in found.items()},
    )


def _moved(item: Item, kind: str, orders: list[str]) -> dict[str, tuple[int, tuple[int, ...]]]:
    """Return order -> how often (0: any number) and which keys or payments; {} for none."""
    if is_none(item):
        return {}
    if not item.is_map:
        return {of_orders(one, one.text(f"`{kind}`"), orders): (0, ()) for one in item.items()}
    return {
        of_orders(one, name, orders): _times(one, "payments" if kind == "surplus_refunded" else "keys")
        for name, one in item.named(f"`{kind}`").items()
    }


def _times(item: Item, what: str) -> tuple[int, tuple[int, ...]]:
    if not item.is_map:
        return item.whole("how many", 1), ()
    found = item.fields(("count", what), "this")
    places = tuple(one.whole(f"`{what}`", 1) for one in found[what].items()) if what in found else ()
    return found["count"].whole("`count`", 1) if "count" in found else len(places), places


def _refunds(item: Item, orders: list[str]) -> dict[str, dict[str, str]]:
    if is_none(item):
        return {}
    refunds: dict[str, dict[str, str]] = {}
    for one in item.items():
        if not one.is_map:
            refunds[of_orders(one, one.text("`refund`"), orders)] = {}
            continue
        found = one.fields(_REFUND, "`refund`")
        if "order" not in found and len(orders) != 1:
            raise one.wrong("`refund` needs the `order`: the shop of this sample has not exactly one.")
        name = of_orders(found["order"], found["order"].text("`order`"), orders) if "order" in found else orders[0]
        refunds[name] = {}
        if "state" in found:
            refunds[name]["state"] = found["state"].one_of(_REFUND_STATES, "`state`")
        if "amount" in found:
            refunds[name]["amount"] = f"{amount(found['amount']):.2f}"
    return refunds


def _tickets(item: Item, orders: list[str]) -> tuple[TicketExpected, ...]:
    if is_none(item):
        return ()
    tickets = []
    for one in item.items():
        if not one.is_map:
            tickets.append(TicketExpected(one.place, {"kind": one.one_of(labels.kinds(), "the ticket's kind")}))
            continue
        found = one.fields(_TICKET, "`ticket`")
        fields = {name: value.text(f"`{name}`") for name, value in found.items()}
        known: dict[str, list[str]] = {
            "kind": labels.kinds(),
            "priority": list(Priority),
            "status": list(TicketStatus),
            "order": ["none", *orders],
            "urged": ["true", "false"],
            "department": sorted({labels.department(kind) for kind in labels.kinds()}),
        }
        for name, value in found.items():
            value.one_of(known[name], f"`{name}`")
        tickets.append(TicketExpected(one.place, fields))
    return tuple(tickets)


def _handoff(item: Item, intents: list[str]) -> dict[str, str]:
    if is_none(item):
        return {}
    if not item.is_map:
        return {"reason": item.one_of(REASONS, "the hand-off's reason")}
    found = item.fields(_HANDOFF, "`handoff`")
    known: dict[str, Iterable[str]] = {"reason": REASONS, "priority": _PRIORITIES, "intent": intents}
    for name, value in found.items():
        if name in known:
            value.one_of(known[name], f"`{name}`")
    return {name: value.text(f"`{name}`") for name, value in found.items()}


def _status(item: Item, orders: list[str]) -> dict[str, str]:
    found = item.named("`status`")
    return {of_orders(one, name, orders): one.one_of(list(OrderStatus), "status") for name, one in found.items()}
