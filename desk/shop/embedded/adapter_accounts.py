"""The embedded shop's changes of orders and accounts behind the shop interface."""

from datetime import timedelta

from sqlalchemy.orm import Session

from desk.shop.embedded import customers, keys, numbers, targets, topups, unpaid
from desk.shop.embedded.adapter_orders import EmbeddedOrders
from desk.shop.embedded.model import ShopCardKey, ShopCustomer
from desk.shop.embedded.rows import key_query, to_key
from desk.shop.errors import NotCorrectable
from desk.shop.types import Account, CardKey, Order, ProductKind


class EmbeddedAccounts(EmbeddedOrders):
    """See `adapter.EmbeddedShop`."""

    def cancel(self, session: Session, no: str) -> Order:
        """See `Accounts.cancel`."""
        unpaid.cancel(session, numbers.normal(no))
        return self._order(session, no)

    def checked_account(self, session: Session, no: str, account: str) -> str:
        """See `Accounts.checked_account`."""
        order = self._order(session, numbers.normal(no))
        if order.kind is not ProductKind.TOPUP:
            raise NotCorrectable(order_status=order.status)
        return targets.checked(order.product_id, account)

    def correct_account(self, session: Session, no: str, account: str) -> Order:
        """See `Accounts.correct_account`."""
        topups.correct_account(session, numbers.normal(no), account)
        return self._order(session, no)

    def freeze_order(self, session: Session, no: str) -> int:
        """See `Accounts.freeze_order`."""
        return keys.freeze(session, numbers.normal(no))

    def freeze_account(self, session: Session, customer_id: str, reason: str) -> Account:
        """See `Accounts.freeze_account`."""
        return customers.freeze(session, customer_id, reason)

    def unfreeze_account(self, session: Session, customer_id: str) -> Account:
        """See `Accounts.unfreeze_account`."""
        return customers.unfreeze(session, customer_id)

    def account(self, session: Session, customer_id: str) -> Account | None:
        """See `Accounts.account`."""
        row = session.get(ShopCustomer, customer_id)
        return None if row is None else customers.to_account(row)

    def extend_key(self, session: Session, no: str, key_id: int, by: timedelta) -> CardKey:
        """See `Accounts.extend_key`."""
        keys.extend(session, numbers.normal(no), key_id, by)
        return to_key(session.execute(key_query().where(ShopCardKey.id == key_id)).one())
