"""Remembering what a conversation was told, so that whoever complains again gets a person instead."""

from sqlalchemy.orm import Session

from desk import clock
from desk.cases.model import Told
from desk.policies.model import Policy


def again(session: Session, policy: Policy, conversation_id: str, subject: str) -> bool:
    """Say whether the conversation was told about `subject` lately; from now on it was."""
    now = clock.now()
    row = session.get(Told, (conversation_id, subject))
    if row is None:
        session.add(Told(conversation_id=conversation_id, subject=subject, at=now))
        session.flush()
        return False
    lately = now - row.at <= policy.proofs.explained
    row.at = now
    return lately
