"""Reads a sample's `shop`: customers, orders, keys, tickets, stock, money."""

from datetime import timedelta

from desk.shop.base import AccountState, KeyState, ProductKind
from desk.shop.embedded import catalogue
from desk.texts import table
from desk.tickets import labels
from desk.tickets.model import Priority, TicketStatus
from tests.dialogue_runner.marked import Item
from tests.dialogue_runner.money_block import amount, channels, coupon, recharge
from tests.dialogue_runner.order_block import one_of, order, phone, product
from tests.dialogue_runner.sample import ANONYMOUS, ME, NEW
from tests.dialogue_runner.words import length, moment
from tests.dialogue_runner.world import CustomerWanted, LooseKey, OrderWanted, ShopWanted, TicketWanted

FIELDS = ("customers", "orders", "keys", "tickets", "stock", "recharges", "coupons", "channels")
CUSTOMER = ("name", "phone", "account", "balance")
_LOOSE = ("product", "state", "expires")
TICKET = ("kind", "problem", "order", "of", "title", "priority", "status", "note", "age")
_UNKNOWN = "unknown"


def shop(item: Item) -> ShopWanted:
    """Read the block."""
    found = item.fields(FIELDS, "`shop`")
    customers = {name: _customer(one) for name, one in _named(found, "customers").items()} or {ME: CustomerWanted("")}
    orders = {name: order(name, one, customers) for name, one in _named(found, "orders").items()}
    keys = {name: _loose_key(one) for name, one in _named(found, "keys").items()}
    tickets = {name: _ticket(name, one, orders, customers) for name, one in _named(found, "tickets").items()}
    stock = {product(one, name): one.whole("`stock`") for name, one in _named(found, "stock", free=True).items()}
    return ShopWanted(
        customers,
        orders,
        keys,
        tickets,
        stock,
        recharges={name: recharge(one, customers) for name, one in _named(found, "recharges").items()},
        coupons={name: coupon(one, customers) for name, one in _named(found, "coupons").items()},
        channels=channels(_named(found, "channels", free=True)),
    )


def _named(found: dict[str, Item], block: str, free: bool = False) -> dict[str, Item]:
    if block not in found:
        return {}
    entries = found[block].named(f"`{block}`")
    for name, one in entries.items():
        if not free and not (name.isidentifier() or name.isalnum()):
            raise one.wrong(f"{name!r} in `{block}`: a name has letters, digits and _ only.")
        if name in (ANONYMOUS, NEW):
            raise one.wrong(f"{name!r} has a meaning of its own: choose another name in `{block}`.")
    return entries


def _customer(item: Item) -> CustomerWanted:
    if not item.is_map:
        return CustomerWanted(item.text("the customer's name"))
    found = item.fields(CUSTOMER, "a customer")
    account = found["account"].one_of(list(AccountState), "`account`") if "account" in found else AccountState.ACTIVE
    return CustomerWanted(
        found["name"].text("`name`") if "name" in found else "",
        phone(found["phone"]) if "phone" in found else None,
        AccountState(account),
        amount(found["balance"]) if "balance" in found else None,
    )


def _loose_key(item: Item) -> LooseKey:
    found = item.fields(_LOOSE, "a key")
    if "product" not in found:
        raise item.wrong("a key needs a `product`, whose form it has.")
    id_ = product(found["product"], found["product"].text("`product`"))
    known = {entry.id: entry for entry in catalogue.entries()}
    if known[id_].kind is ProductKind.TOPUP:
        raise found["product"].wrong(f"{id_} is a top-up: it has no keys.")
    states = [KeyState.UNSOLD, KeyState.LOCKED, KeyState.EXPIRED, _UNKNOWN]
    state = found["state"].one_of(states, "`state`") if "state" in found else KeyState.UNSOLD
    expires = moment(found["expires"], "`expires`") if "expires" in found else None
    return LooseKey(id_, None if state == _UNKNOWN else KeyState(state), expires)


def _problems() -> list[str]:
    return [key.removeprefix("title.") for key in table("tickets") if key.startswith("title.")]


def _ticket(
    name: str, item: Item, orders: dict[str, OrderWanted], customers: dict[str, CustomerWanted]
) -> TicketWanted:
    found = item.fields(TICKET, f"ticket {name!r}")
    problem = found["problem"].one_of(_problems(), "`problem`") if "problem" in found else None
    about = one_of(found["order"], found["order"].text("`order`"), list(orders), "order") if "order" in found else None
    if problem is None and "kind" not in found:
        raise item.wrong(f"ticket {name!r} needs a `kind` or a `problem`.")
    if problem is not None and ("kind" in found or about is None):
        raise item.wrong(f"ticket {name!r}: a `problem` tells the kind, and needs an `order`.")
    return TicketWanted(
        name=name,
        place=item.place,
        kind=found["kind"].one_of(labels.kinds(), "`kind`") if "kind" in found else "",
        problem=problem,
        order=about,
        customer=one_of(found["of"], found["of"].text("`of`"), list(customers), "customer") if "of" in found else None,
        title=found["title"].text("`title`") if "title" in found else "",
        priority=found["priority"].one_of(list(Priority), "`priority`") if "priority" in found else None,
        status=found["status"].one_of(list(TicketStatus), "`status`") if "status" in found else TicketStatus.OPEN,
        note=found["note"].text("`note`") if "note" in found else None,
        age=length(found["age"], "`age`") if "age" in found else timedelta(hours=1),
    )
