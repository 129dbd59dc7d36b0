"""How a conversation stands, as the case services see it: they ask for a person and for the place in the queue."""

from sqlalchemy.orm import Session

from desk.cases.services import Standing
from desk.conversations import handoff, threads
from desk.conversations.handoff import request

__all__ = ["request", "standing"]


def standing(session: Session, conversation_id: str) -> Standing:
    """Return who owns a conversation, and the customer's place in the queue if that is where it is."""
    conversation = threads.get(session, conversation_id)
    waiting = handoff.open_handoff(session, conversation_id)
    place = handoff.position(session, waiting) if waiting else 0
    return Standing(owner=conversation.owner, position=place or None)
