"""Which {placeholders} a sample may use, and refusing others before anything is played."""

import re

from tests.dialogue_runner.marked import Mistake, Place, nearest
from tests.dialogue_runner.sample import NEW, Expects, Sample
from tests.dialogue_runner.words import PLACEHOLDER
from tests.dialogue_runner.world import ShopWanted

ORDER_FIELDS = (
    *("no", "product", "amount", "quantity", "contact", "tail", "password", "account", "masked_account"),
    *("trade_no", "proof_no"),
)
KEY_FIELDS = ("number", "secret", "typo", "tail")
PAYMENT_FIELDS = ("trade_no", "channel", "failure")
CUSTOMER_FIELDS = ("name", "phone", "balance")
TICKET_FIELDS = ("no",)
RECHARGE_FIELDS = ("no", "amount", "channel")
COUPON_FIELDS = ("code", "yuan")
_NUMBERED = re.compile(r"(order\.\w+\.(?:key|payment))\.(\d+)\.")


def check(sample: Sample) -> None:
    """Refuse a placeholder that stands for nothing in this sample.

    Raises:
        Mistake: with the line, the name and the nearest one that there is.
    """
    known = names(sample.shop)
    for place, text in _texts(sample):
        for name in PLACEHOLDER.findall(text):
            if _NUMBERED.sub(r"\1.1.", name) not in known:
                raise Mistake(place, f"nothing is called {{{name}}} in this sample.{_nearest(name, known)}")


def names(shop: ShopWanted) -> list[str]:
    """Return all names; of an order's keys and payments those of the first, which stands for all."""
    found = [f"customer.{name}.{field}" for name in shop.customers for field in CUSTOMER_FIELDS]
    for order in shop.orders:
        found += [f"order.{order}.{field}" for field in ORDER_FIELDS]
        found += [f"order.{order}.key.1.{field}" for field in KEY_FIELDS]
        found += [f"order.{order}.payment.1.{field}" for field in PAYMENT_FIELDS]
    found += [f"key.{key}.{field}" for key in shop.keys for field in KEY_FIELDS]
    found += [f"recharge.{name}.{field}" for name in shop.recharges for field in RECHARGE_FIELDS]
    found += [f"coupon.{name}.{field}" for name in [*shop.coupons, NEW] for field in COUPON_FIELDS]
    return found + [f"ticket.{ticket}.{field}" for ticket in [*shop.tickets, NEW] for field in TICKET_FIELDS]


def _nearest(name: str, known: list[str]) -> str:
    end = nearest(_NUMBERED.sub(r"\1.1.", name), known)
    return end if end.startswith(" Did") else f" There is: {', '.join(f'{{{one}}}' for one in known[:12])} …"


def _texts(sample: Sample) -> list[tuple[Place, str]]:
    found = [(one.place, one.text) for one in sample.never]
    for turn in sample.turns:
        found += [(turn.place, text) for text in turn.texts]
        found += _expected(turn.expects)
    return found


def _expected(expects: Expects) -> list[tuple[Place, str]]:
    groups = (expects.contains, expects.any_of, expects.lacks, expects.buttons or ())
    return [(one.place, one.text) for group in groups for one in group]
