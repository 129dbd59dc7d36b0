"""Reading test sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.training import samples
from bot.training.marks import Mark

ANGRY = """\
version: "3.1"
nlu:
# a remark
- intent: card_key_not_received
  metadata: {mood: angry, wants_human: true}
  examples: |
    - 卡密呢！！转人工

    # not an example
    - [DD20261121A7K3](order_no) 还不发
- intent: faq/register
  examples:
  - text: |
      - 怎么注册
    metadata: {mood: calm}
- synonym: Q币
  examples: |
    - qb
"""
PLAIN = """\
nlu:
- intent: greet
  examples: |
    - 你好
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "angry.yml").write_text(ANGRY, "utf-8")
    (tmp_path / "clean.yaml").write_text(PLAIN, "utf-8")
    (tmp_path / "notes.txt").write_text("nlu", "utf-8")
    return tmp_path


def test_reads_messages_with_slice_line_and_what_the_set_says(folder: Path) -> None:
    read = samples.load([folder])
    assert [(s.slice, s.line, s.text, s.intent) for s in read] == [
        ("angry", 7, "卡密呢！！转人工", "card_key_not_received"),
        ("angry", 10, "DD20261121A7K3 还不发", "card_key_not_received"),
        ("angry", 13, "怎么注册", "faq/register"),
        ("clean", 4, "你好", "greet"),
    ]
    assert [s.mood for s in read] == ["angry", "angry", "calm", None]
    assert read[1].marks == (Mark(0, 14, "order_no"),)


def test_a_file_is_silent_on_what_it_never_says(folder: Path) -> None:
    read = samples.load([folder])
    assert [s.wants_human for s in read] == [True, True, False, None]
    assert [s.scored for s in read] == [("order_no",)] * 3 + [()]


def test_single_files_come_in_the_order_given_and_once(folder: Path) -> None:
    clean, angry = folder / "clean.yaml", folder / "angry.yml"
    assert [s.slice for s in samples.load([clean, angry, clean])] == ["clean", "angry", "angry", "angry"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nlu:\n- intent: a: b\n", "a.yml:2"),
        ("nlu:\n- intent: greet\n  examples: |\n    - 你好\n    您好\n", "a.yml:5"),
        ("nlu:\n- intent: greet\n  examples: |\n    - 买[Q币(product)\n", "a.yml:4"),
        ("nlu: []\n", "没有测试语料"),
    ],
)
def test_says_what_is_wrong_and_where(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(text, "utf-8")
    with pytest.raises(samples.BadTestSet, match=said):
        samples.load([tmp_path / "a.yml"])
