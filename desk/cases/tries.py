"""Limits on wrong proofs: per conversation, per order number, per client, each over a window.

The counts depend on what was typed only, never on whether such an order exists.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from desk import clock
from desk.cases.model import ProofFailure
from desk.policies.model import Policy


@dataclass(frozen=True)
class Left:
    """What is left: tries, or the moment from which there are tries again."""

    tries: int
    free_at: datetime


def left(session: Session, policy: Policy, conversation_id: str, order_no: str, client: str) -> Left:
    """Return how many wrong proofs are still allowed; the tightest limit decides."""
    window = timedelta(minutes=policy.times.proof_window)
    limits = (
        _limit(
            session,
            ProofFailure.conversation_id,
            conversation_id,
            policy.proofs.tries_per_conversation,
            window,
        ),
        _limit(session, ProofFailure.order_no, order_no, policy.proofs.tries_per_order_day, timedelta(days=1)),
        _limit(
            session,
            ProofFailure.client,
            client,
            policy.proofs.tries_per_client,
            window,
        ),
    )
    return Left(min(limit.tries for limit in limits), max(limit.free_at for limit in limits))


def failed(session: Session, conversation_id: str, order_no: str, client: str) -> None:
    """Count one wrong proof."""
    session.add(ProofFailure(conversation_id=conversation_id, order_no=order_no, client=client, at=clock.now()))
    session.flush()


def _limit(session: Session, column: InstrumentedAttribute[str], value: str, allowed: int, window: timedelta) -> Left:
    now = clock.now()
    query = select(ProofFailure.at).where(column == value, ProofFailure.at > now - window)
    latest = session.scalars(query.order_by(ProofFailure.at.desc(), ProofFailure.id.desc()).limit(allowed)).all()
    if len(latest) < allowed:
        return Left(allowed - len(latest), now)
    # A try is free again when the oldest of the last `allowed` failures leaves the window.
    return Left(0, latest[-1] + window)
