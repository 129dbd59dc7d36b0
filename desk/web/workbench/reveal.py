"""Values that are shown masked, in full: to whoever may, with a reason, for a minute. Each time is in the audit."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from desk.audit.service import record
from desk.channels.web.limits import Buckets, TooFast
from desk.conversations import threads
from desk.edge import TheDesk
from desk.errors import BadRequest, NotFound
from desk.services import Desk
from desk.staff.roles import Permission
from desk.staff.service import SignedIn
from desk.web.workbench.case_guard import GuardedCase, sees_customer
from desk.web.workbench.edge import actor, from_our_page, needs
from desk.web.workbench.pages import fragment, guarded, label, rendered
from desk.web.workbench.ticket_text import fit

router = APIRouter(prefix="/desk/reveal", dependencies=[Depends(from_our_page)], include_in_schema=False)

TheViewer = Annotated[SignedIn, Depends(needs(Permission.REVEAL))]
SECONDS = 60
LONGEST_NOTE = 200
REASONS = ("contact", "check", "work", "dispute", "other")


class Kind(StrEnum):
    """What can be shown in full; `id` is the customer's, else the order's number."""

    CUSTOMER_PHONE = "customer_phone"
    ORDER_ACCOUNT = "order_account"
    ORDER_CONTACT = "order_contact"


class NothingToShow(NotFound):
    """No such customer or order, or the shop keeps no such value."""

    code, message = "nothing_to_show", "没有可以显示的内容"


class ReasonMissing(BadRequest):
    """Why it is needed was not said."""

    code, message = "reason_missing", "请选择查看原因"


class TooMany(TooFast):
    """Somebody goes through the customers."""

    message = "查看得太频繁了，请稍后再试"


# Enough for work, too slow for copying the customers.
_PACE = Buckets(burst=20, per_second=1 / 20, error=TooMany)
Id = Annotated[str, Query(min_length=1, max_length=80)]


@router.get("")
def ask(staff: TheViewer, kind: Kind, id: Id, c: Annotated[str, Query(max_length=64)] = "") -> Response:
    """Return the form that asks for a reason."""
    return fragment(
        rendered(
            "_reveal.html",
            kind=kind,
            id=id,
            conversation_id=c,
            title=label(f"reveal.{kind}"),
            reasons=[(reason, label(f"reveal.reason.{reason}")) for reason in REASONS],
            seconds=SECONDS,
        )
    )


@router.post("")
def show(
    request: Request,
    desk: TheDesk,
    staff: TheViewer,
    kind: Annotated[Kind, Form()],
    id: Annotated[str, Form(min_length=1, max_length=80)],
    conversation_id: Annotated[str, Form(max_length=64)] = "",
    reason: Annotated[str, Form()] = "",
    note: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Return the value, and for how many seconds it may stand on the screen.

    Raises:
        ReasonMissing, BadTicket: no reason, or no words for another one.
        NothingToShow: there is no such value.
        NoConversation: it was asked for from a conversation that is none.
        GuardedCase: the customer's case is not for this person.
        TooMany: too many in a short time.
    """
    if reason not in REASONS:
        raise ReasonMissing
    _PACE.take(str(staff.id))
    with desk.database.write() as session:
        if conversation_id:
            threads.get(session, conversation_id)
        words = fit(session, desk, conversation_id or id, note, "说明", LONGEST_NOTE, required=reason == "other")
        value, customer_id = _value(session, desk, kind, id)
        if not sees_customer(session, staff, customer_id):
            raise GuardedCase
        detail = {"kind": str(kind), "reason": reason, "note": words}
        record(session, actor(staff), "reveal", id, conversation_id or None, detail)
    return guarded(JSONResponse({"value": value, "seconds": SECONDS}))


def _value(session: Session, desk: Desk, kind: Kind, wanted: str) -> tuple[str, str | None]:
    """Return the value and whose it is."""
    if kind == Kind.CUSTOMER_PHONE:
        customer = desk.shop.customer(session, wanted)
        found, owner = (customer.phone if customer else None), wanted
    else:
        order = desk.shop.find_order(session, wanted)
        if order is None:
            raise NothingToShow
        found = order.account if kind == Kind.ORDER_ACCOUNT else order.contact
        owner = order.customer_id or ""
    if not found:
        raise NothingToShow
    return found, owner or None
