"""domain.yml against the examples: names on both sides, answers, and where buttons lead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import yaml

from bot.training import lines, topics
from bot.training.check.examples import Example
from bot.training.check.findings import Finding, Kind, at, place

BUILT_IN = {"restart", "back", "session_start", "nlu_fallback", "send_picture"}
"""Intents that come from Rasa or the desk, not from examples."""
_PAYLOAD = re.compile(r"/(?P<intent>[^{\s]+)\s*(?P<entities>\{.*\})?$", re.DOTALL)


def entities(domain: Path) -> set[str]:
    """Lists the entities of a domain file."""
    node = lines.pairs_of(_root(domain)).get("entities")
    entries = node.value if isinstance(node, yaml.SequenceNode) else []
    return {str(next(iter(lines.pairs_of(entry)), "") or entry.value) for entry in entries}


def find(examples: Sequence[Example], domain: Path, tables: Sequence[Path], root: Path) -> Iterator[Finding]:
    """Compares names.

    Args:
        examples: The training data.
        domain: domain.yml.
        tables: Files that list intents: their names for customers, those that are easily confused.
        root: The project's folder.

    Yields:
        What stands on one side only, and buttons that do not fit.
    """
    known = set(topics.domain_intents(domain))
    responses = lines.pairs_of(lines.pairs_of(_root(domain)).get("responses"))
    first: dict[str, Example] = {}
    for each in examples:
        first.setdefault(each.intent, each)
    for intent, example in first.items():
        if intent.split("/")[0] not in known:
            yield Finding(Kind.INTENT, at(example.line, root), intent)
        elif "/" in intent and f"utter_{intent}" not in responses:
            yield Finding(Kind.ANSWER, at(example.line, root), f"{intent}: no response utter_{intent} in {domain.name}")
    taught = {intent.split("/")[0] for intent in first}
    for intent in sorted(known - taught - BUILT_IN):
        yield Finding(Kind.UNUSED, domain.name, intent)
    yield from _buttons(responses.values(), known, entities(domain), domain, root)
    for table in tables:
        yield from _names(table, known | set(first), root)


def _root(file: Path) -> yaml.Node | None:
    root = lines.compose(file) if file.is_file() else None
    return root if isinstance(root, yaml.Node) else None


def _buttons(
    responses: Iterable[yaml.Node], intents: set[str], known: set[str], domain: Path, root: Path
) -> Iterator[Finding]:
    seen: set[int] = set()  # lists of buttons are shared by anchors
    for response in responses:
        for variation in response.value if isinstance(response, yaml.SequenceNode) else []:
            buttons = lines.pairs_of(variation).get("buttons")
            for button in buttons.value if isinstance(buttons, yaml.SequenceNode) else []:
                payload = lines.pairs_of(button).get("payload")
                if payload is not None and id(payload) not in seen:
                    seen.add(id(payload))
                    wrong = _wrong(str(payload.value), intents, known)
                    if wrong:
                        where = place(domain, payload.start_mark.line + 1, root)
                        yield Finding(Kind.BUTTON, where, f"{payload.value}: {wrong}")


def _wrong(payload: str, intents: set[str], known: set[str]) -> str | None:
    if not payload.startswith("/"):
        return None  # a button may say what the customer would
    # Double braces are single ones once the response is filled in, and {order_no} is a value by then.
    filled = re.sub(r"(?<!\{)\{(\w+)\}(?!\})", r"\1", payload).replace("{{", "{").replace("}}", "}")
    read = _PAYLOAD.match(filled)
    if not read:
        return "not /intent or /intent{…}"
    if read["intent"] not in intents | BUILT_IN:
        return f"no intent {read['intent']}"
    try:
        named = json.loads(read["entities"] or "{}")
    except ValueError:
        return "its entities are not JSON"
    absent = [name for name in named if name not in known]
    return f"no entity {', '.join(absent)}" if absent else None


def _names(file: Path, intents: set[str], root: Path) -> Iterator[Finding]:
    for table in lines.pairs_of(_root(file)).values():
        keys = [key for key, _ in table.value] if isinstance(table, yaml.MappingNode) else []
        groups = table.value if isinstance(table, yaml.SequenceNode) else []
        for name in [
            *keys,
            *(name for group in groups for name in group.value if isinstance(group, yaml.SequenceNode)),
        ]:
            if name.value not in intents:
                yield Finding(Kind.LABEL, place(file, name.start_mark.line + 1, root), str(name.value))
