"""Looks every few seconds for clocks that have something due. Nothing is kept in memory: rows say what is to do."""

import asyncio
import logging

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from desk import clock as time
from desk.db import Database
from desk.errors import DeskError
from desk.policies.source import Policies
from desk.sla.escalation import advance, lock_subject
from desk.sla.model import SlaClock
from desk.sla.rules import rules

_log = logging.getLogger(__name__)
EVERY = 3.0  # seconds
_AT_ONCE = 200


async def run(database: Database, policies: Policies) -> None:
    """Sweep until cancelled."""
    while True:
        try:
            await asyncio.to_thread(sweep, database, policies)
        except SQLAlchemyError as problem:  # the next round will do it
            _log.warning("clocks: %s", type(problem).__name__)
        await asyncio.sleep(EVERY)


def sweep(database: Database, policies: Policies) -> int:
    """Warn, note breaches and take steps where it is time; return how many things were done.

    Two sweeps at once do each thing once: a row is looked at again under its lock.
    """
    done, after = 0, 0
    while due := _due(database, after):
        for number in due:
            try:
                done += _one(database, policies, number)
            except DeskError as problem:  # this one is not to hold up the others
                _log.warning("clock %d: %s", number, problem.code)
        after = due[-1]
    return done


def _due(database: Database, after: int) -> list[int]:
    with database.read() as session:
        query = select(SlaClock.id).where(SlaClock.next_at <= time.now(), SlaClock.id > after)
        return list(session.scalars(query.order_by(SlaClock.id).limit(_AT_ONCE)))


def _one(database: Database, policies: Policies, number: int) -> int:
    with database.write() as session:
        seen = session.get(SlaClock, number)
        if seen is None:
            return 0
        lock_subject(session, seen)
        clock = session.get(SlaClock, number, with_for_update=True, populate_existing=True)
        if clock is None or clock.next_at is None or clock.next_at > time.now():
            return 0
        return advance(session, rules(session, policies.current), clock)
