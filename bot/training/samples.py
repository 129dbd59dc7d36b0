"""Test sets: messages with what they mean. One file is one slice, named by the file: typos.yml is `typos`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.training import lines, marks

OUT_OF_SCOPE = "out_of_scope"


class BadTestSet(ValueError):
    """A test set that cannot be read; the message says where and why."""


class NoMessages(BadTestSet):
    """There is no test set."""


@dataclass(frozen=True)
class Sample:
    """One message of a test set.

    Attributes:
        slice: The set that it belongs to.
        file: Where it stands, as the trainer named it.
        line: Its line there.
        text: What the customer typed.
        intent: What it means.
        marks: The entities in it.
        scored: The entity types that its file marks at all: where no e-mail address is marked, none was looked for.
        mood: calm, anxious, angry; None where the set does not say.
        wants_human: Whether a person is asked for; None where the set does not say.
    """

    slice: str
    file: str
    line: int
    text: str
    intent: str
    marks: tuple[marks.Mark, ...] = ()
    scored: tuple[str, ...] = ()
    mood: str | None = None
    wants_human: bool | None = None


def load(places: Sequence[Path]) -> list[Sample]:
    """Reads test sets.

    Args:
        places: Files, or folders of files.

    Returns:
        Their messages, in order.

    Raises:
        NoMessages: A file is absent, or none holds a message.
        BadTestSet: A file is not readable as Rasa's NLU format.
    """
    for place in places:
        if not place.exists():
            raise NoMessages(f"{place}: there is no such file. 没有这个文件。")
    found = [sample for file in lines.yaml_files(places) for sample in _file(file)]
    if not found:
        raise NoMessages(f"No messages in {', '.join(map(str, places)) or 'no files'}. 没有测试语料。")
    return found


def _file(file: Path) -> list[Sample]:
    read, bad = lines.read([file])
    if bad:
        raise BadTestSet(f"{bad[0].file}:{bad[0].line}: {bad[0].why}")
    parsed = []
    for each in read:
        try:
            parsed.append((each, *marks.parse(each.raw)))
        except marks.BadMark as error:
            raise BadTestSet(f"{each.file}:{each.line}: {error}") from error
    scored = tuple(sorted({mark.entity for _, _, found in parsed for mark in found}))
    # A set that says it of some messages has looked at all of them.
    says_human = any("wants_human" in each.metadata for each in read)
    return [
        Sample(
            slice=file.stem,
            file=str(file),
            line=each.line,
            text=text,
            intent=each.intent,
            marks=tuple(found),
            scored=scored,
            mood=each.metadata.get("mood"),
            wants_human=bool(each.metadata.get("wants_human")) if says_human else None,
        )
        for each, text, found in parsed
    ]
