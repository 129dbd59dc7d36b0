"""The customers' invented recharges and coupons, as the seed fills the demo shop with them."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from desk.shop.embedded.draft import Draft
from desk.shop.embedded.scenario_money import add_coupon, add_recharge
from desk.shop.types import RechargeState

R = RechargeState
_RECHARGES = {R.CREDITED: 80, R.CLOSED: 12, R.PENDING: 6, R.PAID: 5}
_YUAN = ("50", "100", "100", "200", "300", "500")
_COUPONS = 60
_COUPON_YUAN = ("3", "3", "5", "10")


def fill(draft: Draft, customers: Sequence[str]) -> None:
    """Add recharges in every state, a few of them paid and not credited, and coupons that are good, used or ended."""
    random = draft.random
    for state, count in _RECHARGES.items():
        minutes = (1, 25) if state is R.PENDING else (15, 3000) if state is R.PAID else (60, 150 * 1440)
        for _ in range(count):
            age = timedelta(minutes=random.randint(*minutes), seconds=random.randrange(60))
            add_recharge(draft, random.choice(customers), Decimal(random.choice(_YUAN)), state, age)
    for _ in range(_COUPONS):
        lasts = timedelta(days=random.randint(-20, 30), hours=random.randint(1, 20))
        used = random.random() < 0.3
        add_coupon(draft, random.choice(customers), Decimal(random.choice(_COUPON_YUAN)), lasts, used)
