"""The order of the steps. Each is skipped when it is up to date, and can be interrupted at any time."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desk.launch.ports import Listen, PortTaken, require_free
from desk.launch.table import Table, already_running
from setup import browser_libs, database, promotion, python310, settings_file, train, uv
from setup.environments import Environment, bring_up_to_date
from setup.failure import SetupError
from setup.locking import exclusive
from setup.paths import Paths
from setup.progress import Progress, Step


class InTheWay(SetupError):
    """Something that is already running keeps the new instance from starting."""


@contextmanager
def alone(paths: Paths) -> Iterator[None]:
    """Let one set-up at a time work in this checkout."""

    def waiting() -> None:
        print("Another make is setting Kamidesk up; waiting for it … 正在等待另一个安装过程结束", flush=True)

    with exclusive(paths.var / "setup.lock", waiting):
        yield


def nothing_in_the_way(paths: Paths, file: Path) -> None:
    """Look for a running instance and taken ports at once, not after minutes of installing.

    Raises:
        InTheWay: the supervisor could not start.
    """
    chosen = settings_file.check(file)
    running = Table(paths.root / chosen.get("STATE_DIR", "var")).running()
    if running:
        raise InTheWay(already_running(running))
    local = "127.0.0.1"
    try:
        require_free(
            [
                Listen("desk", chosen.get("HOST", local), int(chosen.get("PORT", "8000")), "KAMIDESK_PORT"),
                Listen("bot", local, int(chosen.get("BOT_PORT", "8005")), "KAMIDESK_BOT_PORT"),
                Listen("action server", local, int(chosen.get("ACTIONS_PORT", "8055")), "KAMIDESK_ACTIONS_PORT"),
            ]
        )
    except PortTaken as error:
        raise InTheWay(str(error)) from error


def tools(paths: Paths, progress: Progress) -> None:
    """uv, both environments, the browser libraries."""
    python = Path(sys.executable)
    with progress.step("uv (package installer 安装工具)") as step:
        program = uv.find_or_install(paths, step)
    desk = Environment(
        "desk",
        paths.desk_env,
        paths.root / "locks" / "desk.txt",
        lambda: python,
        "{}.{}".format(*sys.version_info),
    )
    with progress.step("desk environment (客服台环境)") as step:
        bring_up_to_date(desk, program, paths.stamps, step)
    with progress.step("bot environment, Python 3.10 (机器人环境)") as step:
        bring_up_to_date(_bot(paths, program, step), program, paths.stamps, step)
    with progress.step("browser libraries (网页组件)") as step:
        browser_libs.bring(paths, program, python, step)


def _bot(paths: Paths, program: uv.Uv, step: Step) -> Environment:
    return Environment(
        "bot",
        paths.bot_env,
        paths.root / "locks" / "bot.txt",
        lambda: python310.find(program, step),
        python310.VERSION,
        (paths.root / "bot" / "lean_tensorflow",),
    )


def settings(paths: Paths, progress: Progress) -> Path:
    """Make and check the settings file; return where it is."""
    template = paths.root / "kamidesk.env.example"
    with progress.step("settings file (配置文件)") as step:
        file = settings_file.location(paths.root)
        generated = settings_file.ensure(file, template, paths.root)
        settings_file.check(file)
        step.note = f"generated {', '.join(generated)} in {file}" if generated else "up to date"
        for remark in settings_file.remarks(file, template):
            step.remark(f"! {remark}")
    return file


def model(paths: Paths, progress: Progress, *, old_one_will_do: bool) -> None:
    """Train when needed, without measuring the result; a model that `make train` refused is not trained again.

    Args:
        paths: the checkout.
        progress: hears of it.
        old_one_will_do: after a failed training, go on with the model from before if there is one.
    """
    with progress.step("bot's model (机器人模型)") as step:
        if train.is_current(paths):
            step.note = "up to date"
            return
        if promotion.is_refused(paths):
            step.note = "as before: make train refused what data/ gives now (新模型变差，继续使用旧模型)"
            return
        try:
            promotion.use_unmeasured(paths, train.train(paths, step))
        except train.TrainingFailed as error:
            if not (old_one_will_do and paths.model.is_file()):
                raise
            for line in str(error).splitlines():
                step.remark(f"! {line}")
            step.note = "NOT trained: going on with the model from before (训练失败，继续使用旧模型)"


def measured_model(paths: Paths, progress: Progress, *, force: bool) -> None:
    """Train when needed, measure, and put the new model in use unless it is worse (or `force` says so)."""
    with progress.step("bot's model (机器人模型)") as step:
        promotion.use_measured(paths, step, force=force)


def data(paths: Paths, progress: Progress, file: Path) -> None:
    """Bring the database up to date and fill the demo shop."""
    with progress.step("database (数据库)") as step:
        database.migrate(paths, file, step)
    with progress.step("demo shop (演示店铺)") as step:
        if settings_file.check(file).get("DEMO", "true").lower() in {"false", "0", "no", "off"}:
            step.note = "none wanted (KAMIDESK_DEMO=false)"
            return
        database.seed(paths, file, step)


def hand_over(paths: Paths, file: Path) -> None:
    """Become the supervisor: the same process, so that Ctrl-C and signals reach it directly."""
    os.chdir(paths.root)
    sys.stdout.flush()
    os.execve(
        paths.desk_python,
        [str(paths.desk_python), "-m", "desk", "up"],
        {**os.environ, "KAMIDESK_SETTINGS": str(file), "PYTHONUTF8": "1"},
    )
