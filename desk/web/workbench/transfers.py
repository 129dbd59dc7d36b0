"""Passing a conversation on: the form, and the answers of those who are asked."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from desk.conversations import threads
from desk.edge import TheDesk
from desk.routing import floor as room
from desk.routing import transfers
from desk.routing.errors import NoTransfer
from desk.routing.model import Transfer
from desk.services import Desk
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.web.workbench.actions import REFRESH
from desk.web.workbench.edge import as_agent, from_our_page, needs
from desk.web.workbench.pages import done, fragment, go, label, rendered
from desk.web.workbench.team_view import colleagues, groups_there

router = APIRouter(dependencies=[Depends(from_our_page)], include_in_schema=False)

TheAgent = Annotated[SignedIn, Depends(needs(Permission.CONVERSE))]
Text = Annotated[str, Form()]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/desk/c/{conversation_id}/transfer")
def form(conversation_id: str, desk: TheDesk, agent: TheAgent) -> Response:
    """Return the form: groups and colleagues, those who are there first."""
    with desk.database.read() as session:
        found = threads.get(session, conversation_id)
        floor = room.look(session)
        people = [each for each in colleagues(floor) if each.id != agent.id]
        values = {"conversation_id": found.id, "groups": groups_there(floor), "colleagues": people}
    return fragment(rendered("_transfer_form.html", **values))


@router.post("/desk/c/{conversation_id}/transfer")
def ask(
    conversation_id: str, request: Request, desk: TheDesk, agent: TheAgent, to: Text = "", reason: Text = ""
) -> Response:
    """Ask a colleague or a group to take over.

    Raises:
        NotYourConversation, ReasonMissing, NoColleague, NoGroup, TransferPending: nothing is asked.
    """
    kind, _, whom = to.partition(":")
    colleague = int(whom) if kind == "agent" and whom.isascii() and whom.isdigit() and len(whom) < 10 else None
    with desk.database.write() as session:
        words = _fit(session, desk, conversation_id, reason)
        team = whom if kind == "group" else None
        transfers.ask(session, conversation_id, as_agent(agent), words, to=colleague, team=team)
    back = f"/desk/c/{conversation_id}"
    return done(request, back, REFRESH, "desk:close-dialog", message=label("transfer.told"))


@router.post("/desk/transfers/{number}/accept")
def accept(number: Number, request: Request, desk: TheDesk, agent: TheAgent) -> Response:
    """Take the conversation over and open it.

    Raises:
        NoTransfer, TransferOver, NotYourConversation: it stays where it is.
    """
    with desk.database.write() as session:
        conversation_id = _of(session, number).conversation_id
        transfers.accept(session, number, as_agent(agent))
    return go(request, f"/desk/c/{conversation_id}")


@router.post("/desk/transfers/{number}/refuse")
def refuse(number: Number, request: Request, desk: TheDesk, agent: TheAgent, reason: Text = "") -> Response:
    """Leave it with the sender, with a reason.

    Raises:
        NoTransfer, TransferOver, ReasonMissing: the transfer stands.
    """
    with desk.database.write() as session:
        words = _fit(session, desk, _of(session, number).conversation_id, reason)
        transfers.refuse(session, number, as_agent(agent), words)
    return done(request, "/desk", REFRESH, message=label("transfer.refused"))


@router.post("/desk/transfers/{number}/withdraw")
def withdraw(number: Number, request: Request, desk: TheDesk, agent: TheAgent) -> Response:
    """Take one's own wish back.

    Raises:
        NoTransfer, TransferOver: nothing is changed.
    """
    with desk.database.write() as session:
        transfers.withdraw(session, number, as_agent(agent))
    return done(request, "/desk", REFRESH, message=label("transfer.withdrawn"))


def _of(session: Session, number: int) -> Transfer:
    found = transfers.find(session, number)
    if found is None:
        raise NoTransfer
    return found


def _fit(session: Session, desk: Desk, conversation_id: str, reason: str) -> str:
    """Return a reason in which card keys are masked for good."""
    clean = "".join(sign for sign in reason if sign.isprintable() or sign.isspace())[: transfers.LONGEST * 2]
    return desk.vault.mask(session, desk.vault.redact(session, clean, conversation_id, desk.shop.order_no_like))
