"""A writing call happens once: its answer is kept under the caller's key, in the transaction of its effects."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk import clock
from desk.api.errors import KeyUsedOtherwise
from desk.api.model import ApiCall

Answer = dict[str, Any]


def digest_of(method: str, path: str, body: str) -> str:
    """Return what tells one request from another; `body` in one form, whatever the caller's spelling."""
    return hashlib.sha256(f"{method} {path}\n{body}".encode()).hexdigest()


def once(session: Session, token_id: int, key: str, request: str, fn: Callable[[], Answer]) -> Answer:
    """Return `fn()`, or what it returned when this token called with this key before.

    A second call at the same time waits for the first. A failure is not kept: a repeat tries again.

    Args:
        session: a writing session; `fn` works in it.
        request: see `digest_of`.
        fn: decides and does; returns JSON without card keys and secrets.

    Raises:
        KeyUsedOtherwise: the key belongs to another request.
    """
    call = session.get(ApiCall, (token_id, key))
    if call is not None:
        return _kept(call, request)
    try:
        with session.begin_nested():
            call = ApiCall(token_id=token_id, key=key, request=request, at=clock.now())
            session.add(call)
    except IntegrityError:  # the first one has just ended
        return _kept(session.get_one(ApiCall, (token_id, key)), request)
    call.answer = fn()
    session.flush()
    return call.answer


def forget(session: Session, before: datetime) -> None:
    """Delete the answers of calls before a moment."""
    session.execute(delete(ApiCall).where(ApiCall.at < before))


def _kept(call: ApiCall, request: str) -> Answer:
    if call.request != request:
        raise KeyUsedOtherwise
    assert call.answer is not None  # written in the transaction that inserted the row
    return call.answer
