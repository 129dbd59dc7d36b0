"""The one interface to a shop, whichever back end stands behind it.

Each method takes the caller's Session first and works in its transaction; a back end with a store of its own
uses it only for the vault. Methods that change something are safe to call twice and by many at once.
Who may ask is the caller's business: only `check_proof` knows anything about persons.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from desk.shop.accounts import Accounts
from desk.shop.buyers import Buyers
from desk.shop.errors import (
    AlreadyReplaced,
    BadAccount,
    CustomerNotFound,
    KeyNotFound,
    NotCancellable,
    NotCorrectable,
    NotCreditable,
    NotDeliverable,
    NotRefundable,
    NotRetryable,
    OrderNotFound,
    OutOfStock,
    ProductNotFound,
    ShopError,
    ShopUnavailable,
    Unsupported,
)
from desk.shop.payments import Payments
from desk.shop.types import (
    Account,
    AccountState,
    CardKey,
    Channel,
    Coupon,
    Customer,
    Fulfilment,
    KeyState,
    Order,
    OrderStatus,
    Payment,
    PaymentState,
    Product,
    ProductKind,
    Purchases,
    Recharge,
    RechargeState,
)

__all__ = [
    "Account",
    "AccountState",
    "AlreadyReplaced",
    "BadAccount",
    "CardKey",
    "Channel",
    "Coupon",
    "Customer",
    "CustomerNotFound",
    "Fulfilment",
    "KeyNotFound",
    "KeyState",
    "NotCancellable",
    "NotCorrectable",
    "NotCreditable",
    "NotDeliverable",
    "NotRefundable",
    "NotRetryable",
    "Order",
    "OrderNotFound",
    "OrderStatus",
    "OutOfStock",
    "Payment",
    "PaymentState",
    "Product",
    "ProductKind",
    "ProductNotFound",
    "Purchases",
    "Recharge",
    "RechargeState",
    "Shop",
    "ShopError",
    "ShopUnavailable",
    "Unsupported",
]


class Shop(Payments, Accounts, Buyers, Protocol):
    """What a back end can be asked. Any method may raise ShopUnavailable; writing ones Unsupported."""

    def find_order(self, session: Session, no: str) -> Order | None:
        """Return the order with this number, however it is written (case, blanks, full width), or None."""

    def orders_of(
        self, session: Session, customer_id: str, limit: int = 10, until: datetime | None = None
    ) -> list[Order]:
        """Return the customer's orders, the newest first; only those placed at `until` or before, if given."""

    def check_proof(self, session: Session, no: str, proof: str) -> bool:
        """Say whether `proof` is the contact's last four digits (or all of it) or the look-up password.

        Takes the same work for wrong proofs and for numbers that do not exist. Counting tries is up to
        the caller.
        """

    def keys_of(self, session: Session, no: str) -> list[CardKey]:
        """Return all keys ever assigned to the order, in order of assignment; [] for unknown numbers.

        Replaced ones are included with `replaced_by`. A back end that keeps keys itself seals them in the
        vault here, so the session must be a writing one.
        """

    def find_keys(self, session: Session, item_ids: Sequence[int]) -> list[CardKey]:
        """Return the keys, sold or not, whose number or secret is one of these vault items."""

    def deliver(self, session: Session, no: str) -> list[CardKey]:
        """Assign the keys that a paid, automatic card-key order still lacks; all of them or none.

        Returns:
            The order's live keys; when nothing was lacking, the ones that are there.

        Raises:
            OrderNotFound: no such order.
            NotDeliverable: unpaid, refunded, failed …, a top-up, or goods that a person delivers.
            OutOfStock: too few keys. The order is then in state out_of_stock_after_pay
                (kept if the caller catches this and commits).
        """

    def reissue(self, session: Session, no: str, key_id: int, reason: str) -> CardKey:
        """Replace one key of the order by a fresh one, at most once per key; `reason` is a short code.

        The old key, if still unused, is locked. Whether a replacement is due is the caller's policy.

        Raises:
            OrderNotFound, KeyNotFound: no such order, or the key is not this order's.
            AlreadyReplaced: the key has its replacement; details: replaced_by.
            NotDeliverable: the order is being refunded or was never paid.
            OutOfStock: no unsold key is left; nothing changed.
        """

    def retry_topup(self, session: Session, no: str) -> Order:
        """Send a failed top-up upstream again; one that is already on its way is returned as it is.

        Raises:
            OrderNotFound: no such order.
            NotRetryable: not a top-up, or in any other state.
        """

    def stock(self, session: Session, product_id: str) -> int | None:
        """Return how many keys can be sold now; None where it is not counted or the product is unknown."""

    def products(self, session: Session, query: str = "") -> list[Product]:
        """Return the products on sale that match the words by name or alias, best first; all for ""."""

    def product(self, session: Session, product_id: str) -> Product | None:
        """Return the product, on sale or not, or None."""

    def order_no_like(self, text: str) -> bool:
        """Say whether `text`, a whole token, has the form of this shop's order numbers. No database."""
