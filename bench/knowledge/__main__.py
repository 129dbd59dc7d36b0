"""`python -m bench.knowledge`: quality and speed of the search. See bench/README.md."""

import argparse
import os
from datetime import date

from bench.knowledge import quality, speed
from desk.knowledge import compose, synonyms
from desk.knowledge.files import Files
from desk.knowledge.rules import Rules, intents
from desk.knowledge.search import Search
from desk.knowledge.tokens import Tokeniser
from desk.shop.embedded import catalogue


def main() -> int:
    """Measure, print; return 1 where a limit of speed is not kept."""
    parser = argparse.ArgumentParser(prog="python -m bench.knowledge", description=__doc__)
    parser.add_argument("--quality", action="store_true", help="only how often the right article is found")
    parser.add_argument("--wrong", action="store_true", help="print the questions that went wrong, too")
    parser.add_argument("--articles", type=int, nargs="+", default=list(speed.LIMITS), metavar="N")
    arguments = parser.parse_args()
    entries = Files(compose.FOLDER, Rules(intents(compose.LABELS, compose.DOMAIN))).load(date.today()).entries
    names = [name for entry in catalogue.entries() for name in (entry.name, *entry.aliases)]
    tokeniser = Tokeniser(synonyms.read(compose.FOLDER / synonyms.FILE), names)
    search = Search(entries, tokeniser)
    print(f"{len(entries)} articles\n\n{quality.report(search, arguments.wrong)}")
    return 0 if arguments.quality else _speed(search, arguments.articles)


def _speed(search: Search, counts: list[int]) -> int:
    questions = [each.text for part in quality.ask(search) for each in part]
    print(f"\nload average {os.getloadavg()[0]:.1f}; {len(questions)} questions, one after the other")
    head = ("articles", "p50 ms", "p95 ms", "limit", "cpu p95", "LIKE p50", "LIKE p95", "p95 ratio", "MB", "build s")
    print("".join(f"{name:>10}" for name in head))
    slow = False
    for count in counts:
        found = speed.measure(search.entries, search.tokeniser, count, questions)
        limit = speed.LIMITS.get(count, float("inf"))
        slow |= found.p95 > limit
        ratio = found.like_p95 / found.p95
        figures = (
            found.p50,
            found.p95,
            limit,
            found.cpu_p95,
            found.like_p50,
            found.like_p95,
            ratio,
            found.memory,
            found.build / 1000,
        )
        print(f"{count:10}" + "".join(f"{figure:10.1f}" for figure in figures), flush=True)
    return int(slow)


if __name__ == "__main__":
    raise SystemExit(main())
