"""The articles in force and the search over them: one snapshot, swapped as a whole when files have changed."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from desk import clock
from desk.knowledge import synonyms
from desk.knowledge.faults import Fault
from desk.knowledge.files import Files
from desk.knowledge.reading import Entry
from desk.knowledge.rules import Rules
from desk.knowledge.search import Search
from desk.knowledge.tokens import Tokeniser

_log = logging.getLogger(__name__)
LOOK_EVERY = 3.0
"""Seconds between two looks at the files."""
THREAD = "knowledge"


@dataclass(frozen=True)
class Snapshot:
    """Articles, the search over them, and what is wrong with the files."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    search: Search

    def by_id(self, article_id: str) -> Entry | None:
        """Return an article, or None."""
        return next((entry for entry in self.entries if entry.article.id == article_id), None)

    def by_intent(self, intent: str) -> list[Entry]:
        """Return the articles that name an intent first, in the order of files and lines."""
        return [entry for entry in self.entries if entry.article.intents[:1] == (intent,)]


class Library:
    """Gives the snapshot in force. Safe for many threads; a change is read beside those who ask.

    Args:
        root: the knowledge folder.
        intents: names that articles may refer to.
        names: product names, whole words for the search; asked at each reading.
        now: the clock of the looks, in seconds.
    """

    def __init__(
        self,
        root: Path,
        intents: Iterable[str],
        names: Callable[[], Iterable[str]] = tuple,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root, self._names, self._now = root, names, now
        self._files = Files(root, Rules(intents))
        self._reading = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._words = synonyms.Synonyms()
        self._words_stamp: object = ()
        self._looked = 0.0

    def warm(self) -> None:
        """Read in a thread of its own: neither a start nor a customer waits for it."""
        threading.Thread(target=self.refresh, name=THREAD, daemon=True).start()

    def snapshot(self) -> Snapshot:
        """Return what is in force; the first call reads everything (about a second), later ones never wait."""
        now = self._snapshot
        if now is None:
            return self.refresh()
        if self._now() - self._looked >= LOOK_EVERY:
            self._looked = self._now()
            self.warm()
        return now

    def refresh(self) -> Snapshot:
        """Look at the files now; return what is in force afterwards."""
        with self._reading:
            self._looked = self._now()
            self._snapshot = self._read()
            return self._snapshot

    def _read(self) -> Snapshot:
        before = self._snapshot
        stamp = self._stamp_of_words()
        if before is not None and stamp == self._words_stamp and not self._files.changed():
            return before
        faults: list[Fault] = []
        try:
            self._words = synonyms.read(self._root / synonyms.FILE)
        except synonyms.BadSynonyms as bad:
            faults.append(Fault(synonyms.FILE, 0, "", f"{bad}；还在用上一份"))
        self._words_stamp = stamp
        loaded = self._files.load(clock.local(clock.now()).date())
        faults += loaded.faults
        for fault in faults:
            _log.log(logging.INFO if fault.warning else logging.ERROR, "knowledge base: %s", fault)
        search = Search(loaded.entries, Tokeniser(self._words, self._names()))
        _log.info("knowledge base: %d articles read", len(loaded.entries))
        return Snapshot(loaded.entries, tuple(faults), search)

    def _stamp_of_words(self) -> object:
        try:
            stat = (self._root / synonyms.FILE).stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size
