"""Which model is in use: `make train` measures a new one and refuses one that is worse.

Files in models/:
    kamidesk.tar.gz     in use; kamidesk.json has its answers to the test sets, if `make train` measured it
    previous.tar.gz     the measured model before it, with previous.json
    candidate/          a model that is being judged, or was refused

`make run` and `make test` train what is in data/ without measuring: they have to be quick, and trying things out is
what they are for. The next `make train` measures that model against the last measured one.
"""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from setup import shell, train
from setup.failure import SetupError
from setup.paths import Paths
from setup.progress import Step
from setup.stamps import Stamp


class Refused(SetupError):
    """The new model is worse than the one before; that one stays in use."""


@dataclass(frozen=True)
class Verdict:
    """What the measurement says: remarks, and the places where the new model is worse than allowed."""

    told: list[str]
    worse: list[str]


def is_measured(model: Path) -> bool:
    """Return whether the figures beside a model are its own."""
    try:
        figures = json.loads(_figures(model).read_text("utf-8"))
        return bool(figures["sha256"] == hashlib.sha256(model.read_bytes()).hexdigest())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def is_refused(paths: Paths) -> bool:
    """Return whether `make train` refused a model made from exactly what is there now, and another is in use."""
    return paths.model.is_file() and _refusal(paths).matches(train.made_from_now(paths))


def use_unmeasured(paths: Paths, built: train.Built) -> None:
    """Put a model in use as it is, for trying out; the last measured one is kept as the previous."""
    if is_measured(paths.model):
        _keep(paths)
    train.put_in_use(paths, built)


def use_measured(paths: Paths, step: Step, *, force: bool) -> None:
    """Train if needed, measure, and put the new model in use unless it is worse.

    Args:
        paths: the checkout.
        step: hears of it.
        force: put it in use also when it is worse.

    Raises:
        Refused: it is worse than the margins allow; the old one is in use.
        TrainingFailed: there is no new one.
    """
    if train.is_current(paths):
        if is_measured(paths.model):
            step.note = "up to date"
            return
        built = train.Built(paths.model, train.made_from_now(paths))
        old = paths.previous if paths.previous.is_file() else None
    else:
        built = _refused_before(paths) or train.train(paths, step)
        old = _to_beat(paths)
    # A copy, so that the model in use is never absent; hard links cost nothing.
    if built.file != paths.candidate:
        _link(built.file, paths.candidate)
    verdict = _measure(paths, step, old)
    for line in verdict.told:
        step.remark(line)
    if verdict.worse and not force:
        _refuse(paths, built, verdict)
    for line in "\n".join(verdict.worse).splitlines():
        step.remark(f"! {line}")
    if built.file != paths.model and old in (None, paths.model):
        _keep(paths)
    figures = _figures(paths.candidate)
    train.put_in_use(paths, train.Built(paths.candidate, built.made_from))
    if figures.is_file():
        # Behind the model: figures that are not its own do not count, so a crash in between costs a measurement.
        os.replace(figures, paths.figures)
    _refusal(paths).clear()
    shutil.rmtree(paths.candidate.parent, ignore_errors=True)


def _measure(paths: Paths, step: Step, old: Path | None) -> Verdict:
    answer = paths.reports / "verdict.json"
    answer.unlink(missing_ok=True)
    step.remark("measuring it on the test sets (用测试集评测)")
    shell.run(
        [
            *(paths.bot_python, "-m", "bot.training", "gate", "--model", paths.candidate.relative_to(paths.root)),
            *(("--beside", old.relative_to(paths.root)) if old else ()),
            *("--out", paths.reports, "--name", "train"),
        ],
        log=paths.log,
        step=step,
        what="Measuring the new model",
        cwd=paths.root,
        env=train.QUIET,
    )
    return Verdict(**json.loads(answer.read_text("utf-8")))


def _refuse(paths: Paths, built: train.Built, verdict: Verdict) -> None:
    """Leave the old model in use and say why.

    Raises:
        Refused: always.
    """
    if built.file == paths.model:
        # `make run` had put it in use unmeasured: the last measured one comes back.
        _link(_figures(paths.previous), paths.figures)
        _link(paths.previous, paths.model)
        train.make_newest(paths.model)
        Stamp(paths.stamps / "model.json").clear()
    shutil.rmtree(paths.var / "train", ignore_errors=True)
    _refusal(paths).write(built.made_from)
    raise Refused(
        "\n".join(
            [
                "The new model is worse than the one before, so it is not put in use. 新模型变差，没有换上：",
                *verdict.worse,
                f"The new one is kept: {paths.candidate.relative_to(paths.root)}; "
                f"the report: {(paths.reports / 'train.html').relative_to(paths.root)}",
                "Mend the data and train again, or put it in use all the same: make train FORCE=1 (强制换上).",
            ]
        )
    )


def _to_beat(paths: Paths) -> Path | None:
    """The measured model of late; one that was never measured only where there is no other."""
    if is_measured(paths.model):
        return paths.model
    return next((model for model in (paths.previous, paths.model) if model.is_file()), None)


def _refused_before(paths: Paths) -> train.Built | None:
    """What was refused and did not change need not be trained again."""
    made_from = train.made_from_now(paths)
    if _refusal(paths).matches(made_from) and is_measured(paths.candidate):
        return train.Built(paths.candidate, made_from)
    return None


def _keep(paths: Paths) -> None:
    """Make the model in use the previous one, with its figures if it has any."""
    if not paths.model.is_file():
        return
    _link(paths.model, paths.previous)
    if is_measured(paths.model):
        _link(paths.figures, _figures(paths.previous))
    else:
        _figures(paths.previous).unlink(missing_ok=True)


def _link(source: Path, target: Path) -> None:
    """Give a file a second name, in place of what had it; a source that is not there changes nothing."""
    if not source.is_file():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.new")
    beside.unlink(missing_ok=True)
    try:
        os.link(source, beside)
    except OSError:  # file systems without hard links
        shutil.copy2(source, beside)
    os.replace(beside, target)


def _figures(model: Path) -> Path:
    return model.with_name(model.name.removesuffix(".tar.gz") + ".json")


def _refusal(paths: Paths) -> Stamp:
    return Stamp(paths.stamps / "refused.json")
