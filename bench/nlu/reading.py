"""Lets a trained model read the test sets, and takes what that costs."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from bench.nlu import scoring
from bench.turn import machine
from bot.training import answers, samples
from bot.training.answers import Answer
from bot.training.samples import Sample

WARM_UP, TIMED = 30, 200
QUICK = 150
SEED = 20261121


def ask(model: Path, tests: Path, spent: Callable[[], dict[str, Any]], quick: bool) -> dict[str, Any]:
    """Loads, times, reads.

    Args:
        model: A model archive.
        tests: The folder of test sets.
        spent: Tells the seconds and processor seconds since the process's start.
        quick: Read a few messages only.

    Returns:
        Costs and figures, for JSON.
    """
    test_sets = samples.load([tests])
    dice = random.Random(SEED)
    if quick:
        test_sets = dice.sample(test_sets, min(QUICK, len(test_sets)))
    agent = Agent.load(str(model))
    load, loaded = spent(), machine.resident(os.getpid())
    some = [dice.choice(test_sets) for _ in range(WARM_UP + TIMED)]  # drawn again: as many as that, whatever there is
    times = [each.cpu_ms for each in asyncio.run(_parse(agent, some))][WARM_UP:]
    used = machine.resident(os.getpid())
    found = asyncio.run(_parse(agent, test_sets))
    costs = {
        "load_seconds": load["seconds"],
        "load_cpu_seconds": load["cpu_seconds"],
        "resident_mb": loaded,
        "resident_after_mb": used,
        "cpu_ms_p50": scoring.quantile(times, 0.5),
        "cpu_ms_p95": scoring.quantile(times, 0.95),
    }
    return {**costs, **scoring.figures(found)}


async def _parse(agent: Agent, test_sets: Sequence[Sample]) -> list[Answer]:
    if agent.processor is None:
        raise ValueError("the model holds nothing that reads messages")
    found = []
    for each in test_sets:
        began = time.process_time()
        parsed = await agent.processor.parse_message(UserMessage(text=each.text))
        found.append(answers.read(each, _full_names(parsed), (time.process_time() - began) * 1000))
    return found


def _full_names(parsed: dict[str, Any]) -> dict[str, Any]:
    """Undoes the flat names of retrieval intents that stock pipelines train on (bench.nlu.lines.write)."""
    for each in (parsed.get("intent") or {}, *(parsed.get("intent_ranking") or [])):
        if each.get("name"):
            each["name"] = each["name"].replace(".", "/")
    return parsed
