"""What the measurement needs of a system, whichever it is."""

from dataclasses import dataclass
from typing import Protocol


class NoAnswer(Exception):
    """A turn ended otherwise than with the bot's answer: the figures would mean nothing."""


@dataclass(frozen=True)
class Answered:
    """One turn, by the client's clock.

    Attributes:
        sent: when the request was begun, in seconds of the wall clock.
        seconds: from there until the reply was there.
        entry: the product's own id of the message, to find it in the records again; "" where there is none.
        at_once: whether the turn was one of several at a time.
    """

    sent: float
    seconds: float
    entry: str = ""
    at_once: bool = False


class Conversation(Protocol):
    """One customer's open conversation."""

    def say(self, text: str) -> Answered:
        """Send a message and wait for the reply.

        Raises:
            NoAnswer: another end than the bot's reply.
        """

    def close(self) -> None:
        """Close the connections."""


class System(Protocol):
    """A running system."""

    name: str

    def start(self) -> None:
        """Start it; returns when a conversation can be opened."""

    def open(self, number: int) -> Conversation:
        """Return a new conversation, ready for its first message; `number` chooses the customer."""

    def processes(self) -> dict[str, int]:
        """Return the ids of its processes by name."""

    def stop(self) -> None:
        """End it."""
