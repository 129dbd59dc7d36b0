"""The past of the demo shop: which orders the seed invents, and how many of each kind."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

from desk.shop.embedded.catalogue import Entry
from desk.shop.embedded.scenario import Scenario
from desk.shop.embedded.scenario_money import Paid, usual
from desk.shop.types import Fulfilment, KeyState, OrderStatus, PaymentState, ProductKind

S, P = OrderStatus, PaymentState
Buyer = tuple[str, str]  # customer id, phone

#: How often a state comes up among orders without a story, in per mille of them.
_USUAL = {
    S.COMPLETED: 430,
    S.DELIVERED: 260,
    S.EXPIRED: 70,
    S.REFUNDED: 45,
    S.CANCELED: 45,
    S.UNPAID: 30,
    S.PAID_WAIT: 40,
    S.PROCESSING: 30,
    S.REFUNDING: 25,
    S.FAILED: 15,
    S.OUT_OF_STOCK_AFTER_PAY: 10,
}
_RECENT = {S.UNPAID, S.PAID_WAIT, S.PROCESSING, S.FAILED, S.REFUNDING, S.OUT_OF_STOCK_AFTER_PAY}


class History:
    """Makes scenarios for a draft; each call of `orders` is one shop's past."""

    def __init__(self, random: Random, entries: Sequence[Entry], buyers: Sequence[Buyer]) -> None:
        self._random, self._buyers = random, buyers
        self._all = entries
        cards = [entry for entry in entries if entry.kind is ProductKind.CARD_KEY]
        self._instant = [e for e in cards if e.fulfilment is Fulfilment.AUTO and e.stock]
        self._sold_out = [e for e in cards if not e.stock]
        self._by_hand = [e for e in entries if e.fulfilment is Fulfilment.MANUAL]
        self._topups = [e for e in entries if e.kind is ProductKind.TOPUP and e.fulfilment is Fulfilment.AUTO]
        self._lasting = [e for e in self._instant if e.validity_days]

    def orders(self, count: int) -> Iterator[Scenario]:
        """Yield `count` orders: first the telling ones, then the everyday ones."""
        told = list(self._telling())
        yield from told
        for _ in range(count - len(told)):
            yield self._everyday()

    def _telling(self) -> Iterator[Scenario]:
        """Yield every case that the bot must tell apart, each often enough to be met by chance."""
        for _ in range(12):
            yield self._one(self._instant, S.PAID_WAIT, minutes=(40, 900))  # stock is there: system delay
            yield self._one(self._instant, S.PAID_WAIT, minutes=(0, 3))  # within the usual time
            yield self._one(self._sold_out, S.PAID_WAIT, minutes=(40, 900))
            yield self._one(self._sold_out, S.OUT_OF_STOCK_AFTER_PAY, minutes=(60, 4000))
            partial = self._one(self._sold_out, S.PROCESSING, minutes=(60, 3000))
            yield replace(partial, quantity=5, handed_out=3)
            yield self._one(self._by_hand, S.PROCESSING, minutes=(400, 2000))  # late, a person is needed
            yield self._one(self._by_hand, S.PROCESSING, minutes=(1, 60))
            before = self._one(self._instant, S.DELIVERED, minutes=(60, 20000))
            days = timedelta(days=self._random.randint(1, 40))
            yield replace(before, key_state=KeyState.USED, used_after=-days)
            yield replace(before, key_state=KeyState.USED, used_after=-days, reissued=True)
            yield replace(before, key_state=KeyState.USED, used_after=timedelta(minutes=25))
            yield replace(before, key_state=KeyState.LOCKED)
            lasting = self._one(self._lasting, S.DELIVERED, minutes=(3000, 90000))
            yield replace(lasting, key_state=KeyState.EXPIRED)
            yield replace(lasting, key_state=KeyState.EXPIRED, shelf=True)
            yield replace(before, quantity=3, key_state=KeyState.USED, only_first=True)
            yield self._one(self._topups, S.FAILED, minutes=(30, 2000))
            yield replace(self._one(self._topups, S.FAILED, minutes=(90, 2000)), attempts=2)
            yield self._one(self._topups, S.PROCESSING, minutes=(1, 8))  # pending
            yield self._one(self._topups, S.PROCESSING, minutes=(120, 2000))  # late
            done = self._one(self._topups, S.DELIVERED, minutes=(60, 9000))
            yield done
            yield replace(done, account=None, contact=self._random.choice(self._buyers)[1])  # wrong account
            back = self._one(self._sold_out, S.REFUNDED, minutes=(4000, 9000))
            yield replace(back, quantity=5, handed_out=2, refund_of=Decimal("0.6"))
            yield from self._paid_oddly()

    def _paid_oddly(self) -> Iterator[Scenario]:
        """Yield orders with more than one payment: refused ones, and money that was taken twice."""
        for status in (S.UNPAID, S.EXPIRED):
            refused = self._one(self._instant, status, minutes=(1, 20) if status is S.UNPAID else (60, 9000))
            yield replace(refused, payments=(Paid(P.FAILED), *usual(status)))
        again = self._one(self._instant, S.DELIVERED, minutes=(30, 9000))
        yield replace(again, payments=(Paid(P.FAILED), Paid(P.SUCCESS)))
        twice = self._one(self._instant, S.DELIVERED, minutes=(30, 9000))
        second = self._random.choice((P.SUCCESS, P.SUCCESS, P.REFUNDING, P.REFUNDED))
        yield replace(twice, payments=(Paid(P.SUCCESS), Paid(second)))

    def _everyday(self) -> Scenario:
        status = self._random.choices(list(_USUAL), list(_USUAL.values()))[0]
        minutes = (0, 1800) if status in _RECENT else (90, 180 * 1440)
        if status is S.UNPAID:
            minutes = (0, 25)
        elif status is S.DELIVERED:
            minutes = (60, 10 * 1440)
        among = self._all
        if status is S.FAILED:
            among = self._topups
        elif status is S.OUT_OF_STOCK_AFTER_PAY:
            among = self._sold_out
        wanted = self._one(among, status, minutes)
        if wanted.entry.fulfilment is Fulfilment.MANUAL:
            wanted = replace(wanted, took=timedelta(minutes=self._random.randint(20, 200)))
        if status in (S.COMPLETED, S.DELIVERED):
            used = self._random.random() < (0.9 if status is S.COMPLETED else 0.4)
            after = timedelta(minutes=self._random.randint(1, 3000))
            quantity = self._random.choices((1, 2, 3, 5), (85, 9, 4, 2))[0]
            state = KeyState.USED if used else KeyState.SOLD
            wanted = replace(wanted, key_state=state, used_after=after, quantity=quantity)
        return wanted

    def _one(self, among: Sequence[Entry], status: OrderStatus, minutes: tuple[int, int]) -> Scenario:
        entry = self._random.choices(among, [entry.weight for entry in among])[0]
        customer_id, phone = self._random.choice(self._buyers)
        guest = self._random.random() < 0.1
        return Scenario(
            entry=entry,
            status=status,
            age=timedelta(minutes=self._random.randint(*minutes), seconds=self._random.randrange(60)),
            contact=phone,
            customer_id=None if guest else customer_id,
            took=timedelta(seconds=self._random.randint(5, 60 * min(entry.usual_minutes, 55))),
            old_number=self._random.random() < 0.15,
        )
