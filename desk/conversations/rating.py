"""The customer's stars for a person's service."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.conversations import timeline
from desk.conversations.errors import AlreadyRated, NoRating
from desk.conversations.handoff import QUEUE
from desk.conversations.model import Rating
from desk.db import announce


def give(session: Session, conversation_id: str, rating_id: str, stars: int, comment: str = "") -> Rating:
    """Record the stars (1 to 5) once.

    Raises:
        NoRating: not asked of this conversation.
        AlreadyRated: given before.
    """
    rating = session.get(Rating, rating_id, with_for_update=True)
    if rating is None or rating.conversation_id != conversation_id:
        raise NoRating
    if rating.stars is not None:
        raise AlreadyRated
    rating.stars, rating.comment, rating.rated_at = stars, comment.strip()[:500], clock.now()
    announce(session, timeline.topic(conversation_id), QUEUE)
    return rating


def stars_given(session: Session, rating_ids: list[str]) -> dict[str, int | None]:
    """Return the stars by rating id, None where not yet given."""
    found = session.scalars(select(Rating).where(Rating.id.in_(rating_ids)))
    return {rating.id: rating.stars for rating in found}
