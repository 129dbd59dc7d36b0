"""The demo shop's pay page: no money moves, but an unpaid order can be carried on to its delivery."""

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Cookie
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from desk.cases.spoken import money, status_text
from desk.edge import TheDesk
from desk.shop.base import NotDeliverable, Order, OrderStatus, OutOfStock, ProductKind
from desk.shop.embedded import money as till
from desk.web.shop.page import COOKIE, PAGES

router = APIRouter(include_in_schema=False)
_STRICT = {"Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'", "Cache-Control": "no-store"}
Customer = Annotated[str, Cookie(alias=COOKIE)]


@router.get("/pay/{no}")
def show(no: str, desk: TheDesk, customer: Customer = "") -> HTMLResponse:
    """Show what is to be paid, to the demo customer whose order it is."""
    with desk.database.read() as session:
        order = _own(desk.shop.find_order(session, no), customer)
    facts = {"order": order, "amount": money(order.amount), "state": status_text(order.status)} if order else {}
    page = PAGES.get_template("pay.html").render(**facts, payable=order and order.status == OrderStatus.UNPAID)
    return HTMLResponse(page, 200 if order else 404, headers=_STRICT)


@router.post("/pay/{no}")
def pay(no: str, desk: TheDesk, customer: Customer = "") -> Response:
    """Pretend that the payment channel reported success; the shop delivers what it can at once."""
    with desk.database.write() as session:
        order = _own(desk.shop.find_order(session, no), customer)
        if order is not None and till.settle(session, order.no) and order.kind is ProductKind.CARD_KEY:
            with suppress(OutOfStock, NotDeliverable):
                desk.shop.deliver(session, order.no)
    return RedirectResponse(f"/pay/{order.no}" if order else "/", status_code=303)


def _own(order: Order | None, customer: str) -> Order | None:
    return order if order is not None and customer and order.customer_id == customer else None
