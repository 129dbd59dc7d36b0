"""What the desk itself does for somebody who waits for a person: the bot is silent then."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.orm import Session

from desk.conversations.bot import Reply
from desk.conversations.model import Conversation


class Meanwhile(Protocol):
    """Called with the conversation locked, in the transaction that takes the message from the inbox."""

    def pressed(self, session: Session, conversation: Conversation, payload: str) -> Sequence[Reply] | None:
        """Deal with one of the desk's own buttons, whoever owns the conversation; None if it is not known."""

    def heard(
        self, session: Session, conversation: Conversation, reason: str, text: str, *, picture: bool
    ) -> Sequence[Reply]:
        """Deal with a message of somebody who waits; return what is said to it, if anything.

        Args:
            reason: why a person was called.
            text: with references instead of card keys.
            picture: a picture was sent, and `text` says nothing.
        """


class InTurn:
    """Several that may answer; the first one that has something to say is heard.

    Args:
        each: in the order in which they are asked.
    """

    def __init__(self, *each: Meanwhile) -> None:
        self._each = each

    def pressed(self, session: Session, conversation: Conversation, payload: str) -> Sequence[Reply] | None:
        """Ask each whether the button is theirs."""
        for one in self._each:
            replies = one.pressed(session, conversation, payload)
            if replies is not None:
                return replies
        return None

    def heard(
        self, session: Session, conversation: Conversation, reason: str, text: str, *, picture: bool
    ) -> Sequence[Reply]:
        """Let each deal with the message until one answers."""
        for one in self._each:
            replies = one.heard(session, conversation, reason, text, picture=picture)
            if replies:
                return replies
        return []
