"""What happens between customers and staff, told to the rooms that care, in the transaction in which it happens.

A room that does something says so (`tell`); rooms that follow (clocks, routing, profiles) subscribe in `services`.
So `conversations` and `tickets` know nothing of those rooms, and what they do is committed or rolled back together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class HandoffQueued:
    """A conversation waits for a person."""

    conversation_id: str
    handoff_id: int


@dataclass(frozen=True)
class HandoffTaken:
    """An agent has it now."""

    conversation_id: str
    handoff_id: int
    agent_id: int


@dataclass(frozen=True)
class HandoffEnded:
    """It was closed, returned to the bot or cancelled; `state` is the hand-off's."""

    conversation_id: str
    handoff_id: int
    state: str


@dataclass(frozen=True)
class AgentAnswered:
    """An agent wrote to the customer."""

    conversation_id: str
    agent_id: int
    seq: int


@dataclass(frozen=True)
class CustomerWrote:
    """The customer wrote; `owner` is who had the conversation then."""

    conversation_id: str
    seq: int
    owner: str


@dataclass(frozen=True)
class TicketOpened:
    """A ticket was opened."""

    ticket_id: int


@dataclass(frozen=True)
class TicketMoved:
    """A ticket went from one state to another."""

    ticket_id: int
    before: str
    after: str


@dataclass(frozen=True)
class SlaWarned:
    """A promise is close to being broken; `subject` is handoff or ticket, `kind` first, next, solved or callback."""

    clock_id: int
    subject: str
    subject_id: int
    kind: str
    class_name: str


@dataclass(frozen=True)
class SlaBreached:
    """A promise was broken; fields as of `SlaWarned`."""

    clock_id: int
    subject: str
    subject_id: int
    kind: str
    class_name: str


@dataclass(frozen=True)
class ReassignAsked:
    """Somebody else should do the work: whoever has it is too late; fields as of `SlaWarned`."""

    clock_id: int
    subject: str
    subject_id: int
    kind: str
    class_name: str


@dataclass(frozen=True)
class TicketRaised:
    """A ticket's priority is another one now."""

    ticket_id: int


@dataclass(frozen=True)
class OrdersChanged:
    """The desk has changed an order or the account of a customer."""

    customer_id: str


Happening = (
    HandoffQueued
    | HandoffTaken
    | HandoffEnded
    | AgentAnswered
    | CustomerWrote
    | TicketOpened
    | TicketMoved
    | SlaWarned
    | SlaBreached
    | ReassignAsked
    | TicketRaised
    | OrdersChanged
)
Follower = Callable[[Session, Any], None]
_FOLLOWERS = "followers"


class Followers:
    """Who follows what; filled once, at composition."""

    def __init__(self) -> None:
        self._by_kind: dict[type, list[Follower]] = {}

    def follow(self, kind: type, follower: Follower) -> None:
        """Call `follower(session, happening)` whenever one of this kind is told."""
        self._by_kind.setdefault(kind, []).append(follower)

    def attach(self, session: Session) -> None:
        """Let what is told in this session reach the followers."""
        session.info[_FOLLOWERS] = self

    def call(self, session: Session, happening: Happening) -> None:
        """Call those who follow this kind, in the order in which they subscribed."""
        for follower in self._by_kind.get(type(happening), ()):
            follower(session, happening)


def tell(session: Session, happening: Happening) -> None:
    """Tell the followers of the session's database; nobody may be following."""
    followers: Followers | None = session.info.get(_FOLLOWERS)
    if followers is not None:
        session.flush()
        followers.call(session, happening)
