"""Finds products by any of their names, on a blank spaCy pipeline with an EntityRuler: no trained model.

Names come from Rasa's training data (`data/nlu/lookups.yml`): the lookup table `product` lists the names that the bot
hands on, synonyms list what else customers say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import spacy
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.normalise import normalise

ENTITY = "product"


@dataclass(frozen=True)
class Mention:
    """A product's name in a message: place in the original text, canonical name."""

    start: int
    end: int
    name: str


def plain(text: str) -> str:
    """Makes the form under which names are compared: normalised, without blanks."""
    return normalise(text).text.replace(" ", "")


def names_of(training_data: TrainingData) -> dict[str, str]:
    """Collects every known name.

    Args:
        training_data: Rasa's, with lookup tables and synonyms.

    Returns:
        Plain name to canonical name.
    """
    listed: set[str] = set()
    for table in training_data.lookup_tables:
        if table["name"] == ENTITY and isinstance(table["elements"], list):
            listed |= set(table["elements"])
    synonyms = {said: name for said, name in training_data.entity_synonyms.items() if name in listed}
    return {plain(said): name for said, name in {**synonyms, **{n: n for n in listed}}.items()}


class Products:
    """Finds known names in texts."""

    def __init__(self, names: dict[str, str]) -> None:
        """Builds the finder.

        Args:
            names: Plain name to canonical name.
        """
        self.names = names
        self._nlp = spacy.blank("zh")
        ruler: Any = self._nlp.add_pipe("entity_ruler")
        # The blank Chinese tokenizer makes one token of each character, so a pattern is a name's characters in a row.
        ruler.add_patterns([{"label": ENTITY, "pattern": name} for name in names])

    def find(self, text: str) -> list[Mention]:
        """Finds the products that a message names, the longest names first where they overlap.

        Args:
            text: As typed.

        Returns:
            Mentions in order of place.
        """
        normal = normalise(text)
        places = [i for i, char in enumerate(normal.text) if char != " "]
        packed = "".join(normal.text[i] for i in places)
        if not packed:
            return []
        found = []
        for entity in self._nlp(packed).ents:
            first, last = places[entity.start_char], places[entity.end_char - 1]
            if not _cuts_word(normal.text, first, last):
                start, end = normal.span(first, last + 1)
                found.append(Mention(start, end, self.names[entity.text]))
        return found


def _cuts_word(text: str, first: int, last: int) -> bool:
    """Says whether a match takes only a part of a Latin word (qb in aqbc)."""

    def joined(a: int, b: int) -> bool:
        return a >= 0 and b < len(text) and all(text[i].isascii() and text[i].isalpha() for i in (a, b))

    return joined(first - 1, first) or joined(last, last + 1)
