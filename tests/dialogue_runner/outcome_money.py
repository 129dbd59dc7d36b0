"""Reads what a sample's `outcome` says of coupons, wallets, accounts and canceled orders."""

from collections.abc import Collection

from tests.dialogue_runner.marked import Item, nearest
from tests.dialogue_runner.money_block import amount
from tests.dialogue_runner.sample import CouponExpected
from tests.dialogue_runner.world import ShopWanted

NAMED = ("canceled", "order_frozen", "credited", "account_frozen")
FIELDS = (*NAMED, "corrected", "coupon")
COUPON = ("yuan", "of")


def is_none(item: Item) -> bool:
    """Say whether nothing of the kind must have happened."""
    return not item.is_map and not item.is_list and item.text("this") == "none"


def of_orders(item: Item, name: str, orders: Collection[str]) -> str:
    """Return a name that is an order's."""
    return _one_of(item, name, orders, "order")


def named(found: dict[str, Item], shop: ShopWanted) -> dict[str, tuple[str, ...]]:
    """Return by kind what it must have happened to; an empty one for `none`."""
    known: dict[str, tuple[str, Collection[str]]] = {
        "canceled": ("order", shop.orders),
        "order_frozen": ("order", shop.orders),
        "credited": ("recharge", shop.recharges),
        "account_frozen": ("customer", shop.customers),
    }
    told: dict[str, tuple[str, ...]] = {}
    for kind, (what, names) in known.items():
        if kind in found:
            several = [] if is_none(found[kind]) else found[kind].items()
            told[kind] = tuple(_one_of(one, one.text(f"`{kind}`"), names, what) for one in several)
    return told


def corrected(item: Item, orders: Collection[str]) -> dict[str, str]:
    """Return order -> the account that it has now ("": whichever); {} for none."""
    if is_none(item):
        return {}
    if not item.is_map:
        return {of_orders(one, one.text("`corrected`"), orders): "" for one in item.items()}
    return {of_orders(one, name, orders): one.text("the account") for name, one in item.named("`corrected`").items()}


def coupons(item: Item, shop: ShopWanted) -> tuple[CouponExpected, ...]:
    """Return the coupons that must have been given."""
    return () if is_none(item) else tuple(_coupon(one, shop) for one in item.items())


def _coupon(item: Item, shop: ShopWanted) -> CouponExpected:
    if not item.is_map:
        return CouponExpected(item.place, f"{amount(item):.2f}")
    found = item.fields(COUPON, "`coupon`")
    if "yuan" not in found:
        raise item.wrong("`coupon` needs `yuan`.")
    owner = found["of"].one_of(shop.customers, "customer") if "of" in found else None
    return CouponExpected(item.place, f"{amount(found['yuan']):.2f}", owner)


def _one_of(item: Item, name: str, known: Collection[str], what: str) -> str:
    if name not in known:
        raise item.wrong(f"there is no {what} {name!r} in the shop.{nearest(name, known)}")
    return name
