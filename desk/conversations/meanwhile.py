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


class Several:
    """Several of them, one after the other: the first that knows a button deals with it; each hears what is said."""

    def __init__(self, *parts: Meanwhile) -> None:
        self._parts = parts

    def pressed(self, session: Session, conversation: Conversation, payload: str) -> Sequence[Reply] | None:
        """See `Meanwhile.pressed`."""
        answers = (part.pressed(session, conversation, payload) for part in self._parts)
        return next((answer for answer in answers if answer is not None), None)

    def heard(
        self, session: Session, conversation: Conversation, reason: str, text: str, *, picture: bool
    ) -> Sequence[Reply]:
        """See `Meanwhile.heard`."""
        return [
            reply for part in self._parts for reply in part.heard(session, conversation, reason, text, picture=picture)
        ]
