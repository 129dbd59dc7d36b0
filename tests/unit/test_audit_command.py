"""`python -m desk audit verify`: what it prints, and its exit code."""

import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import update

from desk import __main__ as command
from desk.audit.model import AuditEntry
from desk.audit.service import record
from desk.db import Database


@pytest.fixture
def desk(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database with three entries, and the settings that lead to it."""
    chosen = {
        "SETTINGS": str(tmp_path / "none.env"),
        "STATE_DIR": str(tmp_path),
        "DATABASE_URL": database.url,
        "VAULT_KEY": Fernet.generate_key().decode(),
        **dict.fromkeys(("SECRET_KEY", "BOT_TOKEN", "SHOP_SECRET"), "s" * 32),
    }
    for name, value in chosen.items():
        monkeypatch.setenv(f"KAMIDESK_{name}", value)
    monkeypatch.setattr(sys, "argv", ["desk", "audit", "verify"])
    with database.write() as session:
        for n in range(3):
            record(session, "bot", "x", f"s{n}")
    return database


def test_what_is_fine(desk: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main() == 0
    assert "no anchor" in capsys.readouterr().out
    assert command.main() == 0
    said = capsys.readouterr().out
    assert said.startswith("3 entries are fine")
    assert "no anchor" not in said


def test_what_is_broken(desk: Database, capsys: pytest.CaptureFixture[str]) -> None:
    command.main()
    with desk.write() as session:
        session.execute(update(AuditEntry).where(AuditEntry.place == 2).values(actor="agent:1"))
    capsys.readouterr()
    assert command.main() == 1
    said = capsys.readouterr().out.splitlines()
    assert said == ["BROKEN at entry 2 (id 2): altered, or not written by the desk", "1 entries before it are fine"]


def test_another_key(desk: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    command.main()
    monkeypatch.setenv("KAMIDESK_VAULT_KEY", Fernet.generate_key().decode())
    assert command.main() == 2
    assert "KAMIDESK_VAULT_KEY" in capsys.readouterr().err


def test_no_table(desk: Database, capsys: pytest.CaptureFixture[str]) -> None:
    AuditEntry.metadata.drop_all(desk.engine)
    assert command.main() == 2
    assert "cannot be read" in capsys.readouterr().err


def test_no_database(
    desk: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAMIDESK_DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")
    assert command.main() == 2
    assert "no database" in capsys.readouterr().err
    assert not (tmp_path / "other.db").exists()
