"""Small projects and answers for the tests of bot.training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.training.answers import Answer, read
from bot.training.marks import Mark
from bot.training.samples import Sample

DOMAIN = """\
version: "3.1"
intents: [greet, pay, faq]
entities: [product, order_no, choice]
responses:
  utter_hello:
  - text: 您好
    buttons:
    - {title: 付款, payload: '/pay{{"order_no": "{order_no}"}}'}
    - {title: 你好, payload: 你好}
  utter_faq/register:
  - text: 点右上角
"""
CONFIG = """\
recipe: default.v1
assistant_id: test
language: zh
pipeline:
- name: bot.nlu.tokenizer.CharTokenizer
- name: bot.nlu.pattern_extractor.PatternExtractor
policies:
- name: RulePolicy
"""
RULES = """\
version: "3.1"
rules:
- rule: hello
  steps:
  - intent: greet
  - action: utter_hello
- rule: questions
  steps:
  - intent: faq
  - action: utter_faq
"""
# Pairwise unlike, so that a project of these has nothing to be found.
GREETINGS = ["你好", "老板早上好", "哈喽", "晚上好呀亲", "在吗在吗", "有人值班没", "嗨", "吃了吗各位", "初次见面"]
GREETINGS += ["hello"]
PAYMENTS = ["怎么付不了款", "支付页面打不开", "扫码没反应", "点了结算就卡死", "银行拒绝交易", "钱包余额扣不动"]
PAYMENTS += ["转圈圈半天"]


def nlu(**intents: list[str]) -> str:
    """An NLU file; `faq__register` becomes faq/register."""
    blocks = ['version: "3.1"', "nlu:"]
    for intent, examples in intents.items():
        blocks += [f"- intent: {intent.replace('__', '/')}", "  examples: |", *(f"    - {each}" for each in examples)]
    return "\n".join(blocks) + "\n"


def project(root: Path, **files: str) -> Path:
    """A project without a fault but that it is small; `files` replaces some of its files (data__nlu__pay.yml)."""
    clean = {
        "domain.yml": DOMAIN,
        "config.yml": CONFIG,
        "data/rules.yml": RULES,
        "data/nlu/greet.yml": nlu(greet=GREETINGS),
        "data/nlu/pay.yml": nlu(pay=[*PAYMENTS, "[DD20261121A7K3](order_no)付款失败"]),
        "data/nlu/register.yml": nlu(faq__register=["注册要什么资料"]),
        "tests/nlu/clean.yml": nlu(greet=["各位同事新年快乐"], pay=["收银台一直报错过不去"]),
    }
    for name, text in {**clean, **{name.replace("__", "/"): text for name, text in files.items()}}.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return root


def answer(
    meant: str,
    guess: str,
    *,
    text: str = "",
    slice_: str = "clean",
    band: str = "act",
    marks: tuple[Mark, ...] = (),
    found: tuple[Mark, ...] = (),
    confidence: float = 0.9,
    mood_meant: str | None = None,
    human_meant: bool | None = None,
    **parsed: Any,
) -> Answer:
    """What a model made of one message, by way of a parse result as Rasa gives it."""
    scored = tuple(sorted({mark.entity for mark in marks}))
    sample = Sample(slice_, "t.yml", 1, text or f"{meant} {guess}", meant, marks, scored, mood_meant, human_meant)
    entities = [{"start": m.start, "end": m.end, "entity": m.entity, "value": m.value or ""} for m in found]
    ranking = [{"name": guess, "confidence": confidence}, {"name": "other", "confidence": 0.05}]
    result = {"intent": ranking[0], "intent_ranking": ranking, "entities": entities, "doubt": {"band": band}, **parsed}
    return read(sample, result, 2.0)
