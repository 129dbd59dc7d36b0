"""Customers' accounts: looking at them, freezing and unfreezing. Who moves a wallet's money locks the customer."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.shop.embedded.model import ShopCustomer
from desk.shop.errors import CustomerNotFound
from desk.shop.types import Account, AccountState


def lock_customer(session: Session, customer_id: str) -> ShopCustomer:
    """Return the customer, locked until the transaction's end. Who needs both locks the customer before the order.

    Raises:
        CustomerNotFound: no such customer.
    """
    # key_share: rows that only name the customer can still be written.
    query = select(ShopCustomer).where(ShopCustomer.id == customer_id).with_for_update(key_share=True)
    customer = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if customer is None:
        raise CustomerNotFound
    return customer


def freeze(session: Session, customer_id: str, reason: str) -> Account:
    """See `Accounts.freeze_account`."""
    customer = lock_customer(session, customer_id)
    if customer.frozen_at is None:
        customer.frozen_at, customer.frozen_reason = clock.now(), reason
        session.flush()
    return to_account(customer)


def unfreeze(session: Session, customer_id: str) -> Account:
    """See `Accounts.unfreeze_account`."""
    customer = lock_customer(session, customer_id)
    customer.frozen_at, customer.frozen_reason = None, None
    session.flush()
    return to_account(customer)


def to_account(row: ShopCustomer) -> Account:
    """Return how a customer's account stands."""
    state = AccountState.ACTIVE if row.frozen_at is None else AccountState.FROZEN
    return Account(row.id, state, row.frozen_at, row.frozen_reason or "")
