"""A whole call happens once: its answer is kept by key in the same transaction as its effects."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk import clock
from desk.cases.model import ServiceCall
from desk.ids import digest

Answer = dict[str, Any]


def once(session: Session, key: str, fn: Callable[[], Answer]) -> Answer:
    """Return `fn()`, or what it returned when it was called with this key before.

    A second call at the same time waits for the first. A failure is not kept: a repeat tries again.

    Args:
        session: a writing session; `fn` works in it.
        key: conversation, kind of call and idempotency key.
        fn: decides and does; returns JSON without card keys (references only).
    """
    key = digest(key)  # of one length, whatever the caller thought of
    call = session.get(ServiceCall, key)
    if call is not None:
        return _kept(call)
    try:
        with session.begin_nested():
            call = ServiceCall(key=key, at=clock.now())
            session.add(call)
    except IntegrityError:  # the first one has just ended
        return _kept(session.get_one(ServiceCall, key))
    call.result = fn()
    session.flush()
    return call.result


def forget(session: Session, before: datetime) -> None:
    """Delete the answers of calls before a moment: nobody repeats those any more."""
    session.execute(delete(ServiceCall).where(ServiceCall.at < before))


def _kept(call: ServiceCall) -> Answer:
    assert call.result is not None  # written in the transaction that inserted the row
    return call.result
