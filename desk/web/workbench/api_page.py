"""The page of the public API: its tokens, where webhooks go, and what became of them."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from desk.api import tokens
from desk.api.model import ApiToken
from desk.api.scopes import Scope
from desk.api.webhooks import deliveries, endpoints
from desk.api.webhooks.events import Event
from desk.api.webhooks.model import Attempt, Delivery, Endpoint, State
from desk.edge import TheDesk
from desk.staff.roles import Permission
from desk.staff.service import SignedIn, names_of
from desk.web.workbench.edge import needs
from desk.web.workbench.pages import fragment, label, page, rendered

router = APIRouter(prefix="/desk/api", include_in_schema=False)

TheManager = Annotated[SignedIn, Depends(needs(Permission.MANAGE_STAFF))]
LISTED = 20


@dataclass(frozen=True)
class TokenRow:
    """A token as the page lists it; `state` is usable, expired or revoked."""

    token: ApiToken
    state: str
    scopes: list[str]
    made_by: str


@dataclass(frozen=True)
class EndpointRow:
    """An endpoint as the page lists it."""

    endpoint: Endpoint
    events: list[str]
    made_by: str


@dataclass(frozen=True)
class DeliveryRow:
    """A delivery as the page lists it, with its last try if there was one."""

    delivery: Delivery
    event: str
    url: str
    removed: bool
    last: Attempt | None
    trouble: str


@router.get("")
def index(request: Request, desk: TheDesk, staff: TheManager) -> Response:
    """Show tokens, endpoints and deliveries."""
    with desk.database.read() as session:
        return page(request, "api.html", staff=staff, **lists(session))


@router.get("/rows")
def rows(desk: TheDesk, staff: TheManager) -> Response:
    """Return the lists anew."""
    with desk.database.read() as session:
        return fragment(rendered("_api_rows.html", **lists(session)))


@router.get("/token")
def token_form(staff: TheManager) -> Response:
    """Return the form for a new token."""
    return fragment(rendered("_api_token_form.html", scopes=[(s, label(f"scope.{s}")) for s in Scope]))


@router.get("/webhook")
def webhook_form(staff: TheManager) -> Response:
    """Return the form for a new endpoint."""
    return fragment(rendered("_api_webhook_form.html", events=[(e, label(f"webhook.{e}")) for e in Event]))


def lists(session: Session) -> dict[str, Any]:
    """Return what the page lists."""
    issued, there = tokens.listed(session), endpoints.listed(session)
    names = _makers(session, [*issued, *there])
    return {
        "tokens": [
            TokenRow(each, _state(each), [label(f"scope.{s}") for s in each.scopes], names[each.created_by])
            for each in issued
        ],
        "endpoints": [
            EndpointRow(each, [label(f"webhook.{e}") for e in each.events], names[each.created_by]) for each in there
        ],
        "dead": _deliveries(session, State.DEAD),
        "recent": _deliveries(session, None),
    }


def _deliveries(session: Session, state: State | None) -> list[DeliveryRow]:
    found = deliveries.newest(session, limit=LISTED, state=state)
    logs = deliveries.attempts(session, [each.id for each in found])
    places = endpoints.by_id(session, {each.endpoint_id for each in found})
    return [_delivery(each, places[each.endpoint_id], logs[each.id]) for each in found]


def _delivery(row: Delivery, endpoint: Endpoint, log: list[Attempt]) -> DeliveryRow:
    last = log[-1] if log else None
    trouble = label(f"webhook.error.{last.error}") if last and last.error else ""
    if last and last.status is not None and trouble:
        trouble = f"{trouble}（{last.status}）"
    return DeliveryRow(row, label(f"webhook.{row.event}"), endpoint.url, endpoint.removed_at is not None, last, trouble)


def _state(token: ApiToken) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "usable" if tokens.usable(token) else "expired"


def _makers(session: Session, rows: list[ApiToken | Endpoint]) -> dict[str, str]:
    """Return who made the rows, by actor."""
    actors = {row.created_by for row in rows}
    ids = {actor: int(actor.removeprefix("agent:")) for actor in actors if actor.startswith("agent:")}
    names = names_of(session, list(ids.values()))
    return {actor: names.get(ids.get(actor, 0)) or label(f"actor.{actor.partition(':')[0]}") for actor in actors}
