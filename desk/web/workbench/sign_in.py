"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from desk.channels.web.edge import client_digest
from desk.edge import TheDesk
from desk.errors import DeskError
from desk.routing import presence
from desk.staff.errors import AccountStopped, NotSignedIn, SignInLocked, WrongCredentials
from desk.staff.sessions import SESSION_LIFE, agent_of, is_signed_in, sign_in, sign_out
from desk.web.workbench.edge import COOKIE, TheStaff, TheToken, from_our_page, same_origin
from desk.web.workbench.failures import LOGIN
from desk.web.workbench.pages import guarded, page

router = APIRouter(include_in_schema=False)


@router.get(LOGIN)
def show(request: Request, desk: TheDesk, token: TheToken = "", next: str = "") -> Response:
    """Show the sign-in form; whoever is signed in goes on to the workbench."""
    try:
        with desk.database.read() as session:
            agent_of(session, token)
    except NotSignedIn:
        return _form(request, desk, next=next)
    return guarded(RedirectResponse(_inside(next), status_code=303))


@router.post(LOGIN, dependencies=[Depends(same_origin)])
def enter(
    request: Request,
    desk: TheDesk,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",
    token: TheToken = "",
) -> Response:
    """Sign in, with a new session whatever the browser had before."""
    try:
        fresh = sign_in(desk.database, login, password, client_digest(request, desk))
    except (WrongCredentials, AccountStopped, SignInLocked) as error:
        return _form(request, desk, login=login, next=next, error=error)
    with desk.database.write() as session:
        sign_out(session, token)
    answer = RedirectResponse(_inside(next), status_code=303)
    answer.set_cookie(
        COOKIE,
        fresh,
        max_age=int(SESSION_LIFE.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=desk.settings.cookie_secure,
    )
    return guarded(answer)


@router.post("/desk/logout", dependencies=[Depends(from_our_page)])
def leave(desk: TheDesk, staff: TheStaff, token: TheToken = "") -> Response:
    """Sign out."""
    with desk.database.write() as session:
        sign_out(session, token)
        session.flush()
        if not is_signed_in(session, staff.id):
            presence.leave(session, staff.id)
    answer = RedirectResponse(LOGIN, status_code=303)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=desk.settings.cookie_secure)
    return guarded(answer)


def _form(
    request: Request, desk: TheDesk, *, login: str = "", next: str = "", error: DeskError | None = None
) -> Response:
    return page(
        request,
        "login.html",
        status=error.status if error else 200,
        login=login[:80],
        next=_inside(next),
        error=error.text if error else "",
        demo=desk.settings.demo,
    )


def _inside(target: str) -> str:
    """Return where to go after signing in: never out of the workbench."""
    plain = target.isascii() and target.isprintable() and "\\" not in target and ".." not in target
    return target if plain and target.startswith("/desk/") and target != LOGIN else "/desk"
