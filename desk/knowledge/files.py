"""All files of articles: read when they change, the last good state kept of a file that has gone wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desk.knowledge.faults import Fault
from desk.knowledge.reading import Entry, Parsed, Rule, parse

Stamp = tuple[int, int]


@dataclass(frozen=True)
class Loaded:
    """What is in force: articles in the order of files and lines, each id once, and all that is wrong."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class _File:
    stamp: Stamp
    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]


class Files:
    """The files `<group>/**/*.yml` under a folder. Not for several threads at once: see `Library`.

    Args:
        root: the knowledge folder.
        rule: what must hold of an article beyond its form.
    """

    def __init__(self, root: Path, rule: Rule) -> None:
        self._root, self._rule = root, rule
        self._files: dict[str, _File] = {}

    def changed(self) -> bool:
        """Say whether a file was changed, added or removed since the last `load`. Looks at sizes and times only."""
        return self._stamps() != {name: file.stamp for name, file in self._files.items()}

    def load(self, today: date) -> Loaded:
        """Read what has changed; return all that is in force.

        Args:
            today: articles whose date of review is earlier are warned of.
        """
        files: dict[str, _File] = {}
        for name, stamp in self._stamps().items():
            before = self._files.get(name)
            files[name] = before if before and before.stamp == stamp else self._read(name, stamp, before)
        self._files = files
        entries, twice = _each_id_once(entry for file in files.values() for entry in file.entries)
        faults = [fault for file in files.values() for fault in file.faults]
        return Loaded(tuple(entries), (*faults, *twice, *_overdue(entries, today)))

    def _read(self, name: str, stamp: Stamp, before: _File | None) -> _File:
        try:
            parsed = parse((self._root / name).read_text(encoding="utf-8"), name, self._rule)
        except (OSError, UnicodeDecodeError):
            parsed = Parsed((), (Fault(name, 0, "", "读不了：应为 UTF-8 编码的文件，并有读取权限"),))
        # Half an edit must not take an answer away; at the start there is nothing better than the half.
        keep = parsed.faults and before and before.entries
        return _File(stamp, before.entries if keep and before else parsed.entries, parsed.faults)

    def _stamps(self) -> dict[str, Stamp]:
        stamps: dict[str, Stamp] = {}
        for path in sorted(self._root.glob("*/**/*.yml")):
            try:
                stat = path.stat()
            except FileNotFoundError:  # removed just now
                continue
            stamps[path.relative_to(self._root).as_posix()] = (stat.st_mtime_ns, stat.st_size)
        return stamps


def _each_id_once(entries: Iterable[Entry]) -> tuple[list[Entry], list[Fault]]:
    kept: dict[str, Entry] = {}
    faults: list[Fault] = []
    for entry in entries:
        first = kept.setdefault(entry.article.id, entry)
        if first is not entry:
            reason = f"id 和 {first.file} 第 {first.line} 行重复，这一篇没有用上"
            faults.append(Fault(entry.file, entry.line, entry.article.id, reason))
    return list(kept.values()), faults


def _overdue(entries: Iterable[Entry], today: date) -> Iterable[Fault]:
    for entry in entries:
        if entry.article.review < today:
            reason = f"review：{entry.article.review} 已过，请 {entry.article.owner} 看一遍再改日期"
            yield Fault(entry.file, entry.line, entry.article.id, reason, warning=True)
