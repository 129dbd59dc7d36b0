"""What was asked and whether the answer helped: for the review of misses, and to see which articles are used."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from desk.errors import NotFound
from desk.knowledge.model import KbAsk
from desk.knowledge.scoring import Outcome

_LONGEST = 300


class NoSuchAsk(NotFound):
    """The knowledge base was not asked under this number, or not in this conversation."""

    code, message = "no_such_ask", "没有找到这次提问"


@dataclass(frozen=True)
class Count:
    """How an article is used: asks that it answered, and what customers said of it."""

    article_id: str
    asks: int
    helpful: int
    unhelpful: int


def record(
    session: Session, question: str, outcome: Outcome, article_id: str | None, score: float, conversation_id: str | None
) -> int:
    """Keep an ask; return its number. The question must be masked already."""
    ask = KbAsk(
        question=question[:_LONGEST],
        outcome=outcome,
        article_id=article_id,
        score=score,
        conversation_id=conversation_id,
    )
    session.add(ask)
    session.flush()
    return ask.id


def rate(session: Session, ask_id: int, helpful: bool, conversation_id: str | None = None) -> None:
    """Keep what the customer said of the answer; the last word counts.

    Raises:
        NoSuchAsk: no such ask, or another conversation's.
    """
    ask = session.get(KbAsk, ask_id)
    if ask is None or (conversation_id is not None and ask.conversation_id != conversation_id):
        raise NoSuchAsk
    ask.helpful = helpful


def misses(session: Session, limit: int = 50) -> Sequence[KbAsk]:
    """Return the questions that had no good answer (missed, unsure or unhelpful), the newest first."""
    poor = (KbAsk.outcome != "hit") | KbAsk.helpful.is_(False)
    return session.scalars(select(KbAsk).where(poor).order_by(KbAsk.id.desc()).limit(limit)).all()


def counts(session: Session, since: datetime | None = None) -> list[Count]:
    """Return how often each article was the answer, the most used first."""
    rows = (
        select(
            KbAsk.article_id,
            func.count().label("asks"),
            func.sum(case((KbAsk.helpful.is_(True), 1), else_=0)),
            func.sum(case((KbAsk.helpful.is_(False), 1), else_=0)),
        )
        .where(KbAsk.article_id.is_not(None), KbAsk.outcome == "hit")
        .group_by(KbAsk.article_id)
        .order_by(func.count().desc(), KbAsk.article_id)
    )
    if since is not None:
        rows = rows.where(KbAsk.at >= since)
    return [Count(str(article), asks, int(yes), int(no)) for article, asks, yes, no in session.execute(rows)]


def erase(session: Session, conversation_ids: Collection[str]) -> None:
    """Remove what was asked in these conversations; that something was asked, and what came of it, stays."""
    mine = update(KbAsk).where(KbAsk.conversation_id.in_(conversation_ids)).values(question="")
    session.execute(mine.execution_options(synchronize_session=False))
