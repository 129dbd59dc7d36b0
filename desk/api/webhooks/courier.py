"""The courier: carries what is in the outbox, a few at a time, and forgets what is old."""

import asyncio
import logging
from collections import Counter
from datetime import timedelta

import httpx
from sqlalchemy.exc import SQLAlchemyError

from desk import clock
from desk.api.webhooks import deliveries, sending
from desk.api.webhooks.deliveries import Job
from desk.db import Database
from desk.errors import DeskError
from desk.vault.service import Vault

_log = logging.getLogger(__name__)
EVERY = 1.0  # seconds
_FORGETS_EVERY = timedelta(hours=1)
AT_ONCE = 16
AT_ONCE_PER_ENDPOINT = 4


class Courier:
    """Carries deliveries until cancelled; what it was carrying then is carried again later.

    Args:
        private: whether addresses inside the network may be called.
        kept: how long deliveries that have ended are kept.
        timeout: seconds that one try may take.
    """

    def __init__(
        self, database: Database, vault: Vault, *, private: bool, kept: timedelta, timeout: float = sending.TIMEOUT
    ) -> None:
        self._database, self._vault = database, vault
        self._private, self._kept, self._timeout = private, kept, timeout
        self._under_way: Counter[str] = Counter()

    async def run(self) -> None:
        """Carry what is due, now and later."""
        forgets_at = clock.now()
        async with sending.new_client() as client, asyncio.TaskGroup() as tasks:
            while True:
                try:
                    for job in await asyncio.to_thread(self._claim):
                        self._under_way[job.endpoint_id] += 1
                        tasks.create_task(self._carry(client, job))
                    if clock.now() >= forgets_at:
                        await asyncio.to_thread(self.forget)
                        forgets_at = clock.now() + _FORGETS_EVERY
                except (SQLAlchemyError, DeskError) as problem:  # the next round will do it
                    _log.warning("webhooks: %s", type(problem).__name__)
                await asyncio.sleep(EVERY)

    async def carry_due(self) -> int:
        """Carry what is due now and wait for the end of it; return how many were tried."""
        jobs = await asyncio.to_thread(self._claim)
        self._under_way.update(job.endpoint_id for job in jobs)
        async with sending.new_client() as client:
            await asyncio.gather(*(self._carry(client, job) for job in jobs))
        return len(jobs)

    def forget(self) -> None:
        """Delete deliveries that ended long ago."""
        with self._database.write() as session:
            deliveries.forget(session, clock.now() - self._kept)

    def _claim(self) -> list[Job]:
        free = AT_ONCE - self._under_way.total()
        if free <= 0:
            return []
        return deliveries.claim(self._database, self._vault, self._under_way, free, AT_ONCE_PER_ENDPOINT)

    async def _carry(self, client: httpx.AsyncClient, job: Job) -> None:
        try:
            outcome = await sending.send(client, job, private=self._private, timeout=self._timeout)
            await asyncio.to_thread(self._settle, job, outcome)
        except SQLAlchemyError as problem:  # due again after its lease
            _log.warning("webhooks: %s", type(problem).__name__)
        finally:
            self._under_way[job.endpoint_id] -= 1

    def _settle(self, job: Job, outcome: deliveries.Outcome) -> None:
        with self._database.write() as session:
            deliveries.settle(session, job, outcome)
