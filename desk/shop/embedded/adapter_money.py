"""The embedded shop's money behind the shop interface."""

from decimal import Decimal

from sqlalchemy.orm import Session

from desk.shop.embedded import channels, coupons, numbers, payments, refunds, topups, wallet
from desk.shop.embedded.adapter_orders import EmbeddedOrders
from desk.shop.types import Channel, Coupon, Order, Payment, Recharge


class EmbeddedMoney(EmbeddedOrders):
    """See `adapter.EmbeddedShop`."""

    def payment(self, session: Session, no: str) -> Payment | None:
        """See `Payments.payment`."""
        return payments.payment(session, numbers.normal(no))

    def payments(self, session: Session, no: str) -> list[Payment]:
        """See `Payments.payments`."""
        return payments.payments(session, numbers.normal(no))

    def channels(self, session: Session) -> list[Channel]:
        """See `Payments.channels`."""
        return channels.channels(session)

    def request_refund(self, session: Session, no: str, reason: str, amount: Decimal | None = None) -> Order:
        """See `Payments.request_refund`."""
        refunds.request_refund(session, numbers.normal(no), reason, amount)
        return self._order(session, no)

    def refund_payment(self, session: Session, no: str, trade_no: str, reason: str) -> Payment:
        """See `Payments.refund_payment`."""
        return refunds.refund_payment(session, numbers.normal(no), trade_no, reason)

    def retry_topup(self, session: Session, no: str) -> Order:
        """See `Shop.retry_topup`."""
        topups.retry(session, numbers.normal(no))
        return self._order(session, no)

    def give_coupon(
        self, session: Session, customer_id: str | None, yuan: Decimal, valid_days: int, mark: str
    ) -> Coupon:
        """See `Payments.give_coupon`."""
        return coupons.give(session, customer_id, yuan, valid_days, mark)

    def coupons_of(self, session: Session, customer_id: str) -> list[Coupon]:
        """See `Payments.coupons_of`."""
        return coupons.coupons(session, customer_id)

    def balance(self, session: Session, customer_id: str) -> Decimal:
        """See `Payments.balance`."""
        return wallet.balance(session, customer_id)

    def recharges_of(self, session: Session, customer_id: str, limit: int = 10) -> list[Recharge]:
        """See `Payments.recharges_of`."""
        return wallet.recharges(session, customer_id, limit)

    def credit(self, session: Session, recharge_no: str) -> Recharge:
        """See `Payments.credit`."""
        return wallet.credit(session, numbers.normal(recharge_no))
