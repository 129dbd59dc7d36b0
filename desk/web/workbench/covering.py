"""A customer has one thread for good. Where an earlier matter in it was a case of account safety or of funds, and the
present one is not, whoever has the present one sees that something was said then, and not what.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from desk.conversations import lists
from desk.conversations.model import Author, Conversation, Handoff
from desk.staff import cases
from desk.staff.service import SignedIn
from desk.web.workbench.dialogue_view import Bubble, Dialogue
from desk.web.workbench.pages import label

Span = tuple[datetime | None, datetime]
# Of one customer, ever.
_MOST = 10_000


def dialogue(session: Session, staff: SignedIn, conversation: Conversation, shown: Dialogue) -> Dialogue:
    """Return a dialogue with what is not for this person covered."""
    return replace(shown, bubbles=covered(session, staff, conversation, shown.bubbles))


def covered(session: Session, staff: SignedIn, conversation: Conversation, bubbles: Iterable[Bubble]) -> list[Bubble]:
    """Return entries with those of earlier guarded matters covered."""
    spans = _spans(staff, reversed(lists.handoffs_of(session, [conversation.id], _MOST)))
    return [_cover(bubble) if _within(bubble.entry.at, spans) else bubble for bubble in bubbles]


def _spans(staff: SignedIn, handoffs: Iterable[Handoff]) -> list[Span]:
    """Return the times of matters that have ended and are kept from this person.

    A matter begins where the one before it ended: what the bot was told led to the hand-off.
    """
    spans: list[Span] = []
    begins: datetime | None = None
    for handoff in handoffs:
        needed = cases.needed((handoff.reason, handoff.intent))
        if handoff.ended_at and needed and not staff.may(needed):
            spans.append((begins, handoff.ended_at))
        begins = handoff.ended_at or begins
    return spans


def _within(at: datetime, spans: list[Span]) -> bool:
    return any((begins is None or at > begins) and at <= ends for begins, ends in spans)


def _cover(bubble: Bubble) -> Bubble:
    if bubble.entry.author == Author.SYSTEM:  # who came and went may be known
        return replace(bubble, comment="")
    words = label("guarded.entry")
    return replace(
        bubble, text=words, cards=[], buttons=[], intent="", confidence="", tone=[], picture=None, comment=""
    )
