"""The round: every two seconds what is due is moved on. What is due stands in the database, not in this process."""

import asyncio
import logging
from collections import Counter
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from desk import clock
from desk.cases.services import Services
from desk.conversations import handoff
from desk.db import Database
from desk.routing import away, following, offering, teams, waiting
from desk.routing import floor as room
from desk.routing.choosing import wait_seconds
from desk.routing.floor import Floor
from desk.routing.model import Assignment, Stage
from desk.serial import hold

_log = logging.getLogger(__name__)
EVERY = 2.0  # seconds
# Nobody is interrupted: the word that nobody is there waits for a pause in the talk, but not for ever.
_PAUSE = timedelta(seconds=6)
_PATIENCE = timedelta(seconds=60)
_AT_ONCE = 50
_Due = tuple[str, int]


async def run(database: Database, services: Services) -> None:
    """Sweep until cancelled, beginning with those who were queued before there were groups."""
    adopted = False
    while True:
        try:
            if not adopted:
                await asyncio.to_thread(_adopt, database, services)
                adopted = True
            await asyncio.to_thread(sweep, database)
        except SQLAlchemyError as problem:  # the next round will do it
            _log.warning("routing: %s", type(problem).__name__)
        await asyncio.sleep(EVERY)


def sweep(database: Database) -> None:
    """Move on what is due: offers that nobody answered, customers whom somebody is free for, words to the others."""
    with database.read() as session:
        steps, untold, moved = _due(session)
    if moved:
        with database.write() as session:
            hold(session, "routing")
            teams.regroup(session, room.look(session).pool_of)
    for conversation_id, handoff_id in steps:
        with database.write() as session:
            offering.step(session, conversation_id, handoff_id)
    for conversation_id, handoff_id in untold:
        with database.write() as session:
            away.tell(session, conversation_id, handoff_id)


def _due(session: Session) -> tuple[list[_Due], list[_Due], bool]:
    """Return the hand-offs that a step is due for, in the queue's order, and those whose customers must be told.

    The last part says whether some wait with others now than they are counted with: accounts come and go.
    """
    now = clock.now()
    open_ones = select(Assignment).where(Assignment.stage.in_((Stage.WAITING, Stage.OFFERED)))
    rows = {row.handoff_id: row for row in session.scalars(open_ones)}
    if not rows:
        return [], [], False
    floor = room.look(session)
    long_wait = _LongWait(session, floor)
    free = [each for each in floor.people.values() if each.open_to_offers]
    steps: list[_Due] = []
    untold: list[_Due] = []
    moved = False
    for waits, conversation in handoff.queue(session):
        row = rows.get(waits.id)
        if row is None:
            continue
        place = (conversation.id, waits.id)
        long = long_wait.of_next(row.team)
        moved |= waits.pool != floor.pool_of.get(row.team, "")
        if row.due_at <= now and len(steps) < _AT_ONCE:
            expired = row.stage == Stage.OFFERED or bool(row.passed)
            if expired or any(each.groups.intersection(floor.options.helpers(row.team)) for each in free):
                steps.append(place)
        paused = conversation.updated_at <= now - _PAUSE or row.queued_at <= now - _PATIENCE
        if long and paused and not row.told_away:
            untold.append(place)
    return steps, untold[:_AT_ONCE], moved


class _LongWait:
    """Says, of each who waits in the queue's order, whether that will take long or nobody is there."""

    def __init__(self, session: Session, floor: Floor) -> None:
        self._session, self._floor = session, floor
        self._places: Counter[str] = Counter()
        self._lasts: dict[str, float] = {}

    def of_next(self, team: str) -> bool:
        """Return it of the next one in the queue, who is a group's."""
        floor, pool = self._floor, self._floor.pool(team)
        name = pool[0]
        self._places[name] += 1
        if not waiting.is_staffed(floor, team):
            return True
        if name not in self._lasts:
            self._lasts[name] = waiting.handling(self._session, pool)
        seconds = wait_seconds(self._places[name], pool, floor.people.values(), self._lasts[name])
        return seconds is not None and seconds >= (floor.options.long_wait_minutes - 0.5) * 60


def _adopt(database: Database, services: Services) -> None:
    with database.write() as session:
        following.adopt(session, services)
