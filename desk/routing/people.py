"""The agents' queue as cases see it: who has a conversation, which place it has, and whether anybody is there."""

from dataclasses import replace

from sqlalchemy.orm import Session

from desk.cases.services import Standing
from desk.conversations import standing as conversations
from desk.conversations.handoff import request
from desk.conversations.model import Owner
from desk.routing import waiting

__all__ = ["request", "standing"]


def standing(session: Session, conversation_id: str) -> Standing:
    """Return who owns a conversation; for one that waits, its place and whether somebody is there to take it."""
    found = conversations.standing(session, conversation_id)
    if found.owner != Owner.QUEUED:
        return found
    expected = waiting.expected(session, conversation_id)
    return replace(found, staffed=expected is None or expected.staffed)
