"""`python -m bench.turn`: both systems in one run on one machine. See bench/README.md."""

import argparse
import json
import shutil
import sys
import time

from bench.turn import machine, measure, project, report, stages
from bench.turn.measure import Figures
from bench.turn.product import Product
from bench.turn.stock import Stock
from bench.turn.system import System
from setup import prepare
from setup.failure import SetupError
from setup.paths import HERE
from setup.progress import Progress

AT_ONCE = 8
ALONE, ROUND, ROUNDS = 30, 16, 3
"""Talks of eight turns: one customer at a time; in a round of the crowd; and how many such rounds."""


def main() -> int:
    """Prepare, measure, report; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.turn", description=__doc__)
    parser.add_argument("--tracker", choices=project.STORES, default="sql", help="where the stock bot keeps trackers")
    parser.add_argument("--quick", action="store_true", help="few turns, to see that everything works")
    arguments = parser.parse_args()
    try:
        progress = Progress(3)
        with prepare.alone(HERE):
            python = project.environment(HERE, progress)
            home = project.project(HERE, python, arguments.tracker, progress)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    state = project.folder(HERE) / "state"
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(parents=True)
    product = Product(state)
    run = Run(product, Stock(python, home, product.order))
    run.facts["stock tracker store"] = arguments.tracker
    run.measure(*(6, 1) if arguments.quick else (ALONE, ROUNDS))
    run.report()
    return 0


class Run:
    """One run with both systems."""

    def __init__(self, product: Product, stock: Stock) -> None:
        self._product = product
        self._systems: tuple[System, System] = (product, stock)
        self._figures = (Figures(), Figures())
        self._talks = 0
        self.facts = machine.facts()

    def measure(self, alone: int, rounds: int) -> None:
        """Start both, have `alone` talks one at a time and `rounds` rounds of the crowd, stop both."""
        self.facts["load average before"] = f"{machine.load():.2f}"
        try:
            for system, figures in zip(self._systems, self._figures, strict=True):
                _say(f"starting {system.name}")
                system.start()
                figures.first_answer = measure.first_answer(system, self._next(1)[0])
            _say("warming up")
            measure.warm_up(self._systems, self._next(3))
            before = self._used()
            _say(f"{alone} talks, one customer at a time, in pairs")
            measure.in_pairs(self._systems, self._figures, self._next(alone))
            for number in range(rounds):
                _say(f"{ROUND} talks, {AT_ONCE} customers at once, round {number + 1} of {rounds}")
                talks = self._next(ROUND)
                for index in (number % 2, 1 - number % 2):
                    measure.crowd(self._systems[index], self._figures[index], talks, AT_ONCE)
            self._note_usage(before)
        finally:
            for system in self._systems:
                system.stop()

    def report(self) -> None:
        """Print the figures, and write them to var/bench/turn.json."""
        ours, stock = self._figures
        lines = report.lines(ours, stock, AT_ONCE)
        where = stages.medians(self._product.state, ours.alone)
        self.facts["turns of each"] = f"{len(ours.alone)} one at a time, {len(ours.crowd)} by {AT_ONCE} at once"
        print("\n" + "\n".join(f"{name}: {value}" for name, value in self.facts.items()))
        print(f"\n{report.table(lines)}\n")
        for system, figures in zip(self._systems, self._figures, strict=True):
            print(
                f"memory of {system.name}: " + ", ".join(f"{name} {mb:.0f} MB" for name, mb in figures.memory.items())
            )
        print("\nwhere a turn of Kamidesk goes (medians, one customer):")
        for stage, milliseconds in where.items():
            print(f"  {milliseconds:6.1f} ms  {stage}")
        content = {
            "facts": self.facts,
            "figures": {line.what: {"ours": line.ours, "stock": line.stock, "ratio": line.ratio} for line in lines},
            "memory_mb": {"ours": ours.memory, "stock": stock.memory},
            "stages_ms": where,
        }
        file = project.folder(HERE) / "turn.json"
        file.write_text(json.dumps(content, ensure_ascii=False, indent=2), "utf-8")
        print(f"\nall of it: {file}")

    def _next(self, talks: int) -> range:
        """Return the numbers of the next talks."""
        self._talks += talks
        return range(self._talks - talks, self._talks)

    def _used(self) -> list[float]:
        """Return seconds of processor time: of both systems, of this client, of everything; and the wall clock."""
        systems = [measure.processor(system) for system in self._systems]
        return [*systems, time.process_time(), machine.busy(), time.monotonic()]

    def _note_usage(self, before: list[float]) -> None:
        ours, stock, client, everything, seconds = (
            after - earlier for after, earlier in zip(self._used(), before, strict=True)
        )
        self._figures[0].processor, self._figures[1].processor = ours, stock
        for system, figures in zip(self._systems, self._figures, strict=True):
            figures.memory = measure.memory(system)
        others = (everything - ours - stock - client) / seconds
        self.facts["load average after"] = f"{machine.load():.2f}"
        self.facts["other programs meanwhile"] = f"{others:.2f} cores busy"


def _say(text: str) -> None:
    print(f"… {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
