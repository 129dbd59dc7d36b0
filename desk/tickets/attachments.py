"""The files of a ticket: for staff, and for the customer where they are marked public."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.ids import new_id
from desk.tickets.errors import BadAttachment, BadTicket, NoAttachment
from desk.tickets.files import Checked
from desk.tickets.history import said, step, written
from desk.tickets.model import EventKind, Ticket
from desk.tickets.model_parts import Attachment
from desk.vault.service import Vault

MOST = 20


def without_keys(session: Session, vault: Vault, checked: Checked, order_no_like: Callable[[str], bool]) -> Checked:
    """Return a file whose name has no card key in it.

    Raises:
        BadAttachment: there are keys in the text; a file cannot be masked.
    """
    if checked.text and vault.holds_keys(session, checked.text, order_no_like):
        raise BadAttachment("文件里有卡密，请先打码再上传")
    stem, _, suffix = checked.name.rpartition(".")
    return replace(checked, name=f"附件.{suffix}") if vault.holds_keys(session, stem, order_no_like) else checked


def add(
    session: Session, ticket: Ticket, checked: Checked, file: str, actor: str, *, public: bool, client_id: str
) -> bool:
    """Put a stored file on a held ticket, once per form; say whether it was.

    Raises:
        BadTicket: there are too many.
    """
    if written(session, ticket, client_id) is not None:
        return False
    if len(of(session, ticket)) >= MOST:
        raise BadTicket(f"一张工单最多 {MOST} 个附件")
    row = Attachment(
        id=new_id("f"),
        ticket_id=ticket.id,
        file=file,
        name=checked.name,
        media_type=checked.media_type,
        size=len(checked.data),
        public=public,
        actor=actor,
    )
    session.add(row)
    words = said("attached", name=checked.name)
    step(session, ticket, EventKind.ATTACHED, actor, words, {"public": public}, client_id=client_id)
    return True


def of(session: Session, ticket: Ticket, *, public: bool = False) -> list[Attachment]:
    """Return the files in the order in which they came; `public`: only those for the customer."""
    query = select(Attachment).where(Attachment.ticket_id == ticket.id)
    if public:
        query = query.where(Attachment.public)
    return list(session.scalars(query.order_by(Attachment.at, Attachment.id)))


def find(session: Session, ticket: Ticket, attachment_id: str, *, public: bool = False) -> Attachment:
    """Return one file of a ticket.

    Raises:
        NoAttachment: the ticket has none with this id, or it is not for the customer.
    """
    row = session.get(Attachment, attachment_id[:40])
    if row is None or row.ticket_id != ticket.id or (public and not row.public):
        raise NoAttachment
    return row
