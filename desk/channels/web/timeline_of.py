"""A visitor's own view of their conversation, card keys included."""

from typing import Any

from sqlalchemy.orm import Session

from desk.channels.web.identity import Visitor
from desk.conversations import view
from desk.conversations.model import Conversation, Entry, Owner
from desk.routing import waiting
from desk.services import Desk
from desk.staff.service import name_of


def shown(session: Session, desk: Desk, visitor: Visitor, entries: list[Entry]) -> list[dict[str, Any]]:
    """Return entries as the visitor may see them."""

    def reveal(text: str) -> str:
        return desk.vault.fill(session, text, visitor.conversation_id)

    return [view.entry_json(session, entry, reveal) for entry in entries]


def state(session: Session, conversation: Conversation) -> dict[str, Any]:
    """Return who answers the visitor now; `note` says what somebody who waits can expect."""
    name = name_of(session, conversation.agent_id) if conversation.agent_id else None
    shown = view.state_json(session, conversation, name)
    if conversation.owner == Owner.QUEUED:
        shown["note"] = waiting.note(session, conversation.id)
    return shown
