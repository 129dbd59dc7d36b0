"""How much one role may still do: per action, per customer and day, per day."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import clock
from desk.policies.model import Limits, Policy, Sums
from desk.remedies.model import Kind, Remedy, State

MONEY_BACK = (Kind.REFUND, Kind.REFUND_PAYMENT, Kind.DISCOUNT)
_FAMILIES: dict[Kind, tuple[str, tuple[Kind, ...]]] = {
    **dict.fromkeys(MONEY_BACK, ("refund", MONEY_BACK)),
    Kind.COUPON: ("coupon", (Kind.COUPON,)),
    Kind.REISSUE: ("reissue", (Kind.REISSUE,)),
}


def of_role(policy: Policy, role: str) -> Limits:
    """Return a role's limits; admins have the supervisors'."""
    return policy.limits.of(role)


def exceeded(session: Session, policy: Policy, kind: Kind, role: str, customer_id: str | None, yuan: Decimal) -> bool:
    """Say whether the remedy is more than the role may do without asking.

    A day is the last 24 hours. Who is not signed in shares the day's sum, but has none of his own.
    """
    if kind not in _FAMILIES:
        return False
    name, family = _FAMILIES[kind]
    limits = of_role(policy, role)
    once = getattr(limits.once, name, None)
    if once is not None and yuan > once:
        return True
    since = clock.now() - timedelta(days=1)
    amount = Decimal(1) if name == "reissue" else yuan
    if customer_id is not None:
        spent = _sum(session, family, since, name, customer_id=customer_id)
        if _over(limits.customer_day, name, spent + amount):
            return True
    return _over(limits.day, name, _sum(session, family, since, name, role=role) + amount)


def _over(sums: Sums, name: str, amount: Decimal) -> bool:
    limit = getattr(sums, name)
    return limit is not None and amount > limit


def _sum(session: Session, family: tuple[Kind, ...], since: datetime, name: str, **of: str) -> Decimal:
    what = func.count() if name == "reissue" else func.coalesce(func.sum(Remedy.fen), 0)
    query = select(what).where(Remedy.kind.in_(family), Remedy.state == State.DONE, Remedy.at > since).filter_by(**of)
    found = Decimal(session.scalar(query) or 0)
    return found if name == "reissue" else found.scaleb(-2)
