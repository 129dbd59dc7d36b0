"""One invented order in a wanted state, with times, payment, keys and refund that fit together."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from desk import clock
from desk.shop.embedded import numbers
from desk.shop.embedded.catalogue import Entry
from desk.shop.embedded.draft import Draft
from desk.shop.embedded.model import ShopOrder
from desk.shop.embedded.scenario_money import Paid, add_payments, add_refund, usual
from desk.shop.types import KeyState, OrderStatus, ProductKind

S = OrderStatus
_UNPAID = {S.UNPAID, S.EXPIRED, S.CANCELED}
_DONE = {S.DELIVERED, S.COMPLETED}
_BACK = {S.REFUNDING, S.REFUNDED}
_SENT = {S.PROCESSING, S.FAILED, S.DELIVERED, S.COMPLETED}
FAILURES = (
    "运营商返回：号码状态异常，无法充值",
    "运营商返回：号段维护中",
    "上游返回：账号不存在或已冻结",
    "上游返回：单日充值次数已达上限",
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What an order shall look like.

    Attributes:
        age: how long ago it was paid (or placed, when it was not).
        handed_out: keys that were delivered; None: all for delivered orders, else none.
        key_state: the state of those keys; only the first one when `only_first`.
        used_after: when used, how long after the sale; negative: before the sale.
        reissued: whether the first key has its replacement.
        shelf: for expired keys: whether they expired before the sale already.
        took: time from payment to delivery.
        refund_of: the share of the price that is paid back.
        pay_limit: how long an order can be paid.
        payments: in the order in which they were begun; None: as the state wants it.
    """

    entry: Entry
    status: OrderStatus
    age: timedelta
    contact: str
    customer_id: str | None = None
    quantity: int = 1
    handed_out: int | None = None
    key_state: KeyState = KeyState.SOLD
    only_first: bool = False
    used_after: timedelta = timedelta(hours=3)
    reissued: bool = False
    shelf: bool = False
    took: timedelta = timedelta(minutes=2)
    account: str | None = None
    failure: str | None = None
    password_digest: str | None = None
    attempts: int = 1
    refund_of: Decimal = Decimal(1)
    no: str | None = None
    old_number: bool = False
    coupon: str | None = None
    discount: Decimal = Decimal(0)
    pay_limit: timedelta = timedelta(minutes=30)
    payments: tuple[Paid, ...] | None = None
    frozen: bool = False


def add(draft: Draft, wanted: Scenario) -> str:
    """Add the order and all that belongs to it to the draft; return its number."""
    entry, status = wanted.entry, wanted.status
    start = draft.now - wanted.age
    paid_at = None if status in _UNPAID else start
    placed_at = start if paid_at is None else paid_at - timedelta(seconds=draft.random.randrange(20, 400))
    delivered_at = start + wanted.took if status in _DONE else None
    amount = max(entry.price * wanted.quantity - wanted.discount, Decimal("0.01"))
    topup = entry.kind is ProductKind.TOPUP
    no = wanted.no or _free_number(draft, placed_at, wanted.old_number)
    account = (wanted.account or invented_account(draft, entry, wanted.contact)) if topup else None
    failure = wanted.failure or (draft.random.choice(FAILURES) if status is S.FAILED else None)
    draft.add(
        ShopOrder,
        no=no,
        customer_id=wanted.customer_id,
        product_id=entry.id,
        quantity=wanted.quantity,
        amount=amount,
        status=status,
        contact=wanted.contact,
        password_digest=wanted.password_digest,
        coupon=wanted.coupon,
        placed_at=placed_at,
        paid_at=paid_at,
        delivered_at=delivered_at,
        expires_at=placed_at + wanted.pay_limit if paid_at is None else None,
        account=account,
        failure=failure,
        proof_no=f"{start:%Y%m%d}{draft.random.randrange(10**8):08d}" if topup and delivered_at else None,
        frozen_at=draft.now if wanted.frozen else None,
    )
    add_payments(draft, no, amount, start, usual(status) if wanted.payments is None else wanted.payments)
    if paid_at is not None and status in _BACK:
        part = (amount * wanted.refund_of).quantize(Decimal("0.01"))
        add_refund(draft, no, part, paid_at, done=status is S.REFUNDED)
    if topup and paid_at is not None and status in _SENT:
        draft.attempts(no, wanted.attempts, paid_at + timedelta(seconds=30))
    if not topup:
        count = wanted.handed_out if wanted.handed_out is not None else wanted.quantity * (status in _DONE)
        for slot in range(1, count + 1):
            _add_key(draft, wanted, no, slot, start + wanted.took)
    return no


def invented_account(draft: Draft, entry: Entry, phone: str) -> str:
    """Return a top-up target of the kind that the product needs."""
    digits = draft.random.randrange
    if entry.account == "phone":
        return phone
    if entry.account == "email":
        return f"player{digits(10**5):05d}@example.com"
    if entry.account == "fuel_card":
        return f"9030{digits(10**12):012d}"
    return str(digits(10**8, 10**9)) if entry.account == "uid" else str(digits(10**8, 10**10))


def _free_number(draft: Draft, at: datetime, old: bool) -> str:
    while draft.has(no := numbers.make(clock.local(at).date(), draft.random, digits=old)):
        pass
    return no


def _add_key(draft: Draft, wanted: Scenario, no: str, slot: int, sold_at: datetime) -> None:
    entry = wanted.entry
    state = wanted.key_state if slot == 1 or not wanted.only_first else KeyState.SOLD
    until = None if entry.validity_days is None else sold_at + timedelta(days=entry.validity_days)
    used_at = min(sold_at + wanted.used_after, draft.now) if state is KeyState.USED else None
    if state is KeyState.EXPIRED:
        until = sold_at - timedelta(days=3) if wanted.shelf else _passed(until, sold_at, draft.now)
    elif until is not None and until <= draft.now and state is KeyState.SOLD:
        state = KeyState.EXPIRED
    key = draft.key(entry, state, sold_at, used_at, until)
    draft.assign(key, no, slot, sold_at)
    if wanted.reissued and slot == 1:
        later = min(sold_at + timedelta(hours=2), draft.now)
        fresh = None if entry.validity_days is None else later + timedelta(days=entry.validity_days)
        draft.assign(draft.key(entry, KeyState.SOLD, later, None, fresh), no, None, later, replaces=key)


def _passed(until: datetime | None, sold_at: datetime, now: datetime) -> datetime:
    """Return an expiry that lies after the sale and before now."""
    return until if until is not None and until < now else sold_at + (now - sold_at) / 2
