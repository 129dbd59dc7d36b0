"""The supervisors' page of the team: who is there, the groups, the roster with its gaps, the forecast, the stewards."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from desk import clock
from desk.edge import TheDesk
from desk.errors import BadRequest
from desk.routing import floor as room
from desk.routing import rosters, teams
from desk.routing.errors import BadCapacity, BadShift
from desk.routing.hours import minutes
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.web.workbench import team_view
from desk.web.workbench.edge import actor, from_our_page, needs
from desk.web.workbench.pages import done, fragment, go, label, page, rendered

router = APIRouter(prefix="/desk/team", dependencies=[Depends(from_our_page)], include_in_schema=False)

TheViewer = Annotated[SignedIn, Depends(needs(Permission.SEE_TEAM))]
ThePlanner = Annotated[SignedIn, Depends(needs(Permission.PLAN_TEAM))]
Text = Annotated[str, Form(max_length=80)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Agent = Annotated[int, Form(ge=1, le=2**31 - 1)]
HERE = "/desk/team"
_PLANNED = timedelta(days=366)  # that a date may be away


class NoCustomer(BadRequest):
    """The shop knows no customer with this number."""

    code, message = "no_customer", "店铺里没有这位客户，请核对客户编号"


@router.get("")
def index(request: Request, desk: TheDesk, staff: TheViewer) -> Response:
    """Show the team."""
    with desk.database.read() as session:
        floor = room.look(session)
        return page(
            request,
            "team.html",
            staff=staff,
            planner=staff.may(Permission.PLAN_TEAM),
            roster=team_view.roster(session),
            gaps=team_view.gaps(session, floor),
            forecast=team_view.expected(session, floor),
            stewards=team_view.stewards(session),
            capacity=floor.options.capacity,
            today=clock.local(clock.now()).date().isoformat(),
            **_now(session),
        )


@router.get("/now")
def now(desk: TheDesk, staff: TheViewer) -> Response:
    """Return anew who is there and how the groups stand."""
    with desk.database.read() as session:
        return fragment(rendered("_team_now.html", **_now(session)))


@router.post("/agents/{number}")
def assign(
    number: Number,
    request: Request,
    desk: TheDesk,
    staff: ThePlanner,
    groups: Annotated[list[str], Form(default_factory=list)],
    main: Text = "",
    capacity: Text = "",
) -> Response:
    """Set an agent's groups and how many customers he has at once; no group means all.

    Raises:
        NoColleague, NoGroup, BadCapacity: nothing is changed.
    """
    if capacity and not (capacity.isascii() and capacity.isdigit() and len(capacity) < 4):
        raise BadCapacity
    at_once = int(capacity) if capacity else None
    with desk.database.write() as session:
        teams.assign(session, number, groups, main or None, at_once, actor=actor(staff))
    return done(request, HERE, "desk:refresh", message=label("team.saved"))


@router.post("/shifts")
def plan(
    request: Request,
    desk: TheDesk,
    staff: ThePlanner,
    agent: Agent,
    team: Text,
    day: Text,
    begins: Text,
    ends: Text,
    days: Annotated[int, Form(ge=1, le=14)] = 1,
) -> Response:
    """Put an agent on the roster, on several days in a row if wanted; what ends earlier than it begins ends tomorrow.

    Raises:
        BadShift, ShiftClash, NoGroup, NoColleague: no day is planned.
    """
    first, last = _moment(day, begins), _moment(day, ends)
    if last <= first:
        last += timedelta(days=1)
    with desk.database.write() as session:
        for ahead in range(days):
            later = timedelta(days=ahead)
            rosters.plan(session, agent, team, first + later, last + later, actor=actor(staff))
    return go(request, HERE)


@router.post("/shifts/{number}/cancel")
def cancel(number: Number, request: Request, desk: TheDesk, staff: ThePlanner) -> Response:
    """Take a shift off the roster.

    Raises:
        NoShift: it is not there any more.
    """
    with desk.database.write() as session:
        rosters.cancel(session, number, actor=actor(staff))
    return go(request, HERE)


@router.post("/stewards")
def look_after(request: Request, desk: TheDesk, staff: ThePlanner, customer: Text, agent: Text = "") -> Response:
    """Name a customer's steward, or none.

    Raises:
        NoCustomer, NoColleague: nothing is changed.
    """
    customer = customer.strip()
    number = int(agent) if agent.isascii() and agent.isdigit() and len(agent) < 10 else None
    with desk.database.write() as session:
        if number is not None and desk.shop.customer(session, customer) is None:
            raise NoCustomer
        teams.look_after(session, customer, number, actor=actor(staff))
    return go(request, HERE)


def _now(session: Session) -> dict[str, Any]:
    people, groups = team_view.now(session)
    return {"people": people, "teams": groups, "names": {each.group.key: each.group.name for each in groups}}


def _moment(day: str, time: str) -> datetime:
    try:
        there, at = date.fromisoformat(day), minutes(time)
    except ValueError:
        raise BadShift from None
    if abs(there - clock.local(clock.now()).date()) > _PLANNED or not 0 <= at <= 24 * 60:
        raise BadShift
    return datetime(there.year, there.month, there.day, tzinfo=clock.SHOP_ZONE) + timedelta(minutes=at)
