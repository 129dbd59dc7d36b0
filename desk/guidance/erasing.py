"""Taking a customer's steps out of guides for good; that somebody was guided, and by whom, stays."""

from collections.abc import Collection

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from desk import clock
from desk.guidance.model import Guide


def erase(session: Session, conversation_ids: Collection[str]) -> None:
    """Remove titles and steps, and end what goes on."""
    mine = update(Guide).where(Guide.conversation_id.in_(conversation_ids))
    words = mine.values(title="", steps=[], ended_at=func.coalesce(Guide.ended_at, clock.now()))
    session.execute(words.execution_options(synchronize_session=False))
