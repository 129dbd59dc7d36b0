"""One stage of one contestant, in a process of its own and in its environment (Python 3.10 with Rasa).

`python -m bench.nlu.worker train|ask|folds JOB.json`; results go to the file that the job names. Seconds and
processor time count from the process's start: the imports are a part of what a training or a restart costs.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from bench.turn import machine

Job = dict[str, Any]


def train(job: Job) -> dict[str, Any]:
    """Trains.

    Args:
        job: `config`, `data` (folder), `models` (folder), `sound`.

    Returns:
        Seconds, processor seconds, peak MB, size of the model in MB.
    """
    _quiet()
    from rasa.model_training import train_nlu

    model = train_nlu(job["config"], job["data"], job["models"], fixed_model_name="model")
    if not model:
        raise SystemExit("no model came out of the training")
    spent = _spent()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / machine.MB
    return {**spent, "peak_mb": peak, "model_mb": Path(model).stat().st_size / machine.MB / machine.MB}


def ask(job: Job) -> dict[str, Any]:
    """Loads a model, takes its times, and lets it read the test sets.

    Args:
        job: `model`, `tests` (folder), `sound`, `quick`.

    Returns:
        Costs and figures.
    """
    _quiet()
    from bench.nlu import reading

    return reading.ask(Path(job["model"]), Path(job["tests"]), _spent, job["quick"])


def folds(job: Job) -> dict[str, Any]:
    """Cross-validates our classifier.

    Args:
        job: `data` (folder), `sound`, `repeats`, `folds`.

    Returns:
        Scores of each fold, and what the clusters are like.
    """
    _quiet()
    from bench.nlu import folding

    return folding.run(Path(job["data"]), job["repeats"], job["folds"])


def _spent() -> dict[str, Any]:
    return {"seconds": machine.age(os.getpid()), "cpu_seconds": time.process_time()}


def _quiet() -> None:
    import logging

    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)
    logging.getLogger("rasa").setLevel(logging.ERROR)


def main() -> None:
    """Does what the command line says."""
    stage, file = sys.argv[1:]
    job = json.loads(Path(file).read_text("utf-8"))
    if not job["sound"]:
        from bench.nlu import silence

        silence.apply()
    found = {"train": train, "ask": ask, "folds": folds}[stage](job)
    Path(job["result"]).write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main()
