"""Finds products by any of their names, also mistyped ones, on a blank spaCy pipeline: no trained model.

Three ways, the surest first; what one has marked, the next leaves alone: as written and as it sounds (爱奇义) by an
EntityRuler each, then one slip in a long brand (`bot.nlu.slips`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Iterable, Sequence

import spacy
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.tokens import Doc

from bot.nlu.guesses import Guesses
from bot.nlu.normalise import normalise
from bot.nlu.slips import Slips
from bot.nlu.sounds import of_token

ENTITY = "product"
TOKEN = re.compile(r"[a-z]+|\d+|\S")
HAN = re.compile("[一-鿿]")
# What goes on from a name and belongs to it: 爱奇艺 + 年卡. Not the 卡 of 卡密, 卡号, 卡住.
TAIL = re.compile(
    r" ?(?:(?:黄金|白金|钻石|超级|大)?(?:会员|vip|svip)|(?:[月季年周]|礼品|充值|储值|购物|点数?|钱包|代金|超市)卡"
    r"|点[券数]|代金券|电子券|(?:gift )?card(?![a-z])|卡(?![密号住在了着的死壳顿蜜咪]))"
)
WHOLE = ("会员", "卡", "券", "vip", "码", "密钥")  # a name that ends so goes on no further
# 点卷 for 点券 and the like: the usual wrong word, in one place for all names.
LOOKALIKE = str.maketrans({"卷": "券", "劵": "券", "帐": "账"})


@dataclass(frozen=True)
class Name:
    """A product as the catalogue has it.

    Attributes:
        name: What the bot calls it.
        ids: Its catalogue ids, one for each face value; empty for one that the catalogue does not list.
        said: What else customers call it.
    """

    name: str
    ids: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mention:
    """A product's name in a message: place in the original text, canonical name, catalogue ids."""

    start: int
    end: int
    name: str
    ids: tuple[str, ...] = field(default=())


def names_of(training_data: TrainingData) -> list[Name]:
    """Collects the names of the training data: the lookup table `product` and the synonyms of what it lists.

    Args:
        training_data: Rasa's, with lookup tables and synonyms.

    Returns:
        The names, without ids: those are the live catalogue's.
    """
    listed: set[str] = set()
    for table in training_data.lookup_tables:
        if table["name"] == ENTITY and isinstance(table["elements"], list):
            listed |= set(table["elements"])
    said: dict[str, list[str]] = {name: [] for name in sorted(listed)}
    for word, name in sorted(training_data.entity_synonyms.items()):
        if name in said:
            said[name].append(word)
    return [Name(name, (), tuple(words)) for name, words in said.items()]


def merged(written: Sequence[Name], live: Sequence[Name]) -> list[Name]:
    """Adds the live catalogue to the names that designers wrote; both may call the same product differently.

    Args:
        written: From the training data.
        live: From the catalogue.

    Returns:
        All names, the catalogue's first: where both know a word, it leads to what is on sale. A catalogue product takes
        over the written words of its own name.
    """
    own = {_plain(each.name): each for each in live}
    kept = [each for each in written if _plain(each.name) not in own]
    words = {_plain(each.name): each.said for each in written}
    return [*(Name(n.name, n.ids, (*n.said, *words.get(plain, ()))) for plain, n in own.items()), *kept]


