"""Taking a customer's words out of remedies for good; what was done, for how much and by whom, stays."""

from collections.abc import Collection

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from desk import clock
from desk.remedies.model import FollowUp, Remedy, State


def busy(session: Session, customer_ids: Collection[str], conversation_ids: Collection[str]) -> bool:
    """Return whether a supervisor has still to decide about something for the customer."""
    query = select(Remedy.id).where(_mine(customer_ids, conversation_ids), Remedy.state == State.WAITING)
    return session.scalar(query.limit(1)) is not None


def erase(session: Session, customer_ids: Collection[str], conversation_ids: Collection[str]) -> None:
    """Remove reasons, accounts and notes, and ask the customer nothing any more."""
    words = update(Remedy).where(_mine(customer_ids, conversation_ids))
    asks = update(FollowUp).where(FollowUp.conversation_id.in_(conversation_ids), FollowUp.done_at.is_(None))
    for statement in (words.values(reason="", detail={}, decision_note=""), asks.values(done_at=clock.now())):
        session.execute(statement.execution_options(synchronize_session=False))


def _mine(customer_ids: Collection[str], conversation_ids: Collection[str]) -> ColumnElement[bool]:
    return or_(Remedy.customer_id.in_(customer_ids), Remedy.conversation_id.in_(conversation_ids))
