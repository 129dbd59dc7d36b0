"""What can be asked of the knowledge base: ranked answers with the shop's figures in them."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from desk.knowledge import asks
from desk.knowledge.article import Article, Audience, Link
from desk.knowledge.highlight import Span, spans
from desk.knowledge.index import Filter
from desk.knowledge.library import Library, Snapshot
from desk.knowledge.placeholders import Figures, Unfilled
from desk.knowledge.reading import Entry
from desk.knowledge.scoring import ABOUT_AS_NEAR, MISS, PLAIN, Outcome, outcome_of
from desk.knowledge.search import ANY, Found
from desk.shop.base import Product, Shop, ShopUnavailable
from desk.vault.service import Vault

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hit:
    """An article as it answers a question, its figures filled in.

    `score` is the estimated probability that it is the answer; `highlights` are the places (start, end) in `question`
    and `answer` that the question shares. `platform` is for agents only.
    """

    id: str
    question: str
    answer: str
    steps: tuple[str, ...]
    links: tuple[Link, ...]
    self_check: tuple[str, ...]
    platform: tuple[str, ...]
    remedy: tuple[str, ...]
    group: str
    score: float
    highlights: Mapping[str, Sequence[Span]]
    owner: str
    review: date


@dataclass(frozen=True)
class Asked:
    """A recorded ask: its number, what came of it, and the articles, the best first."""

    id: int
    outcome: Outcome
    hits: tuple[Hit, ...]


class Knowledge:
    """The knowledge base of a shop.

    Args:
        library: the articles.
        shop: whose catalogue fills placeholders.
        vault: masks card keys in questions that are kept.
        policies: gives the policy in force as a mapping.
    """

    def __init__(self, library: Library, shop: Shop, vault: Vault, policies: Callable[[], Mapping[str, Any]]) -> None:
        self.library = library
        self._shop, self._vault, self._policies = shop, vault, policies

    def find(
        self, session: Session, question: str, *, audience: Audience = "novice", only: Filter = ANY, top: int = 3
    ) -> list[Hit]:
        """Return the articles that answer a question best, the best first; keeps no record."""
        snapshot = self.library.snapshot()
        found = snapshot.search.find(question, only, limit=2 * top)
        return self._filled(session, snapshot, question, audience, found, top)

    def by_intent(self, session: Session, intent: str, audience: Audience = "novice") -> Hit | None:
        """Return the article that answers an intent (`faq/register`): the first that names it first."""
        snapshot = self.library.snapshot()
        found = [Found(entry, 1.0, 1.0) for entry in snapshot.by_intent(intent)]
        return next(iter(self._filled(session, snapshot, "", audience, found, 1)), None)

    def get(self, session: Session, article_id: str, audience: Audience = "novice") -> Hit | None:
        """Return an article by its id; None where there is none, or the shop cannot fill it."""
        snapshot = self.library.snapshot()
        found = [Found(entry, 1.0, 1.0) for entry in snapshot.entries if entry.article.id == article_id]
        return next(iter(self._filled(session, snapshot, "", audience, found, 1)), None)

    def ask(
        self,
        session: Session,
        question: str,
        *,
        audience: Audience = "novice",
        intents: Sequence[str] = (),
        top: int = 3,
        conversation_id: str | None = None,
    ) -> Asked:
        """Answer a customer's question and keep a record of it.

        Words come first: an article that says plainly the same as the question is the answer whatever the intents
        say. Else the nearest article of the intents, if it is near at all; else the one that stands for them.

        Args:
            question: in the customer's words, card keys as references.
            intents: what the question was understood to be about, the likeliest first.
        """
        masked = self._vault.mask(session, question)
        hits = self.find(session, masked, audience=audience, top=top)
        if intents and not (hits and hits[0].score >= PLAIN):
            first = self._of_intents(session, masked, audience, intents)
            if first:
                hits = [first, *(hit for hit in hits if hit.id != first.id)][:top]
        else:
            first = None
        best = hits[0] if hits else None
        outcome: Outcome = "hit" if first else outcome_of(best.score if best else 0.0)
        number = asks.record(
            session,
            masked or (intents[0] if intents else ""),
            outcome,
            best.id if best and outcome != "miss" else None,
            best.score if best else 0.0,
            conversation_id,
        )
        return Asked(number, outcome, tuple(hits))

    def unfilled(self, session: Session) -> Iterator[tuple[Entry, str, str]]:
        """Yield the articles that are not published: the entry, the field, and the placeholder without a value."""
        figures = self._figures(session)
        for entry in self.library.snapshot().entries:
            for field, text in _to_fill(entry.article):
                try:
                    figures.fill(text)
                except Unfilled as missing:
                    yield entry, field, missing.name

    def _of_intents(self, session: Session, question: str, audience: Audience, intents: Sequence[str]) -> Hit | None:
        near = self.find(session, question, audience=audience, only=Filter(intents=intents), top=5)
        standing = next(filter(None, (self.by_intent(session, intent, audience) for intent in intents)), None)
        if not near or near[0].score < MISS or standing is None:
            return standing
        # Between two that are about as near, the one that stands for the intent answers what is mostly asked.
        found = next((hit for hit in near if hit.id == standing.id), None)
        return found if found is not None and near[0].score - found.score <= ABOUT_AS_NEAR else near[0]

    def _filled(
        self,
        session: Session,
        snapshot: Snapshot,
        question: str,
        audience: Audience,
        found: Iterable[Found],
        top: int,
    ) -> list[Hit]:
        figures = self._figures(session)
        tokeniser = snapshot.search.tokeniser
        hits: list[Hit] = []
        for each in found:
            try:
                hit = _hit(each, figures, audience)
            except Unfilled as missing:
                _log.warning("article %s is not published: nothing for {%s}", each.entry.article.id, missing.name)
                continue
            marks = {name: spans(text, tokeniser, question) for name, text in _marked(hit)}
            hits.append(Hit(**{**vars(hit), "highlights": marks}))
            if len(hits) == top:
                break
        return hits

    def _figures(self, session: Session) -> Figures:
        return Figures(self._policies(), lambda: products(session, self._shop))


def products(session: Session, shop: Shop) -> list[Product]:
    """Return the catalogue; nothing while the shop does not answer, so that other articles still do."""
    try:
        return shop.products(session)
    except ShopUnavailable:
        _log.warning("the shop does not answer: articles with goods are left out")
        return []


def _hit(found: Found, figures: Figures, audience: Audience) -> Hit:
    article, fill = found.entry.article, figures.fill
    if article.sop:
        fill(f"{{{article.sop.within}}}")
    return Hit(
        id=article.id,
        question=article.question,
        answer=fill(article.said_to(audience)),
        steps=tuple(map(fill, article.steps)),
        links=article.links,
        self_check=tuple(map(fill, article.self_check)),
        platform=tuple(map(fill, article.platform)),
        remedy=tuple(map(fill, article.remedy)),
        group=found.entry.group,
        score=round(found.score, 4),
        highlights={},
        owner=article.owner,
        review=article.review,
    )


def _to_fill(article: Article) -> Iterator[tuple[str, str]]:
    yield from article.templates.items()
    if article.sop:
        yield "sop.within", f"{{{article.sop.within}}}"


def _marked(hit: Hit) -> Iterator[tuple[str, str]]:
    yield "question", hit.question
    yield "answer", hit.answer
