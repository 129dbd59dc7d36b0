"""Ranked search over articles: the index finds candidates, closeness to their single wordings puts them in order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desk.knowledge import placeholders
from desk.knowledge.article import Article
from desk.knowledge.closeness import Weights, near
from desk.knowledge.index import Filter, Index, Row
from desk.knowledge.reading import Entry
from desk.knowledge.scoring import score
from desk.knowledge.tokens import Tokeniser

ANY = Filter()
_LONGEST = 300  # characters of a question that are looked at
_CANDIDATES = 30  # 15 find the same on tests/knowledge/questions.yml


@dataclass(frozen=True)
class Found:
    """An article that was found, and how likely it answers the question (0 to 1)."""

    entry: Entry
    score: float
    closeness: float


class Search:
    """Searches some articles. Never changed after it is made; safe for many threads.

    Args:
        entries: the articles.
        tokeniser: cuts articles and questions alike.
    """

    def __init__(self, entries: Sequence[Entry], tokeniser: Tokeniser) -> None:
        self.entries, self.tokeniser = entries, tokeniser
        self._weights = Weights()
        self._index = Index(map(self._row, entries))
        self._weights.close()

    def find(self, question: str, only: Filter = ANY, limit: int = 10) -> list[Found]:
        """Return the articles that answer the question best, the best first; none that shares nothing with it."""
        tokens = self.tokeniser.tokens(question[:_LONGEST])
        asked = self._weights.asked(tokens)
        found = []
        for place in self._index.best(dict.fromkeys(tokens), only, max(_CANDIDATES, limit)):
            closeness = near(asked, self._weights.wordings[place])
            found.append(Found(self.entries[place], score(closeness), closeness))
        found.sort(key=lambda each: -each.closeness)
        return found[:limit]

    def _row(self, entry: Entry) -> Row:
        article, cut = entry.article, self.tokeniser
        wordings = [cut.tokens(wording) for wording in article.wordings]
        self._weights.add(wordings)
        return Row(
            asked=[token for tokens in wordings for token in tokens],
            said=[word for text in _said(article) for word in cut.words(placeholders.without(text))],
            group=entry.group,
            intents=article.intents,
            tags=article.tags,
            audience=article.audience,
        )


def _said(article: Article) -> Iterable[str]:
    yield from article.keywords
    yield article.answer
    yield article.merchant or ""
    yield from article.steps
