"""Runs samples one after the other on one stack, each with a shop and a conversation of its own."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.dialogue_runner import effects, judge, judge_outcome
from tests.dialogue_runner.deviation import Deviation
from tests.dialogue_runner.facts import Facts
from tests.dialogue_runner.masking import Mask
from tests.dialogue_runner.play import Played, Player, Stuck
from tests.dialogue_runner.sample import Sample
from tests.dialogue_runner.stage import Stage, build
from tests.dialogue_runner.unfilled import Unfilled
from tests.support.stack import Stack


@dataclass
class Result:
    """What became of one sample; everything in it may be printed."""

    sample: Sample
    talk: list[dict[str, Any]] = field(default_factory=list)
    effects: dict[str, Any] = field(default_factory=dict)
    deviations: list[Deviation] = field(default_factory=list)
    seconds: float = 0.0


def run(stack: Stack, samples: Iterable[Sample], each: Callable[[Result], object], start: int = 1) -> list[Result]:
    """Play every sample; `each` hears of it at once.

    Args:
        start: the first sample's number, which keeps the customers of several runs on one stack apart.
    """
    results = []
    for number, sample in enumerate(samples, start):
        began = time.monotonic()
        result = _one(stack, sample, number)
        result.seconds = time.monotonic() - began
        each(result)
        results.append(result)
    return results


def _one(stack: Stack, sample: Sample, number: int) -> Result:
    result = Result(sample)
    try:
        stage = build(stack, sample, number)
    except Exception as problem:  # the next sample has a shop of its own
        came = f"it could not be made: {type(problem).__name__}: {Mask().typed(str(problem))[:300]}"
        result.deviations.append(Deviation(sample.place, "the shop of the sample", came))
        return result
    facts = Facts(stack, stage)
    before = effects.snapshot(stack, stage)
    wrong: list[Deviation] = []
    try:
        played = _play(stack, stage, facts, wrong)
        happened = effects.compare(stack, stage, before, effects.snapshot(stack, stage))
        if sample.outcome is not None:
            wrong += judge_outcome.outcome(sample.outcome, happened)
    finally:
        stage.customer.http.close()
    mask = Mask(facts.secrets())
    result.talk = [mask.all(_line(one, mask)) for one in played]
    result.effects = mask.all(happened.as_json())
    result.deviations = [Deviation(one.place, mask.typed(one.expected), mask(one.came)) for one in wrong]
    return result


def _play(stack: Stack, stage: Stage, facts: Facts, wrong: list[Deviation]) -> list[Played]:
    """Play the turns until one cannot be played; what deviates is added to `wrong`."""
    player, played = Player(stack, stage, facts), []
    for turn in stage.sample.turns:
        try:
            played.append(player.play(turn))
        except (Stuck, Unfilled) as problem:
            wrong.append(Deviation(turn.place, f"to go on with `{turn.act}`", f"{problem}. The rest was not played"))
            break
        except Exception as problem:
            came = f"{type(problem).__name__}: {str(problem)[:300]}. The rest was not played"
            wrong.append(Deviation(turn.place, f"to go on with `{turn.act}`", came))
            break
        wrong += judge.turn(played[-1], facts, stage.sample.never)
    return played


def _line(played: Played, mask: Mask) -> dict[str, Any]:
    turn = played.turn
    told: dict[str, Any] = {"line": turn.place.line, "act": turn.act}
    if turn.act == "waits":
        told["minutes"] = round(turn.time.total_seconds() / 60, 1)
    if played.nlu:
        told["nlu"] = played.nlu
    fields = ("from", "name", "kind", "text", "buttons", "cards", "internal")
    told["entries"] = [
        {name: entry[name] for name in fields if entry.get(name)} | _titles(entry) for entry in played.shown
    ]
    return told | ({"recorded": [mask.typed(text) for text in turn.recorded]} if turn.recorded else {})


def _titles(entry: dict[str, Any]) -> dict[str, Any]:
    return {"buttons": [button["title"] for button in entry["buttons"]]} if entry["buttons"] else {}
