"""Keeps fund and account-safety cases from those who may not see them, on every route that names one.

It is a dependency of all routers at once and looks at the address: a new route is guarded without having to ask.
"""

from collections.abc import Iterable
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from desk.conversations import lists, threads
from desk.conversations.errors import NoConversation
from desk.conversations.model import Conversation, Handoff, Owner
from desk.edge import TheDesk
from desk.pictures import service as pictures
from desk.pictures.errors import NoPicture
from desk.staff import cases
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.tickets import search
from desk.tickets.model import Ticket
from desk.web.workbench.edge import NotAllowed, TheToken, who

_TICKETS = ("/desk/tickets/", "/desk/ticket-files/")
_PICTURES = "/desk/pictures/"


class GuardedCase(NotAllowed):
    """A case of account safety or of funds, for those only who work on them."""

    code, message = "guarded_case", "这是风控或资金案件，只有相关同事和主管能查看、处理"


def of_conversation(conversation: Conversation, handoff: Handoff | None) -> Permission | None:
    """Return what is needed to see a conversation whose newest hand-off is `handoff`."""
    about = conversation.intent if conversation.owner == Owner.BOT else None
    return cases.needed((handoff.reason, handoff.intent, about) if handoff else (about,))


def sees_conversation(staff: SignedIn, conversation: Conversation, handoff: Handoff | None) -> bool:
    """Return whether somebody may read a conversation. Who serves it, does: nobody is cut off in mid-sentence."""
    mine = conversation.owner == Owner.AGENT and conversation.agent_id == staff.id
    return mine or _has(staff, of_conversation(conversation, handoff))


def sees_ticket(staff: SignedIn, ticket: Ticket) -> bool:
    """Return whether somebody may read a ticket."""
    return _has(staff, cases.needed((ticket.kind,)))


def sees_customer(session: Session, staff: SignedIn, customer_id: str | None) -> bool:
    """Return whether none of a customer's conversations is kept from somebody."""
    if not customer_id:
        return True
    return all(
        sees_conversation(staff, row.conversation, row.handoff) for row in lists.of_customer(session, customer_id)
    )


def guard(request: Request, desk: TheDesk, token: TheToken = "") -> None:
    """Refuse requests about a case that is not for whoever asks.

    Raises:
        NotSignedIn, DutyFirst: as `who`.
        GuardedCase: they may know that it is there, and no more.
    """
    named = request.path_params
    if not ({"conversation_id", "number", "picture_id"} & named.keys()):
        return
    staff = who(request, desk, token)
    with desk.database.read() as session:
        if not all(_allowed(session, staff, request.url.path, named)):
            raise GuardedCase


def _allowed(session: Session, staff: SignedIn, path: str, named: dict[str, Any]) -> Iterable[bool]:
    """Yield whether each thing that the address names is for this person; what there is not, is for the route."""
    if "conversation_id" in named:
        yield sees_conversation_id(session, staff, str(named["conversation_id"]))
    if "number" in named and path.startswith(_TICKETS):
        ticket = search.find(session, str(named["number"])[:40])
        yield ticket is None or sees_ticket(staff, ticket)
    if "picture_id" in named and path.startswith(_PICTURES):
        try:
            picture = pictures.find(session, str(named["picture_id"]))
        except NoPicture:
            return
        yield sees_conversation_id(session, staff, picture.conversation_id)


def sees_conversation_id(session: Session, staff: SignedIn, conversation_id: str) -> bool:
    """Return whether somebody may read a conversation; one that there is not hides nothing."""
    try:
        conversation = threads.get(session, conversation_id)
    except NoConversation:
        return True
    return sees_conversation(staff, conversation, lists.last_handoff(session, conversation_id))


def _has(staff: SignedIn, permission: Permission | None) -> bool:
    return permission is None or staff.may(permission)
