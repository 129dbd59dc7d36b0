"""Shows how a ticket stands, to whoever has its link, and takes the answer whether it is solved."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from desk import clock
from desk.channels.web.edge import client_digest
from desk.channels.web.limits import Buckets, TooFast
from desk.edge import TheDesk
from desk.errors import DeskError, Forbidden
from desk.staff.errors import NotSignedIn
from desk.staff.service import agent_of
from desk.texts import table
from desk.tickets import attachments, confirming, search
from desk.tickets.holding import hold
from desk.tickets.progress import progress
from desk.web.workbench.edge import TheToken
from desk.web.workbench.pages import asset
from desk.web.workbench.ticket_files import served

PREFIX = "/t"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",  # the address is the key
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.filters["spoken"] = clock.spoken
_PAGES.globals.update(asset=asset, word=lambda key: table("tickets")[f"page.{key}"])


class TooOften(TooFast):
    """Somebody reloads without end, or guesses."""

    message = "刷新太频繁了，请过一会儿再看"


class OnlyCustomers(Forbidden):
    """Staff look at the page to see what the customer sees; the customer's answer is not theirs to give."""

    message = "您登录着客服工作台，确认要由客户本人来点"


_LOOKS = Buckets(burst=30, per_second=0.5, error=TooOften)  # by address


def _by_staff(session: Session, token: str) -> bool:
    try:
        return bool(token and agent_of(session, token))
    except NotSignedIn:
        return False


def _slowly(request: Request, desk: TheDesk) -> None:
    _LOOKS.take(client_digest(request, desk))


router = APIRouter(prefix=PREFIX, dependencies=[Depends(_slowly)], include_in_schema=False)


@router.get("/{number}")
def show(number: str, desk: TheDesk, k: str = "", staff: TheToken = "") -> Response:
    """Show the ticket of a link.

    Raises:
        NoTicket: number or token is wrong; nobody learns which.
        TooOften: too many looks from one address.
    """
    with desk.database.read() as session:
        ticket = desk.progress.ticket(session, number, k)
        shown = progress(session, desk.vault, ticket)
        files = attachments.of(session, search.standing_for(session, ticket), public=True)
        asks = shown.asks and not _by_staff(session, staff)
        return _page("progress.html", shown=shown, asks=asks, files=files, token=k)


@router.post("/{number}")
def answer(
    number: str,
    desk: TheDesk,
    k: Annotated[str, Form()] = "",
    solved: Annotated[str, Form()] = "",
    staff: TheToken = "",
) -> Response:
    """Take the customer's answer, once; failures as for `show`.

    Raises:
        OnlyCustomers: somebody is signed in at the workbench in this browser.
    """
    with desk.database.write() as session:
        if _by_staff(session, staff):
            raise OnlyCustomers
        ticket = search.standing_for(session, desk.progress.ticket(session, number, k))
        if solved in ("yes", "no"):
            confirming.answered(session, hold(session, ticket.number), solved=solved == "yes")
    return _guarded(RedirectResponse(f"{PREFIX}/{number}?k={k}", status_code=303))


@router.get("/{number}/files/{attachment_id}")
def download(number: str, attachment_id: str, desk: TheDesk, k: str = "") -> Response:
    """Return a file that is for the customer; failures as for `show`.

    Raises:
        NoAttachment: there is none, or it is for staff.
    """
    with desk.database.read() as session:
        ticket = search.standing_for(session, desk.progress.ticket(session, number, k))
        return served(desk, attachments.find(session, ticket, attachment_id, public=True))


def error_page(request: Request, error: DeskError) -> Response:
    """Return the page that says what is wrong."""
    return _page("missing.html", status=error.status, text=error.text, status_code=error.status)


def _page(name: str, status: int = 200, **values: object) -> Response:
    return _guarded(HTMLResponse(_PAGES.get_template(name).render(**values), status))


def _guarded(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response
