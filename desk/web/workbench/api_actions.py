"""Making and ending tokens of the public API, adding, pausing and removing webhooks, replaying dead letters."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import Response

from desk.api import tokens
from desk.api.errors import BadLifetime
from desk.api.webhooks import deliveries, endpoints
from desk.edge import TheDesk
from desk.web.workbench.actions import REFRESH
from desk.web.workbench.api_page import TheManager
from desk.web.workbench.edge import actor, from_our_page
from desk.web.workbench.pages import done, fragment, label, rendered

router = APIRouter(prefix="/desk/api", dependencies=[Depends(from_our_page)], include_in_schema=False)

BACK = "/desk/api"
Text = Annotated[str, Form()]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Several = Annotated[list[str], Form(default_factory=list)]


@router.post("/tokens")
def make_token(desk: TheDesk, staff: TheManager, scope: Several, name: Text = "", days: Text = "") -> Response:
    """Make a token and show it, this once.

    Raises:
        BadName, BadScopes, BadLifetime: it was not made.
    """
    if days.strip() and not days.strip().isdecimal():
        raise BadLifetime
    life = int(days.strip()[:6]) if days.strip() else None
    with desk.database.write() as session:
        token, secret = tokens.issue(session, name, scope, actor=actor(staff), days=life)
        made = token.name
    return _shown_once(label("api.token_made").format(name=made), secret)


@router.post("/tokens/{token_id}/revoke")
def revoke_token(token_id: Number, request: Request, desk: TheDesk, staff: TheManager) -> Response:
    """End a token.

    Raises:
        NoToken: there is none with this id.
    """
    with desk.database.write() as session:
        tokens.revoke(session, token_id, actor=actor(staff))
    return done(request, BACK, REFRESH, message=label("api.token_revoked"))


@router.post("/webhooks")
def add_webhook(desk: TheDesk, staff: TheManager, event: Several, url: Text = "") -> Response:
    """Add an endpoint and show its secret, this once.

    Raises:
        BadAddress, ForbiddenAddress, BadEvents, TooManyEndpoints: it was not added.
    """
    with desk.database.write() as session:
        endpoint = endpoints.add(
            session, desk.vault, url.strip(), event, actor=actor(staff), private=desk.settings.webhook_private
        )
        secret = endpoints.secret(session, desk.vault, endpoint.id)
    return _shown_once(label("api.webhook_made"), secret)


@router.post("/webhooks/{webhook_id}/active")
def switch_webhook(
    webhook_id: str, request: Request, desk: TheDesk, staff: TheManager, active: Annotated[bool, Form()]
) -> Response:
    """Pause an endpoint or let it go on.

    Raises:
        NoEndpoint: there is none with this id.
    """
    with desk.database.write() as session:
        private = desk.settings.webhook_private
        endpoints.change(session, webhook_id[:40], actor=actor(staff), private=private, active=active)
    return done(request, BACK, REFRESH, message=label("api.webhook_on" if active else "api.webhook_off"))


@router.post("/webhooks/{webhook_id}/remove")
def remove_webhook(webhook_id: str, request: Request, desk: TheDesk, staff: TheManager) -> Response:
    """Remove an endpoint.

    Raises:
        NoEndpoint: there is none with this id.
    """
    with desk.database.write() as session:
        endpoints.remove(session, webhook_id[:40], actor=actor(staff))
    return done(request, BACK, REFRESH, message=label("api.webhook_removed"))


@router.post("/deliveries/{delivery_id}/replay")
def replay(delivery_id: Number, request: Request, desk: TheDesk, staff: TheManager) -> Response:
    """Send a dead letter once more.

    Raises:
        NoDelivery, NotDead, EndpointGone: nothing is sent.
    """
    with desk.database.write() as session:
        deliveries.replay(session, delivery_id, actor=actor(staff))
    return done(request, BACK, REFRESH, message=label("api.replayed"))


def _shown_once(title: str, secret: str) -> Response:
    answer = fragment(rendered("_api_secret.html", title=title, secret=secret))
    answer.headers["HX-Trigger"] = json.dumps({REFRESH: ""})
    return answer
