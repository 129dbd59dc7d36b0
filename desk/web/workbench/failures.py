"""How the workbench shows failures: pages to people, JSON to its own scripts, the sign-in to strangers."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from desk.edge import reply
from desk.errors import DeskError, NotFound
from desk.staff.errors import NotSignedIn
from desk.web.workbench.edge import OWN_ACCOUNT, DutyFirst, TheStaff, by_script
from desk.web.workbench.pages import guarded, page

LOGIN = "/desk/login"

fallback = APIRouter(include_in_schema=False)


class NoPage(NotFound):
    """No such page of the workbench."""

    code, message = "no_page", "没有这个页面，可能是链接失效了"


@fallback.get("/desk/{rest:path}")
def nothing(rest: str, staff: TheStaff) -> Response:
    """Answer addresses that lead nowhere.

    Raises:
        NoPage: always.
    """
    raise NoPage


def error_page(request: Request, error: DeskError) -> Response:
    """Return the answer to a failure, as whoever asked can use it."""
    if by_script(request):
        answer = guarded(reply(error))
        if isinstance(error, NotSignedIn | DutyFirst):
            answer.headers["HX-Redirect"] = LOGIN if isinstance(error, NotSignedIn) else OWN_ACCOUNT
        return answer
    if isinstance(error, NotSignedIn):
        return guarded(RedirectResponse(_sign_in(request), status_code=303))
    if isinstance(error, DutyFirst):
        return guarded(RedirectResponse(OWN_ACCOUNT, status_code=303))
    return page(request, "error.html", status=error.status, status_code=error.status, message=error.text)


def _sign_in(request: Request) -> str:
    wanted = request.url.path
    if request.method != "GET" or wanted == "/desk":
        return LOGIN
    return f"{LOGIN}?next={quote(wanted)}"
