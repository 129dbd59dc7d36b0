"""Deliveries: claimed by one process at a time, settled by what came of them, replayed by hand, forgotten in time."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desk import clock
from desk.api.webhooks import retries
from desk.api.webhooks.errors import EndpointGone, NoDelivery, NotDead
from desk.api.webhooks.model import Attempt, Delivery, Endpoint, State
from desk.audit.service import record
from desk.db import Database
from desk.vault.service import Vault

# Longer than any try takes: a process that died in the middle has its deliveries tried again after it.
LEASE = timedelta(seconds=60)
_LOOKED_AT = 200


@dataclass(frozen=True)
class Job:
    """One try that somebody has claimed."""

    delivery_id: int
    endpoint_id: str
    event_id: str
    url: str
    body: str
    attempt: int
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Outcome:
    """What came of a try: the receiver's status, or a short code of what went wrong."""

    status: int | None
    error: str
    milliseconds: int

    @property
    def delivered(self) -> bool:
        """Whether the receiver has it."""
        return not self.error


def claim(database: Database, vault: Vault, busy: Mapping[str, int], most: int, per_endpoint: int) -> list[Job]:
    """Claim what is due, the longest due first.

    Args:
        busy: how many tries are under way, by endpoint.
        most: how many more may be under way.
        per_endpoint: how many may be under way to one endpoint: a slow one does not hold up the others.
    """
    full = [endpoint_id for endpoint_id, count in busy.items() if count >= per_endpoint]
    due = (
        select(Delivery.id, Delivery.endpoint_id)
        .join(Endpoint, Endpoint.id == Delivery.endpoint_id)
        .where(Delivery.state == State.PENDING, Delivery.due_at <= clock.now(), Endpoint.active.is_(True))
        .where(Delivery.endpoint_id.not_in(full))
        .order_by(Delivery.due_at, Delivery.id)
        .limit(_LOOKED_AT)
    )
    with database.read() as session:
        found = [(number, endpoint_id) for number, endpoint_id in session.execute(due)]
    chosen: list[int] = []
    counts = Counter(busy)
    for number, endpoint_id in found:
        if len(chosen) < most and counts[endpoint_id] < per_endpoint:
            counts[endpoint_id] += 1
            chosen.append(number)
    if not chosen:
        return []
    with database.write() as session:
        return _claimed(session, vault, chosen)


def settle(session: Session, job: Job, outcome: Outcome) -> None:
    """Log a try and decide how it goes on: delivered, tried again later, or given up."""
    row = session.get_one(Delivery, job.delivery_id, with_for_update=True, populate_existing=True)
    now = clock.now()
    session.add(
        Attempt(
            delivery_id=row.id,
            at=now,
            status=outcome.status,
            error=outcome.error,
            milliseconds=outcome.milliseconds,
        )
    )
    if row.state == State.DELIVERED:
        return
    if outcome.delivered:
        row.state, row.ended_at = State.DELIVERED, now
    elif row.state == State.PENDING and row.attempts == job.attempt:  # else somebody has claimed it since
        if row.attempts >= retries.TRIES:
            row.state, row.ended_at = State.DEAD, now
        else:
            row.due_at = now + retries.wait(row.attempts)


def replay(session: Session, delivery_id: int, *, actor: str) -> Delivery:
    """Send what was given up once more, with the same event id, and with all its tries again.

    Raises:
        NoDelivery, NotDead, EndpointGone: nothing is sent.
    """
    row = session.get(Delivery, delivery_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NoDelivery
    if session.get_one(Endpoint, row.endpoint_id).removed_at is not None:
        raise EndpointGone
    if row.state != State.DEAD:
        raise NotDead
    row.state, row.attempts, row.due_at, row.ended_at = State.PENDING, 0, clock.now(), None
    record(session, actor, "webhook.replay", row.event_id, detail={"endpoint": row.endpoint_id})
    return row


def get(session: Session, delivery_id: int) -> Delivery:
    """Return a delivery.

    Raises:
        NoDelivery: there is none with this id.
    """
    found = session.get(Delivery, delivery_id)
    if found is None:
        raise NoDelivery
    return found


def newest(
    session: Session, *, limit: int, before: int | None = None, state: str | None = None, endpoint_id: str | None = None
) -> list[Delivery]:
    """Return deliveries that meet all given filters, the newest first; `before` is the id that the page ends above."""
    wanted = {"state": state, "endpoint_id": endpoint_id}
    query = select(Delivery).filter_by(**{name: value for name, value in wanted.items() if value is not None})
    if before is not None:
        query = query.where(Delivery.id < before)
    return list(session.scalars(query.order_by(Delivery.id.desc()).limit(limit)))


def attempts(session: Session, delivery_ids: Collection[int]) -> dict[int, list[Attempt]]:
    """Return the log of deliveries, each from the first try on."""
    found: dict[int, list[Attempt]] = {number: [] for number in delivery_ids}
    query = select(Attempt).where(Attempt.delivery_id.in_(found)).order_by(Attempt.id)
    for attempt in session.scalars(query):
        found[attempt.delivery_id].append(attempt)
    return found


def forget(session: Session, before: datetime) -> None:
    """Delete deliveries that ended before a moment, and their log."""
    old = select(Delivery.id).where(Delivery.ended_at < before)
    session.execute(delete(Attempt).where(Attempt.delivery_id.in_(old)))
    session.execute(delete(Delivery).where(Delivery.ended_at < before))


def _claimed(session: Session, vault: Vault, numbers: list[int]) -> list[Job]:
    """Take the deliveries that nobody else has claimed meanwhile."""
    now = clock.now()
    query = (
        select(Delivery, Endpoint)
        .join(Endpoint, Endpoint.id == Delivery.endpoint_id)
        .where(Delivery.id.in_(numbers), Delivery.state == State.PENDING, Delivery.due_at <= now)
        .order_by(Delivery.due_at, Delivery.id)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    jobs = []
    for row, endpoint in session.execute(query):
        row.attempts, row.due_at = row.attempts + 1, now + LEASE
        secret = vault.open_item(session, endpoint.secret_item)
        jobs.append(Job(row.id, endpoint.id, row.event_id, endpoint.url, row.body, row.attempts, secret))
    return jobs
