"""What `make evaluate`, `make train` and `make check-data` run in the bot's environment."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bot.training import evaluate, gate, model, samples, stored
from bot.training.check import run as checking

WORDS = {"evaluate": "measure a model", "gate": "judge a new model", "check-data": "look for faults"}


def main(arguments: list[str]) -> int:
    """Runs one command; returns the exit code: 1 for what the trainer has to mend."""
    parser = argparse.ArgumentParser(prog="bot.training")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, help_ in WORDS.items():
        command = commands.add_parser(name, help=help_)
        command.add_argument("--tests", type=Path, nargs="*", default=[Path("tests/nlu")])
        if name == "check-data":
            command.add_argument("--all", action="store_true", help="say everything")
            continue
        command.add_argument("--model", type=Path, default=Path("models/kamidesk.tar.gz"))
        command.add_argument("--beside", type=Path, help="the model to compare with")
        command.add_argument("--out", type=Path, default=Path("var/reports"))
        command.add_argument("--name", default="evaluation")
    chosen = parser.parse_args(arguments)
    try:
        return {"evaluate": _evaluate, "gate": _gate, "check-data": _check}[chosen.command](chosen)
    except (samples.BadTestSet, model.Unusable) as error:
        print(error, file=sys.stderr)
        return 1


def _evaluate(chosen: argparse.Namespace) -> int:
    messages = samples.load(chosen.tests)
    print(f"{len(messages)} messages, {chosen.model} …", flush=True)
    answers = model.ask(chosen.model, messages)
    old = chosen.beside or _neighbour(chosen.model)
    beside = evaluate.baseline(old, messages, answers)
    page = evaluate.write(chosen.out, chosen.name, chosen.model, answers, old, beside)
    print(evaluate.summary(answers))
    print(f"Report 报告: {page}")
    return 0


def _gate(chosen: argparse.Namespace) -> int:
    """Leaves the answers beside the model and a verdict in the folder; the set-up moves the files."""
    try:
        messages = samples.load(chosen.tests)
    except samples.NoMessages as error:
        _verdict(chosen.out, [f"not measured 未评测: {error}"], [])
        return 0
    kept = stored.load(stored.beside(chosen.model), chosen.model)
    # A refused model that is judged again was asked before.
    answers = kept if kept and stored.asked(kept) == messages else model.ask(chosen.model, messages)
    stored.save(stored.beside(chosen.model), chosen.model, answers)
    beside = evaluate.Baseline(None, "first model 首个模型")
    if chosen.beside:
        beside = evaluate.baseline(chosen.beside, messages, answers)
    old = chosen.beside or Path("-")
    page = evaluate.write(chosen.out, chosen.name, chosen.model, answers, old, beside)
    worse = gate.judge(beside.answers, answers) if beside.answers else []
    told = [f"nothing to compare with 没有可对比的模型: {beside.why}"] if beside.why else []
    told.append(f"report 报告: {page}")
    _verdict(chosen.out, told, [str(each) for each in worse])
    return 0


def _verdict(out: Path, told: list[str], worse: list[str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "verdict.json").write_text(json.dumps({"told": told, "worse": worse}, ensure_ascii=False), "utf-8")


def _check(chosen: argparse.Namespace) -> int:
    return checking.check(Path(), chosen.tests, everything=chosen.all)


def _neighbour(archive: Path) -> Path:
    """The model to compare with: the one in use, and for that one the one before."""
    used = Path("models/kamidesk.tar.gz")
    return used if archive.resolve() != used.resolve() else used.with_name("previous.tar.gz")
