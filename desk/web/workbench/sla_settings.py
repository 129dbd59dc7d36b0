"""Setting promised times: calendars with holidays, and targets. What is saved counts at once."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from desk import clock as time
from desk.conversations.handoff import RANKS
from desk.edge import TheDesk
from desk.options import service as options
from desk.options.service import Options, Outdated
from desk.services import Desk
from desk.sla.calendars import Calendars
from desk.sla.rules import Rules, rules
from desk.sla.targets import Kind, Sla, seconds
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.texts import table
from desk.tickets import labels
from desk.tickets.model import Priority
from desk.web.workbench.cards import Card
from desk.web.workbench.edge import actor, from_our_page, needs
from desk.web.workbench.pages import go, label, page
from desk.web.workbench.sla_calendar_form import WEEK, calendar_cards, read_calendars, year_cards
from desk.web.workbench.sla_target_form import class_cards, read_targets, spoken

PATH = "/desk/sla/settings"
router = APIRouter(prefix=PATH, dependencies=[Depends(from_our_page)], include_in_schema=False)

TheManager = Annotated[SignedIn, Depends(needs(Permission.MANAGE_DESK))]


async def _sent(request: Request) -> FormData:
    return await request.form()


TheForm = Annotated[FormData, Depends(_sent)]


@router.get("")
def show(request: Request, desk: TheDesk, staff: TheManager, saved: str = "") -> Response:
    """Show both documents."""
    with desk.database.read() as session:
        return _page(request, desk, session, staff, saved=saved)


@router.post("/calendars")
def save_calendars(request: Request, desk: TheDesk, staff: TheManager, form: TheForm) -> Response:
    """Save calendars and holidays, or show what is wrong with them."""
    with desk.database.write() as session:
        calendars, years, made = read_calendars(form, options.current(session, Sla))
        problem = label("sla.look_below") if made is None else _save(session, made, form, staff)
        if not problem:
            return go(request, f"{PATH}?saved=calendars")
        status = 422 if made is None else 409
        return _page(request, desk, session, staff, status, problem, calendars=calendars, years=years)


@router.post("/targets")
def save_targets(request: Request, desk: TheDesk, staff: TheManager, form: TheForm) -> Response:
    """Save targets, or show what is wrong with them."""
    with desk.database.write() as session:
        classes, made = read_targets(form, options.current(session, Calendars))
        problem = label("sla.look_below") if made is None else _save(session, made, form, staff)
        if not problem:
            return go(request, f"{PATH}?saved=targets")
        return _page(request, desk, session, staff, 422 if made is None else 409, problem, classes=classes)


def _save(session: Session, made: Options, form: FormData, staff: SignedIn) -> str:
    seen = str(form.get("seen", ""))
    try:
        options.save(session, made, seen=int(seen) if seen.isdecimal() else -1, actor=actor(staff))
    except Outdated as problem:
        return problem.text
    return ""


def _page(
    request: Request,
    desk: Desk,
    session: Session,
    staff: SignedIn,
    status: int = 200,
    problem: str = "",
    saved: str = "",
    **given: list[Card],
) -> Response:
    now = rules(session, desk.policies.current)
    lists = {
        "calendars": given.get("calendars") or calendar_cards(now.calendars),
        "years": given.get("years") or year_cards(now.calendars),
        "classes": given.get("classes") or class_cards(now.sla),
    }
    new = {"calendars": _new("k", lists), "years": _new("y", lists), "classes": _new("s", lists)}
    return page(
        request,
        "sla_settings.html",
        status=status,
        staff=staff,
        problem=problem,
        saved=saved if saved in {"calendars", "targets"} else "",
        faults=now.faults(time.now()),
        cards={name: [*cards, new[name]] for name, cards in lists.items()},
        versions={"calendars": options.version(session, Calendars), "targets": options.version(session, Sla)},
        promised=_promised(now),
        **_choices(now),
    )


def _new(letter: str, lists: dict[str, list[Card]]) -> Card:
    taken = [int(card.mark[1:]) for cards in lists.values() for card in cards if card.mark.startswith(letter)]
    usual = {
        "holiday": label("sla.as_usual"),
        "makeup": label("sla.as_usual"),
        "warn_percent": "75",
        "subject": "ticket",
    }
    return Card(f"{letter}{max(taken, default=-1) + 1}", usual, new=True)


def _choices(now: Rules) -> dict[str, Any]:
    reasons = [key.removeprefix("reason.") for key in table("workbench") if key.startswith("reason.")]
    return {
        "week": [(day, label(f"weekday.{day}")) for day in WEEK],
        "names": [(name, each.title) for name, each in now.calendars.calendars.items()],
        "boxes": {
            "reasons": [(each, label(f"reason.{each}")) for each in reasons],
            "kinds": [(each, labels.kind_text(each)) for each in labels.kinds()],
            "handoff_priorities": [(each, label(f"priority.{each}")) for each in RANKS],
            "ticket_priorities": [(each, labels.priority_text(each)) for each in Priority],
        },
    }


def _promised(now: Rules) -> dict[str, str]:
    """Return, for each target that policies.yml has, how long it is."""
    named = {each.target(kind) for each in now.sla.classes for kind in Kind}
    found = {name: seconds(name, now.policy) for name in named if name and "." in name}
    return {name: spoken(length) for name, length in found.items() if length}
