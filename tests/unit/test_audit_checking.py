"""The daily check of the audit: what it keeps, and when it is due."""

from datetime import timedelta
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import select, update

from desk import clock
from desk.audit import checking
from desk.audit.anchor import anchor_of
from desk.audit.chain import Chain
from desk.audit.model import AuditCheck, AuditEntry
from desk.audit.service import record
from desk.db import Database
from desk.vault.service import Vault


def test_findings_are_kept_and_a_day_later_it_is_due_again(database: Database, vault: Vault, tmp_path: Path) -> None:
    with database.write() as session:
        for n in range(3):
            record(session, "bot", "x", f"s{n}")
    now = clock.now()
    with clock.frozen(now):
        first = checking.check_if_due(database, vault, tmp_path)
        assert first is not None
        assert (first.entries, first.anchored, first.broken_place, first.failed) == (3, False, None, "")
        assert checking.check_if_due(database, vault, tmp_path) is None
    with database.write() as session:
        session.execute(update(AuditEntry).where(AuditEntry.place == 2).values(actor="agent:1"))
    with clock.frozen(now + timedelta(days=1, seconds=1)):
        checking.check_if_due(database, vault, tmp_path)
        with database.read() as session:
            found = checking.latest(session)
            assert found is not None
            assert (found.entries, found.anchored, found.broken_place) == (1, True, 2)
            assert found.why.startswith("altered")
    with clock.frozen(now + timedelta(days=90, hours=1)):
        other = checking.check(database, Chain(Vault(Fernet.generate_key())), anchor_of(database, tmp_path))
        assert "KAMIDESK_VAULT_KEY" in other.failed
        with database.read() as session:
            assert len(session.scalars(select(AuditCheck)).all()) == 2  # the first one was forgotten
