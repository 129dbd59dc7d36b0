"""`python -m tests.dialogue_runner [--json out.json] [files and folders]`: see docs/trainers.md."""

import argparse
import io
import json
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from tests.dialogue_runner import files, report, run
from tests.dialogue_runner.marked import Mistake
from tests.dialogue_runner.masking import Mask
from tests.dialogue_runner.sample import Sample
from tests.support.leaks import raw_keys_in
from tests.support.stack import ROOT, Stack

SHIPPED = ROOT / "tests" / "dialogues"


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the samples; return 0 when everything is as expected."""
    parser = argparse.ArgumentParser(prog="make test-dialogues", description="Play dialogue samples.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results for machines")
    parser.add_argument("--only", metavar="WORDS", help="only samples whose name or file holds these words")
    parser.add_argument("--quiet", action="store_true", help="print only the dialogues that deviate")
    parser.add_argument("--check", action="store_true", help="read the files only, play nothing")
    parser.add_argument("files", nargs="*", help="files and folders; without any, tests/dialogues")
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    samples, mistakes = files.collect(given.files or [str(SHIPPED)], Path.cwd())
    if given.only:
        samples = [one for one in samples if given.only in one.name or given.only in one.place.file]
    mistakes = [Mistake(one.place, Mask().typed(one.message)) for one in mistakes]
    for mistake in mistakes:
        print(f"✗ {mistake}", flush=True)
    if given.check:
        print(f"{len(samples)} samples can be played, {len(mistakes)} mistakes in files")
        return 1 if mistakes else 0
    results, leaks = _play(samples, given.quiet) if samples else ([], [])
    print(report.summary(results, mistakes, leaks), flush=True)
    told = report.as_json(results, mistakes, leaks)
    if given.json:
        given.json.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    return 1 if told["failed"] or mistakes or leaks or not results else 0


def _play(samples: list[Sample], quiet: bool) -> tuple[list[run.Result], list[str]]:
    """Play on a stack of their own, whose state is gone afterwards; say where raw card keys were left, if any."""
    signal.signal(signal.SIGTERM, _terminated)
    with tempfile.TemporaryDirectory(prefix="kamidesk-dialogues-") as state:
        stack = Stack(Path(state))
        try:
            print(f"starting bot, actions and desk for {len(samples)} samples …", flush=True)
            _start(stack)
            results = run.run(stack, samples, lambda one: print(report.dialogue(one, quiet), flush=True))
            leaks = raw_keys_in(stack.database, stack.vault, stack.state)
        finally:
            stack.stop()
    return results, leaks


def _terminated(_signal: int, _frame: object) -> NoReturn:
    # As Ctrl-C, so that nothing of the stack stays behind.
    raise KeyboardInterrupt


def _start(stack: Stack) -> None:
    try:
        stack.start(patience=300)
    except AssertionError:
        told = stack.log("supervisor.log") or "it said nothing"
        sys.exit(f"✗ bot, actions and desk did not start; the end of what they said:\n{told}")


if __name__ == "__main__":
    sys.exit(main())
