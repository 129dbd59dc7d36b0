"""A customer's personal data: a copy for the customer, and their removal."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from desk import clock
from desk.customers import erasing, export, find
from desk.edge import TheDesk
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.web.workbench.customer_panel import panel
from desk.web.workbench.edge import actor, from_our_page, needs
from desk.web.workbench.pages import done, fragment, guarded, label, rendered

router = APIRouter(prefix="/desk/customers/{key}", dependencies=[Depends(from_our_page)], include_in_schema=False)

TheKeeper = Annotated[SignedIn, Depends(needs(Permission.PERSONAL_DATA))]
Text = Annotated[str, Form()]


@router.post("/export")
def copy(key: str, desk: TheDesk, staff: TheKeeper) -> Response:
    """Return a customer's data as an archive to be kept as a file.

    Raises:
        ShopError: the shop does not answer, the copy would not be whole.
    """
    with desk.database.write() as session:
        person = find.one(session, desk.cards, key)
        content = export.archive(session, desk.cards, person, actor(staff))
    name = f"customer-{clock.local(clock.now()):%Y%m%d-%H%M%S}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return guarded(Response(content, media_type="application/zip", headers=headers))


@router.get("/erase")
def explain(key: str, desk: TheDesk, staff: TheKeeper) -> Response:
    """Return what would be removed, and the button of the first step."""
    with desk.database.read() as session:
        short = panel(session, desk, find.one(session, desk.cards, key))
        return fragment(rendered("_customer_erase.html", panel=short, erasure=None, words=""))


@router.post("/erase")
def ask(key: str, desk: TheDesk, staff: TheKeeper) -> Response:
    """Take the first step and return the second one.

    Raises:
        StillBusy: something is under way for the customer.
    """
    with desk.database.write() as session:
        person = find.one(session, desk.cards, key)
        asked = erasing.ask(session, person, actor(staff))
        words = erasing.confirmation(person)
        shown = panel(session, desk, person)
        return fragment(rendered("_customer_erase.html", panel=shown, erasure=asked, words=words))


@router.post("/erase/{erasure_id}")
def confirm(key: str, erasure_id: int, request: Request, desk: TheDesk, staff: TheKeeper, typed: Text = "") -> Response:
    """Remove everything for good.

    Raises:
        NotConfirmed, StillBusy, ShopError: nothing was removed.
    """
    with desk.database.write() as session:
        person = find.one(session, desk.cards, key)
        erased = erasing.confirm(session, desk.cards, person.head, erasure_id, typed, actor(staff))
        message = label("erase.shop_left" if erased.erasure.shop_left else "erase.done")
    for name in erased.pictures:
        desk.gallery.folder.drop(name)
    for name in erased.attachments:
        desk.ticket_files.drop(name)
    return done(request, f"/desk/customers/{key}", "desk:refresh", "desk:close-dialog", message=message)
