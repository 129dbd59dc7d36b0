"""Tags of a ticket, and what else it is about."""

import re
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desk.texts import table
from desk.tickets import search
from desk.tickets.errors import BadTicket
from desk.tickets.history import said, step
from desk.tickets.model import EventKind, Ticket
from desk.tickets.model_parts import LinkKind, TicketLink, TicketTag

LONGEST_TAG, MOST_TAGS, MOST_LINKS = 20, 10, 30
# Narrow enough that no card key passes for one.
_INCIDENT = re.compile(r"[A-Za-z]{1,10}-?\d{1,8}(?:-\d{1,6})?", re.ASCII)


def tags(session: Session, ticket: Ticket) -> list[str]:
    """Return the tags in their alphabetical order."""
    query = select(TicketTag.tag).where(TicketTag.ticket_id == ticket.id).order_by(TicketTag.tag)
    return list(session.scalars(query))


def tags_of(session: Session, ticket_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the tags of many tickets by their ids."""
    query = select(TicketTag).where(TicketTag.ticket_id.in_(ticket_ids)).order_by(TicketTag.tag)
    found: dict[int, list[str]] = {}
    for row in session.scalars(query):
        found.setdefault(row.ticket_id, []).append(row.tag)
    return found


def tag(session: Session, ticket: Ticket, text: str, actor: str) -> None:
    """Add a tag to a held ticket; one that is there stays.

    Args:
        text: free of card keys.

    Raises:
        BadTicket: no tag, too long, or one too many.
    """
    word = "".join(text.split()).lstrip("#")
    if not word or len(word) > LONGEST_TAG:
        raise BadTicket(f"标签要 1 到 {LONGEST_TAG} 个字")
    there = tags(session, ticket)
    if word in there:
        return
    if len(there) >= MOST_TAGS:
        raise BadTicket(f"一张工单最多 {MOST_TAGS} 个标签")
    session.add(TicketTag(ticket_id=ticket.id, tag=word))
    step(session, ticket, EventKind.TAGGED, actor, said("tagged", tag=word), {"tag": word})


def untag(session: Session, ticket: Ticket, word: str, actor: str) -> None:
    """Take a tag off a held ticket."""
    if word in tags(session, ticket):
        session.execute(delete(TicketTag).where(TicketTag.ticket_id == ticket.id, TicketTag.tag == word))
        step(session, ticket, EventKind.TAGGED, actor, said("untagged", tag=word), {"tag": word})


def links(session: Session, ticket: Ticket) -> list[TicketLink]:
    """Return what the ticket is linked to, in the order in which it was."""
    query = select(TicketLink).where(TicketLink.ticket_id == ticket.id).order_by(TicketLink.id)
    return list(session.scalars(query))


def link(session: Session, ticket: Ticket, kind: str, target: str, actor: str) -> None:
    """Link a held ticket to something; twice is once.

    Args:
        target: the id of what exists: order and conversation are checked by the caller, a card key is a
            reference of the vault without its brackets.

    Raises:
        BadTicket: no such kind or ticket, not the form of an incident's id, or one link too many.
    """
    if kind not in list(LinkKind) or not target:
        raise BadTicket("请选择要关联的内容")
    if kind == LinkKind.TICKET:
        other = search.find(session, target)
        if other is None or other.id == ticket.id:
            raise BadTicket("没有找到要关联的工单")
        target = other.number
    if kind == LinkKind.INCIDENT and not _INCIDENT.fullmatch(target):
        raise BadTicket("事件编号的格式像 INC-20261122-0001")
    there = links(session, ticket)
    if any((one.kind, one.target) == (kind, target) for one in there):
        return
    if len(there) >= MOST_LINKS:
        raise BadTicket(f"一张工单最多关联 {MOST_LINKS} 项")
    session.add(TicketLink(ticket_id=ticket.id, kind=kind, target=target))
    step(session, ticket, EventKind.LINKED, actor, _words("linked", kind, target), {"kind": kind})


def unlink(session: Session, ticket: Ticket, link_id: int, actor: str) -> None:
    """Take a link off a held ticket."""
    row = session.get(TicketLink, link_id)
    if row is not None and row.ticket_id == ticket.id:
        session.delete(row)
        step(session, ticket, EventKind.LINKED, actor, _words("unlinked", row.kind, row.target), {"kind": row.kind})


def linked_from(session: Session, ticket: Ticket) -> list[str]:
    """Return the numbers of the tickets that link to this one."""
    query = (
        select(Ticket.number)
        .join(TicketLink, TicketLink.ticket_id == Ticket.id)
        .where(TicketLink.kind == LinkKind.TICKET, TicketLink.target == ticket.number)
    )
    return list(session.scalars(query.order_by(Ticket.id)))


def _words(key: str, kind: str, target: str) -> str:
    shown = f"⟦key:{target}⟧" if kind == LinkKind.KEY else target
    return said(key, what=table("tickets")[f"link.{kind}"], target=shown)
