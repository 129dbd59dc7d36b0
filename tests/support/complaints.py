"""Orders with keys in every state, and complaining about them as the bot does."""

from datetime import timedelta
from typing import Any

from desk.cases import card_key
from desk.cases.access import Asker
from desk.cases.outcomes import Outcome
from desk.shop.base import KeyState, Order, OrderStatus
from desk.shop.embedded.model import ShopCardKey
from tests.support.cases import Bench, card_order

K = KeyState


S = OrderStatus


USED = card_order(K.USED)


USED_BEFORE = card_order(K.USED, used_after=timedelta(days=-2))


SHELF = card_order(K.EXPIRED, shelf=True, product="iqiyi-1m")


OLD = card_order(K.EXPIRED, product="iqiyi-1m", minutes=60 * 24 * 60)


STALE = card_order(K.EXPIRED, product="iqiyi-1m", minutes=60 * 24)


def complain(
    bench: Bench, order: Order, complaint: str = "invalid", pasted: str = "", asker: Asker | None = None
) -> Outcome:
    """Complain as the bot does: what was pasted travels as references."""
    keys = bench.paste(pasted, asker) if pasted else []
    return bench.call(card_key.answer, order.no, keys, complaint, asker=asker)


def change(bench: Bench, order: Order, place: int, **columns: Any) -> None:
    """Change what the shop knows about one of the order's keys."""
    with bench.database.write() as session:
        row = session.get_one(ShopCardKey, bench.keys_in(session, order)[place].id)
        for name, value in columns.items():
            setattr(row, name, value)
