"""What each make target does."""

import io
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from setup import cleaning, prepare, relock, shell, testing
from setup.failure import SetupError
from setup.paths import HERE
from setup.progress import Progress
from setup.train import is_current

HELP = """\
make run      set up what is missing, then start everything; Ctrl-C stops it      安装并启动
make test     set up what is missing, then run all tests                          运行全部测试
              PART=unit,browser picks parts ({parts}); ARGS="-k vault" goes to pytest
make test-dialogues   play the dialogue samples of tests/dialogues                 对话样例
              FILES="a.yml folder/" plays others; ARGS="--json out.json" (see docs/trainers.md)
make lint     style and types only (as in make test)                              代码检查
make train    train the bot's model if anything that it is made from changed, measure it, and
              put it in use unless it is worse (see docs/trainers.md); FORCE=1 puts it in use anyway  训练模型
make evaluate measure the model on tests/nlu, beside the one before: a page in var/reports          评测
              FILES="a.yml folder/" other messages; MODEL=other.tar.gz; OUT=folder/
make check-data   look for faults in data/, domain.yml and tests/nlu; ALL=1 says everything          检查语料
make bench    measure against a stock Rasa bot; NAME=turn or nlu, ARGS="--quick"   性能对比（见 bench/README.md）
make lock     resolve the locked packages again; UPGRADE=1 takes newer ones       更新锁文件
make clean    remove what can be made again; keeps databases and settings         清理
Settings: kamidesk.env (made by the first make run; kamidesk.env.example explains each)."""


def run() -> int:
    """Set up, then become the supervisor."""
    progress = Progress(8)
    with prepare.alone(HERE):
        file = prepare.settings(HERE, progress)
        prepare.nothing_in_the_way(HERE, file)
        prepare.tools(HERE, progress)
        prepare.model(HERE, progress, old_one_will_do=True)
        prepare.data(HERE, progress, file)
    prepare.hand_over(HERE, file)
    return 0


def train() -> int:
    """Train if needed, measure, put in use; fails when training fails or the new model is worse."""
    progress = Progress(5)
    with prepare.alone(HERE):
        prepare.tools(HERE, progress)
        prepare.measured_model(HERE, progress, force=_wanted("FORCE"))
    return 0


def evaluate() -> int:
    """Measure a model; the one in use is trained when there is none, never because it is old."""
    progress = Progress(5)
    chosen = os.environ.get("MODEL")
    with prepare.alone(HERE):
        prepare.tools(HERE, progress)
        if not chosen and not HERE.model.is_file():
            prepare.model(HERE, progress, old_one_will_do=False)
    if not chosen and not is_current(HERE):
        print("! This model was made from other data than what is there now: make train", flush=True)
    places = {"--model": chosen, "--out": os.environ.get("OUT"), "--beside": os.environ.get("BESIDE")}
    options = [word for option, name in places.items() if name for word in (option, _absolute(name))]
    files = [_absolute(name) for name in shlex.split(os.environ.get("FILES", ""))]
    return _training("evaluate", *options, *(("--tests", *files) if files else ()))


def check_data() -> int:
    """Look for faults in what the bot is trained from."""
    with prepare.alone(HERE):
        prepare.tools(HERE, Progress(4))
    return _training("check-data", *(("--all",) if _wanted("ALL") else ()))


def _training(*arguments: str) -> int:
    command = [str(HERE.bot_python), "-m", "bot.training", *arguments]
    return subprocess.run(command, cwd=HERE.root, env=shell.environment({"PYTHONUTF8": "1"})).returncode


def _wanted(name: str) -> bool:
    return os.environ.get(name, "").lower() not in {"", "0", "no", "false"}


def bench() -> int:
    """Run a measurement; see bench/README.md."""
    name = os.environ.get("NAME", "turn")
    if not (HERE.root / "bench" / name / "__main__.py").is_file():
        raise SetupError(f"There is no measurement {name!r} in bench/.")
    progress = Progress(5)
    with prepare.alone(HERE):
        prepare.tools(HERE, progress)
        prepare.model(HERE, progress, old_one_will_do=False)
    command = [str(HERE.desk_python), "-m", f"bench.{name}", *shlex.split(os.environ.get("ARGS", ""))]
    return subprocess.run(command, cwd=HERE.root, env=shell.environment()).returncode


def test_dialogues() -> int:
    """Play dialogue samples; see docs/trainers.md."""
    progress = Progress(5)
    with prepare.alone(HERE):
        prepare.tools(HERE, progress)
        prepare.model(HERE, progress, old_one_will_do=False)
    files = [_absolute(name) for name in shlex.split(os.environ.get("FILES", ""))]
    command = [str(HERE.desk_python), "-m", "tests.dialogue_runner", *shlex.split(os.environ.get("ARGS", ""))]
    return subprocess.run([*command, *files], cwd=HERE.root, env=shell.environment({"PYTHONUTF8": "1"})).returncode


def _absolute(name: str) -> str:
    # `make -C elsewhere` leaves PWD where the person is.
    here = Path(os.environ.get("PWD", "."), name)
    return str(here) if here.exists() and not (HERE.root / name).exists() else name


def lock() -> int:
    """Resolve the lock files again."""
    with prepare.alone(HERE):
        relock.relock(HERE)
    return 0


def clean() -> int:
    """Remove what can be made again."""
    with prepare.alone(HERE):
        cleaning.clean(HERE)
    return 0


def help_() -> int:
    """Say what there is."""
    print(HELP.format(parts=", ".join(testing.PARTS)))
    return 0


COMMANDS: dict[str, Callable[[], int]] = {
    "run": run,
    "test": lambda: testing.run_tests(HERE),
    "test-dialogues": test_dialogues,
    "lint": lambda: testing.run_tests(HERE, ["lint", "types"]),
    "train": train,
    "evaluate": evaluate,
    "check-data": check_data,
    "bench": bench,
    "lock": lock,
    "clean": clean,
    "help": help_,
}


def main(arguments: Sequence[str]) -> int:
    """Run one command; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Terminals that cannot show Chinese get question marks, not a crash.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    signal.signal(signal.SIGTERM, _terminated)
    command = COMMANDS.get(arguments[0]) if len(arguments) == 1 else None
    if not command:
        help_()
        return 2
    try:
        return command()
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "\nStopped. Run it again: it goes on where it was. 已中断，可随时重新运行。",
            file=sys.stderr,
        )
        return 130


def _terminated(_signal: int, _frame: object) -> NoReturn:
    # As Ctrl-C, so that the command that is running is ended too.
    raise KeyboardInterrupt
