"""Signing in, with a second step for those who have one, and out."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from desk.channels.web.edge import client_digest
from desk.edge import TheDesk
from desk.errors import DeskError
from desk.routing import presence
from desk.services import Desk
from desk.staff.errors import (
    AccountStopped,
    CodeNeeded,
    NotHalfWay,
    NotSignedIn,
    SignInLocked,
    WrongCode,
    WrongCredentials,
)
from desk.staff.sessions import agent_of, is_signed_in, life, second_step, sign_in, sign_out
from desk.web.workbench.edge import COOKIE, TheStaff, TheToken, device_of, from_our_page, same_origin
from desk.web.workbench.failures import LOGIN
from desk.web.workbench.pages import guarded, page

router = APIRouter(include_in_schema=False)

CODE = f"{LOGIN}/code"
HALF_WAY = "kamidesk_half_way"
_HALF_WAY_LIFE = timedelta(minutes=5)

TheHalfWay = Annotated[str, Cookie(alias=HALF_WAY)]


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
        fresh = sign_in(desk.database, login, password, client_digest(request, desk), device_of(request))
    except CodeNeeded as more:
        answer = _code_form(request, next=next)
        _keep(desk, answer, HALF_WAY, more.token, _HALF_WAY_LIFE)
        return answer
    except (WrongCredentials, AccountStopped, SignInLocked) as error:
        return _form(request, desk, login=login, next=next, error=error)
    return _entered(desk, fresh, token, next)


@router.post(CODE, dependencies=[Depends(same_origin)])
def enter_code(
    request: Request,
    desk: TheDesk,
    code: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",
    token: TheToken = "",
    half_way: TheHalfWay = "",
) -> Response:
    """Finish signing in with the code of the second step."""
    client = client_digest(request, desk)
    try:
        fresh = second_step(desk.database, desk.vault, half_way, code, client, device_of(request))
    except WrongCode as error:
        return _code_form(request, next=next, error=error)
    except (NotHalfWay, AccountStopped, SignInLocked) as error:
        answer = _form(request, desk, next=next, error=error)
        _drop(desk, answer, HALF_WAY)
        return answer
    answer = _entered(desk, fresh, token, next)
    _drop(desk, answer, HALF_WAY)
    return answer


@router.get(CODE)
def code_again() -> Response:
    """Send whoever reloads the second step back to the first."""
    return guarded(RedirectResponse(LOGIN, status_code=303))


@router.post("/desk/logout", dependencies=[Depends(from_our_page)])
def leave(desk: TheDesk, staff: TheStaff, token: TheToken = "") -> Response:
    """Sign out."""
    with desk.database.write() as session:
        sign_out(session, token)
        session.flush()
        if not is_signed_in(session, staff.id):
            presence.leave(session, staff.id)
    answer = RedirectResponse(LOGIN, status_code=303)
    _drop(desk, answer, COOKIE)
    return guarded(answer)


def _entered(desk: Desk, fresh: str, before: str, target: str) -> Response:
    with desk.database.write() as session:
        sign_out(session, before)
        holds = life(session)
    answer = RedirectResponse(_inside(target), status_code=303)
    _keep(desk, answer, COOKIE, fresh, holds)
    return guarded(answer)


def _keep(desk: Desk, answer: Response, name: str, value: str, holds: timedelta) -> None:
    secure = desk.settings.cookie_secure
    seconds = int(holds.total_seconds())
    answer.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure)


def _drop(desk: Desk, answer: Response, name: str) -> None:
    answer.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=desk.settings.cookie_secure)


def _form(request: Request, desk: Desk, *, login: str = "", next: str = "", error: DeskError | None = None) -> Response:
    return page(
        request,
        "login.html",
        status=error.status if error else 200,
        login=login[:80],
        next=_inside(next),
        error=error.text if error else "",
        demo=desk.settings.demo,
    )


def _code_form(request: Request, *, next: str, error: DeskError | None = None) -> Response:
    return page(
        request,
        "login_code.html",
        status=error.status if error else 200,
        next=_inside(next),
        error=error.text if error else "",
    )


def _inside(target: str) -> str:
    """Return where to go after signing in: never out of the workbench."""
    plain = target.isascii() and target.isprintable() and "\\" not in target and ".." not in target
    return target if plain and target.startswith("/desk/") and not target.startswith(LOGIN) else "/desk"
