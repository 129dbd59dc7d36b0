"""The left pane: who waits, who is mine, what happened lately."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from desk.conversations import lists
from desk.conversations.lists import Row
from desk.conversations.model import Author, Entry, Kind, Owner
from desk.routing import seen
from desk.routing.model import Assignment
from desk.services import Desk
from desk.sla.targets import Subject
from desk.sla.view import Due, due_of
from desk.staff.roles import Permission
from desk.staff.service import SignedIn, names_of
from desk.web.workbench import case_guard
from desk.web.workbench.pages import label

_PREVIEW = 60
_NAMED = (Kind.RATING, Kind.PICTURE)


@dataclass(frozen=True)
class Item:
    """One conversation in a list.

    `unanswered` is the number of the customer's newest message if nobody has answered it yet, else 0.
    `waits_since` is set for those in the queue, `takeable` says whether this agent may take it from there, `due` is
    set where an answer is owed, `ends` for an offer: when it passes on. `offered` says to whom.
    """

    id: str
    name: str
    preview: str
    at: datetime
    unanswered: int
    owner: str
    agent: str
    signed_in: bool
    waits_since: datetime | None
    priority: str
    reason: str
    due: Due | None
    takeable: bool
    team: str = ""
    ends: datetime | None = None
    offered: str = ""


@dataclass(frozen=True)
class Group:
    """A titled list; `empty` is what stands there when nobody does."""

    key: str
    items: list[Item]


def groups(session: Session, desk: Desk, staff: SignedIn) -> list[Group]:
    """Return the lists that this member of staff may see."""
    placed = seen.waiting(session)
    others = set() if staff.may(Permission.SEE_TEAM) else placed.keys() - seen.for_agent(session, staff.id, placed)
    for_me, queue = _split(lists.waiting(session, others), placed, staff.id)
    found = [("offered", for_me)] if for_me else []
    found += [("mine", lists.of_agent(session, staff.id)), ("queue", queue)]
    if staff.may(Permission.SEE_TEAM):
        found.append(("team", lists.of_others(session, staff.id)))
    found.append(("recent", lists.recent(session)))
    ids = {row.conversation.agent_id for _, rows in found for row in rows} | {a.offered_to for a in placed.values()}
    names = names_of(session, [agent_id for agent_id in ids if agent_id is not None])
    owed = [row.handoff.id for key, rows in found if key != "recent" for row in rows if row.handoff]
    dues = due_of(session, Subject.HANDOFF, owed)
    items = _Items(session, desk, staff, names, placed, seen.group_names(session), dues)
    return [Group(key, [items.item(row) for row in rows]) for key, rows in found]


def _split(rows: list[Row], placed: dict[int, Assignment], agent_id: int) -> tuple[list[Row], list[Row]]:
    """Return who is offered to an agent, and the others who wait."""
    mine = {number for number, assignment in placed.items() if assignment.offered_to == agent_id}
    for_me = [row for row in rows if row.handoff is not None and row.handoff.id in mine]
    return for_me, [row for row in rows if row not in for_me]


@dataclass(frozen=True)
class _Items:
    """Makes items of rows."""

    session: Session
    desk: Desk
    staff: SignedIn
    names: dict[int, str]
    placed: dict[int, Assignment]
    groups: dict[str, str]
    dues: dict[int, Due]

    def item(self, row: Row) -> Item:
        """Return a row as agents see it."""
        made = _item(self.session, self.desk, self.staff, row, self.names, self.dues)
        assignment = self.placed.get(row.handoff.id) if row.handoff and made.waits_since else None
        if assignment is None:
            return made
        offered = assignment.offered_to is not None
        return replace(
            made,
            team=self.groups.get(assignment.team, ""),
            ends=assignment.due_at if offered else None,
            offered=self.names.get(assignment.offered_to or 0, ""),
        )


def _item(session: Session, desk: Desk, staff: SignedIn, row: Row, names: dict[int, str], dues: dict[int, Due]) -> Item:
    conversation, handoff = row.conversation, row.handoff
    open_to_me = case_guard.sees_conversation(staff, conversation, handoff)
    queued = conversation.owner == Owner.QUEUED and handoff is not None
    return Item(
        id=conversation.id,
        name=conversation.name or "访客",
        preview=_preview(session, desk, _telling(row, queued=queued)) if open_to_me else label("guarded.preview"),
        at=conversation.updated_at,
        unanswered=row.customer.seq if row.customer and not _answered(row) else 0,
        owner=conversation.owner,
        agent=names.get(conversation.agent_id or 0, ""),
        signed_in=conversation.customer_id is not None,
        waits_since=handoff.queued_at if queued and handoff else None,
        priority=handoff.priority if queued and handoff else "",
        reason=label(f"reason.{handoff.reason}") if queued and handoff else "",
        due=dues.get(handoff.id) if handoff else None,
        takeable=queued and open_to_me and staff.may(Permission.CONVERSE),
    )


def _telling(row: Row, *, queued: bool) -> Entry | None:
    """Return what stands for a conversation: the customer's word while they wait, never what only staff read."""
    if queued or (row.last is not None and row.last.internal):
        return row.customer or row.last
    return row.last


def _answered(row: Row) -> bool:
    return row.last is not None and row.last.author == Author.AGENT


def _preview(session: Session, desk: Desk, last: Entry | None) -> str:
    if last is None:
        return ""
    text = " ".join(desk.vault.mask(session, last.text).split())
    if not text:
        kind = str(last.kind) if last.kind in _NAMED else "cards" if last.body.get("cards") else "nothing"
        text = label(f"preview.{kind}")
    said_by = f"{last.name}：" if last.author in (Author.BOT, Author.AGENT) and last.name else ""
    return f"{said_by}{text}"[:_PREVIEW]
