"""Pictures as inline SVG: sharp at any size, no file beside the page, and the browser's own Chinese letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

CELL, LABELS, BINS = 15, 190, 20


def confusion(rows: Sequence[tuple[str, str]], columns: Sequence[str], counts: Counter[tuple[str, str]]) -> str:
    """Draws a confusion matrix; pointing at a cell tells what was taken for what, how often.

    Args:
        rows: Topic and intent meant, in order; a line parts the topics.
        columns: What was answered, in order; the intents of the rows first.
        counts: How often (meant, answered) came.

    Returns:
        SVG.
    """
    totals = Counter[str]()
    for (meant, _), n in counts.items():
        totals[meant] += n
    width, height = LABELS + CELL * len(columns) + 4, LABELS + CELL * len(rows) + 4
    parts = [_open(width, height, "confusion")]
    for x, column in enumerate(columns):
        at = LABELS + x * CELL + CELL - 4
        parts.append(f'<text transform="translate({at},{LABELS - 4}) rotate(-90)">{escape(column)}</text>')
    for y, (topic, intent) in enumerate(rows):
        top = LABELS + y * CELL
        parts.append(f'<text x="{LABELS - 4}" y="{top + CELL - 4}" text-anchor="end">{escape(intent)}</text>')
        if y and topic != rows[y - 1][0]:
            across = LABELS + y * CELL
            parts.append(f'<path class="topic" d="M{LABELS} {top}H{width}M{across} {LABELS}V{height}"/>')
        for x, column in enumerate(columns):
            n = counts[intent, column]
            if n:
                parts.append(_cell(x, top, n / totals[intent], n, f"{intent} → {column}", intent == column))
    frame = f'<rect x="{LABELS}" y="{LABELS}" width="{CELL * len(columns)}" height="{CELL * len(rows)}" class="frame"/>'
    return "".join([*parts, frame, "</svg>"])


def _cell(column: int, top: int, share: float, n: int, title: str, right: bool) -> str:
    left = LABELS + column * CELL
    kind, strength = ("right" if right else "wrong"), 0.15 + 0.85 * share
    box = f'<rect x="{left}" y="{top}" width="{CELL}" height="{CELL}" class="{kind}" fill-opacity="{strength:.2f}"/>'
    number = "" if right else f'<text x="{left + CELL / 2}" y="{top + CELL - 4}" text-anchor="middle">{n}</text>'
    return f"<g><title>{escape(title)}: {n} ({share:.0%})</title>{box}{number}</g>"


def histogram(series: dict[str, Sequence[float]]) -> str:
    """Draws how sure the model was, one row per kind of message.

    Args:
        series: CSS class of a kind (right, wrong, foreign) to confidences from 0 to 1.

    Returns:
        SVG; each row has a scale of its own, so that the few wrong ones show beside the many right ones.
    """
    bar, tall, left = 26, 90, 30
    width, height = left + BINS * bar + 10, (tall + 26) * len(series) + 6
    parts = [_open(width, height, "histogram")]
    for row, (kind, values) in enumerate(series.items()):
        bins = Counter(min(BINS - 1, int(value * BINS)) for value in values)
        highest, floor = max(bins.values(), default=1), row * (tall + 26) + tall + 6
        for index, n in sorted(bins.items()):
            size, x = max(1.0, n / highest * (tall - 14)), left + index * bar
            title = f"{index / BINS:.2f}–{(index + 1) / BINS:.2f}: {n}"
            box = f'<rect x="{x}" y="{floor - size:.1f}" width="{bar - 3}" height="{size:.1f}" class="{kind}"/>'
            number = f'<text x="{x + bar / 2 - 1}" y="{floor - size - 3:.1f}" text-anchor="middle">{n}</text>'
            parts.append(f"<g><title>{title}</title>{box}{number}</g>")
        parts.append(f'<path class="axis" d="M{left} {floor}H{width - 10}"/>')
        for tenth in range(0, 11, 2):
            at = left + tenth * BINS * bar / 10
            parts.append(f'<text x="{at}" y="{floor + 13}" text-anchor="middle">{tenth / 10}</text>')
    return "".join([*parts, "</svg>"])


def _open(width: float, height: float, kind: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" viewBox="0 0 {width} {height}" width="{width}">'
