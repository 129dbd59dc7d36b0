"""Saying that two customers are one, with a look at both before, and taking it back."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from desk.customers import find, merges
from desk.edge import TheDesk
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.web.workbench.customer_actions import plain
from desk.web.workbench.customer_panel import panel
from desk.web.workbench.edge import actor, from_our_page, needs
from desk.web.workbench.pages import fragment, go, label, rendered

router = APIRouter(prefix="/desk/customers/{key}", dependencies=[Depends(from_our_page)], include_in_schema=False)

Text = Annotated[str, Form()]
TheMerger = Annotated[SignedIn, Depends(needs(Permission.MERGE_CUSTOMERS))]


@router.get("/merge")
def merge_form(key: str, desk: TheDesk, staff: TheMerger, q: str = "") -> Response:
    """Return the search for the other one, with whoever fits."""
    with desk.database.read() as session:
        person = find.one(session, desk.cards, key)
        others = [each for each in find.find(session, desk.cards, q) if each.key != person.key]
        shown = [panel(session, desk, each) for each in others[:5]]
        return fragment(rendered("_customer_merge.html", panel=panel(session, desk, person), others=shown, q=q.strip()))


@router.post("/merge")
def merge(key: str, request: Request, desk: TheDesk, staff: TheMerger, other: Text = "", reason: Text = "") -> Response:
    """Let the other one be this customer too.

    Raises:
        NoCustomer, ReasonMissing, SamePerson: nothing was merged.
    """
    with desk.database.write() as session:
        person, joins = find.one(session, desk.cards, key), find.one(session, desk.cards, other)
        clean = plain(session, desk, person, reason, label("customer.merge_reason"), merges.LONGEST_REASON)
        merges.merge(session, joins.head, person.head, clean, actor(staff))
    return go(request, f"/desk/customers/{key}")


@router.post("/merges/{merge_id}/undo")
def undo(key: str, merge_id: int, request: Request, desk: TheDesk, staff: TheMerger) -> Response:
    """Let them be two again.

    Raises:
        NoMerge: there is no such merge.
    """
    with desk.database.write() as session:
        merges.undo(session, merge_id, actor(staff))
    return go(request, f"/desk/customers/{key}")
