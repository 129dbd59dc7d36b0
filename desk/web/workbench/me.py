"""My account: the password, the second step, and where I am signed in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from desk.channels.web.edge import client_digest
from desk.edge import TheDesk
from desk.options.service import current
from desk.staff import open_sessions, own, qr, totp, two_factor
from desk.staff.access import Access
from desk.staff.errors import TwoFactorRequired, WeakPassword
from desk.web.workbench.edge import OWN_ACCOUNT, TheStaff, actor, from_our_page
from desk.web.workbench.pages import fragment, go, label, page, rendered

router = APIRouter(prefix=OWN_ACCOUNT, dependencies=[Depends(from_our_page)], include_in_schema=False)

Text = Annotated[str, Form()]
# What the page may say after an action: its word is the label `me.done.<name>`.
_DONE = ("password", "two_factor_off", "sessions")
OTHERS = "others"


@router.get("")
def show(request: Request, desk: TheDesk, staff: TheStaff, done: str = "") -> Response:
    """Show the account."""
    with desk.database.read() as session:
        secret = two_factor.secret_in_hand(session, desk.vault, staff.id)
        uri = totp.uri(secret, staff.login, label("me.issuer")) if secret else ""
        return page(
            request,
            "me.html",
            staff=staff,
            done=label(f"me.done.{done}") if done in _DONE else "",
            shortest=current(session, Access).password_length,
            two_factor=two_factor.is_on(session, staff.id),
            required=two_factor.required(session, staff.role),
            codes_left=two_factor.codes_left(session, staff.id),
            secret=totp.grouped(secret) if secret else "",
            uri=uri,
            picture=_picture(uri),
            sessions=open_sessions.of_agent(session, staff.id),
        )


@router.post("/password")
def password(
    request: Request,
    desk: TheDesk,
    staff: TheStaff,
    present: Text = "",
    chosen: Text = "",
    again: Text = "",
) -> Response:
    """Change the password; all other sessions end.

    Raises:
        WrongPassword, SignInLocked, WeakPassword: it stays as it is.
    """
    if chosen != again:
        raise WeakPassword("两次输入的新密码不一样")
    own.change_password(desk.database, staff, present, chosen, client_digest(request, desk))
    return go(request, f"{OWN_ACCOUNT}?done=password")


@router.post("/two-factor")
def begin(request: Request, desk: TheDesk, staff: TheStaff, password: Text = "") -> Response:
    """Begin to set up the second step: the page then shows the secret.

    Raises:
        WrongPassword, SignInLocked, TwoFactorOn: nothing is begun.
    """
    own.prove(desk.database, staff, password, client_digest(request, desk))
    with desk.database.write() as session:
        two_factor.begin(session, desk.vault, staff.id)
    return go(request, OWN_ACCOUNT)  # not to a part of it: the browser would only scroll


@router.post("/two-factor/confirm")
def confirm(desk: TheDesk, staff: TheStaff, code: Text = "") -> Response:
    """Switch the second step on; return the recovery codes, once.

    Raises:
        TwoFactorOff, TwoFactorOn, WrongCode: nothing has changed.
    """
    with desk.database.write() as session:
        codes = two_factor.confirm(session, desk.vault, staff.id, code)
    return fragment(rendered("_recovery_codes.html", codes=codes))


@router.post("/two-factor/codes")
def codes(request: Request, desk: TheDesk, staff: TheStaff, password: Text = "") -> Response:
    """Replace the recovery codes; return the new ones, once.

    Raises:
        WrongPassword, SignInLocked, TwoFactorOff: the old ones stay.
    """
    own.prove(desk.database, staff, password, client_digest(request, desk))
    with desk.database.write() as session:
        fresh = two_factor.new_recovery_codes(session, desk.vault, staff.id)
    return fragment(rendered("_recovery_codes.html", codes=fresh))


@router.post("/two-factor/off")
def off(request: Request, desk: TheDesk, staff: TheStaff, password: Text = "") -> Response:
    """Switch the second step off, or drop a set-up that was not finished.

    Raises:
        TwoFactorRequired, WrongPassword, SignInLocked: it stays on.
    """
    with desk.database.read() as session:
        is_on = two_factor.is_on(session, staff.id)
        if is_on and two_factor.required(session, staff.role):
            raise TwoFactorRequired
    if is_on:
        own.prove(desk.database, staff, password, client_digest(request, desk))
    with desk.database.write() as session:
        two_factor.switch_off(session, staff.id, actor=actor(staff))
    return go(request, f"{OWN_ACCOUNT}?done=two_factor_off" if is_on else OWN_ACCOUNT)


@router.post("/sessions")
def end_session(request: Request, desk: TheDesk, staff: TheStaff, handle: Text = "") -> Response:
    """End one of my sessions, or all but this one; its open pages sign out at once."""
    with desk.database.write() as session:
        if handle == OTHERS:
            open_sessions.end_others(session, staff.id, but=staff.handle, actor=actor(staff))
        else:
            open_sessions.revoke(session, staff.id, handle, actor=actor(staff))
    return go(request, f"{OWN_ACCOUNT}?done=sessions")


def _picture(uri: str) -> tuple[int, str] | None:
    """Return the QR code; None where there is nothing to show, or a login is too long for it."""
    try:
        return qr.path(uri) if uri else None
    except ValueError:
        return None
