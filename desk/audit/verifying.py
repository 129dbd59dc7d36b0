"""Walking the chain: is every entry there, in its place, and as it was sealed?"""

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from desk.audit import loading
from desk.audit.anchor import Anchor, AnchorFile
from desk.audit.chain import START, Chain
from desk.audit.errors import OtherKey
from desk.audit.loading import Loaded
from desk.audit.sealing import seal
from desk.db import Database


@dataclass(frozen=True)
class Broken:
    """The first link that is not right: its place, the id of the entry found there (None: none), and why."""

    place: int
    entry_id: int | None
    why: str


@dataclass(frozen=True)
class Verdict:
    """How many entries are fine from the first one on, the hash of the last of them, and what comes then.

    `anchored` is false when there was no anchor to compare with: a cut at the end would not show.
    """

    entries: int
    last: str
    anchored: bool
    broken: Broken | None


def verify(database: Database, chain: Chain, file: AnchorFile) -> Verdict:
    """Seal what waits, then check every link from the first one on.

    Raises:
        OtherKey: the chain was sealed under another key than this one.
        AnchorDamaged: the anchor's file is not what the desk wrote.
    """
    # Before sealing and walking: what is the anchor now must be found then, whatever the desk adds meanwhile.
    anchor = file.read()
    if anchor and anchor.key_mark != chain.key_mark:
        raise OtherKey(path=str(file.path))
    with suppress(IntegrityError, DataError):  # a made-up place is in the way: the walk finds it
        seal(database, chain, file)
    with database.read() as session:
        return _walk(session, chain, anchor)


def _walk(session: Session, chain: Chain, anchor: Anchor | None) -> Verdict:
    place, before = 0, START
    for entry in loading.sealed(session):
        why = _fault(chain, anchor, entry, place + 1, before)
        if why or isinstance(entry, loading.Unreadable):
            return Verdict(place, before, anchor is not None, Broken(place + 1, entry.id, why))
        place, before = place + 1, entry.hash or ""
    return Verdict(place, before, anchor is not None, _fault_after(session, anchor, place))


def _fault(chain: Chain, anchor: Anchor | None, entry: Loaded, place: int, before: str) -> str:
    """Return what is wrong with the entry that was found where `place` should be; "" if nothing is."""
    if isinstance(entry, loading.Unreadable):
        return "cannot be read"
    if entry.place != place:
        return f"missing, or out of its place: the next entry's place is {entry.place}"
    if not chain.holds(entry):
        return "altered, or not written by the desk"
    if entry.prev_hash != before:
        return "does not follow the entry before it"
    if anchor and anchor.place == place and anchor.hash != entry.hash:
        return "not the entry that was sealed here first"
    return ""


def _fault_after(session: Session, anchor: Anchor | None, end: int) -> Broken | None:
    if anchor and anchor.place > end:
        return Broken(end + 1, None, f"missing: the chain had come to {anchor.place}")
    for entry in loading.unsealed(session):
        if isinstance(entry, loading.Unreadable):
            return Broken(end + 1, entry.id, "cannot be read, so it was not sealed")
    return None
