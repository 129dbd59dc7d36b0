"""The knowledge base beside the dialogue: suggestions for the customer's matter, search, guided mode."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from desk.cases import access
from desk.conversations import threads
from desk.conversations.model import Conversation
from desk.edge import TheDesk
from desk.guidance import service as guidance
from desk.guidance.service import NoSteps
from desk.knowledge.article import Audience
from desk.knowledge.service import Hit
from desk.services import Desk
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.web.workbench.actions import REFRESH
from desk.web.workbench.composing import situation
from desk.web.workbench.customer_view import asker_of
from desk.web.workbench.edge import as_agent, from_our_page, needs
from desk.web.workbench.pages import done, fragment, label, rendered
from desk.web.workbench.serving import is_mine

router = APIRouter(prefix="/desk/c/{conversation_id}", dependencies=[Depends(from_our_page)], include_in_schema=False)

TheAgent = Annotated[SignedIn, Depends(needs(Permission.CONVERSE))]
FOUND, SUGGESTED = 8, 4


@router.get("/kb")
def search(
    conversation_id: str, desk: TheDesk, agent: TheAgent, q: Annotated[str, Query(max_length=300)] = ""
) -> Response:
    """Return the articles that answer a question; without one, those that fit the customer's matter."""
    question = _without_keys(desk, conversation_id, q.strip())
    with desk.database.read() as session:
        conversation = threads.get(session, conversation_id)
        about = situation(session, desk, conversation)
        audience: Audience = "merchant" if about.profile == "merchant" else "novice"
        if question:
            hits = desk.knowledge.find(session, question, audience=audience, top=FOUND)
        else:
            hits = _suggested(session, desk, about.intents, audience)
        shown = rendered(
            "_kb.html",
            hits=hits,
            q=question,
            suggested=not question,
            about=label(f"intent.{about.intents[0]}") if about.intents else "",
            audience=audience,
            can_write=is_mine(conversation, agent),
            conversation_id=conversation_id,
        )
    return fragment(shown)


@router.post("/guide")
def begin(
    conversation_id: str,
    request: Request,
    desk: TheDesk,
    agent: TheAgent,
    article: Annotated[str, Form(max_length=80)] = "",
    audience: Annotated[Audience, Form()] = "novice",
    order_no: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Lead the customer through an article's steps, or through those of an order's product.

    Raises:
        NoSteps: there are none.
        NotYourConversation, NotYours: the conversation is somebody else's, or the order is.
    """
    with desk.database.write() as session:
        conversation = threads.get(session, conversation_id)
        if order_no:
            title, steps = _of_order(session, desk, conversation, order_no)
        else:
            hit = desk.knowledge.get(session, article, audience)
            if hit is None:
                raise NoSteps
            title, steps = hit.question, hit.steps
        guidance.begin(session, conversation_id, as_agent(agent), title, steps)
    return done(request, f"/desk/c/{conversation_id}", REFRESH, "desk:guide")


@router.post("/guide/{guide_id}")
def step(
    conversation_id: str,
    guide_id: int,
    request: Request,
    desk: TheDesk,
    agent: TheAgent,
    place: Annotated[int, Form()],
    sent: Annotated[int, Form()],
) -> Response:
    """Send the next step, or one again; once per click.

    Raises:
        NoGuide, NotYourConversation: see `guidance.send`.
    """
    with desk.database.write() as session:
        guidance.send(session, conversation_id, as_agent(agent), guide_id, place, sent)
    return done(request, f"/desk/c/{conversation_id}", REFRESH)


@router.post("/guide/{guide_id}/end")
def end(conversation_id: str, guide_id: int, request: Request, desk: TheDesk, agent: TheAgent) -> Response:
    """End guided mode.

    Raises:
        NotYourConversation: it is somebody else's.
    """
    with desk.database.write() as session:
        guidance.end(session, conversation_id, as_agent(agent), guide_id)
    return done(request, f"/desk/c/{conversation_id}", REFRESH)


def _without_keys(desk: Desk, conversation_id: str, question: str) -> str:
    """Return a question without card keys: pasted with one, the search must not carry it into a page."""
    if not question:
        return ""
    with desk.database.write() as session:
        threads.get(session, conversation_id)
        safe = desk.vault.redact(session, question, conversation_id, desk.shop.order_no_like)
        return desk.vault.mask(session, safe)


def _suggested(session: Session, desk: Desk, intents: tuple[str, ...], audience: Audience) -> list[Hit]:
    """Return the article that stands for each intent, then others that are near to the first."""
    standing = [desk.knowledge.by_intent(session, intent, audience) for intent in intents]
    found = {hit.id: hit for hit in standing if hit is not None}
    if intents and found:
        first = next(iter(found.values()))
        near = desk.knowledge.find(session, first.question, audience=audience, top=SUGGESTED)
        found |= {hit.id: hit for hit in near if hit.id not in found}
    return list(found.values())[:SUGGESTED]


def _of_order(session: Session, desk: Desk, conversation: Conversation, order_no: str) -> tuple[str, tuple[str, ...]]:
    order = access.require(session, desk.cases, asker_of(conversation), order_no).order
    product = desk.shop.product(session, order.product_id)
    return order.product_name, product.redeem_steps if product else ()
