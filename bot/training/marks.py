"""Entity marks in an example: `[Q币](product)`, `[五十块]{"entity": "amount", "value": "50"}`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.training_data import entities_parser

# What is left of a mark that Rasa did not take for one. A bare [ or ] is nothing: customers type them.
_LEFT_OVER = re.compile(r'\[[^\]]*\]\s*[(（{]|\]\s*[({][a-z_"]|\[[^\]]*\([a-z_]+\)')


class BadMark(ValueError):
    """A mark that Rasa does not read."""


@dataclass(frozen=True)
class Mark:
    """A marked piece of a message.

    Attributes:
        start: First character in the message without marks.
        end: One past the last.
        entity: What it is.
        value: The value that is asked for, None when the mark names none.
    """

    start: int
    end: int
    entity: str
    value: str | None = None


def parse(raw: str) -> tuple[str, list[Mark]]:
    """Splits an example into the message and its marks.

    Args:
        raw: As written in the file.

    Returns:
        What the customer typed, and the marks.

    Raises:
        BadMark: One of the marks cannot be read.
    """
    try:
        found = entities_parser.find_entities_in_training_example(raw)
        text = entities_parser.replace_entities(raw)
    except (RasaException, ValueError, KeyError, TypeError) as error:
        raise BadMark(str(error).splitlines()[0]) from error
    left = _LEFT_OVER.search(entities_parser.ENTITY_REGEX.sub("", raw))
    if left:
        raise BadMark(f"looks like a mark and is none: {left.group()}")
    marks = []
    for each in found:
        start, end, value = each["start"], each["end"], each["value"]
        marks.append(Mark(start, end, each["entity"], None if value == text[start:end] else str(value)))
    return text, marks
