"""An audit with a chain of its own, and what somebody with access to the database may do to it."""

from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import select

from desk.audit.anchor import AnchorFile
from desk.audit.chain import Chain
from desk.audit.model import AuditEntry
from desk.audit.sealing import seal
from desk.audit.service import record
from desk.audit.verifying import Verdict, verify
from desk.db import Database
from desk.vault.service import Vault


class Ledger:
    """A database's audit with key and anchor."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.chain = Chain(Vault(Fernet.generate_key()))
        self.file = AnchorFile(folder / "desk.db.anchor")

    def write(self, *subjects: str, sealed: bool = True) -> None:
        """Record one entry for each subject, in a transaction of its own."""
        for subject in subjects:
            with self.database.write() as session:
                detail = {"reason": "卡密无效", "count": 2, "paid": True}
                record(session, "agent:3", "key.reissue", subject, "c1", detail)
        if sealed:
            self.seal()

    def wipe(self) -> None:
        """Begin anew: no entry, no anchor, ids from 1 on."""
        table = AuditEntry.__tablename__
        self.sql(f"DELETE FROM {table}" if self.database.is_sqlite else f"TRUNCATE {table} RESTART IDENTITY")
        self.file.path.unlink(missing_ok=True)

    def seal(self) -> int:
        return seal(self.database, self.chain, self.file)

    def verify(self) -> Verdict:
        return verify(self.database, self.chain, self.file)

    def entries(self) -> list[AuditEntry]:
        """Return all entries by their ids."""
        with self.database.read() as session:
            found = list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
            session.expunge_all()
            return found

    def sql(self, *statements: str) -> None:
        """Do what somebody does who has the database and nothing else."""
        with self.database.write() as session:
            for statement in statements:
                session.connection().exec_driver_sql(statement)


Attack = Callable[[Ledger], None]


def sql(*statements: str) -> Attack:
    """Return the attack that is these statements."""
    return lambda ledger: ledger.sql(*statements)
