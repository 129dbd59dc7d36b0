"""Staff accounts, for admins: who works here, as what, signed in where; and the rules of signing in."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from desk.edge import TheDesk
from desk.errors import BadRequest
from desk.options.service import current, save, version
from desk.staff import open_sessions, service, two_factor
from desk.staff.access import Access
from desk.staff.roles import Permission, Role
from desk.staff.service import SignedIn
from desk.web.workbench.edge import actor, from_our_page, needs
from desk.web.workbench.me import OTHERS
from desk.web.workbench.pages import fragment, go, label, page, rendered

router = APIRouter(prefix="/desk/staff", dependencies=[Depends(from_our_page)], include_in_schema=False)

TheAdmin = Annotated[SignedIn, Depends(needs(Permission.MANAGE_STAFF))]
Text = Annotated[str, Form()]


async def _form(request: Request) -> FormData:
    return await request.form()


TheForm = Annotated[FormData, Depends(_form)]


class BadRules(BadRequest):
    """A number is out of its range; the text says which."""

    code, message = "bad_rules", "请检查登录规则"


@router.get("")
def index(request: Request, desk: TheDesk, staff: TheAdmin) -> Response:
    """List all accounts."""
    with desk.database.read() as session:
        return page(request, "staff.html", staff=staff, members=service.members(session), roles=_roles())


@router.post("")
def add(desk: TheDesk, staff: TheAdmin, login: Text = "", name: Text = "", role: Text = "") -> Response:
    """Add an account; return its one-time password, which is not to be seen again.

    Raises:
        BadAccount, LoginTaken: there is none.
    """
    with desk.database.write() as session:
        agent_id = service.add_agent(session, login, name, role, None, actor=actor(staff))
        password = service.reset_password(session, agent_id, actor=actor(staff))
        return _once(service.find(session, agent_id), password)


@router.get("/rules")
def rules(request: Request, desk: TheDesk, staff: TheAdmin) -> Response:
    """Show the rules of signing in."""
    with desk.database.read() as session:
        return page(
            request,
            "staff_rules.html",
            staff=staff,
            rules=current(session, Access),
            ranges=_ranges(),
            seen=version(session, Access),
            roles=_roles(),
        )


@router.post("/rules")
def set_rules(request: Request, desk: TheDesk, staff: TheAdmin, form: TheForm) -> Response:
    """Save the rules of signing in; they count from the next sign-in on.

    Raises:
        BadRules: a number is out of its range.
        Outdated: somebody else has saved them meanwhile.
    """
    seen = str(form.get("seen", ""))
    given: dict[str, Any] = {name: form.get(name) for name in _ranges()}
    given["two_factor_roles"] = [str(role) for role in form.getlist("two_factor_roles")]
    try:
        value = Access.model_validate(given)
    except ValidationError as problem:
        name = str(problem.errors()[0]["loc"][0])
        low, high = _ranges().get(name, (0, 0))
        raise BadRules(f"{label(f'access.{name}')}：请填 {low} 到 {high} 的整数") from problem
    with desk.database.write() as session:
        save(session, value, seen=int(seen) if seen.isdigit() else -1, actor=actor(staff))
    return go(request, "/desk/staff/rules")


@router.get("/{agent_id}")
def one(agent_id: int, request: Request, desk: TheDesk, staff: TheAdmin) -> Response:
    """Show one account.

    Raises:
        NoAccount: there is none.
    """
    with desk.database.read() as session:
        member = service.find(session, agent_id)
        return page(
            request,
            "staff_one.html",
            staff=staff,
            member=member,
            roles=_roles(),
            sessions=open_sessions.of_agent(session, agent_id),
            required=two_factor.required(session, member.role),
        )


@router.post("/{agent_id}")
def change(
    agent_id: int, request: Request, desk: TheDesk, staff: TheAdmin, name: Text = "", role: Text = ""
) -> Response:
    """Change name and role.

    Raises:
        NoAccount, BadAccount, NotYourself, LastAdmin: nothing has changed.
    """
    with desk.database.write() as session:
        service.change(session, agent_id, name, role, actor=actor(staff))
    return _back(request, agent_id)


@router.post("/{agent_id}/password")
def reset(agent_id: int, desk: TheDesk, staff: TheAdmin) -> Response:
    """Give a one-time password; return it, once.

    Raises:
        NoAccount: there is none.
    """
    with desk.database.write() as session:
        password = service.reset_password(session, agent_id, actor=actor(staff))
        return _once(service.find(session, agent_id), password)


@router.post("/{agent_id}/stop")
def stop(agent_id: int, request: Request, desk: TheDesk, staff: TheAdmin) -> Response:
    """Stop an account; its pages sign out at once.

    Raises:
        NoAccount, NotYourself, LastAdmin: it goes on.
    """
    with desk.database.write() as session:
        service.stop(session, service.find(session, agent_id).id, actor=actor(staff))
    return _back(request, agent_id)


@router.post("/{agent_id}/start")
def start(agent_id: int, request: Request, desk: TheDesk, staff: TheAdmin) -> Response:
    """Let a stopped account work again.

    Raises:
        NoAccount: there is none.
    """
    with desk.database.write() as session:
        service.start(session, agent_id, actor=actor(staff))
    return _back(request, agent_id)


@router.post("/{agent_id}/unlock")
def unlock(agent_id: int, request: Request, desk: TheDesk, staff: TheAdmin) -> Response:
    """Forget an account's failed sign-ins.

    Raises:
        NoAccount: there is none.
    """
    with desk.database.write() as session:
        service.unlock(session, agent_id, actor=actor(staff))
    return _back(request, agent_id)


@router.post("/{agent_id}/two-factor")
def two_factor_off(agent_id: int, request: Request, desk: TheDesk, staff: TheAdmin) -> Response:
    """Switch an account's second step off: the telephone is lost.

    Raises:
        NoAccount: there is none.
    """
    with desk.database.write() as session:
        two_factor.switch_off(session, service.find(session, agent_id).id, actor=actor(staff))
    return _back(request, agent_id)


@router.post("/{agent_id}/sessions")
def end_session(agent_id: int, request: Request, desk: TheDesk, staff: TheAdmin, handle: Text = "") -> Response:
    """End one session of an account, or all of them.

    Raises:
        NoAccount: there is none.
    """
    with desk.database.write() as session:
        member = service.find(session, agent_id)
        if handle == OTHERS:
            open_sessions.end_others(session, member.id, but=staff.handle, actor=actor(staff))
        else:
            open_sessions.revoke(session, member.id, handle, actor=actor(staff))
    return _back(request, agent_id)


def _once(member: service.Member, password: str) -> Response:
    return fragment(rendered("_password_once.html", member=member, password=password))


def _back(request: Request, agent_id: int) -> Response:
    return go(request, f"/desk/staff/{agent_id}")


def _roles() -> list[tuple[str, str, str]]:
    return [(role, label(f"role.{role}"), label(f"role_may.{role}")) for role in Role]


def _ranges() -> dict[str, tuple[int, int]]:
    """Return the numbers of the rules with their least and greatest value."""
    fields = Access.model_json_schema()["properties"].items()
    return {name: (field["minimum"], field["maximum"]) for name, field in fields if "minimum" in field}
