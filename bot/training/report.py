"""The evaluation as one page that opens without a network; its words stand in report.html."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from bot.training import charts, figures, gate
from bot.training.answers import Answer
from bot.training.samples import OUT_OF_SCOPE

ASKED, REFUSED = "(asked)", "(refused)"
NARROW = 40


@dataclass(frozen=True)
class Side:
    """A model beside another one: what it is called, and its answers."""

    name: str
    answers: Sequence[Answer]


@dataclass(frozen=True)
class Confusion:
    """Messages that are one intent and were taken for another, surest first."""

    meant: str
    taken: str
    answers: Sequence[Answer]


def page(new: Side, old: Side | None, why_alone: str, topics: Sequence[tuple[str, str]]) -> str:
    """Writes the report.

    Args:
        new: The model that is reported on.
        old: The one beside it, if there is one.
        why_alone: Why there is none.
        topics: Topic and intent in the order to list them.

    Returns:
        HTML.
    """
    computed = figures.of(new.answers)
    ours = [each for each in new.answers if each.sample.intent != OUT_OF_SCOPE]
    foreign = [each for each in new.answers if each.sample.intent == OUT_OF_SCOPE]
    rows = [(topic, intent) for topic, intent in topics if intent in computed.intents]
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    environment.filters["percent"] = lambda share: f"{share * 100:.1f}"
    before = _before(new, old) if old else None
    return environment.get_template("report.html").render(
        new=new.name,
        old=old.name if old else None,
        why_alone=why_alone,
        now=computed,
        was=before,
        common=len(gate.common(old.answers, new.answers)[0]) if old else 0,
        worse=gate.judge(old.answers, new.answers) if old else [],
        rows=rows,
        matrix=Markup(_matrix(ours, rows)),
        histogram=Markup(_histogram(ours, foreign)),
        confusions=_confusions(ours),
        narrow=sorted((each for each in ours if each.right), key=lambda each: each.margin)[:NARROW],
        asked=[each for each in ours if each.asked],
        refused=[each for each in ours if not each.acted and not each.asked],
        foreign_acted=sorted((a for a in foreign if a.acted), key=lambda each: -each.confidence),
        entity_errors=entity_errors(new.answers),
        value_errors=value_errors(new.answers),
        moods=_moods(computed),
        human_errors=[
            a
            for a in new.answers
            if None not in (a.sample.wants_human, a.wants_human) and a.sample.wants_human != a.wants_human
        ],
    )


def _before(new: Side, old: Side) -> figures.Figures:
    """Figures of the old model on the messages of this report; those that it was never asked are left out."""
    return figures.of(gate.common(old.answers, new.answers)[0])


def entity_errors(answers: Sequence[Answer]) -> list[tuple[str, str, str, Answer]]:
    """Lists entities that were missed or found where there is none.

    Returns:
        Entity, `missed` or `invented`, the piece of text, the answer; ordered by entity.
    """
    found = []
    for each in answers:
        wanted = {(mark.start, mark.end, mark.entity) for mark in each.sample.marks}
        got = {(mark.start, mark.end, mark.entity) for mark in each.found if mark.entity in each.sample.scored}
        for kind, places in (("missed", wanted - got), ("invented", got - wanted)):
            found += [(entity, kind, each.sample.text[start:end], each) for start, end, entity in sorted(places)]
    return sorted(found, key=lambda error: error[:2])


def value_errors(answers: Sequence[Answer]) -> list[tuple[str, str, str, Answer]]:
    """Lists entities whose place is right and whose value is not; only marks that name a value are compared.

    Returns:
        Entity, the value asked for, the value found, the answer.
    """
    errors = []
    for each in answers:
        got = {(mark.start, mark.end, mark.entity): mark.value for mark in each.found}
        for mark in each.sample.marks:
            value = got.get((mark.start, mark.end, mark.entity))
            if mark.value is not None and value is not None and value != mark.value:
                errors.append((mark.entity, mark.value, value, each))
    return errors


def _matrix(ours: Sequence[Answer], rows: Sequence[tuple[str, str]]) -> str:
    counts: Counter[tuple[str, str]] = Counter()
    for each in ours:
        taken = each.guess if each.acted else ASKED if each.asked else REFUSED
        counts[each.sample.intent, taken] += 1
    known = [intent for _, intent in rows]
    others = sorted({taken for _, taken in counts} - {*known, ASKED, REFUSED})
    return charts.confusion(rows, [*known, *others, ASKED, REFUSED], counts)


def _histogram(ours: Sequence[Answer], foreign: Sequence[Answer]) -> str:
    series = {
        "right": [each.confidence for each in ours if each.guess == each.sample.intent],
        "wrong": [each.confidence for each in ours if each.guess != each.sample.intent],
        "foreign": [each.confidence for each in foreign],
    }
    return charts.histogram(series)


def _confusions(ours: Sequence[Answer]) -> list[Confusion]:
    """Groups wrong guesses, acted on or not; what was acted on weighs first."""
    groups: dict[tuple[str, str], list[Answer]] = defaultdict(list)
    for each in ours:
        if each.guess != each.sample.intent:
            groups[each.sample.intent, each.guess].append(each)
    for group in groups.values():
        group.sort(key=lambda each: (not each.acted, -each.confidence))
    ordered = sorted(groups.items(), key=lambda item: (-sum(a.acted for a in item[1]), -len(item[1])))
    return [Confusion(meant, taken, group) for (meant, taken), group in ordered]


def _moods(computed: figures.Figures) -> dict[str, dict[str, int]]:
    told = {name for pair in computed.mood for name in pair}
    names = sorted(told, key=lambda name: (name != "calm", name == "angry", name))
    return {meant: {taken: computed.mood.get((meant, taken), 0) for taken in names} for meant in names}
