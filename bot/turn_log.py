"""What a turn came to, read from its events: replies, what was understood, whether an action was lost.

The first answer and a replay are built here from the same stored events, so they cannot differ. Only fields named
here leave the bot: an event also carries model ids, policy names and whatever an action put into its metadata.
"""

from __future__ import annotations

from typing import Any, Iterable, Mapping

Event = dict[str, Any]

CARD_FIELDS: dict[str, tuple[str, ...]] = {
    "order": ("type", "order_no", "product", "status", "status_text", "amount", "placed_at", "select"),
    "key": ("type", "label", "number", "secret", "product"),
}
ENTITY_FIELDS = ("entity", "value", "start", "end", "role", "group")
RANKED = 3
SILENT_ACTIONS = ("utter_", "action_listen", "action_session_start", "action_restart", "action_back")


def of_turn(events: Iterable[Event], message_id: str, channel: str) -> list[Event]:
    """Cuts the events of one turn.

    Args:
        events: Events from its user message on.
        message_id: The message's id. Rasa's fallback repeats a user event within its turn, under the same id.
        channel: Input channel: the next message that came in by it begins the next turn.

    Returns:
        The turn's events.
    """
    turn: list[Event] = []
    for event in events:
        from_customer = event["event"] == "user" and event.get("input_channel") == channel
        if turn and from_customer and event.get("message_id") != message_id:
            break
        turn.append(event)
    return turn


def replies(turn: Iterable[Event]) -> list[dict[str, Any]]:
    """Lists what the bot said.

    Args:
        turn: Events of one turn.

    Returns:
        Replies with text, buttons and cards; none that are empty.
    """
    said = []
    for event in turn:
        if event["event"] == "bot":
            data = event.get("data") or {}
            buttons = [*(data.get("buttons") or []), *(data.get("quick_replies") or [])]
            reply = {
                "text": str(event.get("text") or ""),
                "buttons": [b for b in map(_button, buttons) if b],
                "cards": [c for c in map(_card, _cards(data.get("custom"))) if c],
            }
            if any(reply.values()):
                said.append(reply)
    return said


def understood(turn: Iterable[Event]) -> dict[str, Any]:
    """Says what the bot took the message for.

    Args:
        turn: Events of one turn.

    Returns:
        intent (`faq/register` in full), confidence, ranking (the three likeliest), entities, mood, wants_human and
        the band of doubt; empty without a user event.
    """
    user = next((event for event in turn if event["event"] == "user"), None)
    if user is None:
        return {}
    parse = user.get("parse_data") or {}
    intent = parse.get("intent") or {}
    ranking = [{"name": _full(i), "confidence": i.get("confidence")} for i in parse.get("intent_ranking") or []]
    return {
        "intent": _full(intent),
        "confidence": intent.get("confidence"),
        "ranking": ranking[:RANKED],
        "entities": [{k: e[k] for k in ENTITY_FIELDS if k in e} for e in parse.get("entities") or []],
        "mood": (parse.get("mood") or {}).get("name"),
        "wants_human": parse.get("wants_human") is True,
        "doubt": (parse.get("doubt") or {}).get("band"),
    }


def _full(intent: Mapping[str, Any]) -> Any:
    return intent.get("full_retrieval_intent_name") or intent.get("name")


def lost_action(turn: Iterable[Event]) -> bool:
    """Says whether a custom action or form left no event: Rasa goes on silently when the action server fails.

    Args:
        turn: Events of one turn.

    Returns:
        Whether one did. Our actions always leave an event.
    """
    open_action = False
    for event in turn:
        if event["event"] == "action":
            if open_action:
                return True
            open_action = not str(event.get("name") or "action_listen").startswith(SILENT_ACTIONS)
        else:
            open_action = False
    return open_action


def _cards(custom: Any) -> list[Any]:
    cards = custom.get("cards") if isinstance(custom, dict) else None
    return cards if isinstance(cards, list) else []


def _button(button: Any) -> dict[str, str] | None:
    if not isinstance(button, dict) or not button.get("title") or not button.get("payload"):
        return None
    return {"title": str(button["title"]), "payload": str(button["payload"])}


def _card(card: Any) -> dict[str, Any] | None:
    if not isinstance(card, dict) or card.get("type") not in CARD_FIELDS:
        return None
    kept = {field: card[field] for field in CARD_FIELDS[card["type"]] if field in card}
    if "select" in kept:
        kept["select"] = _button(kept["select"])
    return kept
