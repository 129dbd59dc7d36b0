"""The desk's table of outcomes, read from its file: the bot's environment cannot import the desk."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

SAMPLES: Mapping[str, Any] = {
    "order_no": "DD20261121A7K3",
    "product": "Steam钱包充值卡 100元",
    "amount": "¥98.00",
    "refund_amount": "¥98.00",
    "placed_at": "今天 09:10",
    "paid_at": "今天 09:12",
    "delivered_at": "今天 09:13",
    "refunded_at": "昨天 18:00",
    "used_at": "今天 10:00",
    "sold_at": "今天 09:13",
    "expired_at": "11月1日 00:00",
    "done_at": "今天 09:20",
    "updated_at": "今天 11:00",
    "time_left": "25 分钟",
    "pay_url": "http://127.0.0.1:8000/pay/DD20261121A7K3",
    "hint": "第2组第3位应为数字0，您输入的是字母O",
    "steps": "1. 打开 Steam 钱包充值页\n2. 输入卡密\n3. 点继续",
    "region_note": "仅限国区账号",
    "reason_text": "售出之前就被用过了",
    "ticket_no": "T20261121-0042",
    "kind_text": "卡密问题",
    "status_text": "处理中",
    "note": "已经联系上游核对",
    "lines": "T20261121-0042 卡密问题 处理中",
    "account_masked": "138****8000",
    "proof_no": "UP20261121888",
    "where": "手机话费余额",
    "kind": "card_key",
}
NUMBER = 3  # facts without a sample are counts and minutes


@lru_cache(maxsize=1)
def outcomes() -> Mapping[tuple[str, str], frozenset[str]]:
    """Return (topic, outcome) -> names of its facts: OUTCOMES, and the constants that it is made of."""
    files = ("desk/cases/flow_outcomes.py", "desk/cases/outcomes.py")
    nodes = [node for file in files for node in ast.parse((ROOT / file).read_text(encoding="utf-8")).body]
    found: dict[str, Any] = {}
    for node in nodes:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id.isupper():
            value = ast.Expression(node.value)  # type: ignore[attr-defined]
            found[target.id] = eval(compile(value, "outcomes.py", "eval"), found)
    table: Mapping[tuple[str, str], frozenset[str]] = found["OUTCOMES"]
    return table


def facts_of(topic: str, outcome: str) -> dict[str, Any]:
    """Return invented facts of the right names."""
    return {name: SAMPLES.get(name, NUMBER) for name in outcomes()[topic, outcome]}
