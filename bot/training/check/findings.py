"""What a check finds, and how it is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TextIO

from bot.training.lines import Line

SHOWN = 20


class Kind(Enum):
    """The kinds of findings: whether it is an error, and its heading."""

    YAML = True, "not readable 文件读不了"
    MARK = True, "entity marks that cannot be read 实体标记写错"
    ENTITY = True, "entities that domain.yml does not know 未登记的实体"
    INTENT = True, "intents with examples that domain.yml does not know 未登记的意图"
    ANSWER = True, "retrieval intents without a response 缺回答的 faq"
    BUTTON = True, "buttons that lead nowhere 按钮有误"
    LABEL = True, "tables that name unknown intents 意图名表有误"
    RULES = True, "rules against stories 规则与故事矛盾"
    ACROSS = True, "the same message under two intents 同一句话标了两个意图"
    LEAK = True, "test messages in the training data 测试句出现在训练数据里"
    FEW = True, "intents with too few examples 例句太少"
    SHORT = False, "frequent intents that should have more examples 常见意图例句偏少"
    UNUSED = False, "intents of domain.yml without examples 没有例句的意图"
    WITHIN = False, "the same message twice 重复的例句"
    LETTERS = False, "nearly the same letters, different intents 字面相近、意图不同"
    SOUND = False, "nearly the same sound, different intents 读音相近、意图不同"
    NEAR_LEAK = False, "test messages close to training ones 测试句与训练句太像"
    DISAGREE = False, "test and training disagree on a message 测试与训练的标注不一致"
    MISSED = False, "marked entities that the extractors do not find 标了但抽取不到的实体"

    @property
    def is_error(self) -> bool:
        """Whether it has to be mended."""
        return self.value[0]

    @property
    def heading(self) -> str:
        """What stands above the findings."""
        return self.value[1]


@dataclass(frozen=True)
class Finding:
    """One fault: its kind, where it is, and what it is."""

    kind: Kind
    where: str
    what: str


def at(line: Line, root: Path) -> str:
    """Names a line as editors do: file:line, below the project's folder."""
    return place(line.file, line.line, root)


def place(file: Path, line: int, root: Path) -> str:
    """Names a line of a file."""
    inside = file.relative_to(root) if file.is_relative_to(root) else file
    return f"{inside}:{line}"


def say(findings: Iterable[Finding], out: TextIO, everything: bool) -> bool:
    """Prints findings by kind, errors first.

    Args:
        findings: In any order.
        out: Where to.
        everything: Not only the first of each kind.

    Returns:
        Whether there is an error.
    """
    listed = list(findings)
    for kind in Kind:
        mine = [each for each in listed if each.kind is kind]
        if mine:
            _say_kind(kind, mine, out, None if everything else SHOWN)
    errors = sum(each.kind.is_error for each in listed)
    warnings = len(listed) - errors
    print(f"\n{errors} errors, {warnings} warnings. {errors} 个错误，{warnings} 个提醒。", file=out)
    return errors > 0


def _say_kind(kind: Kind, mine: Sequence[Finding], out: TextIO, shown: int | None) -> None:
    word = "ERROR 错误" if kind.is_error else "warning 提醒"
    print(f"\n{word}: {kind.heading} ({len(mine)})", file=out)
    for each in mine[:shown]:
        print(f"  {each.where}: {each.what}", file=out)
    more = len(mine) - len(mine[:shown])
    if more:
        print(f"  … and {more} more (ALL=1 shows them) 还有 {more} 条", file=out)
