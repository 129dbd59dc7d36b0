"""The training lines: a sample that DIET can learn in minutes, the same for all; and everything."""

import json
import random
import shutil
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import yaml

from bot.training import lines
from bot.training.lines import Line

SEED = 20261121


class Unreadable(Exception):
    """A training line cannot be read; the message says which."""


def read(folder: Path) -> list[Line]:
    """Return all training lines.

    Raises:
        Unreadable: a file is not in Rasa's format.
    """
    found, bad = lines.read(lines.yaml_files([folder]))
    if bad:
        raise Unreadable(f"{bad[0].file}:{bad[0].line}: {bad[0].why}")
    return found


def sample(all_lines: Sequence[Line], most: int) -> list[Line]:
    """Return at most `most` lines of each intent, always the same ones, in their order."""
    of_intent: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(all_lines):
        of_intent[line.intent].append(at)
    dice = random.Random(SEED)
    kept = {at for _, places in sorted(of_intent.items()) for at in dice.sample(places, min(most, len(places)))}
    return [line for at, line in enumerate(all_lines) if at in kept]


def write(chosen: Sequence[Line], data: Path, folder: Path, flat: bool) -> None:
    """Write lines, and the lookup tables and synonyms of the data, as a folder of NLU files.

    Args:
        chosen: the lines.
        data: the project's data.
        folder: where to; what is there goes.
        flat: name retrieval intents `faq.register` instead of `faq/register`. A stock classifier sees but their first
            half, and a second DIET (ResponseSelector) tells them apart: as plain intents they cost it nothing extra.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    blocks: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line in chosen:
        intent = line.intent.replace("/", ".") if flat else line.intent
        blocks[intent, json.dumps(line.metadata, sort_keys=True)].append(line.raw)
    # By hand, as trainers write it: no quoting and escaping between the lines and Rasa.
    written = ['version: "3.1"', "nlu:"]
    for (intent, metadata), examples in blocks.items():
        written += [f"- intent: {intent}", f"  metadata: {metadata}", "  examples: |"]
        written += [f"    - {each}" for each in examples]
    (folder / "lines.yml").write_text("\n".join(written) + "\n", "utf-8")
    for file in lines.yaml_files([data]):
        if any("intent" not in block for block in yaml.safe_load(file.read_text("utf-8")).get("nlu") or []):
            shutil.copy(file, folder)
