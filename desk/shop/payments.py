"""What a shop can be asked about money: payments, refunds, coupons, balances. Part of `base.Shop`."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from sqlalchemy.orm import Session

from desk.shop.types import Channel, Coupon, Order, Payment, Recharge


class Payments(Protocol):
    """See `base.Shop` for what all methods share."""

    def payment(self, session: Session, no: str) -> Payment | None:
        """Return the payment that the order counts on: the successful one, else the latest; None without any."""

    def payments(self, session: Session, no: str) -> list[Payment]:
        """Return all payments of the order, the oldest first; `surplus` marks successful ones beyond the first."""

    def channels(self, session: Session) -> list[Channel]:
        """Return the ways to pay and whether each works now."""

    def request_refund(self, session: Session, no: str, reason: str, amount: Decimal | None = None) -> Order:
        """Ask the money of an order back, once per order; asked again, return the order.

        Args:
            amount: yuan; None: for what was not delivered. More than that only where a person or a rule has
                decided so: the order's unused keys are locked then, so that goods and money do not both leave.

        Returns:
            The order in state refunding (or refunded) with `refund_amount`.

        Raises:
            OrderNotFound: no such order.
            NotRefundable: not paid, nothing left to give back, or a top-up that is on its way.
        """

    def refund_payment(self, session: Session, no: str, trade_no: str, reason: str) -> Payment:
        """Give a surplus payment back, once; asked again, return it.

        Raises:
            OrderNotFound: no such order.
            NotRefundable: no such payment, or not a surplus one.
        """

    def give_coupon(
        self, session: Session, customer_id: str | None, yuan: Decimal, valid_days: int, mark: str
    ) -> Coupon:
        """Give a coupon over a fixed sum to a customer (None: to whoever has its code), once per `mark`."""

    def coupons_of(self, session: Session, customer_id: str) -> list[Coupon]:
        """Return the customer's coupons, those that end first before the others."""

    def balance(self, session: Session, customer_id: str) -> Decimal:
        """Return what is in the customer's wallet, in yuan."""

    def recharges_of(self, session: Session, customer_id: str, limit: int = 10) -> Sequence[Recharge]:
        """Return the customer's payments into the wallet, the newest first."""

    def credit(self, session: Session, recharge_no: str) -> Recharge:
        """Put a paid recharge into the wallet, once; asked again, return it.

        Raises:
            NotCreditable: unknown, not paid, or closed.
        """
