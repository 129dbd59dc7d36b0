"""Sealing beside writers: every entry gets one place, and nobody waits for the sealer's sake."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest
from cryptography.fernet import Fernet

from desk.audit import sealing
from desk.audit.anchor import anchor_of
from desk.audit.chain import Chain
from desk.audit.service import record
from desk.audit.verifying import verify
from desk.db import Database
from desk.serial import hold
from desk.vault.service import Vault
from tests.support import databases
from tests.support.audit import Ledger

WRITERS, EACH = 8, 12


@pytest.fixture
def ledger(database: Database, tmp_path: Path) -> Ledger:
    return Ledger(database, tmp_path)


def test_sealing_again_does_nothing(ledger: Ledger) -> None:
    ledger.write("s1", "s2", sealed=False)
    assert [entry.place for entry in ledger.entries()] == [None, None]
    assert [ledger.seal(), ledger.seal()] == [2, 0]


def test_more_than_a_page(ledger: Ledger) -> None:
    with ledger.database.write() as session:
        for n in range(1203):
            record(session, "bot", "x", f"s{n}")
    assert ledger.seal() == 1203
    assert (ledger.verify().entries, ledger.verify().broken) == (1203, None)
    ledger.sql("UPDATE audit_entries SET actor = 'agent:1' WHERE place = 1001")
    broken = ledger.verify().broken
    assert broken is not None
    assert broken.place == 1001


def test_parallel_writers_and_sealers_give_an_unbroken_chain(ledger: Ledger) -> None:
    start, done = Barrier(WRITERS + 2), Event()

    def write(writer: int) -> None:
        start.wait()
        for n in range(EACH):
            try:
                with ledger.database.write() as session:
                    hold(session, f"order:{(writer + n) % 3}")
                    record(session, f"agent:{writer}", "x", f"s{n}")
                    hold(session, f"wallet:{n % 2}")
                    record(session, f"agent:{writer}", "y", f"s{n}")
                    if n % 4 == 3:
                        raise LookupError  # leaves a gap in the ids
            except LookupError:
                pass

    def keep_sealing() -> int:
        start.wait()
        count = 0
        while not done.is_set():
            count += ledger.seal()
        return count

    with ThreadPoolExecutor(WRITERS + 2) as crowd:
        sealers = [crowd.submit(keep_sealing) for _ in range(2)]
        try:
            list(crowd.map(write, range(WRITERS)))
        finally:
            done.set()
    written = WRITERS * EACH * 2 * 3 // 4
    assert sum(sealer.result() for sealer in sealers) + ledger.seal() == written
    assert (ledger.verify().entries, ledger.verify().broken) == (written, None)
    assert sorted(entry.place or 0 for entry in ledger.entries()) == list(range(1, written + 1))


def test_a_slow_writer_holds_nobody_up(tmp_path: Path) -> None:
    with databases.empty("postgresql", tmp_path) as database:
        ledger = Ledger(database, tmp_path)
        with database.write() as slow:
            hold(slow, "order:1")
            record(slow, "bot", "slow", "s1")
            ledger.write("s2", "s3")
            assert [entry.subject for entry in ledger.entries()] == ["s2", "s3"]
        ledger.seal()
        assert [(entry.subject, entry.place) for entry in ledger.entries()] == [("s1", 3), ("s2", 1), ("s3", 2)]
        assert (ledger.verify().entries, ledger.verify().broken) == (3, None)


def test_what_is_rolled_back_leaves_no_gap(ledger: Ledger) -> None:
    with ledger.database.write() as session, session.begin_nested() as part:
        record(session, "bot", "x", "s1")
        part.rollback()
    ledger.write("s2")
    assert [(entry.subject, entry.place) for entry in ledger.entries()] == [("s2", 1)]


def test_the_loop_seals_and_outlives_a_failure(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sealing, "_EVERY", 0.01)
    monkeypatch.setattr(sealing, "_AFTER_FAILURE", 0.01)
    vault = Vault(Fernet.generate_key())
    file = anchor_of(database, tmp_path)
    file.path.write_text("not an anchor")
    with database.write() as session:
        record(session, "bot", "x", "s1")

    async def live() -> None:
        loop = asyncio.create_task(sealing.run(database, vault, tmp_path))
        while "AnchorDamaged" not in caplog.text:
            await asyncio.sleep(0.01)
        file.path.unlink()
        while file.read() is None:
            await asyncio.sleep(0.01)
        loop.cancel()

    asyncio.run(asyncio.wait_for(live(), 30))
    verdict = verify(database, Chain(vault), file)
    assert (verdict.entries, verdict.anchored, verdict.broken) == (1, True, None)
