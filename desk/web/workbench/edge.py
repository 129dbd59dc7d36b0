"""What the workbench needs of a request: who works here, and that the request comes from our own page."""

import hmac
from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Cookie, Depends, Request

from desk.conversations.handoff import Agent
from desk.edge import TheDesk
from desk.errors import Forbidden
from desk.staff.devices import Device, device
from desk.staff.errors import NotSignedIn
from desk.staff.roles import Permission
from desk.staff.service import SignedIn, agent_of

COOKIE = "kamidesk_staff"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

TheToken = Annotated[str, Cookie(alias=COOKIE)]


class NotFromHere(Forbidden):
    """The request does not come from a page that we gave out, or from one of an earlier session."""

    code, message = "csrf", "页面已过期，请刷新后再操作"


class NotAllowed(Forbidden):
    """The role does not include this."""

    code, message = "forbidden", "您没有这项权限，请联系主管"


class DutyFirst(Forbidden):
    """The password or the second step has to be set first: nothing else is open until then."""

    code, message = "duty_first", "请先完成账号安全设置"


# What somebody who has a duty may still use: the page where it is done, and the way out.
OWN_ACCOUNT = "/desk/me"
_ALWAYS_OPEN = (OWN_ACCOUNT, "/desk/logout")


def who(request: Request, desk: TheDesk, token: TheToken = "") -> SignedIn:
    """Return who works with this browser.

    Raises:
        NotSignedIn: nobody, or not any more.
        DutyFirst: they have to see to their account first.
    """
    if not token:
        raise NotSignedIn
    with desk.database.read() as session:
        staff = agent_of(session, token)
    path = request.url.path
    if staff.duty and not any(path == open_ or path.startswith(f"{open_}/") for open_ in _ALWAYS_OPEN):
        raise DutyFirst
    return staff


TheStaff = Annotated[SignedIn, Depends(who)]


async def from_our_page(request: Request, staff: TheStaff) -> None:
    """Check, on every POST, the secret that only our own pages of this session know.

    Raises:
        NotFromHere: it is missing or wrong.
    """
    if request.method != "POST":
        return
    given = request.headers.get(CSRF_HEADER, "")
    if not given and request.headers.get("content-type", "").startswith(_FORMS):
        field = (await request.form()).get(CSRF_FIELD, "")
        given = field if isinstance(field, str) else ""
    if not hmac.compare_digest(given.encode(), staff.csrf.encode()):
        raise NotFromHere


def same_origin(request: Request) -> None:
    """Refuse a sign-in form that another site sends; there is no session yet whose secret it could bring.

    Raises:
        NotFromHere: the browser says that it comes from elsewhere.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        foreign = site not in {"same-origin", "none"}
    else:
        origin = request.headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign:
        raise NotFromHere


def needs(permission: Permission) -> Callable[[SignedIn], SignedIn]:
    """Return a dependency that gives who works here, if they have the permission.

    Raises:
        NotAllowed: they do not.
    """

    def check(staff: TheStaff) -> SignedIn:
        if not staff.may(permission):
            raise NotAllowed
        return staff

    return check


def device_of(request: Request) -> Device:
    """Return what the list of sessions says of this browser."""
    return device(request.headers.get("user-agent", ""), request.client.host if request.client else "")


def as_agent(staff: SignedIn) -> Agent:
    """Return the staff member as conversations know them."""
    return Agent(id=staff.id, name=staff.name)


def actor(staff: SignedIn) -> str:
    """Return the staff member as audit and tickets name them."""
    return f"agent:{staff.id}"


def by_script(request: Request) -> bool:
    """Return whether our own script asks, not the browser for a page."""
    return "HX-Request" in request.headers
