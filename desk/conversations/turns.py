"""What a turn writes: the bot's replies, or the word that a person will come. One transaction each."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from desk.conversations import handoff, inbox, timeline
from desk.conversations.bot import Reply, Turn
from desk.conversations.meanwhile import Meanwhile
from desk.conversations.model import Author, Conversation, Entry, InboxMessage, Kind, Owner
from desk.texts import say

BOT, PERSON, FAILURE = "bot", "person", "failure"


def begin(
    session: Session, conversation_id: str, meanwhile: Meanwhile | None = None
) -> tuple[Conversation, list[InboxMessage]]:
    """Claim the next messages; those that are not for the bot are dealt with here.

    Args:
        meanwhile: what the desk does for those who wait for a person.

    Returns:
        The conversation and the messages to give to the bot, none when there is nothing for it.
    """
    conversation = timeline.lock(session, conversation_id)
    rows = inbox.claim(session, conversation_id)
    if not rows:
        return conversation, []
    if rows[0].trusted and rows[0].text.startswith("desk:"):
        _desk_button(session, conversation, rows, meanwhile)
        return conversation, []
    if conversation.owner == Owner.BOT:
        return conversation, rows
    inbox.finish(session, rows, PERSON)
    if conversation.owner == Owner.QUEUED and not _heard(session, conversation, rows, meanwhile):
        _comfort(session, conversation)
    return conversation, []


def succeed(session: Session, conversation_id: str, rows: list[InboxMessage], turn: Turn) -> None:
    """Write the bot's replies; if a part of the turn was lost, a person is asked as well.

    A person may have taken over while the bot was thinking: then only agents see what it thought.
    """
    conversation = timeline.lock(session, conversation_id)
    if not inbox.finish(session, rows, FAILURE if turn.failed else BOT):
        return
    _note_understanding(session, conversation, rows, turn.nlu)
    silent = conversation.owner == Owner.AGENT
    for number, reply in enumerate(turn.replies):
        _write(session, conversation, reply, f"{rows[0].turn}.{number}", internal=silent)
    if (turn.failed or not turn.replies) and conversation.owner == Owner.BOT:
        _trouble(session, conversation)


def fail(session: Session, conversation_id: str, rows: list[InboxMessage]) -> None:
    """The bot gave no answer: tell the customer, queue for a person."""
    conversation = timeline.lock(session, conversation_id)
    if inbox.finish(session, rows, FAILURE) and conversation.owner in (Owner.BOT, Owner.CLOSED):
        _trouble(session, conversation)


def _write(session: Session, conversation: Conversation, reply: Reply, client_id: str, *, internal: bool) -> Entry:
    body: dict[str, Any] = {}
    if reply.buttons:
        body["buttons"] = timeline.make_buttons(session, conversation.id, reply.buttons)
    if reply.cards:
        body["cards"] = [_card(session, conversation.id, card) for card in reply.cards]
    return timeline.append(
        session,
        conversation,
        Author.BOT,
        reply.text,
        name=say("bot_name"),
        body=body,
        internal=internal,
        client_id=client_id,
    )


def _card(session: Session, conversation_id: str, card: dict[str, Any]) -> dict[str, Any]:
    """Return the card with its select button stored: the payload stays in the desk.

    Pressed, the button says which order it stood on, so that the dialogue reads well afterwards.
    """
    select = card.get("select")
    if not isinstance(select, dict):
        return card
    said = " ".join(str(part) for part in (select["title"], card.get("product"), card.get("order_no")) if part)
    wanted = {"title": said[:200], "payload": select["payload"]}
    made = timeline.make_buttons(session, conversation_id, [wanted])[0]
    return {**card, "select": {"id": made["id"], "title": select["title"]}}


def _note_understanding(
    session: Session, conversation: Conversation, rows: list[InboxMessage], nlu: dict[str, Any]
) -> None:
    intent = nlu.get("intent")
    if not intent or rows[0].text == inbox.PICTURE:  # a picture says nothing about what the matter is
        return
    conversation.intent = str(intent)[:60]
    kept = {name: nlu.get(name) for name in ("intent", "confidence", "mood", "wants_human")}
    for row in rows:
        entry = inbox.customer_entry(session, row)
        if entry is not None:
            entry.body = {**entry.body, "nlu": kept}


def _trouble(session: Session, conversation: Conversation) -> None:
    waiting = handoff.request(session, conversation.id, "failure")
    _tell_position(session, conversation, handoff.position(session, waiting), "bot_trouble")


def _comfort(session: Session, conversation: Conversation) -> None:
    """Answer the first message of someone who waits; further ones are read by the agent in silence."""
    waiting = handoff.open_handoff(session, conversation.id)
    if waiting is None or waiting.comforted:
        return
    waiting.comforted = True
    _tell_position(session, conversation, handoff.position(session, waiting), "waiting")


def _tell_position(session: Session, conversation: Conversation, place: int, key: str) -> None:
    text = say(key, ahead=place - 1) if place > 1 else say(f"{key}_next")
    leave = {"title": say("leave_queue_button"), "payload": handoff.LEAVE_QUEUE}
    buttons = timeline.make_buttons(session, conversation.id, [leave])
    timeline.append(session, conversation, Author.SYSTEM, text, kind=Kind.NOTICE, body={"buttons": buttons})


def _heard(session: Session, conversation: Conversation, rows: list[InboxMessage], meanwhile: Meanwhile | None) -> bool:
    """Let the desk deal with the message of someone who waits; say whether that was answered."""
    picture = rows[0].text == inbox.PICTURE
    waiting = handoff.open_handoff(session, conversation.id)
    if meanwhile is None or waiting is None or (rows[0].trusted and not picture):
        return False
    text = "" if picture else "\n".join(row.text for row in rows)
    replies = meanwhile.heard(session, conversation, waiting.reason, text, picture=picture)
    _say(session, conversation, rows, replies)
    return bool(replies)


def _say(session: Session, conversation: Conversation, rows: list[InboxMessage], replies: Sequence[Reply]) -> None:
    for number, reply in enumerate(replies):
        _write(session, conversation, reply, f"{rows[0].turn}.{number}", internal=False)


def _desk_button(
    session: Session, conversation: Conversation, rows: list[InboxMessage], meanwhile: Meanwhile | None
) -> None:
    inbox.finish(session, rows, BOT)
    replies = meanwhile.pressed(session, conversation, rows[0].text) if meanwhile else None
    if replies is not None:
        _say(session, conversation, rows, replies)
    elif rows[0].text == handoff.LEAVE_QUEUE and handoff.leave_queue(session, conversation):
        timeline.append(session, conversation, Author.BOT, say("left_queue"), name=say("bot_name"))
    elif conversation.owner == Owner.BOT:
        timeline.append(session, conversation, Author.BOT, say("button_expired"), name=say("bot_name"))
