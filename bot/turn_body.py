"""The body of a turn's request, checked before anything else sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

ID = re.compile(r"[\w.:@-]{1,200}")
MAX_TEXT = 20_000  # a burst of merged messages; the classifier reads the ends of a long one
COMMAND = "/"
HARMLESS = "／"


class BadTurn(Exception):
    """The body is not a turn. `str()` names the field, never its content."""


@dataclass(frozen=True)
class TurnBody:
    """A customer's message or a pressed button.

    Attributes:
        conversation: Sender id.
        message_id: The desk's id of the message; the same id means the same turn.
        text: What to handle; begins with `/` only for a pressed button.
        metadata: Passed on to the actions.
    """

    conversation: str
    message_id: str
    text: str
    metadata: dict[str, Any]


def parse(body: Any) -> TurnBody:
    """Checks a decoded body.

    Args:
        body: Decoded JSON.

    Returns:
        The turn.

    Raises:
        BadTurn: A field is missing or not what it should be.
    """
    if not isinstance(body, dict):
        raise BadTurn("body")
    for name in ("conversation", "message_id"):
        if not isinstance(body.get(name), str) or not ID.fullmatch(body[name]):
            raise BadTurn(name)
    text, trusted, metadata = body.get("text"), body.get("trusted", False), body.get("metadata") or {}
    if not isinstance(text, str) or not text.strip() or len(text) > MAX_TEXT:
        raise BadTurn("text")
    if not isinstance(trusted, bool):
        raise BadTurn("trusted")
    if not isinstance(metadata, dict):
        raise BadTurn("metadata")
    text = text.encode("utf-8", "replace").decode("utf-8").strip()  # lone surrogates cannot be stored
    return TurnBody(body["conversation"], body["message_id"], text if trusted else harmless(text), metadata)


def harmless(text: str) -> str:
    """Keeps Rasa from taking a customer's text for a command: it executes what begins with a slash (`/restart`).

    Args:
        text: As typed.

    Returns:
        The text, a leading slash replaced by its full-width look-alike.
    """
    bare = text.strip()
    return HARMLESS + bare[len(COMMAND) :] if bare.startswith(COMMAND) else text
