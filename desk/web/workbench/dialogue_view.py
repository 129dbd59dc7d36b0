"""The middle pane: what was said, and who has the conversation."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from desk.conversations import handoff, lists, timeline, view
from desk.conversations.model import Conversation, Entry, Kind, Owner
from desk.pictures import service as pictures
from desk.services import Desk
from desk.sla.targets import Subject
from desk.sla.view import Due, due_of
from desk.staff.roles import Permission
from desk.staff.service import SignedIn, name_of
from desk.web.workbench import asked_view
from desk.web.workbench.asked_view import Passing
from desk.web.workbench.pages import label

SHOWN_AT_ONCE = 80
_END = 2**31 - 1


@dataclass(frozen=True)
class Bubble:
    """An entry as agents see it: card keys masked, beside it the intent and tone that the bot heard.

    `picture` is None where the entry has none, and where it has been deleted.
    """

    entry: Entry
    text: str
    cards: list[dict[str, Any]]
    buttons: list[dict[str, Any]]
    intent: str = ""
    confidence: str = ""
    tone: list[str] = field(default_factory=list)
    picture: dict[str, Any] | None = None
    stars: int | None = None
    comment: str = ""


@dataclass(frozen=True)
class Dialogue:
    """The newest entries, and whether there are earlier ones."""

    bubbles: list[Bubble] = field(default_factory=list)
    more: bool = False

    @property
    def last(self) -> int:
        """The number of the newest entry."""
        return self.bubbles[-1].entry.seq if self.bubbles else 0


def latest(session: Session, desk: Desk, conversation_id: str, before: int = _END) -> Dialogue:
    """Return the newest entries before a number."""
    found = timeline.entries(session, conversation_id, before=before, limit=SHOWN_AT_ONCE + 1, internal=True)
    return Dialogue(bubbles(session, desk, found[-SHOWN_AT_ONCE:]), more=len(found) > SHOWN_AT_ONCE)


def since(session: Session, desk: Desk, conversation_id: str, after: int) -> list[Bubble]:
    """Return the entries after a number."""
    return bubbles(session, desk, timeline.entries(session, conversation_id, after=after, internal=True))


def ratings(session: Session, desk: Desk, conversation_id: str, until: int) -> list[Bubble]:
    """Return the latest rating requests up to a number: the one kind of entry that changes later."""
    newest = timeline.entries(session, conversation_id, before=until + 1, limit=30, internal=True)
    return bubbles(session, desk, [entry for entry in newest if entry.kind == Kind.RATING][-2:])


def bubbles(session: Session, desk: Desk, entries: Iterable[Entry]) -> list[Bubble]:
    """Return entries as agents may see them."""
    entries = list(entries)
    asked = [entry.body["rating_id"] for entry in entries if entry.kind == Kind.RATING]
    comments = lists.comments(session, asked)
    kept = pictures.existing(session, [entry.body["picture"]["id"] for entry in entries if entry.kind == Kind.PICTURE])

    def reveal(text: str) -> str:
        return desk.vault.mask(session, text)

    def bubble(entry: Entry) -> Bubble:
        shown = view.entry_json(session, entry, reveal, for_agent=True)
        nlu, rating = shown["nlu"] or {}, shown.get("rating") or {}
        picture = shown.get("picture")
        return Bubble(
            entry=entry,
            text=shown["text"],
            cards=shown["cards"],
            buttons=shown["buttons"],
            intent=label(f"intent.{nlu['intent']}") if nlu.get("intent") else "",
            confidence=percent(nlu.get("confidence")),
            tone=_tone(nlu),
            picture=picture if picture and picture["id"] in kept else None,
            stars=rating.get("stars"),
            comment=reveal(comments.get(rating.get("rating_id", ""), "")),
        )

    return [bubble(entry) for entry in entries]


def _tone(nlu: dict[str, Any]) -> list[str]:
    """Return what else the bot heard: an upset mood, the wish for a person."""
    mood = [f"mood.{nlu['mood']}"] if nlu.get("mood") in ("anxious", "angry") else []
    wish = ["wants_human"] if nlu.get("wants_human") is True else []
    return [label(key) for key in (*mood, *wish)]


@dataclass(frozen=True)
class Head:
    """Who has the conversation, from this agent's point of view.

    `mode` is mine, queued, bot, other or closed; `takeable` says whether this agent may take it, `replaceable` whether
    from a colleague, `whispers` whether this agent may write what only the colleague reads; `due` is set where an
    answer is owed. `passing` is the transfer that is to be told of, `first_owner` who had it first where that is
    another one.
    """

    conversation: Conversation
    mode: str
    state: str
    takeable: bool
    due: Due | None
    replaceable: bool
    whispers: bool
    passing: Passing | None = None
    first_owner: str = ""


def head(session: Session, staff: SignedIn, conversation: Conversation) -> Head:
    """Return the state of a conversation as this agent sees it."""
    mode, agent = str(conversation.owner), ""
    if conversation.owner == Owner.AGENT:
        mode = "mine" if conversation.agent_id == staff.id else "other"
        agent = name_of(session, conversation.agent_id or 0) or ""
    allowed = {"queued": Permission.CONVERSE, "bot": Permission.TAKE_OVER, "closed": Permission.TAKE_OVER}
    takeable = mode in allowed and staff.may(allowed[mode])
    waiting = handoff.open_handoff(session, conversation.id)
    due = due_of(session, Subject.HANDOFF, [waiting.id]).get(waiting.id) if waiting else None
    return Head(
        conversation,
        mode,
        label(f"state.{mode}").replace("{agent}", agent),
        takeable,
        due,
        replaceable=mode == "other" and staff.may(Permission.TAKE_OVER),
        whispers=mode == "other" and staff.may(Permission.SEE_TEAM),
        passing=asked_view.passing(session, staff, conversation),
        first_owner=asked_view.first_owner(session, conversation),
    )


def percent(confidence: object) -> str:
    """Return a confidence as 96%; nothing for what is none."""
    return f"{confidence:.0%}" if isinstance(confidence, int | float) else ""
