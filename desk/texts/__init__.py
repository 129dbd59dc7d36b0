"""Texts that operators may reword, kept in YAML beside this file."""

from functools import cache
from pathlib import Path

import yaml

_FOLDER = Path(__file__).parent


@cache
def table(name: str) -> dict[str, str]:
    """Return the texts of `<name>.yml`, by key."""
    loaded = yaml.safe_load((_FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    return {str(key): str(value) for key, value in loaded.items()}


def say(key: str, **values: object) -> str:
    """Return the customer's text `key` with its names filled in."""
    return table("customer")[key].format(**values)
