"""What people see of a timeline: entries as JSON, with card keys shown to their owner and masked for all others."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from desk.conversations import handoff, rating
from desk.conversations.model import Author, Conversation, Entry, Kind, Owner

Reveal = Callable[[str], str]


def entry_json(session: Session, entry: Entry, reveal: Reveal, *, for_agent: bool = False) -> dict[str, Any]:
    """Return an entry as the widget and the workbench show it.

    Args:
        reveal: turns references to card keys into what this reader may see.
        for_agent: add what only agents may know (intent, internal).
    """
    shown: dict[str, Any] = {
        "seq": entry.seq,
        "id": entry.id,
        "at": entry.at.isoformat().replace("+00:00", "Z"),
        "from": entry.author,
        "name": entry.name,
        "kind": entry.kind,
        "text": reveal(entry.text),
        "buttons": entry.body.get("buttons", []),
        "cards": [_card(card, reveal) for card in entry.body.get("cards", [])],
    }
    if entry.author in (Author.CUSTOMER, Author.AGENT) and entry.client_id:
        shown["client_id"] = entry.client_id
    if entry.kind == Kind.PICTURE:
        shown["picture"] = entry.body["picture"]
    if entry.kind == Kind.RATING:
        rating_id = entry.body["rating_id"]
        stars = rating.stars_given(session, [rating_id]).get(rating_id)
        shown["rating"] = {"rating_id": rating_id, "stars": stars}
    if for_agent:
        shown["internal"] = entry.internal
        shown["nlu"] = entry.body.get("nlu")
    return shown


def state_json(session: Session, conversation: Conversation, agent_name: str | None) -> dict[str, Any]:
    """Return who answers now, and the customer's place when it is the queue.

    Args:
        agent_name: the name of the agent who owns the conversation.
    """
    place = None
    if conversation.owner == Owner.QUEUED:
        waiting = handoff.open_handoff(session, conversation.id)
        place = handoff.position(session, waiting) if waiting else None
    agent = agent_name if conversation.owner == Owner.AGENT else None
    return {"owner": conversation.owner, "position": place, "agent": agent}


def _card(card: dict[str, Any], reveal: Reveal) -> dict[str, Any]:
    return {key: reveal(value) if isinstance(value, str) else value for key, value in card.items()}
