"""The figures as a table and as data. Every ratio says how far Kamidesk is ahead: over 1 is better."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles

from bench.turn.measure import Figures
from bench.turn.system import Answered

Figure = Callable[[Figures], float]


@dataclass(frozen=True)
class Line:
    """One figure of both systems.

    Attributes:
        more_is_better: turns per second, against times and memory.
    """

    what: str
    unit: str
    ours: float
    stock: float
    more_is_better: bool = False

    @property
    def ratio(self) -> float:
        """How many times better Kamidesk is."""
        return self.ours / self.stock if self.more_is_better else self.stock / self.ours


def lines(ours: Figures, stock: Figures, at_once: int) -> list[Line]:
    """Return all figures.

    Args:
        at_once: how many customers the crowd was.
    """

    def both(what: str, unit: str, of: Figure, more_is_better: bool = False) -> Line:
        return Line(what, unit, of(ours), of(stock), more_is_better)

    return [
        both("1 customer, p50", "ms", lambda f: percentile(f.alone, 50)),
        both("1 customer, p95", "ms", lambda f: percentile(f.alone, 95)),
        both("1 customer, rate", "turns/s", lambda f: len(f.alone) / sum(t.seconds for t in f.alone), True),
        both(f"{at_once} customers, p50", "ms", lambda f: percentile(f.crowd, 50)),
        both(f"{at_once} customers, p95", "ms", lambda f: percentile(f.crowd, 95)),
        both(f"{at_once} customers, rate", "turns/s", lambda f: len(f.crowd) / f.crowd_seconds, True),
        both("processor time of a turn", "ms", lambda f: f.processor * 1000 / (len(f.alone) + len(f.crowd))),
        both("start to first answer", "s", lambda f: f.first_answer),
        both("memory, all processes", "MB", lambda f: sum(f.memory.values())),
        both("memory, bot alone", "MB", lambda f: f.memory["bot"]),
    ]


def percentile(turns: Sequence[Answered], percent: int) -> float:
    """Return a percentile of the turns' times, in milliseconds."""
    return quantiles([turn.seconds for turn in turns], n=100, method="inclusive")[percent - 1] * 1000


def table(found: Sequence[Line]) -> str:
    """Return the figures as a Markdown table."""
    rows = ["| | Kamidesk | stock Rasa | ratio |", "|---|---:|---:|---:|"]
    for line in found:
        ours, stock = (f"{value:.{0 if value >= 100 else 1}f} {line.unit}" for value in (line.ours, line.stock))
        rows.append(f"| {line.what} | {ours} | {stock} | {line.ratio:.2f} |")
    return "\n".join(rows)
