"""Reading and saving documents. They are read from the database each time: a change needs no restart."""

from functools import cache
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.db import announce
from desk.errors import DeskError
from desk.options.model import OptionsRow
from desk.serial import hold

TOPIC = "options"
_DEFAULTS = Path(__file__).parent / "defaults"


class Options(BaseModel):
    """The base of all documents. `NAME` is its row's key and the name of the file with what is delivered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    NAME: ClassVar[str]


T = TypeVar("T", bound=Options)


class Outdated(DeskError):
    """Somebody else has saved the document since it was shown."""

    code, status, message = "outdated", 409, "这一页刚被别人改过，请刷新后再改"


def current(session: Session, kind: type[T]) -> T:
    """Return the document that counts now: the saved one, else the delivered one."""
    row = session.get(OptionsRow, kind.NAME)
    return kind.model_validate(row.body if row else _delivered(kind.NAME))


def version(session: Session, kind: type[Options]) -> int:
    """Return the number of the saved document; 0: nobody has changed it."""
    row = session.get(OptionsRow, kind.NAME)
    return row.version if row else 0


def save(session: Session, value: Options, *, seen: int, actor: str) -> int:
    """Save a document; return its new version.

    Args:
        seen: the version that the changed page showed.
        actor: "agent:3"; stands in the audit with the names of the fields that differ.

    Raises:
        Outdated: somebody else was quicker; nothing is changed.
    """
    kind = type(value)
    hold(session, f"options:{kind.NAME}")
    row = session.get(OptionsRow, kind.NAME, with_for_update=True, populate_existing=True)
    if seen != (row.version if row else 0):
        raise Outdated
    before, body = current(session, kind), value.model_dump(mode="json")
    if row is None:
        row = OptionsRow(name=kind.NAME, version=0, body=body, actor=actor)
        session.add(row)
    row.version, row.body, row.actor, row.at = seen + 1, body, actor, clock.now()
    changed = [name for name in kind.model_fields if getattr(before, name) != getattr(value, name)]
    record(session, actor, "options.save", kind.NAME, detail={"fields": ",".join(changed), "version": row.version})
    announce(session, TOPIC)
    session.flush()
    return row.version


@cache
def _delivered(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((_DEFAULTS / f"{name}.yml").read_text("utf-8"))
    return read
