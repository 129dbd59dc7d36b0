"""Finds files of samples and reads them, whatever is wrong with single ones."""

from collections.abc import Sequence
from pathlib import Path

from tests.dialogue_runner import csv_file, yaml_file
from tests.dialogue_runner.marked import Mistake, Place
from tests.dialogue_runner.sample import Sample

YAML, CSV = (".yml", ".yaml"), (".csv",)


def collect(given: Sequence[str], start: Path) -> tuple[list[Sample], list[Mistake]]:
    """Return the samples of files and folders, and every mistake on the way.

    Args:
        given: files or folders, absolute or relative to `start`; folders are searched through.
    """
    found: list[Sample] = []
    mistakes: list[Mistake] = []
    for name in given:
        try:
            files = _files(name, start)
        except Mistake as mistake:
            mistakes.append(mistake)
            continue
        for file in files:
            some, wrong = read(file, _shown(file, start))
            found += some
            mistakes += wrong
    return found, mistakes


def read(path: Path, name: str) -> tuple[list[Sample], list[Mistake]]:
    """Return the samples of one file; `name` is what it is called in messages."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return [], [Mistake(Place(name, 1), f"cannot be read: {error.strerror}.")]
    try:
        text = decoded(content)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return [], [Mistake(Place(name, line), "this is neither UTF-8 nor GB18030 text.")]
    if path.suffix.lower() in CSV:
        return csv_file.samples(name, text, yaml_file.intents())
    return yaml_file.samples(name, text)


def decoded(content: bytes) -> str:
    """Return the text of a file: UTF-8 with or without a mark at its beginning, else GB18030.

    Raises:
        UnicodeDecodeError: neither, with the place for UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as first:
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError:
            raise first from None


def _files(name: str, start: Path) -> list[Path]:
    path = start / Path(name).expanduser()
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix.lower() in (*YAML, *CSV) and file.is_file())
        if not files:
            raise Mistake(Place(name, 1), "there is no .yml, .yaml or .csv file in this folder.")
        return files
    if not path.exists():
        raise Mistake(Place(name, 1), "there is no such file or folder.")
    if path.suffix.lower() not in (*YAML, *CSV):
        raise Mistake(Place(name, 1), "a file of samples is called .yml, .yaml or .csv.")
    return [path]


def _shown(file: Path, start: Path) -> str:
    return str(file.relative_to(start)) if file.is_relative_to(start) else str(file)
