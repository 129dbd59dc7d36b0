"""Endpoints: where a shop's server wants to be told, of what, and the secret that signs."""

from collections.abc import Collection

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from desk import clock
from desk.api.webhooks import guard
from desk.api.webhooks.errors import BadEvents, NoEndpoint, TooManyEndpoints
from desk.api.webhooks.events import Event
from desk.api.webhooks.model import Delivery, Endpoint, State
from desk.audit.service import record
from desk.ids import new_id, new_token
from desk.serial import hold
from desk.vault.service import Vault

MOST = 20


def add(session: Session, vault: Vault, url: str, events: Collection[str], *, actor: str, private: bool) -> Endpoint:
    """Add an endpoint with a new secret (see `secret`).

    Args:
        private: whether addresses inside the network may be called.

    Raises:
        BadAddress, ForbiddenAddress, BadEvents, TooManyEndpoints: it was not added.
    """
    hold(session, "webhooks")
    there = session.scalar(select(func.count()).select_from(Endpoint).where(Endpoint.removed_at.is_(None)))
    if (there or 0) >= MOST:
        raise TooManyEndpoints
    endpoint = Endpoint(
        id=new_id("wh"),
        url=guard.checked(url, private=private),
        events=_known(events),
        secret_item=vault.put(session, f"whsec_{new_token()}"),
        created_by=actor,
        created_at=clock.now(),
    )
    session.add(endpoint)
    session.flush()
    record(session, actor, "webhook.add", endpoint.id, detail=_detail(endpoint))
    return endpoint


def change(
    session: Session,
    endpoint_id: str,
    *,
    actor: str,
    private: bool,
    url: str | None = None,
    events: Collection[str] | None = None,
    active: bool | None = None,
) -> Endpoint:
    """Change what is given; while it is not active, what happens is not written down for it.

    Raises:
        NoEndpoint, BadAddress, ForbiddenAddress, BadEvents: nothing was changed.
    """
    endpoint = _locked(session, endpoint_id)
    if url is not None:
        endpoint.url = guard.checked(url, private=private)
    if events is not None:
        endpoint.events = _known(events)
    if active is not None:
        endpoint.active = active
    record(session, actor, "webhook.change", endpoint.id, detail=_detail(endpoint))
    return endpoint


def remove(session: Session, endpoint_id: str, *, actor: str) -> None:
    """Remove an endpoint; what waits for it is given up.

    Raises:
        NoEndpoint: there is none with this id.
    """
    endpoint = _locked(session, endpoint_id)
    endpoint.removed_at, endpoint.active = clock.now(), False
    waiting = update(Delivery).where(Delivery.endpoint_id == endpoint.id, Delivery.state == State.PENDING)
    session.execute(waiting.values(state=State.DEAD, ended_at=clock.now()))
    record(session, actor, "webhook.remove", endpoint.id, detail=_detail(endpoint))


def get(session: Session, endpoint_id: str) -> Endpoint:
    """Return an endpoint.

    Raises:
        NoEndpoint: there is none with this id, or it was removed.
    """
    found = session.get(Endpoint, endpoint_id)
    if found is None or found.removed_at is not None:
        raise NoEndpoint
    return found


def listed(session: Session) -> list[Endpoint]:
    """Return all endpoints, the newest first."""
    query = select(Endpoint).where(Endpoint.removed_at.is_(None))
    return list(session.scalars(query.order_by(Endpoint.created_at.desc(), Endpoint.id)))


def by_id(session: Session, endpoint_ids: Collection[str]) -> dict[str, Endpoint]:
    """Return endpoints by id, also removed ones."""
    found = session.scalars(select(Endpoint).where(Endpoint.id.in_(endpoint_ids)))
    return {endpoint.id: endpoint for endpoint in found}


def wanting(session: Session, event: Event) -> list[Endpoint]:
    """Return the active endpoints that want to be told of an event."""
    active = session.scalars(select(Endpoint).where(Endpoint.active.is_(True), Endpoint.removed_at.is_(None)))
    return [endpoint for endpoint in active if event in endpoint.events]


def secret(session: Session, vault: Vault, endpoint_id: str) -> str:
    """Return the secret that signs what an endpoint gets, also of one that was removed."""
    return vault.open_item(session, session.get_one(Endpoint, endpoint_id).secret_item)


def _locked(session: Session, endpoint_id: str) -> Endpoint:
    found = session.get(Endpoint, endpoint_id, with_for_update=True, populate_existing=True)
    if found is None or found.removed_at is not None:
        raise NoEndpoint
    return found


def _known(events: Collection[str]) -> list[str]:
    if not events or not set(events) <= set(Event):
        raise BadEvents
    return [event for event in Event if event in events]


def _detail(endpoint: Endpoint) -> dict[str, str | bool]:
    return {"url": guard.without_query(endpoint.url), "events": " ".join(endpoint.events), "active": endpoint.active}
