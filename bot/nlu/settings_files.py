"""The small YAML files that designers edit and components read at training time, checked with their place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from rasa.shared.exceptions import RasaException

ROOT = Path(__file__).resolve().parent.parent.parent


class BadFile(RasaException):
    """A file of `data/` is not as it should be; the message says which, where and why."""


def read(name: str, key: str) -> Any:
    """Reads one entry of a file.

    Args:
        name: Path from the project's root.
        key: The entry.

    Returns:
        Its content.

    Raises:
        BadFile: The file is missing, no YAML, or without the entry.
    """
    try:
        content = yaml.safe_load((ROOT / name).read_text("utf-8"))
    except FileNotFoundError:
        raise BadFile(f"{name} 不存在 (file not found)") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行 (line {mark.line + 1})" if mark else ""
        raise BadFile(f"{name} 不是有效的 YAML {where}") from None
    if not isinstance(content, dict) or key not in content:
        raise BadFile(f"{name} 里缺少 {key}: (entry missing)")
    return content[key]


def lines(name: str, key: str) -> list[str]:
    """Reads a list of texts, written as a YAML list or as a block with a dash before each line.

    Args:
        name: Path from the project's root.
        key: The entry.

    Returns:
        The texts.

    Raises:
        BadFile: See `read`; or something in the list is no text.
    """
    content = read(name, key)
    if isinstance(content, str):
        content = [line[2:].strip() for line in content.splitlines() if line.startswith("- ")]
    if not isinstance(content, list) or not all(isinstance(each, str) for each in content):
        raise BadFile(f"{name} 的 {key}: 要写成一行一句的列表 (a list of texts)")
    return content


def groups(name: str, key: str) -> list[list[str]]:
    """Reads lists of names.

    Raises:
        BadFile: See `read`; or an entry is no list of at least two names.
    """
    content = read(name, key)
    for each in content if isinstance(content, list) else [None]:
        if not isinstance(each, list) or len(each) < 2 or not all(isinstance(n, str) for n in each):
            raise BadFile(f"{name} 的 {key}: 每一条至少要有两个意图名 (two intents at least): {each}")
    return list(content)
