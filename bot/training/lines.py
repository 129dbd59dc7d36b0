"""Reads Rasa's NLU files line by line, so that everything that is said about an example names its file and line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is ten times as fast


@dataclass(frozen=True)
class Line:
    """One example.

    Attributes:
        file: Where it stands.
        line: Its line there, from 1.
        intent: Its label, `faq/register` for a retrieval intent.
        raw: As written, with entity marks.
        metadata: What its block or the example itself says beside: mood, wants_human.
    """

    file: Path
    line: int
    intent: str
    raw: str
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Unreadable:
    """A place in a file that is not what Rasa reads: file, line, and what is wrong."""

    file: Path
    line: int
    why: str


def yaml_files(places: Iterable[Path]) -> list[Path]:
    """Lists the YAML files of folders, and single files as they are.

    Args:
        places: Folders and files.

    Returns:
        The files in a fixed order, each once.
    """
    found: dict[Path, None] = {}
    for place in places:
        inside = [f for f in place.rglob("*") if f.suffix in (".yml", ".yaml")] if place.is_dir() else [place]
        found.update(dict.fromkeys(sorted(inside)))
    return list(found)


def compose(file: Path) -> yaml.Node | Unreadable | None:
    """Parses a YAML file into nodes, which know their lines; None for an empty one."""
    try:
        return yaml.compose(file.read_text("utf-8"), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return Unreadable(file, mark.line + 1 if mark else 1, error.problem or "not YAML")
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return Unreadable(file, 1, str(error).splitlines()[0])


def read(files: Iterable[Path]) -> tuple[list[Line], list[Unreadable]]:
    """Reads the examples of intents; lookup tables, synonyms and files without `nlu:` hold none.

    Args:
        files: NLU files.

    Returns:
        The examples, and what could not be read.
    """
    lines: list[Line] = []
    bad: list[Unreadable] = []
    for file in files:
        root = compose(file)
        if isinstance(root, Unreadable):
            bad.append(root)
        elif root is not None:
            _blocks(file, root, lines, bad)
    return lines, bad


def read_list(file: Path, key: str, label: str) -> tuple[list[Line], list[Unreadable]]:
    """Reads a list of messages that stands in a file under a key and has one label.

    Args:
        file: A YAML file.
        key: Where the list stands, as a block of lines or a YAML list; a file without it has no messages.
        label: Their label.

    Returns:
        The messages, and what could not be read.
    """
    lines: list[Line] = []
    bad: list[Unreadable] = []
    root = compose(file)
    if isinstance(root, Unreadable):
        return [], [root]
    messages = pairs_of(root).get(key)
    if messages is not None:
        _messages(file, label, {}, messages, lines, bad)
    return lines, bad


def pairs_of(node: yaml.Node | None) -> dict[str, yaml.Node]:
    """Returns a mapping node's values by key; nothing for another node."""
    return {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}


def _blocks(file: Path, root: yaml.Node, lines: list[Line], bad: list[Unreadable]) -> None:
    nlu = pairs_of(root).get("nlu")
    for block in nlu.value if isinstance(nlu, yaml.SequenceNode) else []:
        keys = pairs_of(block)
        if "intent" not in keys:
            continue
        intent, examples = str(keys["intent"].value), keys.get("examples")
        metadata = _plain(keys.get("metadata"))
        if not (examples is not None and _messages(file, intent, metadata, examples, lines, bad)):
            bad.append(Unreadable(file, block.start_mark.line + 1, f"intent {intent} has no examples"))


def _messages(
    file: Path, label: str, metadata: dict[str, Any], node: yaml.Node, lines: list[Line], bad: list[Unreadable]
) -> bool:
    """Reads both ways to write a list; returns whether it is one and not empty."""
    if isinstance(node, yaml.SequenceNode):
        lines += [_single(file, label, metadata, each) for each in node.value]
        return bool(node.value)
    if isinstance(node, yaml.ScalarNode) and node.value.strip():
        _text(file, label, metadata, node, lines, bad)
        return True
    return False


def _text(
    file: Path,
    intent: str,
    metadata: dict[str, Any],
    node: yaml.ScalarNode,
    lines: list[Line],
    bad: list[Unreadable],
) -> None:
    below = node.style == "|"  # the text begins on the line after the bar
    for number, written in enumerate(node.value.split("\n"), node.start_mark.line + 1 + below):
        if not written.strip() or written.lstrip().startswith("#"):
            continue
        if written.startswith("-"):
            lines.append(Line(file, number, intent, written[1:].strip(), metadata))
        else:
            bad.append(Unreadable(file, number, f"an example begins with '- ', this does not: {written.strip()[:40]}"))


def _single(file: Path, intent: str, metadata: dict[str, Any], node: yaml.Node) -> Line:
    keys = pairs_of(node)
    text = keys.get("text", node)
    raw = str(text.value).strip()
    raw = raw[1:].strip() if raw.startswith("- ") else raw
    return Line(file, node.start_mark.line + 1, intent, raw, {**metadata, **_plain(keys.get("metadata"))})


def _plain(node: yaml.Node | None) -> dict[str, Any]:
    """Turns the metadata node into what it says; Rasa also allows it to be one word, which says nothing to us."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return dict(yaml.SafeLoader("").construct_document(node))
