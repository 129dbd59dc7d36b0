"""Entity marks: can they be read, does the domain know them, and do the extractors find the same?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.training import marks
from bot.training.check import extractors
from bot.training.check.examples import Example
from bot.training.check.findings import Finding, Kind, at
from bot.training.lines import Line


def parsed(lines: Sequence[Line], root: Path) -> tuple[list[Example], list[Finding]]:
    """Reads the marks.

    Args:
        lines: Examples as written.
        root: The project's folder.

    Returns:
        Those that can be read, and a finding for each of the others.
    """
    examples, bad = [], []
    for line in lines:
        try:
            text, found = marks.parse(line.raw)
            examples.append(Example(line, text, tuple(found)))
        except marks.BadMark as error:
            bad.append(Finding(Kind.MARK, at(line, root), f"{line.raw} ({error})"))
    return examples, bad


def unknown(examples: Sequence[Example], entities: set[str], root: Path) -> Iterator[Finding]:
    """Finds marks whose entity the domain does not list."""
    for each in examples:
        for mark in each.marks:
            if mark.entity not in entities:
                yield Finding(Kind.ENTITY, at(each.line, root), f"{mark.entity} in: {each.text}")


def missed(examples: Sequence[Example], config: Path, data: Sequence[Path], root: Path) -> Iterator[Finding]:
    """Finds marks that the pipeline's extractors do not find at that place.

    Args:
        examples: All examples.
        config: The project's config.yml.
        data: Its NLU files.
        root: The project's folder.

    Yields:
        How many of each entity's marks are not found, then each of them.
    """
    marked = [each for each in examples if each.marks]
    if not marked:
        return
    total = Counter(mark.entity for each in marked for mark in each.marks)
    lost: list[tuple[Example, marks.Mark]] = []
    answers = extractors.found_in([each.text for each in marked], config, data)
    for each, found in zip(marked, answers, strict=True):
        places = {(entity["start"], entity["end"], entity["entity"]) for entity in found}
        lost += [(each, mark) for mark in each.marks if (mark.start, mark.end, mark.entity) not in places]
    for entity, n in Counter(mark.entity for _, mark in lost).most_common():
        yield Finding(Kind.MISSED, entity, f"{n} of {total[entity]} marks are not found 共 {total[entity]} 处")
    for each, mark in lost:
        piece = each.text[mark.start : mark.end]
        yield Finding(Kind.MISSED, at(each.line, root), f"{mark.entity} {piece} in: {each.text}")
