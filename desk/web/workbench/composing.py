"""What helps an agent to write: scripts filled from the conversation, and a look at the reply before it goes."""

from dataclasses import asdict
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from desk.cases import profile
from desk.conversations import lists, threads
from desk.conversations.model import Conversation
from desk.edge import TheDesk
from desk.errors import DeskError
from desk.options.service import current
from desk.remedies import limits
from desk.replies import checking
from desk.replies.checking import ReplyChecks
from desk.replies.fitting import Situation, fitted
from desk.replies.scripts import Scripts
from desk.services import Desk
from desk.shop.base import ShopError
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.texts import table
from desk.tickets import search
from desk.vault.service import REFERENCE
from desk.web.workbench.customer_view import orders_of
from desk.web.workbench.edge import needs
from desk.web.workbench.pages import guarded

router = APIRouter(prefix="/desk/c/{conversation_id}", include_in_schema=False)

TheAgent = Annotated[SignedIn, Depends(needs(Permission.CONVERSE))]


class LookAgain(DeskError):
    """The reply is worth another look; the text says why. The agent may send it all the same."""

    code: ClassVar[str] = "look_again"
    status: ClassVar[int] = 409
    message: ClassVar[str] = "发出前再看一眼"


@router.get("/scripts")
def scripts(conversation_id: str, desk: TheDesk, agent: TheAgent) -> Response:
    """Return all scripts, filled from the conversation, those that fit best first."""
    with desk.database.read() as session:
        conversation = threads.get(session, conversation_id)
        found = fitted(
            current(session, Scripts).scripts,
            situation(session, desk, conversation),
            _known(session, desk, conversation, agent),
        )
    return guarded(JSONResponse([asdict(each) for each in found]))


def situation(session: Session, desk: Desk, conversation: Conversation) -> Situation:
    """Return what is known of a customer's kind, mood and matter."""
    understood = lists.understanding(session, conversation.id) or {}
    handoff = lists.last_handoff(session, conversation.id)
    wanted = (handoff.intent if handoff else None, understood.get("intent"), conversation.intent)
    return Situation(
        profile=profile.of(session, desk.shop, desk.policies.current, conversation.customer_id).kind,
        mood=str(understood.get("mood") or ""),
        intents=tuple(dict.fromkeys(str(intent) for intent in wanted if intent)),
    )


def look_at(session: Session, desk: Desk, conversation: Conversation, role: str, text: str) -> None:
    """Look at a reply; card keys are references in it already.

    Args:
        role: whose limits count.

    Raises:
        LookAgain: something should be looked at again.
    """
    policy = desk.policies.current
    found = checking.check(text, current(session, ReplyChecks), limits.of_role(policy, role), merchant=False)
    # Who the customer is, is only asked where it matters.
    if any(warning.kind == "jargon" for warning in found):
        kind = profile.of(session, desk.shop, policy, conversation.customer_id).kind
        found = [warning for warning in found if warning.kind != "jargon" or kind != "merchant"]
    if found:
        raise LookAgain("；".join(warning.text for warning in found), kinds=",".join(warning.kind for warning in found))


def told_of(text: str) -> str:
    """Return what the agent is told about a reply that was sent: card keys in it went as a reference."""
    return table("replies")["key"] if REFERENCE.search(text) else ""


def _known(session: Session, desk: Desk, conversation: Conversation, agent: SignedIn) -> dict[str, str]:
    """Return the variables' values; the order is the newest one, the ticket the one that was touched last."""
    known = {"客户": conversation.name, "客服": agent.name}
    try:
        orders = orders_of(session, desk, conversation)
    except ShopError:
        orders = []
    if orders:
        known |= {"订单号": orders[0].order.no, "商品": orders[0].order.product_name}
    if tickets := search.of_owner(session, conversation.customer_id, conversation.id, limit=1):
        known["工单号"] = tickets[0].number
    return known
