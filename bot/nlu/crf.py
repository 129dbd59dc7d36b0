"""Learned spans: a conditional random field over 汉字, Latin words and numbers.

For what has no shape of its own: 50 is a sum in 充了50没到 and none in 50个人, 微信 a way to pay or a zone of a game.
What the rules take a place for (`Hint`) is one feature among others, so that it is learned how far they are right.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Iterator, Sequence

import pycrfsuite

from bot.nlu.normalise import normalise
from bot.nlu.sounds import of_token

TOKEN = re.compile(r"[a-z]+|\d+(?:\.\d+)?|\S")
CUE = re.compile(r"提示|显示|报错|弹出|弹窗|跳出|写着|返回|错误|告诉我|说是|变成|状态|回复|[:：]")
CUE_REACH = 8  # characters from a cue to what the screen said
OUTSIDE = "O"
SETTINGS = {"c1": 0.05, "c2": 0.05, "max_iterations": 35, "feature.minfreq": 2, "feature.possible_transitions": False}
WIDE = 5  # tokens on each side that tell what a number or a name is about


@dataclass(frozen=True)
class Span:
    """A place in the original text and what stands there."""

    start: int
    end: int
    entity: str


@dataclass(frozen=True)
class Hint:
    """What the rules say of a place in the original text; a fixed one is hidden behind its kind: all numbers alike."""

    start: int
    end: int
    kind: str
    fixed: bool = False


@dataclass(frozen=True)
class Example:
    """A message with the right spans."""

    text: str
    hints: Sequence[Hint]
    spans: Sequence[Span]


@dataclass(frozen=True)
class _Tokens:
    text: str  # normalised
    inside: list[tuple[int, int]]  # places in `text`
    places: list[tuple[int, int]]  # places in the original


class Crf:
    """Finds spans as in the examples that it learned from."""

    def __init__(self, model: Path) -> None:
        """Opens a model.

        Args:
            model: The file that `fit` wrote.
        """
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open(str(model))

    @staticmethod
    def fit(examples: Sequence[Example], model: Path) -> bool:
        """Learns.

        Args:
            examples: Messages with and without spans.
            model: The file to write.

        Returns:
            Whether there was anything to learn; if not, no file is written.
        """
        if not any(example.spans for example in examples):
            return False
        trainer = pycrfsuite.Trainer(verbose=False)
        trainer.set_params(SETTINGS)
        for example in examples:
            tokens = _tokens(example.text)
            if tokens.places:
                trainer.append(_features(tokens, example.hints), _labels(tokens, example.spans))
        trainer.train(str(model))
        return True

    def find(self, text: str, hints: Sequence[Hint]) -> list[Span]:
        """Finds spans.

        Args:
            text: As typed.
            hints: What the rules found.

        Returns:
            Spans in order of place, none over another.
        """
        tokens = _tokens(text)
        if not tokens.places:
            return []
        return list(_spans(self._tagger.tag(_features(tokens, hints)), tokens.places))


def _tokens(text: str) -> _Tokens:
    normal = normalise(text)
    inside = [match.span() for match in TOKEN.finditer(normal.text)]
    return _Tokens(normal.text, inside, [normal.span(start, end) for start, end in inside])


def _over(places: Sequence[tuple[int, int]], start: int, end: int) -> range:
    first = bisect_right(places, start, key=lambda place: place[1])
    return range(first, bisect_left(places, end, lo=first, key=lambda place: place[0]))


def _labels(tokens: _Tokens, spans: Sequence[Span]) -> list[str]:
    labels = [OUTSIDE] * len(tokens.places)
    for span in spans:
        over = _over(tokens.places, span.start, span.end)
        for i in over:
            place = "U" if len(over) == 1 else "B" if i == over[0] else "L" if i == over[-1] else "I"
            labels[i] = f"{place}-{span.entity}"
    return labels


def _spans(labels: Sequence[str], places: Sequence[tuple[int, int]]) -> Iterator[Span]:
    first, entity = 0, ""
    for i, label in enumerate([*labels, OUTSIDE]):
        place, _, kind = label.partition("-")
        if entity and (place in "OBU" or kind != entity):
            yield Span(places[first][0], places[i - 1][1], entity)
            entity = ""
        if place != OUTSIDE and not entity:
            first, entity = i, kind


def _features(tokens: _Tokens, hints: Sequence[Hint]) -> list[list[str]]:
    """Describes each token: itself and its neighbours, their kinds and sounds, what the rules took it for."""
    words = [tokens.text[start:end] for start, end in tokens.inside]
    flags: list[list[str]] = [[] for _ in words]
    for hint in hints:
        over = _over(tokens.places, hint.start, hint.end)
        for i in over:
            place = "U" if len(over) == 1 else "B" if i == over[0] else "L" if i == over[-1] else "I"
            flags[i].append(place + hint.kind)
            if hint.fixed:
                words[i] = "<" + hint.kind + ">"
    kinds = [_kind(word) for word in words]
    sounds = [of_token(word) for word in words]
    cues = _cues(tokens)
    flag = ["|".join(sorted(each)) for each in flags]
    bounds = [(0, 0), *tokens.inside, (len(tokens.text), 0)]
    gaps = ["_" if a[1] < b[0] else "" for a, b in pairwise(bounds)]  # a blank ends what a mark would end
    edge = ["<<", "<"]
    w, k, s, f = (edge + each + [">", ">>"] for each in (words, kinds, sounds, flag))
    size = f"n={min(len(words), 4)}"
    out = []
    for i in range(2, len(words) + 2):
        row = [
            "w=" + w[i], "w-=" + w[i - 1], "w+=" + w[i + 1], "w--=" + w[i - 2], "w++=" + w[i + 2],
            "a=" + w[i - 1] + " " + w[i], "b=" + w[i] + " " + w[i + 1],
            "c=" + w[i - 2] + " " + w[i - 1], "d=" + w[i + 1] + " " + w[i + 2],
            "e=" + w[i - 1] + " " + w[i] + " " + w[i + 1],
            "k=" + k[i - 1] + " " + k[i] + " " + k[i + 1], "k=" + k[i], "l=" + k[i] + " " + w[i + 1],
            "m=" + w[i - 1] + " " + k[i], "o=" + w[i - 2] + w[i - 1] + " " + k[i],
            "p=" + k[i] + " " + w[i + 1] + w[i + 2],
            "s=" + s[i - 1] + " " + s[i], "t=" + s[i] + " " + s[i + 1],
            "f=" + f[i], "g=" + f[i - 1] + " " + f[i], "h=" + f[i] + " " + f[i + 1],
            "j=" + f[i] + " " + w[i - 1], "q=" + f[i] + " " + w[i + 1],
            "r=" + f[i - 1] + " " + w[i], "u=" + w[i] + " " + f[i + 1],
            "v=" + gaps[i - 2] + gaps[i - 1], "x=" + gaps[i - 2] + w[i - 1] + " " + w[i],
            "y=" + gaps[i - 1] + w[i] + " " + w[i + 1], "z=" + gaps[i - 1] + k[i + 1],
            cues[i - 2],
        ]  # fmt: skip
        if f[i] or k[i][0] in "91":
            row += ["<" + word for word in w[max(2, i - WIDE) : i]]
            row += [">" + word for word in w[i + 1 : min(len(words) + 2, i + 1 + WIDE)]]
        if len(words) < 5:
            row.append(size)
            row.append(size + k[i])
        out.append(row)
    return out


def _kind(word: str) -> str:
    """Names the kind of a token; a number by its length and whether it is round."""
    if word.isdigit():
        return f"9{len(word)}" + ("r" if word.endswith("0") else "")
    if word[0].isdigit():
        return "9."
    if word[0] == "<":
        return word
    if word.isascii():
        return f"x{min(len(word), 4)}" if word.isalpha() else word
    if word in "零一二三四五六七八九两俩":
        return "1"
    if word in "十百千万":
        return "10"
    if word in "多几来余":
        return "1+"
    return "汉" if "一" <= word <= "鿿" else "."


def _cues(tokens: _Tokens) -> list[str]:
    """Says for each token which word of a screen's message stands shortly before it, in the same sentence."""
    cues = [""] * len(tokens.inside)
    said = [(m.end(), m.group()) for m in CUE.finditer(tokens.text)]
    at = -1
    for i, (start, _) in enumerate(tokens.inside):
        while at + 1 < len(said) and said[at + 1][0] <= start:
            at += 1
        away = start - said[at][0] if at >= 0 else CUE_REACH
        cues[i] = f"cue={said[at][1]} {away}" if away < CUE_REACH else "cue="
    return cues
