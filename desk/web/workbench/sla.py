"""Promised times for supervisors: what is late or nearly so, who looks after it, how often promises are kept."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from desk import clock as time
from desk.conversations import threads
from desk.conversations.errors import NoConversation
from desk.conversations.model import Owner
from desk.edge import TheDesk
from desk.services import Desk
from desk.sla import view
from desk.sla.model import SlaClock
from desk.sla.rules import Rules, rules
from desk.sla.targets import Kind, Subject
from desk.sla.watching import watch
from desk.staff.roles import Permission
from desk.staff.service import SignedIn, name_of
from desk.texts import table
from desk.tickets import labels, search
from desk.web.workbench.case_guard import sees_conversation_id, sees_ticket
from desk.web.workbench.edge import from_our_page, needs
from desk.web.workbench.pages import done, fragment, label, page, rendered

router = APIRouter(prefix="/desk/sla", dependencies=[Depends(from_our_page)], include_in_schema=False)

TheSupervisor = Annotated[SignedIn, Depends(needs(Permission.SEE_TEAM))]
_WEEK, _MONTH = timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True)
class Line:
    """Something late or nearly so: what it is, where it opens, who has it, who looks after it."""

    due: view.Due
    name: str
    about: str
    path: str
    title: str
    who: str
    watcher: str
    asked: bool


@router.get("")
def index(request: Request, desk: TheDesk, staff: TheSupervisor) -> Response:
    """Show what presses now and how promises were kept."""
    with desk.database.read() as session:
        now = rules(session, desk.policies.current)
        return page(
            request,
            "sla.html",
            staff=staff,
            faults=now.faults(time.now()),
            may_change=staff.may(Permission.MANAGE_DESK),
            kept=_kept(session, now),
            **_lines(session, desk, staff, now),
        )


@router.get("/rows")
def rows(desk: TheDesk, staff: TheSupervisor) -> Response:
    """Return what presses anew."""
    with desk.database.read() as session:
        return fragment(
            rendered("_sla_rows.html", **_lines(session, desk, staff, rules(session, desk.policies.current)))
        )


@router.post("/{clock_id}/watch")
def look_after(clock_id: int, request: Request, desk: TheDesk, staff: TheSupervisor) -> Response:
    """Look after something late.

    Raises:
        NoClock, AlreadyWatched: as `watching.watch`.
    """
    with desk.database.write() as session:
        watch(session, clock_id, staff.id)
    return done(request, "/desk/sla", "desk:refresh", message=label("sla.watching"))


def _lines(session: Session, desk: Desk, staff: SignedIn, now: Rules) -> dict[str, Any]:
    return {"lines": [_line(session, desk, staff, now, each) for each in view.pressing(session)]}


def _line(session: Session, desk: Desk, staff: SignedIn, now: Rules, clock: SlaClock) -> Line:
    find = _ticket if clock.subject == Subject.TICKET else _conversation
    name, about, path, who = find(session, clock)
    promised = now.sla.named(clock.class_name)
    if not _shown(session, staff, clock):
        about = label("guarded.title")
    return Line(
        due=view.due(clock),
        name=name,
        about=desk.vault.mask(session, about),
        path=path,
        title=promised.title if promised else clock.class_name,
        who=who,
        watcher=(name_of(session, clock.watcher_id) or "") if clock.watcher_id else "",
        asked=clock.supervisor_at is not None,
    )


def _shown(session: Session, staff: SignedIn, clock: SlaClock) -> bool:
    """Return whether what the clock runs for is for this person."""
    if clock.subject == Subject.TICKET:
        ticket = search.by_id(session, clock.subject_id)
        return ticket is None or sees_ticket(staff, ticket)
    return sees_conversation_id(session, staff, clock.conversation_id or "")


def _ticket(session: Session, clock: SlaClock) -> tuple[str, str, str, str]:
    ticket = search.by_id(session, clock.subject_id)
    if ticket is None:
        return "", "", "/desk/tickets", ""
    return ticket.number, ticket.title, f"/desk/tickets/{ticket.number}", labels.department(ticket.kind)


def _conversation(session: Session, clock: SlaClock) -> tuple[str, str, str, str]:
    try:
        found = threads.get(session, clock.conversation_id or "")
    except NoConversation:
        return "", "", "/desk", ""
    agent = name_of(session, found.agent_id) if found.owner == Owner.AGENT and found.agent_id else None
    return found.name or label("sla.visitor"), "", f"/desk/c/{found.id}", agent or label(f"owner.{found.owner}")


def _kept(session: Session, now: Rules) -> list[dict[str, Any]]:
    """Return a line for each class and kind of promise that counted lately, in the order of the classes."""
    week, month = (view.kept_since(session, time.now() - back) for back in (_WEEK, _MONTH))
    titles = {each.name: each.title for each in now.sla.classes}
    made = [(each.name, str(kind)) for each in now.sla.classes for kind in Kind if each.target(kind)]
    counted = [key for key in made if key in month] + sorted(key for key in month if key not in made)
    words = table("sla")
    return [
        {
            "title": titles.get(name, name),
            "kind": words[f"kind.{kind}"],
            "week": week.get((name, kind), view.Kept(0, 0)),
            "month": month[name, kind],
        }
        for name, kind in counted
    ]
