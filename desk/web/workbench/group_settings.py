"""The page on which operators set the groups: what they are called, when they are open, who helps out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import ValidationError

from desk.edge import TheDesk
from desk.errors import BadRequest
from desk.options.service import current, save, version
from desk.routing import hours
from desk.routing.groups import Groups
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.web.workbench.edge import actor, from_our_page, needs
from desk.web.workbench.pages import go, label, page

router = APIRouter(prefix="/desk/team/groups", dependencies=[Depends(from_our_page)], include_in_schema=False)

ThePlanner = Annotated[SignedIn, Depends(needs(Permission.PLAN_TEAM))]
NUMBERS = (
    "offer_seconds",
    "capacity",
    "missed_offers",
    "gone_seconds",
    "long_wait_minutes",
    "same_agent_days",
    "frequent_handoffs",
)


class BadGroups(BadRequest):
    """The document cannot be; the text says what is wrong with it."""

    code, message = "bad_groups", "客服组设置有误，没有保存"


@router.get("")
def show(request: Request, desk: TheDesk, staff: ThePlanner) -> Response:
    """Show the form."""
    with desk.database.read() as session:
        options, seen = current(session, Groups), version(session, Groups)
    numbers = [(name, label(f"groups.{name}"), getattr(options, name)) for name in NUMBERS]
    groups = [(group, hours.spoken(group.hours)) for group in options.groups]
    calm = " ".join(options.upset_agents)
    return page(request, "groups.html", staff=staff, numbers=numbers, groups=groups, seen=seen, calm=calm)


async def _fields(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


@router.post("")
def change(
    request: Request, desk: TheDesk, staff: ThePlanner, form: Annotated[dict[str, str], Depends(_fields)]
) -> Response:
    """Save the form.

    Raises:
        BadGroups: a field is wrong; nothing is changed.
        Outdated: somebody else was quicker.
    """
    seen = form.get("seen", "")
    if not (seen.isascii() and seen.isdigit() and len(seen) < 10):
        raise BadGroups("页面已过期，请刷新后再改")
    with desk.database.write() as session:
        save(session, _read(current(session, Groups), form), seen=int(seen), actor=actor(staff))
    return go(request, "/desk/team/groups")


def _read(before: Groups, form: dict[str, str]) -> Groups:
    """Return the document with what the form says; what it has no field for stays."""
    body: dict[str, Any] = before.model_dump(mode="json")
    body |= {name: form[name] for name in NUMBERS if name in form}
    body["upset_agents"] = form.get("upset_agents", "").split()
    try:
        for group in body["groups"]:
            key = group["key"]
            group["name"] = form.get(f"{key}.name", group["name"]).strip()
            group["hours"] = hours.parsed(form.get(f"{key}.hours", ""))
            group["overflow"] = form.get(f"{key}.overflow") or None
            group["covered"] = f"{key}.covered" in form
            group["auto_accept"] = f"{key}.auto_accept" in form
        return Groups.model_validate(body)
    except ValidationError as problem:
        raise BadGroups("；".join(_why(error) for error in problem.errors()[:3])) from None
    except ValueError as problem:
        raise BadGroups(str(problem)) from None


def _why(error: Any) -> str:
    """Return what is wrong with one field, in an operator's words."""
    context, kind = error.get("ctx", {}), error["type"]
    if kind == "value_error":
        return str(context["error"])
    name = label(f"groups.{error['loc'][-1]}")
    if kind == "greater_than_equal":
        return f"{name}不能小于 {context['ge']}"
    if kind == "less_than_equal":
        return f"{name}不能大于 {context['le']}"
    if kind == "string_too_short":
        return f"{name}不能空着"
    if kind == "string_too_long":
        return f"{name}最多 {context['max_length']} 字"
    return f"{name}要填整数" if kind.startswith("int") else f"{name}填得不对"
