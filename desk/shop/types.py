"""What every shop can tell: states and frozen records. Card keys appear only as vault item ids."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class OrderStatus(StrEnum):
    """The normal states that each back end's own codes are mapped to."""

    UNPAID = "unpaid"
    EXPIRED = "expired"
    PAID_WAIT = "paid_wait"
    PROCESSING = "processing"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    FAILED = "failed"
    OUT_OF_STOCK_AFTER_PAY = "out_of_stock_after_pay"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    CANCELED = "canceled"


#: Orders in these states are no purchases.
NOT_BOUGHT = frozenset({OrderStatus.UNPAID, OrderStatus.EXPIRED, OrderStatus.CANCELED, OrderStatus.REFUNDED})


class ProductKind(StrEnum):
    """What the buyer gets: a key to redeem, or credit on an account."""

    CARD_KEY = "card_key"
    TOPUP = "topup"


class Fulfilment(StrEnum):
    """Whether the shop's machine delivers, or a person of the shop."""

    AUTO = "auto"
    MANUAL = "manual"


class KeyState(StrEnum):
    """The life of a card key. `used` may have happened before the sale: compare `used_at` and `sold_at`."""

    UNSOLD = "unsold"
    SOLD = "sold"
    USED = "used"
    EXPIRED = "expired"
    LOCKED = "locked"


class PaymentState(StrEnum):
    """The life of a payment."""

    PENDING = "pending"
    SUCCESS = "success"
    CLOSED = "closed"
    FAILED = "failed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Customer:
    """A buyer with an account in the shop. `phone` is the bare number without the country code."""

    id: str
    name: str
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Purchases:
    """What somebody has bought within some time: how many orders, for how many yuan, the largest quantity of one."""

    orders: int
    yuan: Decimal
    largest: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Product:
    """A thing on sale.

    `price` is yuan per piece; `usual_minutes` the usual time from payment to delivery;
    `validity_days` how long a key can be redeemed after the sale (None: no limit);
    `stock` the unsold keys (None: not counted, as for top-ups).
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    kind: ProductKind
    face_values: tuple[str, ...]
    price: Decimal
    usual_minutes: int
    fulfilment: Fulfilment
    redeem_steps: tuple[str, ...]
    region_note: str
    validity_days: int | None
    stock: int | None


@dataclass(frozen=True, slots=True)
class Order:
    """An order, in normal states.

    `expires_at` is when an unpaid order lapses. `account` is a top-up's target, `proof_no` the receipt of
    the upstream, `failure` its words when it refused, `attempts` how often it was sent there. `frozen` says that it
    was stopped for safety: nothing is delivered, whatever its state.
    Amounts are yuan. A fact that the back end does not keep is None.
    Partly delivered card-key orders have fewer live keys (see `CardKey.live`) than `quantity`.
    """

    no: str
    customer_id: str | None
    product_id: str
    product_name: str
    kind: ProductKind
    quantity: int
    amount: Decimal
    status: OrderStatus
    placed_at: datetime
    usual_minutes: int
    fulfilment: Fulfilment
    contact: str | None = field(default=None, repr=False)
    paid_at: datetime | None = None
    delivered_at: datetime | None = None
    expires_at: datetime | None = None
    account: str | None = field(default=None, repr=False)
    pay_url: str | None = None
    failure: str | None = None
    proof_no: str | None = None
    attempts: int = 0
    refund_amount: Decimal | None = None
    refund_requested_at: datetime | None = None
    refunded_at: datetime | None = None
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class CardKey:
    """A card key; `number_item` and `secret_item` are vault items. `replaced_by` is another key's id."""

    id: int
    product_id: str
    order_no: str | None
    number_item: int | None
    secret_item: int
    state: KeyState
    sold_at: datetime | None = None
    used_at: datetime | None = None
    expires_at: datetime | None = None
    replaced_by: int | None = None

    @property
    def live(self) -> bool:
        """Whether the buyer should use this one: a replaced key is history."""
        return self.replaced_by is None


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment for an order.

    `trade_no` is the payment provider's number, `failure` its words when it refused; `surplus` says that the
    order had been paid already when this one came. `refund_requested_at` and `refunded_at` are told of surplus
    ones; when the money of the order itself went back stands on the order.
    """

    order_no: str
    method: str
    amount: Decimal
    state: PaymentState
    trade_no: str | None = None
    paid_at: datetime | None = None
    failure: str | None = None
    surplus: bool = False
    refund_requested_at: datetime | None = None
    refunded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to pay: its code (`wechat`), its name for customers, and since when it is out of order, if it is."""

    code: str
    name: str
    down_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon over a fixed sum in yuan. `code` is not secret to its owner; `used` means nothing is left."""

    code: str
    yuan: Decimal
    expires_at: datetime
    used: bool = False


class RechargeState(StrEnum):
    """The life of a payment into the wallet."""

    PENDING = "pending"
    PAID = "paid"
    CREDITED = "credited"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Recharge:
    """A payment into the customer's wallet; `paid` means that the money came and the wallet does not show it yet."""

    no: str
    customer_id: str
    amount: Decimal
    method: str
    state: RechargeState
    placed_at: datetime
    paid_at: datetime | None = None
    credited_at: datetime | None = None


class AccountState(StrEnum):
    """Whether an account can be used."""

    ACTIVE = "active"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Account:
    """How a customer's account stands; `reason` is a short code, e.g. customer, risk."""

    customer_id: str
    state: AccountState
    since: datetime | None = None
    reason: str = ""
