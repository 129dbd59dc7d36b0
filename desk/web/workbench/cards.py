"""Forms that are lists of cards: read from a form, checked by a model, shown again with a word at each wrong field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from starlette.datastructures import FormData

from desk.web.workbench.pages import label

LONGEST = 2000
M = TypeVar("M", bound=BaseModel)


@dataclass
class Card:
    """The fields of one card; in the form they are called `<mark>.<name>`. `new` is the empty one at the end."""

    mark: str
    values: dict[str, str] = field(default_factory=dict)
    picked: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    new: bool = False

    def get(self, name: str) -> str:
        """Return a field's text."""
        return self.values.get(name, "")

    def has(self, name: str, value: str) -> bool:
        """Say whether a box of a list is ticked."""
        return value in self.picked.get(name, ())


def read_cards(form: FormData, letter: str, lists: tuple[str, ...] = ()) -> list[Card]:
    """Return the cards of a form whose marks are the letter and a number, without deleted and empty ones.

    Args:
        lists: the fields that are lists of boxes.
    """
    found: dict[int, Card] = {}
    for key, value in form.multi_items():
        read = re.fullmatch(rf"{letter}(\d{{1,3}})\.([a-z_]{{1,30}})", key)
        if read is None or not isinstance(value, str):
            continue
        card = found.setdefault(int(read[1]), Card(f"{letter}{read[1]}"))
        if read[2] in lists:
            card.picked.setdefault(read[2], []).append(value[:LONGEST])
        else:
            card.values[read[2]] = value[:LONGEST].strip()
    cards = [found[number] for number in sorted(found)]
    return [each for each in cards if not each.get("delete") and (each.get("name") or each.get("title"))]


def checked(card: Card, kind: type[M], data: Mapping[str, Any], names: Mapping[tuple[Any, ...], str]) -> M | None:
    """Return the model made of a card's data; None where fields are wrong, which the card says then.

    Args:
        names: the fields' names in the form, where they differ from the place of the error in the model.
    """
    try:
        return kind.model_validate(data)
    except ValidationError as wrong:
        for each in wrong.errors():
            place = each["loc"]
            name = names.get(place[:2]) or names.get(place[:1]) or (str(place[0]) if place else "title")
            card.errors.setdefault(name, said(each))
        return None


def said(error: ErrorDetails) -> str:
    """Return what is wrong, in words for whoever filled the form in."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return label(f"wrong.{error['type']}") if label(f"wrong.{error['type']}") != error["type"] else label("wrong.other")
