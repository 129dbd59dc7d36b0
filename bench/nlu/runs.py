"""Trains and asks contestants, one at a time, each stage in a process of its own; keeps what came out as JSON."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.nlu import lines
from bench.nlu.contestants import Contestant
from bench.turn import machine
from setup import shell

# One thread while messages are read, for all: TensorFlow's pool would blur the processor time of a message.
ONE_THREAD = dict.fromkeys(
    [
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
        *("TF_INTRA_OP_PARALLELISM_THREADS", "TF_INTER_OP_PARALLELISM_THREADS"),
    ],
    "1",
)
ALONE = {  # no cache of earlier trainings, and nothing of a running desk
    "RASA_TELEMETRY_ENABLED": "false",
    "RASA_MAX_CACHE_SIZE": "0",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "KAMIDESK_DESK_URL": "",
}


class Failed(Exception):
    """A stage ended with an error; the message says where its output is."""


class Runs:
    """All stages of one comparison.

    Args:
        root: the project; its data and test sets are copied, so that a change meanwhile does not mix two of them.
        folder: for everything that comes out.
        pythons: returns the interpreter of a contestant.
        most: lines of each intent in the sample.
        quick: see that everything works, no more.
        anew: copy them; else the copies of the run before stay, to go on with it.
    """

    def __init__(
        self, root: Path, folder: Path, pythons: Callable[[Contestant], Path], most: int, quick: bool, anew: bool
    ) -> None:
        self._root, self._folder, self._pythons, self._quick = root, folder, pythons, quick
        self._tests, self._data = folder / "tests", folder / "data"
        for source, copy in ((root / "tests" / "nlu", self._tests), (root / "data" / "nlu", self._data)):
            if anew or not copy.is_dir():
                shutil.rmtree(copy, ignore_errors=True)
                shutil.copytree(source, copy)
        self._all = lines.read(self._data)
        self._sample = lines.sample(self._all, most)
        self.facts = {
            "training lines": f"{len(self._sample)} (at most {most} of each intent) of {len(self._all)}",
            "intents": str(len({line.intent for line in self._all})),
        }

    def train(self, contestant: Contestant) -> None:
        """Train a contestant; keep what that cost."""
        home = self._folder / contestant.name
        shutil.rmtree(home, ignore_errors=True)
        chosen = self._all if contestant.everything and not self._quick else self._sample
        lines.write(chosen, self._data, home / "data", flat=not contestant.ours)
        contestant.write_config(self._root, home / "config.yml", self._quick)
        job = {"config": str(home / "config.yml"), "data": str(home / "data"), "models": str(home)}
        trained = self._stage(contestant, "train", home, job, {})
        self._keep(contestant.name, {"title": contestant.title, "lines": len(chosen), "train": trained})

    def ask(self, contestant: Contestant) -> None:
        """Let a trained contestant read the test sets; keep what came out beside what its training cost."""
        home = self._folder / contestant.name
        trained = self.kept(contestant.name)
        if trained is None or not (home / "model.tar.gz").is_file():
            raise Failed(f"{contestant.name} has not been trained on this sample")
        job = {"model": str(home / "model.tar.gz"), "tests": str(self._tests), "quick": self._quick}
        self._keep(contestant.name, {**trained, **self._stage(contestant, "ask", home, job, ONE_THREAD)})

    def folds(self, contestant: Contestant) -> None:
        """Cross-validate our classifier with or without sound; keep what came out."""
        home = self._folder / f"folds_{contestant.name}"
        shutil.rmtree(home, ignore_errors=True)
        lines.write(self._sample if self._quick else self._all, self._data, home / "data", flat=False)
        job = {"data": str(home / "data"), "repeats": 1 if self._quick else 2, "folds": 5}
        self._keep(home.name, {"title": contestant.title, **self._stage(contestant, "folds", home, job, {})})

    def kept(self, name: str) -> dict[str, Any] | None:
        """Return what an earlier run kept; None where there is nothing, or it was another comparison."""
        file = self._folder / f"{name}.json"
        found: dict[str, Any] | None = json.loads(file.read_text("utf-8")) if file.is_file() else None
        return found if found and found["facts"] == self.facts else None

    def _keep(self, name: str, found: dict[str, Any]) -> None:
        text = json.dumps({**found, "facts": self.facts}, ensure_ascii=False, indent=1)
        (self._folder / f"{name}.json").write_text(text, "utf-8")

    def _stage(
        self, contestant: Contestant, stage: str, home: Path, job: dict[str, Any], more: dict[str, str]
    ) -> dict[str, Any]:
        """Run one stage of the worker; return its result, with what else the machine did meanwhile."""
        result, job_file, log = (home / f"{stage}.{end}" for end in ("result.json", "job.json", "log"))
        job_file.write_text(json.dumps({**job, "sound": contestant.sound, "result": str(result)}), "utf-8")
        # The folder is the process's own, and so is what Rasa leaves in it; the project's packages come by the path.
        env = shell.environment({**ALONE, **more, "PYTHONPATH": str(self._root)})
        command = [str(self._pythons(contestant)), "-m", "bench.nlu.worker", stage, str(job_file)]
        began, busy, children = time.monotonic(), machine.busy(), os.times()
        with log.open("wb") as output:
            done = subprocess.run(command, cwd=home, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        if done.returncode or not result.is_file():
            raise Failed(f"{home.name}, {stage}: it ended with {done.returncode}; see {log}")
        now = os.times()
        own = now.children_user + now.children_system - children.children_user - children.children_system
        others = (machine.busy() - busy - own) / (time.monotonic() - began)
        found: dict[str, Any] = json.loads(result.read_text("utf-8"))
        return {**found, "other_programs_cores": others}
