"""What the shop of a sample is before the first word. Plain records; what is None is as usual."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from desk.shop.base import AccountState, KeyState, OrderStatus, PaymentState, ProductKind, RechargeState
from tests.dialogue_runner.marked import Place
from tests.dialogue_runner.words import Moment


@dataclass(frozen=True)
class CustomerWanted:
    """A customer with an account in the shop; `balance` is what is in the wallet, in yuan."""

    name: str
    phone: str | None = None
    account: AccountState = AccountState.ACTIVE
    balance: Decimal | None = None


@dataclass(frozen=True)
class KeyWanted:
    """A key of an order, or one of the shelf. What is None is as usual for the order."""

    place: Place
    state: KeyState | None = None
    used: Moment | None = None
    used_unknown: bool = False
    expires: Moment | None = None
    replaced: bool = False


@dataclass(frozen=True)
class LooseKey:
    """A key that no order has; without a state the shop has never seen it."""

    product: str
    state: KeyState | None
    expires: Moment | None = None


@dataclass(frozen=True)
class PaymentWanted:
    """A payment of an order; `after` counts from the order's payment."""

    place: Place
    state: PaymentState
    method: str | None = None
    failure: str | None = None
    after: timedelta | None = None


@dataclass(frozen=True)
class OrderWanted:
    """An order. `customer` None: of a guest."""

    name: str
    place: Place
    product: str | None
    kind: ProductKind
    status: OrderStatus
    age: timedelta
    customer: str | None
    quantity: int = 1
    amount: Decimal | None = None
    contact: str | None = None
    password: str | None = None
    account: str | None = None
    failure: str | None = None
    attempts: int = 1
    handed_out: int | None = None
    pay_limit: timedelta | None = None
    took: timedelta | None = None
    refund: Decimal | None = None
    keys: tuple[KeyWanted, ...] | None = None
    payments: tuple[PaymentWanted, ...] | None = None
    frozen: bool = False


@dataclass(frozen=True)
class TicketWanted:
    """A ticket that exists when the dialogue begins. `customer` None: of whoever writes."""

    name: str
    place: Place
    kind: str
    problem: str | None = None
    order: str | None = None
    customer: str | None = None
    title: str = ""
    priority: str | None = None
    status: str = "open"
    note: str | None = None
    age: timedelta = timedelta(hours=1)


@dataclass(frozen=True)
class RechargeWanted:
    """A payment into a customer's wallet; `age` is how long ago it was paid, or begun."""

    place: Place
    customer: str
    amount: Decimal
    state: RechargeState
    age: timedelta
    method: str | None = None


@dataclass(frozen=True)
class CouponWanted:
    """A coupon of a customer."""

    place: Place
    customer: str
    yuan: Decimal
    ends: Moment | None = None
    used: bool = False


@dataclass(frozen=True)
class ShopWanted:
    """The shop's state before the first word; `channels` are the ways to pay that are out of order, since when."""

    customers: dict[str, CustomerWanted] = field(default_factory=dict)
    orders: dict[str, OrderWanted] = field(default_factory=dict)
    keys: dict[str, LooseKey] = field(default_factory=dict)
    tickets: dict[str, TicketWanted] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=dict)
    recharges: dict[str, RechargeWanted] = field(default_factory=dict)
    coupons: dict[str, CouponWanted] = field(default_factory=dict)
    channels: dict[str, timedelta] = field(default_factory=dict)
