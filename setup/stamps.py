"""Stamps: small files that say which inputs a finished step was made from.

A step removes its stamp before it changes anything and writes it last, so an interrupted step is
never taken for a finished one.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path


def digest(files: Iterable[Path], *facts: str, base: Path | None = None) -> str:
    """Return one SHA-256 over the contents of `files` (in the order given) and `facts`.

    A missing file counts as such, so that its coming and going changes the digest. With `base`, the
    files' paths below it count as well, without it only their names.
    """
    total = hashlib.sha256()
    for file in files:
        content = file.read_bytes() if file.is_file() else b"\0missing"
        name = file.relative_to(base).as_posix() if base else file.name
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    for fact in facts:
        total.update(f"\0fact\0{fact}".encode())
    return total.hexdigest()


class Stamp:
    """The record of one step's last success."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, object] | None:
        """Return what was written, or None when the step never finished (or the file is damaged)."""
        try:
            content = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return content if isinstance(content, dict) else None

    def matches(self, inputs: str) -> bool:
        """Return whether the step's last success was made from `inputs` (a digest)."""
        content = self.read()
        return content is not None and content.get("inputs") == inputs

    def write(self, inputs: str, **facts: object) -> None:
        """Record a success. Atomic: a crash leaves the old stamp or the new one, never half of one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.path.with_suffix(f".{os.getpid()}.tmp")
        unfinished.write_text(json.dumps({"inputs": inputs, **facts}), "utf-8")
        os.replace(unfinished, self.path)

    def clear(self) -> None:
        """Forget the last success."""
        self.path.unlink(missing_ok=True)
