"""The order in which reports list intents: by topic, as domain.yml does."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot.training import lines

OTHER = "other"


def order(intents: Iterable[str], domain: Path, data: Path) -> list[tuple[str, str]]:
    """Sorts intents by topic.

    Args:
        intents: The names to sort.
        domain: domain.yml; its list of intents gives the order, retrieval intents stand where their first half does.
        data: The folder of NLU files; the folder in it that holds an intent's file is the topic.

    Returns:
        Pairs of topic and intent. What no file or list knows comes last.
    """
    listed = [name.split("/")[0] for name in domain_intents(domain)]
    topic = {
        line.intent: line.file.parent.name
        for line in lines.read(lines.yaml_files([data] if data.is_dir() else []))[0]
        if line.file.parent != data
    }
    place = {name: at for at, name in enumerate(listed)}
    first: dict[str, int] = {}
    for intent, name in topic.items():
        at = place.get(intent.split("/")[0], len(place))
        first[name] = min(at, first.get(name, at))

    def rank(intent: str) -> tuple[int, str, int, str]:
        name = topic.get(intent, OTHER)
        return first.get(name, len(place)), name, place.get(intent.split("/")[0], len(place)), intent

    return [(topic.get(intent, OTHER), intent) for intent in sorted(set(intents), key=rank)]


def domain_intents(domain: Path) -> list[str]:
    """Lists the intents of a domain file, in its order; an entry may have settings of its own."""
    root = lines.compose(domain) if domain.is_file() else None
    if root is None or isinstance(root, lines.Unreadable):
        return []
    entries = lines.pairs_of(root).get("intents")
    nodes = entries.value if entries is not None and isinstance(entries.value, list) else []
    return [str(next(iter(lines.pairs_of(node)), "") or node.value) for node in nodes]
