"""Words that mean the same, and words that mean nothing: data/knowledge/synonyms.yml, written by designers."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from desk.knowledge.plain import plain

FILE = "synonyms.yml"


class BadSynonyms(ValueError):
    """The file does not have its form; the text says why, in Chinese."""


class Synonyms:
    """What is put in place of what before anything is compared.

    Args:
        groups: words of one meaning, the one to use first.
        stop: words and phrases that say nothing about the question.
    """

    def __init__(self, groups: Iterable[Sequence[str]] = (), stop: Iterable[str] = ()) -> None:
        self.groups = tuple(tuple(map(plain, group)) for group in groups)
        self._usual = {other: group[0] for group in self.groups for other in group[1:]}
        self._pattern = _any_of(self._usual)
        self._idle = frozenset(map(plain, stop))
        self._phrases = _any_of(word for word in self._idle if len(word) > 1)

    def applied(self, text: str) -> str:
        """Return plain text without idle phrases, with the usual word in place of its synonyms."""
        text = self._phrases.sub(" ", text)
        return self._pattern.sub(lambda found: self._usual[found[0]], text)

    def idle(self, word: str) -> bool:
        """Say whether a word is idle."""
        return word in self._idle

    def same_as(self, word: str) -> tuple[str, ...]:
        """Return all plain words of the group of a usual word; the word itself where there is none."""
        return (word, *(other for other, usual in self._usual.items() if usual == word))


def read(path: Path) -> Synonyms:
    """Read the file; one that is not there means no synonyms.

    Raises:
        BadSynonyms: it is no YAML, or not of the form that is described at its beginning.
    """
    if not path.is_file():
        return Synonyms()
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        raise BadSynonyms(f"第 {mark.line + 1 if mark else 1} 行附近格式不对") from problem
    groups, stop = content.get("synonyms", []), content.get("stop", [])
    if set(content) - {"synonyms", "stop"} or not _texts(stop) or not all(_texts(group) for group in groups):
        raise BadSynonyms("只能有 synonyms（每行一组词）和 stop（一列词）；数字请加引号")
    seen: set[str] = set()
    for group in groups:
        words = set(map(plain, group))
        if again := words & seen:
            raise BadSynonyms(f"一个词只能在一组里：{'、'.join(sorted(again))}")
        seen |= words
    return Synonyms(groups, stop)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of the words, the longest first; Latin ones only as whole words (km, not in km2)."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(_bounded, ordered)) or r"(?!)")


def _bounded(word: str) -> str:
    start = r"(?<![a-z0-9])" if word[0].isascii() and word[0].isalnum() else ""
    end = r"(?![a-z0-9])" if word[-1].isascii() and word[-1].isalnum() else ""
    return start + re.escape(word) + end
