"""An invented shop around the widget: customers, products, signed identities, pages."""

import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader
from mock_talk import ORDERS

WEB = Path(__file__).parents[2] / "desk" / "web"
SECRET = b"a secret between this shop and this desk"
POLICY = (
    "default-src 'self'; style-src 'self'; script-src 'self' 'nonce-{nonce}'; connect-src 'self' http://127.0.0.1:*"
)

PEOPLE = [
    {"id": "c1", "name": "林晓", "note": "有一单没发货"},
    {"id": "c2", "name": "陈默", "note": "卡密用不了"},
    {"id": "c3", "name": "周一帆", "note": "话费没到账"},
]
PRODUCTS = [
    "网易一卡通 300 点",
    "Steam 充值卡 100 元",
    "移动话费直充 50 元",
    "腾讯视频 VIP 月卡",
    "Q币 100 个",
    "京东 E 卡 200 元",
]


def shop_of(customer: str) -> dict[str, Any]:
    """Return what the demo shop's page is rendered with."""
    person = next((one for one in PEOPLE if one["id"] == customer), None)
    return {
        "customer": person,
        "customers": PEOPLE,
        "identify": identity(customer, person["name"]) if person else None,
        "products": [
            {
                "name": name,
                "price": f"¥{18 + 7 * at}.50",
                "kind": "卡密自动发货",
                "stock": "库存紧张" if at == 2 else "有货",
            }
            for at, name in enumerate(PRODUCTS * 2)
        ],
        "orders": [
            {
                "no": o["order_no"],
                **{key: o[key] for key in ("product", "status", "status_text", "amount", "placed_at")},
            }
            for o in ORDERS
        ]
        if person
        else [],
    }


def signature(who: str, name: str, exp: int) -> str:
    """Sign an identity as the shop's server does."""
    return hmac.new(SECRET, f"{who}\n{name}\n{exp}".encode(), hashlib.sha256).hexdigest()


def identity(who: str, name: str = "林晓", life: int = 600) -> dict[str, Any]:
    """Return what the shop's page hands to the widget."""
    exp = int((datetime.now(UTC) + timedelta(seconds=life)).timestamp())
    return {"id": who, "name": name, "exp": exp, "sig": signature(who, name, exp)}


shop = APIRouter()
_PAGES = Environment(loader=FileSystemLoader(WEB / "shop" / "templates"), autoescape=True)


@shop.get("/")
def front(request: Request) -> Response:
    """The real template of the demo shop."""
    nonce = secrets.token_urlsafe(8)
    page = _PAGES.get_template("shop.html").render(nonce=nonce, **shop_of(request.cookies.get("customer", "")))
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY.format(nonce=nonce)})


@shop.get("/demo/sign-in")
def sign_in(customer: str = "") -> Response:
    """Become another customer, or nobody."""
    answer = RedirectResponse("/", 303)
    answer.set_cookie("customer", customer)
    return answer


@shop.get("/plain")
def plain(who: str = "", base: str = "", attributes: str = "", strict: bool = True, life: int = 600) -> Response:
    """A bare page of a shop: `who` is signed in, the script comes from `base`."""
    nonce = secrets.token_urlsafe(8)
    call = f'Kamidesk("identify", {json.dumps(identity(who, life=life))});' if who else ""
    page = (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
        f"<title>商城</title><h1>商城</h1><button>页面上的按钮</button><script nonce={nonce}>"
        "window.Kamidesk=window.Kamidesk||function(){(Kamidesk.q=Kamidesk.q||[]).push(arguments)};"
        f'{call}</script><script async nonce={nonce} src="{base}/widget/v1.js" {attributes}></script>'
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY.format(nonce=nonce)} if strict else {})
