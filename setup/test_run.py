"""One test run: its commands, what they leave, and the counts of tests."""

import contextlib
import json
import os
import shlex
import subprocess
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from setup.paths import Paths


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
        self.env = env
        self._output: Path | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def quiet(self, output: Path) -> "Run":
        """Return the same run with the output of its commands in a file."""
        run = Run(self.paths, self.env, self.out)
        run._output = output
        return run

    def stop(self) -> None:
        """End the command that is running, if any."""
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()

    def code(self, *command: str | Path, output: Path | None = None) -> int:
        """Run a command, its output on the terminal or in a file; return its exit code."""
        words = [str(word) for word in command]
        with contextlib.ExitStack() as stack:
            file = output or self._output
            out = stack.enter_context(file.open("wb")) if file else None
            self._child = subprocess.Popen(
                words, cwd=self.paths.root, env=self.env, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
            return self._child.wait()

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


class Beside:
    """A part that runs in the background; what it prints is shown when it has ended."""

    def __init__(self, part: str, work: Callable[[Run], Result], run: Run) -> None:
        self._part, self._begin = part, work
        self._output = run.out / f"{part}.log"
        self._run = run.quiet(self._output)
        self._result = Result(failed=1)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        began = time.monotonic()
        self._result = self._begin(self._run)
        self._result.seconds = time.monotonic() - began

    def stop(self) -> None:
        """End it before its time."""
        self._run.stop()

    def result(self) -> Result:
        """Wait for the end, show the output, return the outcome."""
        print(f"\n━━━ {self._part} ━━━", flush=True)
        self._thread.join()
        print(self._output.read_text("utf-8", "replace"), flush=True)
        return self._result


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