class Products:
    """Finds known names in texts."""

    def __init__(self, names: Iterable[Name]) -> None:
        """Builds the finder.

        Args:
            names: The products; where two share a word, the first has it.
        """
        self.names = {each.name: each for each in names}
        self._nlp = spacy.blank("zh")
        self._nlp.tokenizer = self._tokenize
        spoken = _spoken(self.names.values())
        sounding = {word: name for word, name in spoken.items() if len(HAN.findall(word)) > 1 and len(word) > 2}
        self._ruler("written", [(word, name) for word, name in spoken.items()])
        self._ruler("sound", list(sounding.items()), phrase_matcher_attr="NORM")
        self._slips = Slips(spoken)
        self._guesses = Guesses(spoken)

    def _ruler(self, title: str, patterns: Sequence[tuple[Any, str]], **config: Any) -> None:
        ruler: Any = self._nlp.add_pipe("entity_ruler", title, config=config)
        ruler.add_patterns([{"label": ENTITY, "pattern": pattern, "id": name} for pattern, name in patterns])

    def _tokenize(self, text: str) -> Doc:
        """Makes one token of each 汉字, Latin word or number; its NORM is its sound. Blanks only separate."""
        words = [match.group() for match in TOKEN.finditer(text)]
        doc = Doc(self._nlp.vocab, words=words, spaces=[False] * len(words))
        for token in doc:
            token.norm_ = of_token(token.text)
        return doc

    def find(self, text: str) -> list[Mention]:
        """Finds the products that a message names, the longest names first where they overlap.

        Args:
            text: As typed.

        Returns:
            Mentions in order of place.
        """
        normal = normalise(text)
        places = [match.span() for match in TOKEN.finditer(normal.text)]
        if not places:
            return []
        doc = self._nlp(normal.text.translate(LOOKALIKE))
        marked = [(entity.start, entity.end, entity.ent_id_) for entity in doc.ents]
        for first, end, name in self._slips.find([token.text for token in doc]):
            inside = [each for each in marked if first <= each[0] and each[1] <= end]
            if len(inside) == sum(a < end and first < b for a, b, _ in marked):  # none sticks out: the longer one wins
                marked = [*(each for each in marked if each not in inside), (first, end, name)]
        found = []
        for first, end, name in sorted(marked):
            last = places[end - 1][1]
            tail = None if normal.text.endswith(WHOLE, 0, last) else TAIL.match(normal.text, last)
            if tail and not any(last <= places[a][0] < tail.end() for a, _, _ in marked):
                last = tail.end()
            found.append(self._mention(normal.span(places[first][0], last), name))
        return found

    def guess(self, text: str) -> list[Mention]:
        """Finds what may be meant for a product: pieces that sound like a name of one, however short.

        Args:
            text: As typed.

        Returns:
            Mentions in order of place, those of `find` among them where they sound alike.
        """
        normal = normalise(text)
        places = [match.span() for match in TOKEN.finditer(normal.text)]
        guesses = self._guesses.find([normal.text[start:end] for start, end in places])
        return [self._mention(normal.span(places[a][0], places[b - 1][1]), name) for a, b, name in guesses]

    def _mention(self, place: tuple[int, int], name: str) -> Mention:
        return Mention(*place, name, self.names[name].ids)


def _plain(text: str) -> str:
    return normalise(text).text.replace(" ", "").translate(LOOKALIKE)


def _spoken(names: Iterable[Name]) -> dict[str, str]:
    """Returns every spelling with the name it stands for; with and without blanks, for Latin words."""
    spoken: dict[str, str] = {}
    for each in names:
        for word in (each.name, *each.said):
            for spelling in (normalise(word).text.translate(LOOKALIKE).strip(), _plain(word)):
                if spelling:
                    spoken.setdefault(spelling, each.name)
    return spoken


class _Remembering(Products):
    """Products that look at a text once: training asks for the same texts again."""

    def __init__(self, names: Iterable[Name]) -> None:
        super().__init__(names)
        self._found: dict[str, list[Mention]] = {}

    def find(self, text: str) -> list[Mention]:
        if text not in self._found:
            self._found[text] = super().find(text)
        return self._found[text]


@lru_cache(maxsize=1)
def _remembering(names: tuple[Name, ...]) -> Products:
    return _Remembering(names)


def for_training(training_data: TrainingData) -> Products:
    """Returns the finder of the products that the training data names; all components that train share it."""
    return _remembering(tuple(names_of(training_data)))
