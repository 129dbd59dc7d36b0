"""Rules against stories: Rasa's own check, by training the RulePolicy and nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from yaml import Node

from bot.training import lines
from bot.training.check.findings import Finding, Kind

CONFIG = "recipe: default.v1\nassistant_id: check\nlanguage: zh\npipeline: []\npolicies:\n- name: RulePolicy\n"
_RED = re.compile("\x1b\\[91m(.*?)\x1b\\[0m", re.DOTALL)


@contextmanager
def running(root: Path, retrieval: Iterable[str] = ()) -> Iterator[subprocess.Popen[str]]:
    """Starts the training beside the other checks; `find` waits for it.

    Args:
        root: The project's folder, with domain.yml and data.
        retrieval: The retrieval intents (faq/register) in the examples.

    Yields:
        The process.
    """
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yml"
        config.write_text(CONFIG, "utf-8")
        command = [sys.executable, "-m", "rasa", "train", "core", "--config", str(config), "--domain", "domain.yml"]
        command += ["--stories", str(_dialogues(root / "data", Path(folder), retrieval)), "--out", folder]
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        process = subprocess.Popen(command, cwd=root, text=True, encoding="utf-8", errors="replace", **streams)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def _dialogues(data: Path, folder: Path, retrieval: Iterable[str]) -> Path:
    """Gathers rules and stories in one place: Rasa reads all examples otherwise, which takes longer than training.

    Of the examples one is needed for each retrieval intent: without it Rasa knows no action `utter_faq`.
    """
    gathered = folder / "dialogues"
    gathered.mkdir()
    for number, file in enumerate(lines.yaml_files([data])):
        root = lines.compose(file)
        if isinstance(root, Node) and {"rules", "stories"} & set(lines.pairs_of(root)):
            (gathered / f"{number}_{file.name}").symlink_to(file.resolve())
    nlu = {"version": "3.1", "nlu": [{"intent": name, "examples": f"- {name}\n"} for name in sorted(set(retrieval))]}
    if nlu["nlu"]:
        (gathered / "retrieval.yml").write_text(yaml.safe_dump(nlu), "utf-8")
    return gathered


def find(process: subprocess.Popen[str]) -> list[Finding]:
    """Waits for the training.

    Args:
        process: From `running`.

    Returns:
        What Rasa says when it refuses the rules; nothing when it does not.
    """
    said, _ = process.communicate()
    if process.returncode == 0:
        return []
    return [Finding(Kind.RULES, "data", what) for what in _complaints(said)]


def _complaints(said: str) -> list[str]:
    """Takes the reason out of Rasa's output, which is what it prints in red; failing that, the last line."""
    red = _RED.findall(said)
    reason = (red[-1] if red else said.strip().split("\n")[-1]).strip()
    listed = [line.removeprefix("- ") for line in reason.split("\n") if line.startswith("- ")]
    return listed or [reason.split("Available actions")[0].strip()]
