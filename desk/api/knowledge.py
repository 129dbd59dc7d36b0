"""The knowledge base over the API."""

from typing import Annotated

from fastapi import APIRouter, Query, Security

from desk.api.edge import the_client
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


@router.get("/search", summary="Search the knowledge base")
def found(
    desk: TheDesk,
    client: Reader,
    q: Annotated[str, Query(min_length=1, max_length=200, examples=["卡密提示已使用怎么办"])],
    audience: Audience = "novice",
    limit: Annotated[int, Query(ge=1, le=10)] = 3,
) -> Articles:
    """The articles that answer a question best, with the shop's figures filled in."""
    question = timeline.clean(q)
    with desk.database.read() as session:
        hits = desk.knowledge.find(session, question, audience=audience, top=limit)
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
