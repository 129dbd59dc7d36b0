"""The knowledge base for the bot's actions: a question answered, and whether that helped."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from desk.cases.access import Asker
from desk.cases.outcomes import Outcome, build
from desk.cases.spoken import numbered
from desk.internal.api import TheCall, only_the_bot
from desk.knowledge import asks, spoken
from desk.knowledge.article import Audience
from desk.knowledge.service import Asked

router = APIRouter(prefix="/internal/v1/conversations/{sender}/kb", dependencies=[Depends(only_the_bot)])

NEIGHBOURS = 2
_WORDED = {"hit": "answered", "weak": "weak"}

Intent = Annotated[str, Field(max_length=60)]


class AskBody(BaseModel):
    """A question in the customer's words, and what it was understood to be about.

    `question` is the name of an account question alone: "register" for the intent faq/register.
    """

    text: str = Field("", max_length=2000)
    intents: list[Intent] = Field(default_factory=list, max_length=5)
    question: str | None = Field(None, max_length=40)
    audience: Audience = "novice"


class RateBody(BaseModel):
    """What the customer said of an answer."""

    ask_id: int
    helpful: bool


@router.post("/ask")
def ask(body: AskBody, call: TheCall) -> dict[str, Any]:
    """Answer a question from the knowledge base; what it could not answer is kept for review."""
    intents = [*([f"faq/{body.question}"] if body.question else []), *body.intents]

    def work(session: Session, asker: Asker) -> Outcome:
        asked = call.desk.knowledge.ask(
            session,
            body.text,
            audience=body.audience,
            intents=intents,
            top=1 + NEIGHBOURS,
            conversation_id=asker.conversation_id,
        )
        return _worded(asked)

    return call.once(work)


@router.post("/rate")
def rate(body: RateBody, call: TheCall) -> dict[str, Any]:
    """Keep whether an answer helped; only in the conversation that asked."""

    def work(session: Session, asker: Asker) -> Outcome:
        asks.rate(session, body.ask_id, body.helpful, asker.conversation_id)
        return build("kb", "helped" if body.helpful else "unhelpful")

    return call.once(work)


def _worded(asked: Asked) -> Outcome:
    if asked.outcome == "miss":
        return build("kb", "miss", ask_id=asked.id)
    best, *others = asked.hits
    return build(
        "kb",
        _WORDED[asked.outcome],
        article=best.id,
        question=best.question,
        answer=best.answer,
        steps=numbered(best.steps),
        source=spoken.source(best.group),
        ask_id=asked.id,
        cards=[{"type": "link", **link.model_dump()} for link in best.links],
        choices=[other.question for other in others[:NEIGHBOURS]],
    )
