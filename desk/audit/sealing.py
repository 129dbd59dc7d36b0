"""Sealing: entries become links of the chain shortly after they were written.

Not while they are written: a link needs the hash of the one before, so every transaction with an entry would wait
until the one before it has ended, with locks on orders and wallets in its hands, and two of them could wait for each
other. So `record` only inserts. The sealer takes entries that are committed, in the order of their ids, and gives
them the next places. It alone takes its lock, before any other, so it waits for nobody who waits for it.

A place is not an id. Ids have gaps where a transaction failed, and a transaction that takes long commits an id after
higher ones have been sealed; it gets the next place then. Places have no gaps: a gap is a deleted entry.

The limit: what somebody with write access to the database does to an entry in the second before it is sealed is not
noticed, neither a change nor its deletion, and a row that they add without a place is sealed as if the desk had
written it, though at the end of the chain and never further up.
"""

import asyncio
import logging
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from desk.audit import loading
from desk.audit.anchor import Anchor, AnchorFile, anchor_of
from desk.audit.chain import START, Chain
from desk.audit.errors import OtherKey
from desk.audit.model import AuditEntry
from desk.db import Database
from desk.errors import DeskError
from desk.serial import hold
from desk.vault.service import Vault

_log = logging.getLogger(__name__)
_EVERY = 1.0
_AFTER_FAILURE = 30.0
# The highest number of the column; SQLite also takes texts, which are higher. Neither is a place of ours.
_NO_PLACE = 2**31 - 1


async def run(database: Database, vault: Vault, state: Path) -> None:
    """Seal what was written, every second, until cancelled.

    Args:
        state: the folder of what is written at run time.
    """
    chain, file = Chain(vault), anchor_of(database, state)
    while True:
        pause = _EVERY
        try:
            await asyncio.to_thread(seal, database, chain, file)
        except (SQLAlchemyError, OSError, DeskError) as problem:  # nothing is lost: it stays unsealed
            _log.error("the audit is not sealed: %s", type(problem).__name__)
            pause = _AFTER_FAILURE
        await asyncio.sleep(pause)


def seal(database: Database, chain: Chain, file: AnchorFile) -> int:
    """Link all entries that are committed and not sealed yet; return how many.

    A chain that is broken is continued, so that what comes after is safe, but the anchor stays where it is when the
    database no longer holds its entry: it is the evidence.

    Raises:
        OtherKey: the chain was begun under another key, and this one would break it.
        AnchorDamaged: the anchor's file is not what the desk wrote.
    """
    total = 0
    while _any_waits(database):
        anchor = file.read()
        if anchor and anchor.key_mark != chain.key_mark:
            raise OtherKey(path=str(file.path))
        with database.write() as session:
            hold(session, "audit.seal")
            genuine = anchor is None or _hash_at(session, anchor.place) == anchor.hash
            linked = _link_next(session, chain)
        if not linked:
            break
        total += len(linked)
        # After the commit: an anchor of what was then rolled back would be a false alarm.
        if genuine:
            last = linked[-1]
            file.write(Anchor(place=last.place or 0, hash=last.hash or "", key_mark=chain.key_mark))
        else:
            _log.error("the audit was tampered with: run `python -m desk audit verify`")
    return total


def _link_next(session: Session, chain: Chain) -> list[AuditEntry]:
    end = select(AuditEntry.place, AuditEntry.hash).where(AuditEntry.place < _NO_PLACE)
    last = session.execute(end.order_by(AuditEntry.place.desc()).limit(1)).first()
    place, before = (int(last.place or 0), str(last.hash)) if last else (0, START)
    linked = []
    for entry in loading.unsealed(session):
        if isinstance(entry, AuditEntry):  # what cannot be read stays, and `verify` names it
            place += 1
            entry.place, entry.prev_hash, entry.hash = place, before, chain.link(entry, place, before)
            before = entry.hash
            linked.append(entry)
    return linked


def _any_waits(database: Database) -> bool:
    with database.read() as session:
        return bool(session.scalar(select(exists().where(AuditEntry.place.is_(None)))))


def _hash_at(session: Session, place: int) -> str | None:
    return session.scalar(select(AuditEntry.hash).where(AuditEntry.place == place))
