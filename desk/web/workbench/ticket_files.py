"""Files on tickets: staff put them there, staff and (if public) the customer get them."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Request, UploadFile
from fastapi.responses import Response

from desk.edge import TheDesk
from desk.services import Desk
from desk.tickets import attachments
from desk.tickets.errors import BadAttachment
from desk.tickets.files import MOST_BYTES, check
from desk.tickets.holding import hold_open
from desk.tickets.model_parts import Attachment
from desk.web.workbench.case_guard import GuardedCase, sees_ticket
from desk.web.workbench.edge import actor, from_our_page
from desk.web.workbench.pages import go
from desk.web.workbench.ticket_edge import Text, TheWorker, checked_form
from desk.web.workbench.ticket_page import find

PATH = "/desk/ticket-files"
BODY_LIMIT = MOST_BYTES + 64 * 1024  # the form around the file

router = APIRouter(prefix=PATH, dependencies=[Depends(from_our_page)], include_in_schema=False)

_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@router.post("")
def upload(
    request: Request,
    desk: TheDesk,
    staff: TheWorker,
    number: Text = "",
    form_id: Text = "",
    public: Text = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Put a file on a ticket, once per form.

    Raises:
        GuardedCase, NoTicket, TicketClosed, BadTicket, BadAttachment, AttachmentTooBig, NotStored: it is not taken.
    """
    client_id = checked_form(form_id)
    if file is None or not file.filename:
        raise BadAttachment("请选择要上传的文件")
    checked = check(file.filename, file.file.read(MOST_BYTES + 1))
    with desk.database.read() as session:
        if not sees_ticket(staff, find(session, number)):
            raise GuardedCase
        checked = attachments.without_keys(session, desk.vault, checked, desk.shop.order_no_like)
    stored, added = desk.ticket_files.put(checked.data), False
    try:
        with desk.database.write() as session:
            ticket = hold_open(session, number)
            added = attachments.add(
                session, ticket, checked, stored, actor(staff), public=bool(public), client_id=client_id
            )
    finally:
        if not added:
            desk.ticket_files.drop(stored)
    return go(request, f"/desk/tickets/{ticket.number}")


@router.get("/{number}/{attachment_id}")
def download(number: str, attachment_id: str, desk: TheDesk, staff: TheWorker) -> Response:
    """Return a file.

    Raises:
        NoTicket, NoAttachment: there is none.
    """
    with desk.database.read() as session:
        return served(desk, attachments.find(session, find(session, number), attachment_id))


def served(desk: Desk, row: Attachment) -> Response:
    """Return a file's bytes, to be saved and never shown as a page.

    Raises:
        NoAttachment: its bytes are gone.
    """
    disposition = f"attachment; filename*=UTF-8''{quote(row.name)}"
    headers = _HEADERS | {"Content-Disposition": disposition}
    return Response(desk.ticket_files.get(row.file), media_type=row.media_type, headers=headers)
