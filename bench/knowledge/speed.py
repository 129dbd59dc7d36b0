"""How long a question takes among very many articles, beside a plain SQL LIKE scan over the same articles."""

import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from desk.knowledge.reading import Entry
from desk.knowledge.search import Search
from desk.knowledge.tokens import Tokeniser

LIMITS = {2_000: 20.0, 100_000: 100.0}
"""Number of articles → the longest p95 allowed, in milliseconds (requirement of issue 4)."""


_LIKE_EVERY = 20
"""LIKE is asked only every so many questions: it takes seconds each among 100,000 articles."""


@dataclass(frozen=True)
class Speed:
    """What was measured with some number of articles; times in milliseconds, memory in MB.

    `cpu_p95` is the processor time of a question: what p95 would be on an idle machine.
    """

    articles: int
    build: float
    memory: float
    p50: float
    p95: float
    cpu_p95: float
    like_p50: float
    like_p95: float


def made_of(entries: Sequence[Entry], count: int, random: Random) -> Iterator[Entry]:
    """Yield `count` articles: the real ones, then new ones whose wordings mix those of three real ones of a group."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.group, []).append(entry)
    for number in range(count):
        entry = entries[number % len(entries)]
        if number < len(entries):
            yield entry
            continue
        mixed = [entry, *random.choices(groups[entry.group], k=2)]
        wordings = [wording for each in mixed for wording in each.article.wordings]
        chosen = random.sample(wordings, k=min(len(entry.article.wordings), len(wordings)))
        chosen = [_mixed(wording, random.choice(wordings), random) for wording in chosen]
        article = entry.article.model_copy(
            update={"id": f"made-{number}", "question": chosen[0], "also": tuple(chosen[1:])}
        )
        yield replace(entry, article=article)


def _mixed(one: str, other: str, random: Random) -> str:
    """Return the beginning of one wording and the end of another."""
    return one[: random.randint(len(one) // 2, len(one))] + other[random.randint(0, len(other)) :]


def measure(entries: Sequence[Entry], tokeniser: Tokeniser, count: int, questions: Sequence[str]) -> Speed:
    """Build a search over `count` articles and ask it all questions, one after the other."""
    articles = list(made_of(entries, count, Random(4)))
    before, start = _resident(), time.perf_counter()
    search = Search(articles, tokeniser)
    build, memory = 1000 * (time.perf_counter() - start), _resident() - before
    table = _table(articles)
    search.find(questions[0])
    ours: list[float] = []
    cpu: list[float] = []
    like: list[float] = []
    for number, question in enumerate(questions):  # in turn, so that the machine is as busy for both
        before_cpu = time.thread_time()
        ours.append(_timed(search.find, question))
        cpu.append(1000 * (time.thread_time() - before_cpu))
        if number % _LIKE_EVERY == 0:
            like.append(_timed(lambda text: _like(table, tokeniser, text), question))
    (p50, p95), (_, cpu_p95), (like_p50, like_p95) = map(_percentiles, (ours, cpu, like))
    return Speed(count, build, memory, p50, p95, cpu_p95, like_p50, like_p95)


def _percentiles(times: Sequence[float]) -> tuple[float, float]:
    """Return p50 and p95."""
    twentieths = statistics.quantiles(times, n=20)
    return twentieths[9], twentieths[18]


def _table(articles: Sequence[Entry]) -> sqlite3.Connection:
    table = sqlite3.connect(":memory:")
    table.execute("CREATE TABLE articles (id TEXT PRIMARY KEY, asked TEXT, answer TEXT)")
    rows = ((e.article.id, "\n".join(e.article.wordings), e.article.answer) for e in articles)
    table.executemany("INSERT INTO articles VALUES (?, ?, ?)", rows)
    return table


def _like(table: sqlite3.Connection, tokeniser: Tokeniser, question: str) -> list[str]:
    """Return the ten articles that contain most of the question's words: what a shop system's search box does."""
    words = list(dict.fromkeys(tokeniser.words(question)))[:20] or [question]
    hits = " + ".join("(asked LIKE ? OR answer LIKE ?)" for _ in words)
    found = table.execute(
        f"SELECT id, {hits} AS hits FROM articles WHERE hits > 0 ORDER BY hits DESC LIMIT 10",
        [f"%{word}%" for word in words for _ in range(2)],
    )
    return [row[0] for row in found]


def _timed(work: Callable[[str], object], question: str) -> float:
    start = time.perf_counter()
    work(question)
    return 1000 * (time.perf_counter() - start)


def _resident() -> float:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))
