"""The order of the checks."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bot.training import lines
from bot.training.check import counts, domain, duplicates, entity_marks, leaks, look_alikes, rules
from bot.training.check.examples import Example
from bot.training.check.findings import Finding, Kind, place, say
from bot.training.samples import OUT_OF_SCOPE


def check(root: Path, tests: Sequence[Path], everything: bool = False) -> int:
    """Checks a project's data and prints what it finds.

    Args:
        root: The project's folder.
        tests: Its test sets: files and folders; those that are not there are left out.
        everything: Print all findings, not the first of each kind.

    Returns:
        The exit code: 1 when there are errors.
    """
    nlu = lines.yaml_files([root / "data"])
    examples, found = _read(nlu, root)
    with rules.running(root, {each.intent for each in examples if "/" in each.intent}) as training:
        found += look(root, nlu, examples, tests)
        # Rasa would only say once more, and less well, that a file cannot be read.
        found += [] if any(each.kind is Kind.YAML for each in found) else rules.find(training)
    return 1 if say(found, sys.stdout, everything) else 0


def look(root: Path, nlu: Sequence[Path], examples: Sequence[Example], tests: Sequence[Path]) -> list[Finding]:
    """Makes all checks but that of the rules; prints the table of counts.

    Args:
        root: The project's folder.
        nlu: Its NLU files.
        examples: What stands in them.
        tests: Its test sets.

    Returns:
        The findings.
    """
    description, tables = root / "domain.yml", lines.yaml_files(_folder(root / "data" / "dialogue"))
    broken = lines.compose(description)
    if isinstance(broken, lines.Unreadable):
        return [_unreadable(broken, root)]
    samples, found = _read(lines.yaml_files([each for each in tests if each.exists()]), root)
    outside, bad = _calibration(root)
    found += bad
    shown = [*examples, *outside]
    print(f"{len(examples)} examples, {len(samples)} test messages\n{counts.columns(examples)}", flush=True)
    found += counts.find(examples, root)
    found += duplicates.find(shown, root)
    found += look_alikes.find(shown, root)
    found += leaks.find(samples, shown, root)
    found += domain.find(examples, description, tables, root)
    found += entity_marks.unknown([*examples, *samples], domain.entities(description), root)
    found += entity_marks.missed(examples, root / "config.yml", nlu, root)
    return found


def _folder(place: Path) -> list[Path]:
    return [place] if place.is_dir() else []


def _calibration(root: Path) -> tuple[list[Example], list[Finding]]:
    """Reads the messages that set the limits of doubt: training sees them, so tests may not hold them."""
    read: list[lines.Line] = []
    bad: list[lines.Unreadable] = []
    for file in lines.yaml_files(_folder(root / "data" / "calibration")):
        messages, unreadable = lines.read_list(file, "messages", OUT_OF_SCOPE)
        read += messages
        bad += unreadable
    return [Example(line, line.raw) for line in read], [_unreadable(each, root) for each in bad]


def _read(files: Sequence[Path], root: Path) -> tuple[list[Example], list[Finding]]:
    read, unreadable = lines.read(files)
    examples, bad = entity_marks.parsed(read, root)
    return examples, [*(_unreadable(each, root) for each in unreadable), *bad]


def _unreadable(each: lines.Unreadable, root: Path) -> Finding:
    return Finding(Kind.YAML, place(each.file, each.line, root), each.why)
