"""`make test`: sets up what is missing, runs every part, adds up the results."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence

from setup import chromium, prepare, settings_file
from setup.failure import SetupError
from setup.locking import exclusive
from setup.paths import Paths
from setup.progress import Progress
from setup.shell import environment
from setup.test_run import Beside, Result, Run

_KEPT = ("KAMIDESK_CHROMIUM", "KAMIDESK_TEST_")


class UnknownPart(SetupError):
    """PART names something that there is not."""


PARTS: dict[str, Callable[[Run], Result]] = {
    "lint": lambda run: run.check(
        [run.paths.desk_python, "-m", "ruff", "check", "."],
        [run.paths.desk_python, "-m", "ruff", "format", "--check", "."],
    ),
    "types": lambda run: run.check(
        [run.paths.desk_python, "-m", "mypy"], [run.paths.desk_python, "-m", "mypy", "--strict", "setup"]
    ),
    "unit": lambda run: run.pytest(run.paths.desk_python, "tests/unit"),
    # Apart: each has a conftest of its own, and tests that import from it.
    "bot": lambda run: run.pytest(run.paths.bot_python, "tests/bot"),
    "actions": lambda run: run.pytest(run.paths.bot_python, "tests/actions"),
    "stories": Run.stories,
    "integration": lambda run: run.pytest(run.paths.desk_python, "tests/integration"),
    "dialogues": Run.dialogues,
    # Apart: each starts a browser of its own, and Playwright allows one at a time.
    "widget": lambda run: run.pytest(run.paths.desk_python, "tests/widget"),
    "browser": lambda run: run.pytest(run.paths.desk_python, "tests/browser"),
}
#: Runs beside the training and the parts that use one core each; what measures times or starts processes runs alone.
_BESIDE = "unit"
_ONE_CORE = ("lint", "types", "bot", "actions")
_WITH_MODEL = {"bot", "actions", "stories", "integration", "dialogues", "browser"}
_WITH_BROWSER = {"widget", "browser"}


def run_tests(paths: Paths, parts: Sequence[str] | None = None) -> int:
    """Run the parts that PART names, or all; return the exit code."""
    chosen = parts or os.environ.get("PART", "").replace(",", " ").split() or list(PARTS)
    for part in chosen:
        if part not in PARTS:
            raise UnknownPart(f"There is no part {part!r}; there are: {', '.join(PARTS)}.")
    with exclusive(
        paths.var / "test.lock", lambda: print("Another make test is running; waiting for it …", flush=True)
    ):
        results = _all(paths, chosen)
    return _report({part: results[part] for part in chosen})


def _all(paths: Paths, chosen: Sequence[str]) -> dict[str, Result]:
    """Set up and run the chosen parts; `_BESIDE` in the background until something needs the machine for itself."""
    with_model, with_browser = bool(_WITH_MODEL & set(chosen)), bool(_WITH_BROWSER & set(chosen))
    progress = Progress(4 + with_model + with_browser)
    with prepare.alone(paths):
        prepare.tools(paths, progress)
        run = _new_run(paths)
        beside = Beside(_BESIDE, PARTS[_BESIDE], run) if _BESIDE in chosen and len(chosen) > 1 else None
        try:
            if with_model:
                prepare.model(paths, progress, old_one_will_do=False)
            if with_browser:
                with progress.step("browser for the tests (测试用浏览器)") as step:
                    found = chromium.find_or_install(paths, step)
                    step.note = step.note or str(found)
                    run.env["KAMIDESK_CHROMIUM"] = str(found)
        except BaseException:
            if beside:
                beside.stop()
            raise
    results = {part: _timed(part, run) for part in chosen if part in _ONE_CORE}
    if beside:
        results[_BESIDE] = beside.result()
    return results | {part: _timed(part, run) for part in chosen if part not in results}


def _new_run(paths: Paths) -> Run:
    """Make an empty state folder and settings of its own: tests never see your database or secrets."""
    out = paths.var / "test"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    kept = {name: value for name, value in environment().items() if _is_for_tests(name)}
    own = {"KAMIDESK_STATE_DIR": str(out), "KAMIDESK_SETTINGS": str(out / "kamidesk.env"), "PYTHONUTF8": "1"}
    settings_file.ensure(out / "kamidesk.env", paths.root / "kamidesk.env.example", paths.root, own)
    return Run(paths, {**kept, **own, "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}, out)


def _is_for_tests(variable: str) -> bool:
    return not variable.startswith("KAMIDESK_") or variable.startswith(_KEPT)


def _timed(part: str, run: Run) -> Result:
    print(f"\n━━━ {part} ━━━", flush=True)
    began = time.monotonic()
    result = PARTS[part](run)
    result.seconds = time.monotonic() - began
    return result


def _report(results: dict[str, Result]) -> int:
    print("\n━━━ result ━━━")
    for part, result in results.items():
        verdict = "FAILED" if result.failed else "ok"
        skipped = f", {result.skipped} skipped" if result.skipped else ""
        counts = f"{result.passed} passed, {result.failed} failed{skipped}"
        print(f"{part:<12} {verdict:<7} {counts:<40} {result.seconds:6.0f} s")
    passed, failed, skipped = (
        sum(getattr(result, name) for result in results.values()) for name in ("passed", "failed", "skipped")
    )
    sys.stdout.flush()
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed else 0
