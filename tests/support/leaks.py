"""Looks for raw card keys where none may be: every table, every file of a state folder."""

import re
from pathlib import Path

from sqlalchemy import select

from desk.db import Base, Database
from desk.vault.model import VaultItem
from desk.vault.service import Vault

_SHORTEST = 8
_MOST_PARTS = 6
_KEYS = select(VaultItem.id).where(~VaultItem.no_key)
_PHRASES = re.compile(rb"[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*")


def raw_keys_in(database: Database, vault: Vault, *folders: Path) -> list[str]:
    """Return where raw keys stand, e.g. `table entries` or a file's path; never the keys themselves.

    The vault's own column is read like the others: what is sealed does not match.
    """
    with database.read() as session:
        keys = {_bare(vault.open_item(session, item).encode()) for item in session.scalars(_KEYS)}
    keys = {key for key in keys if len(key) >= _SHORTEST}
    assert keys, "there are no keys to look for: the search would show nothing"
    places = [f"table {name}" for name in _tables(database, keys)]
    for folder in folders:
        files = (path for path in folder.rglob("*") if path.is_file())
        places += [str(path.relative_to(folder)) for path in files if _holds(path.read_bytes(), keys)]
    return places


def _tables(database: Database, keys: set[bytes]) -> list[str]:
    found = []
    with database.read() as session:
        for table in Base.metadata.sorted_tables:
            rows = "\n".join(repr(tuple(row)) for row in session.execute(select(table)))
            if _holds(rows.encode(), keys):
                found.append(table.name)
    return found


def _holds(content: bytes, keys: set[bytes]) -> bool:
    """Say whether a key stands in `content`, also when it is written in groups."""
    for phrase in set(_PHRASES.findall(content)):
        parts = re.split(rb"[ -]", phrase.upper())
        for start in range(len(parts)):
            for end in range(start + 1, min(start + _MOST_PARTS, len(parts)) + 1):
                if b"".join(parts[start:end]) in keys:
                    return True
    return False


def _bare(text: bytes) -> bytes:
    return re.sub(rb"[^A-Za-z0-9]", b"", text).upper()
