"""What waits for a supervisor: seen, approved or refused, once."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import clock
from desk.policies.source import Policies
from desk.remedies import doing, limits, notices
from desk.remedies.errors import AlreadyDecided, NoRemedy, OverLimit
from desk.remedies.model import Kind, Remedy, State
from desk.remedies.service import audit
from desk.shop.base import Shop


def waiting(session: Session) -> list[Remedy]:
    """Return what waits, the oldest first."""
    return list(session.scalars(select(Remedy).where(Remedy.state == State.WAITING).order_by(Remedy.id)))


def count(session: Session) -> int:
    """Return how many wait."""
    return session.scalar(select(func.count()).where(Remedy.state == State.WAITING)) or 0


def decide(
    session: Session,
    shop: Shop,
    policies: Policies,
    remedy_id: int,
    *,
    actor: str,
    role: str,
    approve: bool,
    note: str = "",
) -> Remedy:
    """Approve (and do) or refuse what was asked for; the customer is told.

    Args:
        actor: "agent:3"; whoever may decide at all is the edge's business.
        note: why; the customer reads it where it is refused.

    Raises:
        NoRemedy, AlreadyDecided: nothing to decide.
        OverLimit: more than the role may approve.
        ShopError: the shop cannot do it (any more); it still waits.
    """
    remedy = session.get(Remedy, remedy_id, with_for_update=True, populate_existing=True)
    if remedy is None:
        raise NoRemedy
    if remedy.state != State.WAITING:
        raise AlreadyDecided(state=remedy.state)
    if approve:
        kind = Kind(remedy.kind)
        if limits.exceeded(session, policies.current, kind, role, remedy.customer_id, remedy.yuan):
            raise OverLimit
        remedy.result = doing.do(session, shop, remedy)
        # It counts against the one who decided, on the day of the decision.
        remedy.role, remedy.at = role, clock.now()
    remedy.state = State.DONE if approve else State.REFUSED
    remedy.decided_by, remedy.decided_at, remedy.decision_note = actor, clock.now(), note[:500]
    session.flush()
    audit(session, remedy, actor, "approve" if approve else "refuse")
    notices.decided(session, policies.current, remedy)
    return remedy
