"""Tells Rasa's cache of trained components when our code or a file that it reads changed: by itself it sees neither."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bot.nlu.settings_files import ROOT


def of_code(*files: str | None) -> str:
    """Digests all modules of this package, and files of the project.

    Args:
        files: Paths from the project's root; None and missing ones count as empty.

    Returns:
        A hex digest.
    """
    digest = hashlib.sha256()
    for module in [*sorted(Path(__file__).parent.glob("*.py")), *(ROOT / name for name in files if name)]:
        digest.update(module.name.encode() + (module.read_bytes() if module.is_file() else b""))
    return digest.hexdigest()
