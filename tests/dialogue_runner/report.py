"""Tells the results: the dialogues as people read them, and JSON for machines."""

import json
from typing import Any

from tests.dialogue_runner.marked import Mistake
from tests.dialogue_runner.run import Result

_WHO = {"customer": "顾客", "system": "系统"}
_INDENT = " " * 10


def dialogue(result: Result, quiet: bool = False) -> str:
    """Return one sample's dialogue, effects and deviations; one line, if `quiet`, when all went as expected."""
    sample = result.sample
    if quiet and not result.deviations:
        return f"✓ {sample.name}  {sample.place}"
    lines = [f"\n━━ {sample.name} ━━  {sample.place}"]
    for turn in result.talk:
        lines += _turn(turn)
    lines.append(f"  effects {json.dumps(result.effects, ensure_ascii=False)}")
    lines += [f"  ✗ {one}" for one in result.deviations] or [f"  ✓ as expected ({result.seconds:.1f} s)"]
    return "\n".join(lines)


def summary(results: list[Result], mistakes: list[Mistake], leaks: list[str]) -> str:
    """Return what was wrong, once more, and the counts."""
    failed = [result for result in results if result.deviations]
    lines = ["\n━━ result ━━"]
    lines += [f"✗ {one}" for result in failed for one in result.deviations]
    lines += [f"✗ {mistake}" for mistake in mistakes]
    lines += [f"✗ a raw card key was left in {place}" for place in leaks]
    counts = f"{len(results) - len(failed)} samples as expected, {len(failed)} not"
    lines.append(counts + (f", {len(mistakes)} mistakes in files" if mistakes else ""))
    return "\n".join(lines)


def as_json(results: list[Result], mistakes: list[Mistake], leaks: list[str]) -> dict[str, Any]:
    """Return everything for machines."""
    failed = sum(bool(result.deviations) for result in results)
    return {
        "passed": len(results) - failed,
        "failed": failed,
        "mistakes": [{"file": m.place.file, "line": m.place.line, "message": m.message} for m in mistakes],
        "leaks": leaks,
        "samples": [_sample(result) for result in results],
    }


def _sample(result: Result) -> dict[str, Any]:
    wrong = [
        {"file": one.place.file, "line": one.place.line, "expected": one.expected, "came": one.came}
        for one in result.deviations
    ]
    return {
        "sample": result.sample.name,
        "file": result.sample.place.file,
        "line": result.sample.place.line,
        "ok": not wrong,
        "seconds": round(result.seconds, 2),
        "talk": result.talk,
        "effects": result.effects,
        "deviations": wrong,
    }


def _turn(turn: dict[str, Any]) -> list[str]:
    if turn["act"] == "waits":
        return [f"  ⏱ {turn['minutes']:g} 分钟后"]
    lines = []
    for entry in turn["entries"]:
        who = _WHO.get(entry["from"]) or entry.get("name") or entry["from"]
        text = str(entry.get("text", "")).replace("\n", f"\n{_INDENT}")
        nlu = _nlu(turn.get("nlu")) if entry["from"] == "customer" else ""
        lines.append(f"  {who}{'　' * max(0, 3 - len(who))} {text}{nlu}")
        lines += [f"{_INDENT}▣ {_card(card)}" for card in entry.get("cards", [])]
        if entry.get("buttons"):
            lines.append(_INDENT + " ".join(f"[{title}]" for title in entry["buttons"]))
    lines += [f"{_INDENT}（记录中的回复）{text}" for text in turn.get("recorded", [])]
    return lines


def _nlu(nlu: dict[str, Any] | None) -> str:
    if not nlu or not nlu.get("intent"):
        return ""
    sure = nlu.get("confidence")
    parts = [str(nlu["intent"]), f"{sure:.2f}" if isinstance(sure, int | float) else "", str(nlu.get("mood") or "")]
    parts += ["要人工"] if nlu.get("wants_human") else []
    return f"  〔{' '.join(filter(None, parts))}〕"


def _card(card: dict[str, Any]) -> str:
    if card.get("type") == "key":
        return " ".join(str(card[name]) for name in ("label", "product", "number", "secret") if card.get(name))
    return " ".join(str(card[name]) for name in ("order_no", "product", "amount", "status_text") if card.get(name))
