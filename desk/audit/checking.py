"""Walking the chain now and then, and keeping what was found, so that a page can show it without walking."""

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.anchor import AnchorFile, anchor_of
from desk.audit.chain import Chain
from desk.audit.model import AuditCheck
from desk.audit.verifying import verify
from desk.db import Database
from desk.errors import DeskError
from desk.vault.service import Vault

_log = logging.getLogger(__name__)
EVERY = timedelta(days=1)
_LOOK = 600.0
_KEPT = timedelta(days=90)


async def run(database: Database, vault: Vault, state: Path) -> None:
    """Check the chain once a day, until cancelled.

    Args:
        state: the folder of what is written at run time.
    """
    while True:
        await asyncio.sleep(_LOOK)
        try:
            await asyncio.to_thread(check_if_due, database, vault, state)
        except (SQLAlchemyError, OSError) as problem:  # the next round will do it
            _log.warning("the audit is not checked: %s", type(problem).__name__)


def check_if_due(database: Database, vault: Vault, state: Path) -> AuditCheck | None:
    """Check the chain if nobody has for a day."""
    with database.read() as session:
        newest = latest(session)
        due = newest is None or newest.at < clock.now() - EVERY
    return check(database, Chain(vault), anchor_of(database, state)) if due else None


def check(database: Database, chain: Chain, file: AnchorFile) -> AuditCheck:
    """Walk the chain and keep what was found; old findings are forgotten."""
    found = AuditCheck(at=clock.now())
    try:
        verdict = verify(database, chain, file)
    except DeskError as problem:
        found.entries, found.anchored, found.failed = 0, False, problem.text[:200]
    else:
        found.entries, found.anchored = verdict.entries, verdict.anchored
        if verdict.broken:
            found.broken_place, found.broken_id = verdict.broken.place, verdict.broken.entry_id
            found.why = verdict.broken.why[:200]
            _log.error("the audit is broken at entry %s: %s", found.broken_place, found.why)
    with database.write() as session:
        session.execute(delete(AuditCheck).where(AuditCheck.at < clock.now() - _KEPT))
        session.add(found)
    return found


def latest(session: Session) -> AuditCheck | None:
    """Return the newest finding."""
    return session.scalar(select(AuditCheck).order_by(AuditCheck.id.desc()).limit(1))
