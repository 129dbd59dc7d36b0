"""What must hold of an article beyond its form: known intents, placeholders that can exist."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from desk.knowledge import placeholders
from desk.knowledge.article import Article
from desk.knowledge.reading import Loader


class Rules:
    """The rule for `desk.knowledge.files.Files`.

    Args:
        intents: the names that articles may refer to; none given means any.
    """

    def __init__(self, intents: Iterable[str]) -> None:
        self._intents = frozenset(intents)

    def __call__(self, article: Article) -> Iterator[tuple[str, str]]:
        """Yield the field and why it is wrong."""
        for place, intent in enumerate(article.intents):
            if self._intents and intent not in self._intents:
                yield (
                    f"intents.{place}",
                    f"没有 {intent} 这个意图，名字见 data/dialogue/intent_labels.yml 和 domain.yml",
                )
        for field, text in article.templates.items():
            for name in placeholders.names(text):
                if not placeholders.possible(name):
                    yield field, f"没有 {{{name}}} 这个占位符，能用的见 docs/knowledge.md"
        if article.sop and not placeholders.possible(article.sop.within):
            yield "sop.within", f"{article.sop.within} 应为 policies.yml 里的时限，如 times.key_reissue"


def intents(labels: Path, domain: Path) -> frozenset[str]:
    """Return the names of all intents: those that have labels (faq/register too), and the bot's others."""
    labelled = _read(labels)["intent_labels"]
    return frozenset([*labelled, *_read(domain)["intents"]])


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader)
