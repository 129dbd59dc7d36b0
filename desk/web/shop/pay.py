"""The demo shop's pay page: no money moves, but an unpaid order can be carried on to its delivery."""

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Cookie, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from desk.cases.spoken import money, status_text
from desk.edge import TheDesk
from desk.services import Desk
from desk.shop.base import NotDeliverable, Order, OrderStatus, OutOfStock, ProductKind, ShopError
from desk.shop.embedded import unpaid
from desk.shop.embedded.channels import BALANCE
from desk.web.shop.page import COOKIE, PAGES

router = APIRouter(include_in_schema=False)
_STRICT = {"Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'", "Cache-Control": "no-store"}
Customer = Annotated[str, Cookie(alias=COOKIE)]


@router.get("/pay/{no}")
def show(no: str, desk: TheDesk, customer: Customer = "") -> HTMLResponse:
    """Show what is to be paid and how, to the demo customer whose order it is."""
    return _page(desk, no, customer)


@router.post("/pay/{no}")
def pay(no: str, desk: TheDesk, customer: Customer = "", method: Annotated[str, Form()] = "wechat") -> Response:
    """Pretend that the payment channel reported success; the shop delivers what it can at once."""
    try:
        with desk.database.write() as session:
            order = _own(desk.shop.find_order(session, no), customer)
            paid = order is not None and unpaid.settle(session, order.no, method)
            if order is not None and paid and order.kind is ProductKind.CARD_KEY:
                with suppress(OutOfStock, NotDeliverable):
                    desk.shop.deliver(session, order.no)
    except ShopError as refusal:
        return _page(desk, no, customer, refusal)
    return RedirectResponse(f"/pay/{order.no}" if order else "/", status_code=303)


def _page(desk: Desk, no: str, customer: str, refusal: ShopError | None = None) -> HTMLResponse:
    with desk.database.read() as session:
        order = _own(desk.shop.find_order(session, no), customer)
        channels = desk.shop.channels(session) if order else []
        balance = desk.shop.balance(session, customer) if order else None
    facts = {"order": order, "amount": money(order.amount), "state": status_text(order.status)} if order else {}
    page = PAGES.get_template("pay.html").render(
        **facts,
        payable=order and order.status == OrderStatus.UNPAID,
        channels=[
            {
                "code": channel.code,
                "name": channel.name,
                "down": channel.down_since is not None,
                "holds": money(balance) if channel.code == BALANCE and balance is not None else "",
            }
            for channel in channels
        ],
        chosen=next((channel.code for channel in channels if channel.down_since is None), ""),
        refusal=refusal.text if refusal else "",
    )
    status = 404 if order is None else refusal.status if refusal else 200
    return HTMLResponse(page, status, headers=_STRICT)


def _own(order: Order | None, customer: str) -> Order | None:
    return order if order is not None and customer and order.customer_id == customer else None
