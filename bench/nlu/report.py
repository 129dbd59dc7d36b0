"""The figures as Markdown, and as a page."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from math import sqrt
from statistics import mean, stdev
from typing import Any

Found = Mapping[str, Any]
Row = tuple[str, Callable[[Found], str]]

_CSS = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums }
td, th { padding: .25rem .7rem; border-bottom: 1px solid #ddd; text-align: right; vertical-align: bottom }
td:first-child, th:first-child { text-align: left }
"""


def markdown(facts: Mapping[str, str], found: Sequence[Found], folds: Sequence[Found]) -> str:
    """Return the whole report.

    Args:
        facts: what it was measured on.
        found: costs and figures of each contestant.
        folds: the cross-validation of ours, without and with the sound view.
    """
    parts = ["# NLU pipelines on our data", *(f"- {name}: {value}" for name, value in facts.items())]
    if found:
        parts += ["", "## Understanding (per cent)", *_table(found, _understanding(found))]
        parts += ["", "## Entities (F1, place and kind exact)", *_table(found, _entities(found))]
        parts += ["", "## Cost", *_table(found, _costs())]
    if folds:
        parts += ["", "## Cross-validation, near-duplicates in one fold", *_folds(folds)]
    return "\n".join(parts) + "\n"


def page(text: str) -> str:
    """Return a report in Markdown, of the kind that `markdown` makes, as a page that needs nothing else."""
    body: list[str] = []
    rows: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            rows.append(line)
            continue
        if rows:
            body.append(_html_table(rows))
            rows = []
        if line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            body.append(f"<h{level}>{escape(line.lstrip('# '))}</h{level}>")
        elif line:
            body.append(f"<div>{escape(line.removeprefix('- '))}</div>")
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>bench/nlu</title><style>{_CSS}</style>'
    return head + "\n".join(body) + "</html>\n"


def percent(share: float) -> str:
    """Return a share in per cent."""
    return f"{share * 100:.1f}"


def _understanding(found: Sequence[Found]) -> list[Row]:
    counts = found[0]["n"]
    return [
        ("training lines", lambda f: str(f["lines"])),
        (f"accuracy, all {counts['in_scope']} in scope", lambda f: percent(f["accuracy"])),
        ("macro-F1", lambda f: percent(f["macro_f1"])),
        *(_slice(name, counts[f"slice {name}"]) for name in found[0]["slices"]),
        (
            f"out of scope ({counts['out_of_scope']}): recall at 95 % coverage",
            lambda f: percent(f["out_of_scope_recall"]),
        ),
        ("out of scope: AUROC", lambda f: percent(f["out_of_scope_auroc"])),
        ("threshold for 95 % coverage", lambda f: f"{f['threshold']:.2f}"),
    ]


def _slice(name: str, count: int) -> Row:
    return f"{name} ({count})", lambda f: percent(f["slices"][name])


def _entities(found: Sequence[Found]) -> list[Row]:
    marks = found[0]["entity_marks"]
    return [
        (f"all ({sum(marks.values())})", lambda f: percent(f["entity_f1"])),
        *(_entity(kind, count) for kind, count in marks.items()),
    ]


def _entity(kind: str, count: int) -> Row:
    return f"{kind} ({count})", lambda f: percent(f["entities"][kind])


def _costs() -> list[Row]:
    return [
        ("CPU-ms a message, p50", lambda f: f"{f['cpu_ms_p50']:.1f}"),
        ("CPU-ms a message, p95", lambda f: f"{f['cpu_ms_p95']:.1f}"),
        ("resident after loading, MB", lambda f: f"{f['resident_mb']:.0f}"),
        ("resident after 230 messages, MB", lambda f: f"{f['resident_after_mb']:.0f}"),
        ("start to ready, CPU s", lambda f: f"{f['load_cpu_seconds']:.1f}"),
        ("start to ready, wall s", lambda f: f"{f['load_seconds']:.1f}"),
        ("training, CPU s", lambda f: f"{f['train']['cpu_seconds']:.0f}"),
        ("training, wall s", lambda f: f"{f['train']['seconds']:.0f}"),
        ("training, peak MB", lambda f: f"{f['train']['peak_mb']:.0f}"),
        ("model, MB", lambda f: f"{f['train']['model_mb']:.1f}"),
        ("other programs: cores busy, training", lambda f: f"{f['train']['other_programs_cores']:.1f}"),
        ("other programs: cores busy, reading", lambda f: f"{f['other_programs_cores']:.1f}"),
    ]


def _table(found: Sequence[Found], rows: Sequence[Row]) -> list[str]:
    titles = "".join(f" {each['title']} |" for each in found)
    lines = ["", f"| |{titles}", "|---|" + "---:|" * len(found)]
    return lines + [f"| {name} |" + "".join(f" {figure(each)} |" for each in found) for name, figure in rows]


def _folds(found: Sequence[Found]) -> list[str]:
    of = found[0]
    lines = [
        "",
        f"{of['lines']} lines; {of['in_clusters']} of them have near-duplicates; {of['clusters']} clusters, "
        f"the largest of {of['largest']}; {len(of['folds'])} folds in all; mean ± standard error.",
        "",
        "| | accuracy | macro-F1 | CPU s |",
        "|---|---:|---:|---:|",
    ]
    for each in found:
        figures = " | ".join(_spread([fold[key] for fold in each["folds"]]) for key in ("accuracy", "macro_f1"))
        lines.append(f"| {each['title']} | {figures} | {each['cpu_seconds']:.0f} |")
    return lines


def _spread(shares: Sequence[float]) -> str:
    error = stdev(shares) / sqrt(len(shares))
    return f"{percent(mean(shares))} ± {error * 100:.2f}"


def _html_table(rows: Sequence[str]) -> str:
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if not row.startswith("|---")]
    html = []
    for at, row in enumerate(cells):
        kind = "td" if at else "th"
        html.append("<tr>" + "".join(f"<{kind}>{escape(cell)}</{kind}>" for cell in row) + "</tr>")
    return f"<table>{''.join(html)}</table>"
