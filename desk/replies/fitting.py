"""Puts scripts in the order in which they fit a conversation, ready to be shown: filled, with initials to search by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from desk.replies.scripts import Script, fill, unfilled


@dataclass(frozen=True)
class Situation:
    """What is known of the conversation: the customer's kind, his mood ("" is unknown), what he wants."""

    profile: str = ""
    mood: str = ""
    intents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fitted:
    """A script as the composer lists it. `fits` says that it is meant for this customer or matter."""

    id: str
    group: str
    title: str
    keys: tuple[str, ...]
    initials: str
    text: str
    unfilled: list[str]
    fits: bool


def fitted(scripts: Iterable[Script], situation: Situation, known: Mapping[str, str]) -> list[Fitted]:
    """Return all scripts, those that fit best first; among equals the document's order counts.

    Args:
        known: the values of the variables.
    """
    ranked = sorted(scripts, key=lambda script: -score(script, situation))
    return [_shown(script, situation, known) for script in ranked]


def score(script: Script, situation: Situation) -> int:
    """Return how well a script fits: the matter counts most, then mood, then the kind of customer."""
    return (
        4 * _match(script.intents, situation.intents)
        + 2 * _match(script.moods, (situation.mood or "calm",))
        + _match(script.profiles, (situation.profile,))
    )


def _match(wanted: tuple[str, ...], given: tuple[str, ...]) -> int:
    """Return 1 for what is meant for it, 0 for what is for everybody, -2 for what is meant for somebody else."""
    if not wanted:
        return 0
    return 1 if set(wanted) & set(given) else -2


def _shown(script: Script, situation: Situation, known: Mapping[str, str]) -> Fitted:
    text = fill(script.text, known)
    return Fitted(
        id=script.id,
        group=script.group,
        title=script.title,
        keys=script.keys,
        initials=" ".join(map(initials, (script.title, *script.keys, script.group))),
        text=text,
        unfilled=unfilled(text),
        fits=score(script, situation) > 0,
    )


@lru_cache(4096)
def initials(text: str) -> str:
    """Return the first letters of a text's syllables: 补发新卡 is bfxk."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()
