"""Reads what a sample's `shop` has of money: payments of orders, recharges, coupons, channels."""

from datetime import timedelta
from decimal import Decimal, InvalidOperation

from desk.shop.base import PaymentState, RechargeState
from desk.shop.embedded import catalogue
from tests.dialogue_runner.marked import Item, nearest
from tests.dialogue_runner.words import length, moment
from tests.dialogue_runner.world import CouponWanted, CustomerWanted, PaymentWanted, RechargeWanted

PAYMENT = ("state", "method", "failure", "after")
RECHARGE = ("amount", "state", "paid", "method", "of")
COUPON = ("yuan", "of", "ends", "used")
_NONE = "none"
_WORKS = {"down": timedelta(minutes=30), "up": None}
_CAME = {PaymentState.SUCCESS, PaymentState.REFUNDING, PaymentState.REFUNDED}


def amount(item: Item) -> Decimal:
    """Return an amount of yuan, more than none."""
    given = item.text("the amount").strip("¥￥元 ")
    try:
        found = Decimal(given)
    except InvalidOperation:
        raise item.wrong(f"an amount is yuan such as 98.80, not {given!r}.") from None
    if not found.is_finite() or found <= 0:
        raise item.wrong(f"an amount is more than 0 yuan, not {given!r}.")
    return found.quantize(Decimal("0.01"))


def payments(item: Item) -> tuple[PaymentWanted, ...]:
    """Return the payments of an order, in the order in which they were begun."""
    if not item.is_list and not item.is_map and item.text("`payments`") == _NONE:
        return ()
    return tuple(_payment(one) for one in item.items())


def recharge(item: Item, customers: dict[str, CustomerWanted]) -> RechargeWanted:
    """Read a payment into the wallet of one of the block's customers."""
    found = item.fields(RECHARGE, "a recharge")
    if "amount" not in found:
        raise item.wrong("a recharge needs an `amount`.")
    return RechargeWanted(
        place=item.place,
        customer=_owner(found.get("of"), customers),
        amount=amount(found["amount"]),
        state=RechargeState(found["state"].one_of(list(RechargeState), "`state`") if "state" in found else "paid"),
        age=length(found["paid"], "`paid`") if "paid" in found else timedelta(hours=1),
        method=_method(found.get("method")),
    )


def coupon(item: Item, customers: dict[str, CustomerWanted]) -> CouponWanted:
    """Read a coupon of one of the block's customers; a bare amount will do."""
    if not item.is_map:
        return CouponWanted(item.place, next(iter(customers)), amount(item))
    found = item.fields(COUPON, "a coupon")
    if "yuan" not in found:
        raise item.wrong("a coupon needs `yuan`.")
    return CouponWanted(
        place=item.place,
        customer=_owner(found.get("of"), customers),
        yuan=amount(found["yuan"]),
        ends=moment(found["ends"], "`ends`") if "ends" in found else None,
        used=found["used"].yes("`used`") if "used" in found else False,
    )


def channels(found: dict[str, Item]) -> dict[str, timedelta]:
    """Return the ways to pay that are out of order, and for how long they have been."""
    out: dict[str, timedelta] = {}
    for code, one in found.items():
        _known_method(one, code)
        given = one.text("`channels`")
        since = _WORKS[given] if given in _WORKS else length(one, "`down`, `up`, or since when it is down")
        if since is not None:
            out[code] = since
    return out


def _payment(item: Item) -> PaymentWanted:
    if not item.is_map:
        return PaymentWanted(item.place, PaymentState(item.one_of(list(PaymentState), "`payments`")))
    found = item.fields(PAYMENT, "a payment")
    if "state" not in found:
        raise item.wrong("a payment needs a `state`.")
    state = PaymentState(found["state"].one_of(list(PaymentState), "`state`"))
    if "failure" in found and state is not PaymentState.FAILED:
        raise found["failure"].wrong("only a payment in state `failed` has a `failure`.")
    if "after" in found and state not in _CAME:
        raise found["after"].wrong(f"a payment in state `{state}` never came: it has no `after`.")
    return PaymentWanted(
        place=item.place,
        state=state,
        method=_method(found.get("method")),
        failure=found["failure"].text("`failure`") if "failure" in found else None,
        after=length(found["after"], "`after`") if "after" in found else None,
    )


def _method(item: Item | None) -> str | None:
    return None if item is None else _known_method(item, item.text("`method`"))


def _known_method(item: Item, code: str) -> str:
    known = catalogue.channels()
    if code not in known:
        raise item.wrong(f"there is no channel {code!r}.{nearest(code, known)}")
    return code


def _owner(item: Item | None, customers: dict[str, CustomerWanted]) -> str:
    if item is None:
        return next(iter(customers))
    return item.one_of(customers, "customer")
