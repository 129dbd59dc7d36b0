"""`make evaluate`: one model on the test sets, beside another one, as a page and as figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.training import figures, model, report, stored, topics
from bot.training.answers import Answer
from bot.training.gate import common
from bot.training.samples import Sample

ENOUGH = 0.5  # the share of the messages that stored answers must cover to stand for a model that cannot be asked


@dataclass(frozen=True)
class Baseline:
    """What a model is compared with; without answers there is nothing, and `why` says so."""

    answers: Sequence[Answer] | None
    why: str = ""


def baseline(archive: Path, samples: Sequence[Sample], new: Sequence[Answer]) -> Baseline:
    """Gets another model's answers on the same messages: those stored beside it, or else by asking it now.

    Stored answers come first: they say what the model did with the code of its day.

    Args:
        archive: That model.
        samples: The messages.
        new: The answers that it is compared with.

    Returns:
        Its answers, at least for half of the messages, or the reason why there are none.
    """
    if not archive.is_file():
        return Baseline(None, f"no {archive}")
    kept = stored.load(stored.beside(archive), archive)
    covered = len(common(kept, new)[0]) if kept else 0
    if covered == len(samples):
        return Baseline(kept)
    try:
        return Baseline(model.ask(archive, samples))
    except model.Unusable as error:
        if covered >= ENOUGH * len(samples):
            return Baseline(kept)
        return Baseline(None, f"{error}")


def write(out: Path, name: str, archive: Path, answers: Sequence[Answer], old: Path, beside: Baseline) -> Path:
    """Writes the page and the figures.

    Args:
        out: The folder for both.
        name: The files' name.
        archive: The model.
        answers: Its answers.
        old: The model beside it.
        beside: That one's answers.

    Returns:
        The page.
    """
    out.mkdir(parents=True, exist_ok=True)
    stored.save(out / f"{name}.json", archive, answers)
    intents = {each.sample.intent for each in answers}
    ordered = topics.order(intents, Path("domain.yml"), Path("data/nlu"))
    other = report.Side(old.name, beside.answers) if beside.answers else None
    page = out / f"{name}.html"
    page.write_text(report.page(report.Side(archive.name, answers), other, beside.why, ordered), "utf-8")
    return page


def summary(answers: Sequence[Answer]) -> str:
    """Says the most important figures in a few lines."""
    computed = figures.of(answers)
    told = [_line("all messages 全部", computed.totals)]
    told += [_line(name, shares) for name, shares in computed.slices.items()]
    speed = f"{computed.ms_p50:.1f} ms of CPU a message 每条 CPU 时间 (p95 {computed.ms_p95:.1f})"
    told.append(f"  macro-F1 宏平均 {computed.macro_f1 * 100:.1f}; {speed}")
    if computed.out_of_scope:
        share = computed.out_of_scope.not_acted * 100
        told.append(f"  out of scope 超出范围: {computed.out_of_scope.n}, not acted on 没误办 {share:.1f} %")
    for name, score in computed.entities.items():
        told.append(f"  {name:<20} {score.n:>5}  F1 {score.f1 * 100:5.1f}")
    return "\n".join(told)


def _line(name: str, shares: figures.Shares) -> str:
    right = f"right 正确 {shares.accuracy * 100:5.1f} % (first guess 首选 {shares.guess_accuracy * 100:5.1f} %)"
    doubt = f"asked 反问 {shares.asked * 100:4.1f}  refused 没懂 {shares.refused * 100:4.1f}"
    return f"  {name:<20} {shares.n:>5}  {right}  {doubt}"
