"""The audit: searched, taken away as a file, and checked."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.orm import Session

from desk import clock
from desk.audit import checking, search
from desk.audit.anchor import anchor_of
from desk.audit.chain import Chain
from desk.audit.model import AuditCheck, AuditEntry
from desk.audit.service import record
from desk.channels.web.limits import Buckets, TooFast
from desk.edge import TheDesk
from desk.services import Desk
from desk.staff.roles import Permission
from desk.staff.service import SignedIn, members, names_of
from desk.texts import table
from desk.web.workbench.edge import actor, from_our_page, needs
from desk.web.workbench.pages import go, guarded, label, page

router = APIRouter(prefix="/desk/audit", dependencies=[Depends(from_our_page)], include_in_schema=False)

TheReader = Annotated[SignedIn, Depends(needs(Permission.SEE_AUDIT))]
TheExporter = Annotated[SignedIn, Depends(needs(Permission.EXPORT))]
PER_PAGE = 50
MOST_EXPORTED = 50_000
_COLUMNS = ("时间", "谁", "操作", "操作代码", "对象", "会话", "内容", "链上位置")
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Filters:
    """What is searched for; "" is anything. Days are those of the shop, `until` included."""

    actor: str
    action: str
    subject: str
    conversation: str
    since: str
    until: str
    before: int | None = None

    def wanted(self) -> dict[str, Any]:
        """Return the arguments of `search.find`."""
        first, last = _day(self.since), _day(self.until)
        return {
            "actor": self.actor or None,
            "action": self.action or None,
            "subject": self.subject or None,
            "conversation_id": self.conversation or None,
            "since": first,
            "until": last + timedelta(days=1) if last else None,
        }

    def query(self, before: int | None = None) -> str:
        """Return the address's query with these filters."""
        chosen = {name: str(getattr(self, name)) for name in _NAMES if getattr(self, name)}
        return urlencode(chosen | ({"before": str(before)} if before else {}))


_NAMES = ("actor", "action", "subject", "conversation", "since", "until")


class TooOften(TooFast):
    """Walking a long chain is work."""

    message = "刚校验过，请一分钟后再试"


_PACE = Buckets(burst=3, per_second=1 / 60, error=TooOften)
Words = Annotated[str, Query(max_length=120)]


def _filters(
    actor: Words = "",
    action: Words = "",
    subject: Words = "",
    conversation: Words = "",
    since: Words = "",
    until: Words = "",
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Filters:
    return Filters(
        actor.strip(), action.strip(), subject.strip(), conversation.strip(), since.strip(), until.strip(), before
    )


TheFilters = Annotated[Filters, Depends(_filters)]


@dataclass(frozen=True)
class Line:
    """An entry in words."""

    entry: AuditEntry
    who: str
    what: str
    detail: list[tuple[str, str]]


@router.get("")
def index(request: Request, desk: TheDesk, staff: TheReader, filters: TheFilters) -> Response:
    """Show what was found, the newest first, and whether the chain is whole."""
    with desk.database.read() as session:
        found = search.find(session, **filters.wanted(), before=filters.before, limit=PER_PAGE)
        state = checking.latest(session)
        return page(
            request,
            "audit.html",
            staff=staff,
            filters=filters,
            lines=_lines(session, list(found.entries)),
            older=filters.query(found.older) if found.older else "",
            query=filters.query(),
            people=[(f"agent:{member.id}", member.name) for member in members(session)],
            actions=_actions(),
            state=state,
            why=_why(state),
            exports=staff.may(Permission.EXPORT),
        )


@router.get("/export")
def export(desk: TheDesk, staff: TheReader, _: TheExporter, filters: TheFilters) -> Response:
    """Return what was found as a CSV file, at most `MOST_EXPORTED` entries; that it was taken is an entry as well."""
    with desk.database.write() as session:
        record(session, actor(staff), "audit.export", "audit", detail={"query": filters.query()[:300]})
    answer = StreamingResponse(_csv(desk, filters), media_type="text/csv; charset=utf-8")
    guarded(answer).headers["Content-Disposition"] = f'attachment; filename="audit-{clock.now():%Y%m%d}.csv"'
    return answer


@router.post("/check")
def check(request: Request, desk: TheDesk, staff: TheReader) -> Response:
    """Walk the chain now.

    Raises:
        TooOften: it has just been walked.
    """
    _PACE.take("")
    with desk.database.write() as session:
        record(session, actor(staff), "audit.check", "audit")
    checking.check(desk.database, Chain(desk.vault), anchor_of(desk.database, desk.settings.state))
    return go(request, "/desk/audit")


def _csv(desk: Desk, filters: Filters) -> Iterator[str]:
    yield "\ufeff" + _row(_COLUMNS)  # the mark without which spreadsheets read Chinese as something else
    before, left = filters.before, MOST_EXPORTED
    while left > 0:
        with desk.database.read() as session:
            found = search.find(session, **filters.wanted(), before=before, limit=min(search.MOST, left))
            lines = _lines(session, list(found.entries))
            yield "".join(_row(_cells(line)) for line in lines)
        left -= len(lines)
        before = found.older
        if before is None:
            return


def _cells(line: Line) -> tuple[str, ...]:
    entry = line.entry
    return (
        f"{clock.local(entry.at):%Y-%m-%d %H:%M:%S}",
        line.who,
        line.what,
        entry.action,
        entry.subject,
        entry.conversation_id or "",
        "；".join(f"{name}={value}" for name, value in line.detail),
        str(entry.place or ""),
    )


def _row(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return out.getvalue()


def _lines(session: Session, entries: list[AuditEntry]) -> list[Line]:
    numbers = {entry.actor: int(entry.actor[6:]) for entry in entries if _is_agent(entry.actor)}
    names = names_of(session, set(numbers.values()))
    return [
        Line(
            entry,
            names.get(numbers.get(entry.actor, 0)) or label(f"actor.{entry.actor.partition(':')[0]}"),
            what(entry.action),
            [(str(name), str(value)) for name, value in entry.detail.items() if value not in (None, "")],
        )
        for entry in entries
    ]


def _is_agent(actor_name: str) -> bool:
    kind, _, number = actor_name.partition(":")
    return kind == "agent" and number.isdecimal() and len(number) < 10


def what(action: str) -> str:
    """Return an action in words; its code where nobody has written any."""
    return table("audit").get(f"action.{action}", action)


def _actions() -> list[tuple[str, str]]:
    return [(key.removeprefix("action."), word) for key, word in table("audit").items() if key.startswith("action.")]


def _why(state: AuditCheck | None) -> str:
    """Return in words why the chain is broken."""
    if state is None or not state.why:
        return ""
    return next((word for key, word in table("audit").items() if state.why.startswith(key)), state.why)


def _day(text: str) -> datetime | None:
    """Return the beginning of a day of the shop; None for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), clock.SHOP_ZONE)
    except ValueError:
        return None
