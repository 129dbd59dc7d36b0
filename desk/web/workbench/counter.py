"""What an agent does about an order, from the order's card: what can be done, with which limits, and doing it."""

import re
import secrets
from decimal import Decimal, InvalidOperation
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from desk.cases import access
from desk.cases.access import Owned
from desk.conversations import threads
from desk.conversations.errors import NotYourConversation
from desk.counter import doing
from desk.counter.model import Act, Ask, BadAsk, Who
from desk.counter.offers import offer, offers, word
from desk.db import announce
from desk.edge import TheDesk
from desk.services import Desk
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.tickets.service import TOPIC as TICKETS
from desk.web.workbench.actions import REFRESH
from desk.web.workbench.customer_view import asker_of
from desk.web.workbench.edge import actor, from_our_page, needs
from desk.web.workbench.pages import done, fragment, rendered
from desk.web.workbench.serving import may_act

router = APIRouter(
    prefix="/desk/c/{conversation_id}/orders/{order_no}/do",
    dependencies=[Depends(from_our_page)],
    include_in_schema=False,
)

TheAgent = Annotated[SignedIn, Depends(needs(Permission.REMEDY))]
Text = Annotated[str, Form()]
_FORM = re.compile(r"[A-Za-z0-9_-]{16,60}")
LONGEST_REASON = 200


@router.get("")
def index(conversation_id: str, order_no: str, desk: TheDesk, agent: TheAgent) -> Response:
    """Return what can be done about an order."""
    with desk.database.write() as session:  # a shop may have to seal keys that it hands out
        owned = _owned(session, desk, agent, conversation_id, order_no)
        found = offers(session, desk.cases, owned, _who(agent))
    return fragment(rendered("_offers.html", offers=found, order=owned.order, conversation_id=conversation_id))


@router.get("/{act}")
def form(conversation_id: str, order_no: str, act: Act, desk: TheDesk, agent: TheAgent) -> Response:
    """Return the form of one of them."""
    with desk.database.write() as session:
        owned = _owned(session, desk, agent, conversation_id, order_no)
        found = offer(session, desk.cases, owned, _who(agent), act)
    return fragment(
        rendered(
            "_offer.html",
            offer=found,
            verdict=found.verdict(found.usual),
            order=owned.order,
            conversation_id=conversation_id,
            form_id=secrets.token_urlsafe(16),
        )
    )


@router.get("/{act}/verdict")
def verdict(conversation_id: str, order_no: str, act: Act, desk: TheDesk, agent: TheAgent, yuan: str = "") -> Response:
    """Return whether a sum has to wait for a supervisor, while it is being typed."""
    with desk.database.write() as session:
        owned = _owned(session, desk, agent, conversation_id, order_no)
        found = offer(session, desk.cases, owned, _who(agent), act)
    return fragment(rendered("_verdict.html", offer=found, verdict=found.verdict(_sum(yuan))))


@router.post("/{act}")
def do(
    conversation_id: str,
    order_no: str,
    act: Act,
    request: Request,
    desk: TheDesk,
    agent: TheAgent,
    form_id: Text = "",
    reason: Text = "",
    yuan: Text = "",
    key: Text = "",
    days: Text = "",
    account: Text = "",
) -> Response:
    """Do it, or put it before a supervisor; once per form.

    Raises:
        BadAsk, NotOffered, RefusedBefore, SwitchedOff, ShopError, LimitReached: nothing changed, the text says why.
    """
    if not _FORM.fullmatch(form_id):
        raise BadAsk("页面已过期，请重新打开办理窗口")
    with desk.database.write() as session:
        owned = _owned(session, desk, agent, conversation_id, order_no)
        words = desk.vault.redact(session, reason.strip()[:LONGEST_REASON], conversation_id, desk.shop.order_no_like)
        wanted = Ask(
            act,
            form_id,
            desk.vault.mask(session, words),
            yuan=_sum(yuan),
            key=_number(key),
            days=_number(days),
            account=account.strip()[:80],
        )
        came = doing.do(session, desk.cases, owned, _who(agent), wanted)
        if came.waiting:
            announce(session, TICKETS)  # the page of what waits listens to it
    return done(request, f"/desk/c/{conversation_id}", REFRESH, "desk:close-dialog", message=came.text)


def _owned(session: Session, desk: Desk, agent: SignedIn, conversation_id: str, order_no: str) -> Owned:
    """Return the order as the conversation's customer owns it.

    Raises:
        NotYourConversation: a colleague serves the customer, or nobody.
        NotYours: it is not this customer's order.
    """
    conversation = threads.get(session, conversation_id)
    if not may_act(conversation, agent):
        raise NotYourConversation
    return access.require(session, desk.cases, asker_of(conversation), order_no)


def _who(agent: SignedIn) -> Who:
    return Who(actor(agent), agent.role)


def _sum(text: str) -> Decimal:
    """Return a sum in yuan; 0 for what is none."""
    try:
        found = Decimal(text.strip() or "0")
    except InvalidOperation:
        raise BadAsk(word("bad.sum")) from None
    if not found.is_finite() or found != round(found, 2):
        raise BadAsk(word("bad.sum"))
    return found


def _number(text: str) -> int:
    return int(text) if text.strip().isascii() and text.strip().isdigit() else 0
