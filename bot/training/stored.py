"""A model's answers in a file beside it: kamidesk.json belongs to kamidesk.tar.gz as long as its sum says so."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bot.training import answers, figures
from bot.training.answers import Answer
from bot.training.samples import Sample

FORMAT = 1
_ARCHIVE = ".tar.gz"


def beside(model: Path) -> Path:
    """Names the file that belongs to a model archive."""
    return model.with_name(model.name.removesuffix(_ARCHIVE) + ".json")


def sum_of(model: Path) -> str:
    """Returns the SHA-256 of a model archive."""
    return hashlib.sha256(model.read_bytes()).hexdigest()


def save(file: Path, model: Path, found: Sequence[Answer]) -> None:
    """Writes the answers and the figures that follow from them, in one move.

    Args:
        file: Where to.
        model: The model that gave the answers.
        found: The answers.
    """
    content = {
        "format": FORMAT,
        "made": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "model": model.name,
        "sha256": sum_of(model),
        "figures": readable(figures.of(found)),
        "answers": [answers.plain(each) for each in found],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as unfinished:
        json.dump(content, unfinished, ensure_ascii=False, indent=1)
    os.chmod(unfinished.name, 0o644)
    os.replace(unfinished.name, file)


def load(file: Path, model: Path | None = None) -> list[Answer] | None:
    """Reads answers.

    Args:
        file: What `save` wrote.
        model: When given, answers of another model do not count.

    Returns:
        The answers; None when there are none, or they are another model's.
    """
    try:
        content = json.loads(file.read_text("utf-8"))
        if content["format"] != FORMAT or (model and content["sha256"] != sum_of(model)):
            return None
        return [answers.from_plain(each) for each in content["answers"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def asked(answers_: Sequence[Answer]) -> list[Sample]:
    """Lists the messages that answers belong to."""
    return [each.sample for each in answers_]


def readable(computed: figures.Figures) -> dict[str, Any]:
    """Makes plain JSON of figures; pairs of moods become `calm>angry` (meant > taken for)."""
    plain = asdict(computed)
    plain["mood"] = {f"{meant}>{taken}": n for (meant, taken), n in sorted(computed.mood.items())}
    return _rounded(plain)


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return round(value, 4) if isinstance(value, float) else value
