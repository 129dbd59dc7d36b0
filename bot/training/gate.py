"""Decides whether a model may take another one's place, and says in plain words where it is worse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.training import figures
from bot.training.answers import Answer
from bot.training.marks import Mark
from bot.training.samples import OUT_OF_SCOPE

SHOWN = 8


@dataclass(frozen=True)
class Margins:
    """By how much a new model may be worse; shares, so 0.01 is one point. docs/trainers.md explains them.

    Attributes:
        accuracy: Over all messages.
        slice: In one slice of at least `slice_n` messages.
        intent: F1 of one intent with at least `intent_n` messages.
        out_of_scope: Of the out-of-scope messages that are not acted on, where there are `slice_n`.
        entity: F1 of one entity type with at least `entity_n` marks.
    """

    accuracy: float = 0.01
    slice: float = 0.03
    slice_n: int = 50
    intent: float = 0.10
    intent_n: int = 8
    out_of_scope: float = 0.03
    entity: float = 0.03
    entity_n: int = 20


@dataclass(frozen=True)
class Worse:
    """One place where two models are compared.

    Attributes:
        where: Slice, intent, entity or the whole.
        before: The old figure.
        after: The new one.
        margin: What was allowed.
        messages: What went wrong that was right.
    """

    where: str
    before: float
    after: float
    margin: float
    messages: Sequence[str] = ()

    @property
    def fell_too_far(self) -> bool:
        """Whether it is worse by more than the margin; the last bit is for arithmetic: 0.95 - 0.94 exceeds 0.01."""
        return self.before - self.after > self.margin + 1e-9

    def __str__(self) -> str:
        fall = (self.before - self.after) * 100
        allowed = f"{self.margin * 100:.0f} allowed"
        head = f"{self.where}: {self.before * 100:.1f} → {self.after * 100:.1f} (-{fall:.1f} points, {allowed})"
        shown = [f"    {message}" for message in self.messages[:SHOWN]]
        more = len(self.messages) - SHOWN
        return "\n".join([head, *shown, *([f"    … and {more} more 还有 {more} 条"] if more > 0 else [])])


def common(old: Sequence[Answer], new: Sequence[Answer]) -> tuple[list[Answer], list[Answer]]:
    """Keeps what both models answered: the same message, in the same slice, with the same label and marks.

    Args:
        old: Answers of one model.
        new: Answers of the other.

    Returns:
        Both, in the order of `new`.
    """
    known = {_key(each): each for each in old}
    kept = [each for each in new if _key(each) in known]
    return [known[_key(each)] for each in kept], kept


def judge(old: Sequence[Answer], new: Sequence[Answer], margins: Margins | None = None) -> list[Worse]:
    """Compares two models on the messages that both answered.

    Args:
        old: Answers of the model in use.
        new: Answers of the one that is to replace it.
        margins: How much worse it may be.

    Returns:
        Where it is worse than that; nothing when it may take the place.
    """
    old, new = common(old, new)
    return [place for place in _places(old, new, margins or Margins()) if place.fell_too_far]


def _places(old: Sequence[Answer], new: Sequence[Answer], allowed: Margins) -> Iterator[Worse]:
    before, after = figures.of(old), figures.of(new)
    both = list(zip(old, new, strict=True))
    lost = [(o, n) for o, n in both if o.right and not n.right]
    whole = [_told(n) for _, n in lost if n.sample.intent != OUT_OF_SCOPE]
    yield Worse("all messages 全部", before.totals.accuracy, after.totals.accuracy, allowed.accuracy, whole)
    for name, shares in before.slices.items():
        if shares.n >= allowed.slice_n:
            mine = [_told(n) for _, n in lost if n.sample.slice == name and n.sample.intent != OUT_OF_SCOPE]
            yield Worse(f"slice {name}", shares.accuracy, after.slices[name].accuracy, allowed.slice, mine)
    for name, score in before.intents.items():
        if score.n >= allowed.intent_n:
            mine = [_told(n) for _, n in lost if n.sample.intent == name]
            mine += [_told(n) for o, n in both if _taken_for(n, name) and not _taken_for(o, name)]
            yield Worse(f"intent {name} (F1)", score.f1, after.intents[name].f1, allowed.intent, mine)
    if before.out_of_scope and after.out_of_scope and before.out_of_scope.n >= allowed.slice_n:
        mine = [_told(n) for _, n in lost if n.sample.intent == OUT_OF_SCOPE]
        was, now = before.out_of_scope.not_acted, after.out_of_scope.not_acted
        yield Worse("out of scope, not acted on 超范围不误办", was, now, allowed.out_of_scope, mine)
    for name, score in before.entities.items():
        if score.n >= allowed.entity_n:
            mine = _entity_losses(name, old, new)
            yield Worse(f"entity {name} (F1)", score.f1, after.entities[name].f1, allowed.entity, mine)


def _told(answer: Answer) -> str:
    if answer.acted:
        taken = f"taken for {answer.guess}"
    elif answer.asked:
        taken = f"asked back ({answer.guess})"
    else:
        taken = f"not understood ({answer.guess})"
    return f"{answer.sample.text}  ⟶ {taken}, is {answer.sample.intent}"


def _taken_for(answer: Answer, intent: str) -> bool:
    return answer.acted and answer.guess == intent != answer.sample.intent != OUT_OF_SCOPE


def _entity_losses(entity: str, old: Sequence[Answer], new: Sequence[Answer]) -> list[str]:
    return [
        f"{n.sample.text}  ⟶ {entity}: {_pieces(entity, o)} before, now {_pieces(entity, n)}"
        for o, n in zip(old, new, strict=True)
        if _spans(entity, o.found) == _spans(entity, o.sample.marks) != _spans(entity, n.found)
    ]


def _spans(entity: str, found: Sequence[Mark]) -> set[tuple[int, int]]:
    return {(mark.start, mark.end) for mark in found if mark.entity == entity}


def _pieces(entity: str, answer: Answer) -> str:
    spans = sorted(_spans(entity, answer.found))
    return "、".join(answer.sample.text[start:end] for start, end in spans) or "none"


def _key(answer: Answer) -> object:
    sample = answer.sample
    return sample.slice, sample.text, sample.intent, sample.marks, sample.scored
