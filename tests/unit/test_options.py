"""Documents that operators set: delivered until saved, saved once, never over somebody else's change."""

from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import Field, ValidationError
from sqlalchemy import select

from desk.audit.model import AuditEntry
from desk.db import Database
from desk.options import service
from desk.options.service import Options, Outdated, current, save, version


class Hours(Options):
    """A document made up for these tests."""

    NAME: ClassVar[str] = "hours"

    opens: int = Field(ge=0, le=23)
    closes: int = Field(ge=1, le=24)


@pytest.fixture(autouse=True)
def delivered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hours.yml").write_text("opens: 9\ncloses: 21\n", "utf-8")
    monkeypatch.setattr(service, "_DEFAULTS", tmp_path)
    service._delivered.cache_clear()


def test_what_is_delivered_counts_until_somebody_saves(database: Database) -> None:
    with database.write() as session:
        assert (current(session, Hours), version(session, Hours)) == (Hours(opens=9, closes=21), 0)
        assert save(session, Hours(opens=8, closes=22), seen=0, actor="agent:3") == 1
    with database.read() as session:
        assert (current(session, Hours), version(session, Hours)) == (Hours(opens=8, closes=22), 1)


def test_a_page_that_is_outdated_changes_nothing(database: Database) -> None:
    with database.write() as session:
        save(session, Hours(opens=8, closes=22), seen=0, actor="agent:3")
    with pytest.raises(Outdated), database.write() as session:
        save(session, Hours(opens=1, closes=2), seen=0, actor="agent:4")
    with database.read() as session:
        assert current(session, Hours).opens == 8


def test_the_audit_says_who_changed_which_fields(database: Database) -> None:
    with database.write() as session:
        save(session, Hours(opens=8, closes=21), seen=0, actor="agent:3")
    with database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "options.save")).one()
        assert (entry.actor, entry.subject, entry.detail) == ("agent:3", "hours", {"fields": "opens", "version": 1})


def test_what_is_not_valid_cannot_be_made() -> None:
    with pytest.raises(ValidationError):
        Hours(opens=25, closes=21)
    with pytest.raises(ValidationError):
        Hours.model_validate({"opens": 9, "closes": 21, "lunch": 12})
