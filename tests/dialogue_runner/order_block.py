"""Reads an order of a sample's `shop`, with its payment and its keys."""

from datetime import timedelta

from desk.shop.base import KeyState, OrderStatus, ProductKind
from desk.shop.embedded import catalogue
from tests.dialogue_runner.marked import Item, nearest
from tests.dialogue_runner.money_block import amount, payments
from tests.dialogue_runner.words import length, moment
from tests.dialogue_runner.world import CustomerWanted, KeyWanted, OrderWanted

ORDER = (
    *("product", "kind", "quantity", "amount", "status", "paid", "of", "guest", "contact", "password", "account"),
    *("failure", "attempts", "handed_out", "pay_limit", "took", "refund", "keys", "payments", "frozen"),
)
KEY = ("state", "used", "expires", "replaced")
_GUEST = ("contact", "password")
_UNKNOWN = "unknown"


def product(item: Item, name: str) -> str:
    """Return the id of a product of the catalogue."""
    known = [entry.id for entry in catalogue.entries()]
    return one_of(item, name, known, "product")


def one_of(item: Item, name: str, known: list[str], what: str) -> str:
    """Return a name that is one of the known ones."""
    if name not in known:
        raise item.wrong(f"{what} {name!r} is not known.{nearest(name, known)}")
    return name


def phone(item: Item) -> str:
    """Return the 11 digits of a phone."""
    given = item.text("the phone").replace(" ", "").replace("-", "")
    if not (given.isdecimal() and len(given) == 11):
        raise item.wrong(f"a phone has 11 digits, not {given!r}.")
    return given


def order(name: str, item: Item, customers: dict[str, CustomerWanted]) -> OrderWanted:
    """Read an order; `customers` are those of the block."""
    found = item.fields(ORDER, f"order {name!r}")
    guest = found["guest"].fields(_GUEST, "`guest`") if "guest" in found else None
    if guest is not None and "of" in found:
        raise found["guest"].wrong("an order is either `of` a customer or of a `guest`.")
    owner = None if guest is not None else next(iter(customers))
    if "of" in found:
        owner = one_of(found["of"], found["of"].text("`of`"), list(customers), "customer")
    contact, password = (guest or found).get("contact"), (guest or found).get("password")
    kind = found["kind"].one_of(list(ProductKind), "`kind`") if "kind" in found else ProductKind.CARD_KEY
    given = product(found["product"], found["product"].text("`product`")) if "product" in found else None
    status = found["status"].one_of(list(OrderStatus), "`status`") if "status" in found else OrderStatus.PAID_WAIT
    keys = tuple(_key(one) for one in found["keys"].items()) if "keys" in found else None
    quantity = found["quantity"].whole("`quantity`", 1) if "quantity" in found else max(1, len(keys or ()))
    handed_out = found["handed_out"].whole("`handed_out`") if "handed_out" in found else None
    is_topup = {entry.id: entry.kind for entry in catalogue.entries()}.get(given or "", kind) == ProductKind.TOPUP
    if keys is not None and is_topup:
        raise found["keys"].wrong("a top-up has no keys.")
    if keys is not None and (handed_out is not None or len(keys) > quantity):
        raise found["keys"].wrong("give `keys` or `handed_out`, and no more keys than the `quantity`.")
    if "account" in found and not is_topup:
        raise found["account"].wrong("only a top-up has an `account`.")
    return OrderWanted(
        name=name,
        place=item.place,
        product=given,
        kind=ProductKind(kind),
        status=OrderStatus(status),
        age=length(found["paid"], "`paid`") if "paid" in found else timedelta(hours=1),
        customer=owner,
        quantity=quantity,
        amount=amount(found["amount"]) if "amount" in found else None,
        contact=phone(contact) if contact else None,
        password=password.text("`password`") if password else None,
        account=found["account"].text("`account`") if "account" in found else None,
        failure=found["failure"].text("`failure`") if "failure" in found else None,
        attempts=found["attempts"].whole("`attempts`", 1) if "attempts" in found else 1,
        handed_out=len(keys) if keys is not None else handed_out,
        pay_limit=length(found["pay_limit"], "`pay_limit`") if "pay_limit" in found else None,
        took=length(found["took"], "`took`") if "took" in found else None,
        refund=amount(found["refund"]) if "refund" in found else None,
        keys=keys,
        payments=payments(found["payments"]) if "payments" in found else None,
        frozen=found["frozen"].yes("`frozen`") if "frozen" in found else False,
    )


def _key(item: Item) -> KeyWanted:
    if not item.is_map:
        return KeyWanted(item.place, KeyState(item.one_of(_states(), "the key's state")))
    found = item.fields(KEY, "a key")
    unknown = "used" in found and found["used"].text("`used`") == _UNKNOWN
    used = moment(found["used"], "`used`") if "used" in found and not unknown else None
    expires = moment(found["expires"], "`expires`") if "expires" in found else None
    state = KeyState(found["state"].one_of(_states(), "`state`")) if "state" in found else None
    if state is None and "used" in found:
        state = KeyState.USED
    if "used" in found and state is not KeyState.USED:
        raise found["used"].wrong("only a key in state `used` has been used.")
    replaced = found["replaced"].yes("`replaced`") if "replaced" in found else False
    return KeyWanted(item.place, state, used, unknown, expires, replaced)


def _states() -> list[str]:
    return [state for state in KeyState if state is not KeyState.UNSOLD]
