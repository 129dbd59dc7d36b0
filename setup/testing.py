"""`make test`: sets up what is missing, runs every part, adds up the results."""

import contextlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from setup import chromium, prepare, settings_file
from setup.failure import SetupError
from setup.locking import exclusive
from setup.paths import Paths
from setup.progress import Progress
from setup.shell import environment

_KEPT = ("KAMIDESK_CHROMIUM", "KAMIDESK_TEST_")


class UnknownPart(SetupError):
    """PART names something that there is not."""


@dataclass
class Result:
    """The outcome of one part: counts of tests."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0


class Run:
    """One test run: the checkout, the environment of the tests, and the folder for what they leave."""

    def __init__(self, paths: Paths, env: dict[str, str], out: Path) -> None:
        self.paths = paths
        self.out = out
        self._env = env

    def code(self, *command: str | Path, output: Path | None = None) -> int:
        """Run a command, its output on the terminal or in a file; return its exit code."""
        words = [str(word) for word in command]
        with contextlib.ExitStack() as stack:
            out = stack.enter_context(output.open("wb")) if output else None
            return subprocess.run(
                words, cwd=self.paths.root, env=self._env, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            ).returncode

    def check(self, *commands: Sequence[str | Path]) -> Result:
        """Run commands that each pass or fail as a whole."""
        codes = [self.code(*command) for command in commands]
        return Result(passed=codes.count(0), failed=len(codes) - codes.count(0))

    def pytest(self, python: Path, *folders: str) -> Result:
        """Run pytest on the folders that have tests, and count."""
        chosen = [folder for folder in folders if any((self.paths.root / folder).rglob("test_*.py"))]
        if not chosen:
            print(f"no tests in {' or '.join(folders)}", flush=True)
            return Result(failed=1)
        report = self.out / f"{Path(chosen[0]).name}.xml"
        # The bot's environment lacks what the desk's shared fixtures import.
        apart = [f"--confcutdir={chosen[0]}"] if python == self.paths.bot_python else []
        options = [
            *apart,
            f"--junitxml={report}",
            "-o",
            "junit_family=xunit2",
            *shlex.split(os.environ.get("ARGS", "")),
        ]
        code = self.code(python, "-m", "pytest", *chosen, *options)
        result = _counted(report)
        # Broken before or after the tests themselves: no report, or a report in which nothing failed.
        if code != 0 and not result.failed:
            result.failed = 1
        return result

    def stories(self) -> Result:
        """Let `rasa test` play the stories; each is a test. Its chatter goes to a log."""
        out = self.out / "stories"
        out.mkdir()
        command = (
            *(self.paths.bot_python, "-m", "rasa", "test", "core", "--e2e", "--no-plot", "--model", self.paths.model),
            *("--stories", "tests/stories", "--endpoints", "endpoints.yml", "--out", out),
        )
        code = self.code(*command, output=out / "rasa.log")
        try:
            score = json.loads((out / "story_report.json").read_text("utf-8"))["conversation_accuracy"]
        except (OSError, ValueError, KeyError):
            score = {"correct": 0, "total": 0}
        result = Result(passed=int(score["correct"]), failed=int(score["total"]) - int(score["correct"]))
        print(
            f"{result.passed} stories right, {result.failed} wrong; what Rasa said is in {out / 'rasa.log'}", flush=True
        )
        if result.failed:
            print((out / "failed_test_stories.yml").read_text("utf-8"), flush=True)
        elif code != 0 or not result.passed:
            print((out / "rasa.log").read_text("utf-8", "replace")[-3000:], flush=True)
            result.failed = 1
        return result

    def dialogues(self) -> Result:
        """Play the dialogue samples; each is a test, and so is each mistake in their files."""
        out = self.out / "dialogues.json"
        code = self.code(self.paths.desk_python, "-m", "tests.dialogue_runner", "--quiet", "--json", out)
        try:
            told = json.loads(out.read_text("utf-8"))
        except (OSError, ValueError):
            return Result(failed=1)
        result = Result(passed=told["passed"], failed=told["failed"] + len(told["mistakes"]) + len(told["leaks"]))
        if code != 0 and not result.failed:
            result.failed = 1
        return result


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
_WITH_MODEL = {"bot", "actions", "stories", "integration", "dialogues", "browser"}
_WITH_BROWSER = {"widget", "browser"}


def run_tests(paths: Paths, parts: Sequence[str] | None = None) -> int:
    """Run the parts that PART names, or all; return the exit code."""
    chosen = parts or os.environ.get("PART", "").replace(",", " ").split() or list(PARTS)
    for part in chosen:
        if part not in PARTS:
            raise UnknownPart(f"There is no part {part!r}; there are: {', '.join(PARTS)}.")
    browser = _set_up(paths, chosen)
    with exclusive(
        paths.var / "test.lock", lambda: print("Another make test is running; waiting for it …", flush=True)
    ):
        run = _new_run(paths, browser)
        results = {part: _timed(part, run) for part in chosen}
    return _report(results)


def _set_up(paths: Paths, chosen: Sequence[str]) -> Path | None:
    """Bring what the chosen parts need; return the browser if it is one of those things."""
    with_model, with_browser = bool(_WITH_MODEL & set(chosen)), bool(_WITH_BROWSER & set(chosen))
    progress = Progress(4 + with_model + with_browser)
    with prepare.alone(paths):
        prepare.tools(paths, progress)
        if with_model:
            prepare.model(paths, progress, old_one_will_do=False)
        if not with_browser:
            return None
        with progress.step("browser for the tests (测试用浏览器)") as step:
            found = chromium.find_or_install(paths, step)
            step.note = step.note or str(found)
            return found


def _new_run(paths: Paths, browser: Path | None) -> Run:
    """Make an empty state folder and settings of its own: tests never see your database or secrets."""
    out = paths.var / "test"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    kept = {name: value for name, value in environment().items() if _is_for_tests(name)}
    own = {"KAMIDESK_STATE_DIR": str(out), "KAMIDESK_SETTINGS": str(out / "kamidesk.env"), "PYTHONUTF8": "1"}
    if browser:
        own["KAMIDESK_CHROMIUM"] = str(browser)
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


def _counted(report: Path) -> Result:
    result = Result()
    try:
        suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    except (OSError, ElementTree.ParseError):
        return result
    for suite in suites:
        count = {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")}
        result.failed += count["failures"] + count["errors"]
        result.skipped += count["skipped"]
        result.passed += count["tests"] - count["failures"] - count["errors"] - count["skipped"]
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
