"""The left pane: who waits, who is mine, what happened lately."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from desk.conversations import lists
from desk.conversations.lists import Row
from desk.conversations.model import Author, Entry, Kind, Owner
from desk.services import Desk
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
    `waits_since` is set for those in the queue, `takeable` says whether this agent may take it from there.
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
    takeable: bool


@dataclass(frozen=True)
class Group:
    """A titled list; `empty` is what stands there when nobody does."""

    key: str
    items: list[Item]


def groups(session: Session, desk: Desk, staff: SignedIn) -> list[Group]:
    """Return the lists that this member of staff may see."""
    found = [("mine", lists.of_agent(session, staff.id)), ("queue", lists.waiting(session))]
    if staff.may(Permission.SEE_TEAM):
        found.append(("team", lists.of_others(session, staff.id)))
    found.append(("recent", lists.recent(session)))
    ids = {row.conversation.agent_id for _, rows in found for row in rows}
    names = names_of(session, [agent_id for agent_id in ids if agent_id is not None])
    return [Group(key, [_item(session, desk, staff, row, names) for row in rows]) for key, rows in found]


def _item(session: Session, desk: Desk, staff: SignedIn, row: Row, names: dict[int, str]) -> Item:
    conversation, handoff = row.conversation, row.handoff
    open_to_me = case_guard.sees_conversation(staff, conversation, handoff)
    queued = conversation.owner == Owner.QUEUED and handoff is not None
    return Item(
        id=conversation.id,
        name=conversation.name or "访客",
        preview=_preview(session, desk, row.customer or row.last if queued else row.last)
        if open_to_me
        else label("guarded.preview"),
        at=conversation.updated_at,
        unanswered=row.customer.seq if row.customer and not _answered(row) else 0,
        owner=conversation.owner,
        agent=names.get(conversation.agent_id or 0, ""),
        signed_in=conversation.customer_id is not None,
        waits_since=handoff.queued_at if queued and handoff else None,
        priority=handoff.priority if queued and handoff else "",
        reason=label(f"reason.{handoff.reason}") if queued and handoff else "",
        takeable=queued and open_to_me and staff.may(Permission.CONVERSE),
    )


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
