"""The knowledge base over the API."""

from typing import Annotated

from fastapi import APIRouter, Query, Security
from pydantic import Field

from desk.api.edge import the_client
from desk.api.parameters import Wanted
from desk.api.scopes import Scope
from desk.api.shapes import ArticleShape, Shape
from desk.api.tokens import Client
from desk.conversations import timeline
from desk.edge import TheDesk
from desk.knowledge.article import Audience

router = APIRouter(prefix="/knowledge", tags=["knowledge"])

Reader = Annotated[Client, Security(the_client, scopes=[Scope.KNOWLEDGE_READ])]


class Articles(Shape):
    """Articles, the best first."""

    items: list[ArticleShape]


class WantedArticles(Wanted):
    """What is asked, for whom, and how many articles may answer it."""

    q: str = Field(min_length=1, max_length=200, examples=["卡密提示已使用怎么办"])
    audience: Audience = "novice"
    limit: int = Field(3, ge=1, le=10)


@router.get("/search", summary="Search the knowledge base")
def found(desk: TheDesk, client: Reader, wanted: Annotated[WantedArticles, Query()]) -> Articles:
    """The articles that answer a question best, with the shop's figures filled in."""
    question = timeline.clean(wanted.q)
    with desk.database.read() as session:
        hits = desk.knowledge.find(session, question, audience=wanted.audience, top=wanted.limit)
    return Articles(
        items=[
            ArticleShape(
                id=hit.id,
                question=hit.question,
                answer=hit.answer,
                steps=list(hit.steps),
                links=[link.model_dump(mode="json") for link in hit.links],
                score=hit.score,
            )
            for hit in hits
        ]
    )
