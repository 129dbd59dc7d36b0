"""Customers' wallets: a ledger in which each movement has a unique mark."""

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import clock
from desk.shop.embedded.errors import BalanceTooLow
from desk.shop.embedded.model_money import ShopRecharge, ShopWalletEntry
from desk.shop.errors import NotCreditable
from desk.shop.types import Recharge, RechargeState


def balance(session: Session, customer_id: str) -> Decimal:
    """Return what is in the wallet, in yuan."""
    total = select(func.sum(ShopWalletEntry.amount)).where(ShopWalletEntry.customer_id == customer_id)
    return session.scalar(total) or Decimal(0)


def recharges(session: Session, customer_id: str, limit: int) -> list[Recharge]:
    """See `Payments.recharges_of`."""
    mine = select(ShopRecharge).where(ShopRecharge.customer_id == customer_id)
    newest = mine.order_by(ShopRecharge.placed_at.desc(), ShopRecharge.no).limit(limit)
    return [to_recharge(row) for row in session.scalars(newest)]


def credit(session: Session, recharge_no: str) -> Recharge:
    """See `Payments.credit`."""
    query = select(ShopRecharge).where(ShopRecharge.no == recharge_no).with_for_update()
    recharge = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if recharge is None:
        raise NotCreditable
    if recharge.state == RechargeState.CREDITED:
        return to_recharge(recharge)
    if recharge.state != RechargeState.PAID:
        raise NotCreditable(recharge_state=recharge.state)
    _move(session, recharge.customer_id, recharge.amount, f"recharge:{recharge.no}")
    recharge.state, recharge.credited_at = RechargeState.CREDITED, clock.now()
    session.flush()
    return to_recharge(recharge)


def spend(session: Session, customer_id: str, amount: Decimal, mark: str) -> None:
    """Take money out of the wallet of a customer, who is locked, once per mark.

    Raises:
        BalanceTooLow: nothing changed.
    """
    if balance(session, customer_id) < amount:
        raise BalanceTooLow
    _move(session, customer_id, -amount, mark)
    session.flush()


def to_recharge(row: ShopRecharge) -> Recharge:
    """Return the record of a recharge."""
    state, paid, credited = RechargeState(row.state), row.paid_at, row.credited_at
    return Recharge(row.no, row.customer_id, row.amount, row.method, state, row.placed_at, paid, credited)


def _move(session: Session, customer_id: str, amount: Decimal, mark: str) -> None:
    session.add(ShopWalletEntry(customer_id=customer_id, amount=amount, mark=mark, at=clock.now()))
