"""How much one role may still do: per action, per customer and day, per day."""

from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Allowance:
    """What a role may still do of one kind of remedy, in yuan (pieces where `pieces`); None: no limit.

    `once` is the most of one action, `customer` what is left for this customer today, `day` for the whole role.
    """

    once: Decimal | None = None
    customer: Decimal | None = None
    day: Decimal | None = None
    pieces: bool = False

    def covers(self, yuan: Decimal) -> bool:
        """Say whether an action over this sum needs nobody's approval."""
        amount = Decimal(1) if self.pieces else yuan
        return all(limit is None or amount <= limit for limit in (self.once, self.customer, self.day))


def allowance(session: Session, policy: Policy, kind: Kind, role: str, customer_id: str | None) -> Allowance:
    """Return what the role may still do without asking.

    A day is the last 24 hours. Who is not signed in shares the day's sum, but has none of his own.
    """
    if kind not in _FAMILIES:
        return Allowance()
    name, family = _FAMILIES[kind]
    limits = of_role(policy, role)
    since = clock.now() - timedelta(days=1)
    mine = None
    if customer_id is not None:
        mine = _left(limits.customer_day, name, lambda: _sum(session, family, since, name, customer_id=customer_id))
    return Allowance(
        once=getattr(limits.once, name, None),
        customer=mine,
        day=_left(limits.day, name, lambda: _sum(session, family, since, name, role=role)),
        pieces=name == "reissue",
    )


def exceeded(session: Session, policy: Policy, kind: Kind, role: str, customer_id: str | None, yuan: Decimal) -> bool:
    """Say whether the remedy is more than the role may do without asking; see `allowance`."""
    return not allowance(session, policy, kind, role, customer_id).covers(yuan)


def _left(sums: Sums, name: str, spent: Callable[[], Decimal]) -> Decimal | None:
    limit = getattr(sums, name)
    return None if limit is None else Decimal(limit) - spent()


def _sum(session: Session, family: tuple[Kind, ...], since: datetime, name: str, **of: str) -> Decimal:
    what = func.count(Remedy.id) if name == "reissue" else func.coalesce(func.sum(Remedy.fen), 0)
    query = select(what).where(Remedy.kind.in_(family), Remedy.state == State.DONE, Remedy.at > since).filter_by(**of)
    found = Decimal(session.scalar(query) or 0)
    return found if name == "reissue" else found.scaleb(-2)
