"""Webhooks over the API: endpoints, and what became of their deliveries."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response, Security
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from desk.api import cursors
from desk.api.edge import TheWriting, the_client
from desk.api.parameters import Cursor, DeliveryId, Filter, Limit, Wanted, WebhookId
from desk.api.scopes import Scope
from desk.api.shapes import Shape
from desk.api.tokens import Client
from desk.api.webhooks import deliveries, endpoints
from desk.api.webhooks.events import Event
from desk.api.webhooks.guard import LONGEST_URL
from desk.api.webhooks.model import Attempt, Delivery, Endpoint, State
from desk.edge import TheDesk

router = APIRouter(tags=["webhooks"])

Manager = Annotated[Client, Security(the_client, scopes=[Scope.WEBHOOKS_MANAGE])]
_Url = Annotated[str, Field(min_length=1, max_length=LONGEST_URL, examples=["https://shop.example/kamidesk"])]
_Events = Annotated[list[Event], Field(min_length=1, max_length=len(Event))]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewWebhook(_Body):
    """Where to tell, and of what."""

    url: _Url
    events: _Events


class WebhookChange(_Body):
    """What is to change; what is left out or null stays."""

    url: _Url | None = None
    events: _Events | None = None
    active: bool | None = None


class WebhookShape(Shape):
    """An endpoint."""

    id: str
    url: str
    events: list[str]
    active: Annotated[bool, Field(description="while false, nothing is written down for it or sent to it")]
    created_at: datetime


class WebhookWithSecret(WebhookShape):
    """A new endpoint with the secret that signs what it gets."""

    secret: Annotated[str, Field(examples=["whsec_…"])]


class Webhooks(Shape):
    """All endpoints, the newest first."""

    items: list[WebhookShape]


class AttemptShape(Shape):
    """One try."""

    at: datetime
    status: int | None
    error: Annotated[
        str,
        Field(description="empty, or status, redirect, timeout, connect, closed, too_big, unknown_host, forbidden"),
    ]
    milliseconds: int


class DeliveryShape(Shape):
    """An event for an endpoint; those in state `dead` were given up."""

    id: int
    event_id: str
    event: str
    webhook_id: str
    state: State
    attempts: Annotated[int, Field(description="tries since it was last replayed")]
    created_at: datetime
    next_try_at: datetime | None
    ended_at: datetime | None
    log: list[AttemptShape]


class DeliveryPage(Shape):
    """A page of deliveries, the newest first."""

    items: list[DeliveryShape]
    next_cursor: str | None


class Nothing(Shape):
    """No fields."""


@router.get("/webhooks", summary="List webhooks")
def index(desk: TheDesk, client: Manager) -> Webhooks:
    """All endpoints. Their secrets are not shown again."""
    with desk.database.read() as session:
        return Webhooks(items=[_webhook(row) for row in endpoints.listed(session)])


@router.post("/webhooks", status_code=201, summary="Add a webhook")
def added(body: NewWebhook, desk: TheDesk, client: Manager, writing: TheWriting) -> WebhookWithSecret:
    """Add an endpoint. The answer is the only one with its secret (and the same answer again is, too)."""

    def work(session: Session) -> WebhookShape:
        row = endpoints.add(
            session,
            desk.vault,
            body.url,
            body.events,
            actor=client.actor,
            private=desk.settings.webhook_private,
        )
        return _webhook(row)

    made = writing.once(client, body, WebhookShape, work)
    # The kept answer is without the secret, which stands in the vault only.
    with desk.database.read() as session:
        return WebhookWithSecret(**made.model_dump(), secret=endpoints.secret(session, desk.vault, made.id))


@router.get("/webhooks/{webhook_id}", summary="Read a webhook")
def one(webhook_id: WebhookId, desk: TheDesk, client: Manager) -> WebhookShape:
    """One endpoint."""
    with desk.database.read() as session:
        return _webhook(endpoints.get(session, webhook_id))


@router.patch("/webhooks/{webhook_id}", summary="Change a webhook")
def changed(
    webhook_id: WebhookId, body: WebhookChange, desk: TheDesk, client: Manager, writing: TheWriting
) -> WebhookShape:
    """Change address or events, pause it or let it go on."""

    def work(session: Session) -> WebhookShape:
        row = endpoints.change(
            session,
            webhook_id,
            actor=client.actor,
            private=desk.settings.webhook_private,
            **body.model_dump(),
        )
        return _webhook(row)

    return writing.once(client, body, WebhookShape, work)


@router.delete("/webhooks/{webhook_id}", status_code=204, response_class=Response, summary="Remove a webhook")
def removed(webhook_id: WebhookId, desk: TheDesk, client: Manager, writing: TheWriting) -> None:
    """Remove an endpoint; what waits for it is given up."""

    def work(session: Session) -> Nothing:
        endpoints.remove(session, webhook_id, actor=client.actor)
        return Nothing()

    writing.once(client, None, Nothing, work)


class WantedDeliveries(Wanted):
    """Filters, and which page."""

    state: State | None = None
    webhook_id: Filter = None
    cursor: Cursor = None
    limit: Limit = 50


@router.get("/webhook-deliveries", summary="List deliveries")
def listed(desk: TheDesk, client: Manager, wanted: Annotated[WantedDeliveries, Query()]) -> DeliveryPage:
    """What was and is to be delivered, the newest first; `state=dead` are the dead letters."""
    with desk.database.read() as session:
        found = deliveries.newest(
            session,
            limit=wanted.limit + 1,
            before=cursors.number(wanted.cursor),
            state=wanted.state,
            endpoint_id=wanted.webhook_id,
        )
        shown = found[: wanted.limit]
        logs = deliveries.attempts(session, [row.id for row in shown])
        return DeliveryPage(
            items=[_delivery(row, logs[row.id]) for row in shown],
            next_cursor=cursors.of_number(shown[-1].id) if len(found) > wanted.limit else None,
        )


@router.get("/webhook-deliveries/{delivery_id}", summary="Read a delivery")
def delivery(delivery_id: DeliveryId, desk: TheDesk, client: Manager) -> DeliveryShape:
    """One delivery and its tries."""
    with desk.database.read() as session:
        row = deliveries.get(session, delivery_id)
        return _delivery(row, deliveries.attempts(session, [row.id])[row.id])


@router.post("/webhook-deliveries/{delivery_id}/replay", summary="Replay a dead letter")
def replayed(delivery_id: DeliveryId, desk: TheDesk, client: Manager, writing: TheWriting) -> DeliveryShape:
    """Send what was given up once more, with the same event id. 409 unless its state is `dead`."""

    def work(session: Session) -> DeliveryShape:
        row = deliveries.replay(session, delivery_id, actor=client.actor)
        return _delivery(row, deliveries.attempts(session, [row.id])[row.id])

    return writing.once(client, None, DeliveryShape, work)


def _webhook(row: Endpoint) -> WebhookShape:
    return WebhookShape(id=row.id, url=row.url, events=row.events, active=row.active, created_at=row.created_at)


def _delivery(row: Delivery, log: list[Attempt]) -> DeliveryShape:
    return DeliveryShape(
        id=row.id,
        event_id=row.event_id,
        event=row.event,
        webhook_id=row.endpoint_id,
        state=State(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        next_try_at=row.due_at if row.state == State.PENDING else None,
        ended_at=row.ended_at,
        log=[AttemptShape(at=a.at, status=a.status, error=a.error, milliseconds=a.milliseconds) for a in log],
    )
