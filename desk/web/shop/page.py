"""The demo shop: products, the signed-in customer's orders, and the widget embedded the way a shop embeds it."""

import secrets
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Cookie
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader

from desk import clock
from desk.cases.spoken import money, status_text
from desk.channels.web.identity import sign
from desk.edge import TheDesk
from desk.shop.base import ProductKind
from desk.shop.embedded import demo

router = APIRouter(include_in_schema=False)

PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
COOKIE = "kamidesk_demo_customer"
_IDENTITY_LIFE = 3600  # seconds; the page is loaded again long before
_PEOPLE = {person.id: person for person in demo.PEOPLE}
_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "script-src 'self' 'nonce-{nonce}'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


@router.get("/")
def shop(desk: TheDesk, customer: Annotated[str, Cookie(alias=COOKIE)] = "") -> HTMLResponse:
    """Show the shop to a visitor or to one of the demo customers."""
    person = _PEOPLE.get(customer)
    with desk.database.read() as session:
        products = desk.shop.products(session)
        orders = desk.shop.orders_of(session, person.id, limit=8) if person else []
    nonce = secrets.token_urlsafe(16)
    page = PAGES.get_template("shop.html").render(
        nonce=nonce,
        customer=person,
        customers=demo.PEOPLE,
        identify=_identity(desk.settings.shop_secret.get_secret_value(), person) if person else None,
        products=[
            {
                "name": product.name,
                "price": money(product.price),
                "kind": "直充到账" if product.kind == ProductKind.TOPUP else "卡密自动发货",
                "stock": _stock(product.stock),
            }
            for product in products
        ],
        orders=[
            {
                "no": order.no,
                "product": order.product_name,
                "status": order.status,
                "status_text": status_text(order.status),
                "amount": money(order.amount),
                "placed_at": clock.spoken(order.placed_at),
            }
            for order in orders
        ],
    )
    return HTMLResponse(
        page, headers={"Content-Security-Policy": _POLICY.format(nonce=nonce), "Cache-Control": "no-store"}
    )


@router.get("/demo/sign-in")
def sign_in(customer: str = "") -> RedirectResponse:
    """Become one of the demo customers, or nobody."""
    answer = RedirectResponse("/", status_code=303)
    if customer in _PEOPLE:
        answer.set_cookie(COOKIE, customer, httponly=True, samesite="lax")
    else:
        answer.delete_cookie(COOKIE)
    return answer


def _identity(secret: str, person: demo.Person) -> dict[str, Any]:
    """Return what a shop's server puts into its page for a signed-in customer."""
    expires = int(clock.now().timestamp()) + _IDENTITY_LIFE
    return {
        "id": person.id,
        "name": person.name,
        "exp": expires,
        "sig": sign(secret, person.id, person.name, expires),
    }


def _stock(count: int | None) -> str:
    if count is None:
        return "有货"
    return "暂时缺货" if count == 0 else ("库存紧张" if count < 5 else "有货")
