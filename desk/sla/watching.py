"""A supervisor looks after what is late: one of them, so that each knows who."""

from typing import ClassVar

from sqlalchemy.orm import Session

from desk import clock as time
from desk.audit.service import record
from desk.conversations.handoff import QUEUE
from desk.db import announce
from desk.errors import DeskError, NotFound
from desk.sla.model import SlaClock
from desk.tickets.service import TOPIC


class NoClock(NotFound):
    """There is no such promise, or it is done."""

    code, message = "no_clock", "这一项已经处理完了"


class AlreadyWatched(DeskError):
    """Another supervisor looks after it."""

    code: ClassVar[str] = "already_watched"
    status: ClassVar[int] = 409
    message: ClassVar[str] = "已经有主管在跟进"


def watch(session: Session, clock_id: int, agent_id: int) -> None:
    """Let a supervisor look after an open promise; again is no change.

    Raises:
        NoClock: it is done.
        AlreadyWatched: somebody else does.
    """
    clock = session.get(SlaClock, clock_id, with_for_update=True, populate_existing=True)
    if clock is None or clock.ended_at is not None:
        raise NoClock
    if clock.watcher_id == agent_id:
        return
    if clock.watcher_id is not None:
        raise AlreadyWatched
    clock.watcher_id, clock.watched_at = agent_id, time.now()
    detail: dict[str, str | int | bool | None] = {"kind": clock.kind, "class": clock.class_name}
    record(session, f"agent:{agent_id}", "sla.watch", f"clock:{clock.id}", clock.conversation_id, detail)
    announce(session, TOPIC, QUEUE)
