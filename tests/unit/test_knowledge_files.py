"""Files of articles: every mistake is told by file, line and reason, and takes no answer away."""

import os
from datetime import date
from pathlib import Path

import pytest

from desk.knowledge.files import Files, Loaded
from desk.knowledge.rules import Rules

TODAY = date(2026, 11, 22)
RULES = Rules(["card_key_not_received", "faq/register"])


def article(name: str = "key-late", more: str = "", question: str = "卡密没到怎么办？") -> str:
    """Return an article as text, with some more lines."""
    lines = [f"- id: {name}", f"  question: {question}", "  answer: 稍等。", "  owner: 售后", "  review: 2027-05-20"]
    return "\n".join([*lines, *(f"  {line}" for line in more.splitlines())]) + "\n"


class Folder:
    """A knowledge folder that is being edited."""

    def __init__(self, root: Path) -> None:
        self.root, self._edits = root, 0
        self.files = Files(root, RULES)

    def write(self, name: str, *articles: str) -> None:
        """Write a file; each time with a later time of change."""
        self.raw(name, "articles:\n" + "".join(articles))

    def raw(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self._edits += 1
        os.utime(path, (self._edits, self._edits))

    def load(self) -> Loaded:
        return self.files.load(TODAY)

    def ids(self) -> list[str]:
        return [entry.article.id for entry in self.load().entries]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.parametrize(
    ("more", "line", "why"),
    [
        ("anwser: 打错", 7, "anwser：没有这个字段"),
        ("also: 卡呢", 7, "also：应为一列"),
        ("also: [卡呢, 81000]", 7, "also[2]：应为文字；数字和日期请加引号"),
        ("merchant: ''", 7, "merchant：不能空着"),
        ("steps:\n  - 打开\n  - 看 {times.nosuch-name}", 9, "没有 {times.nosuch-name} 这个占位符"),
        ("steps: ['{goods:Q币卡.colour}']", 7, "没有 {goods:Q币卡.colour} 这个占位符"),
        ("intents: [faq/register, no_such]", 7, "没有 no_such 这个意图"),
        ("links: [{text: 订单, to: nowhere}]", 7, "links[1].to：只能是 orders"),
        ("sop: {within: 5 分钟, do: 补发}", 7, "5 分钟 应为 policies.yml 里的时限"),
        ("sop: {within: times.key_reissue}", 7, "sop.do：缺少这一项"),
        ("answer: 又写一次", 4, "answer：写了两次"),
    ],
)
def test_a_mistake_is_told_by_line_and_reason(folder: Folder, more: str, line: int, why: str) -> None:
    folder.write("orders/late.yml", article(more=more), article("key-fine"))
    loaded = folder.load()
    assert [entry.article.id for entry in loaded.entries] == ["key-fine"]
    fault = loaded.faults[0]
    assert (fault.file, fault.line, fault.article) == ("orders/late.yml", line, "key-late")
    assert why in fault.why
    assert not fault.warning


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("owner: 售后", "owner: 销售", "owner：只能是 售后"),
        ("review: 2027-05-20", "review: '2027-05-20'", "review：应为日期"),
        ("id: key-late", "id: Key_Late", "id：只能用小写字母"),
        ("  answer: 稍等。\n", "", "answer：缺少这一项"),
    ],
)
def test_what_every_article_needs(folder: Folder, field: str, value: str, why: str) -> None:
    folder.write("orders/late.yml", article().replace(field, value))
    assert why in str(folder.load().faults[0])


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("articles:\n- id: a\n  question: {卡\n", 4, "格式不对"),
        ("- id: a\n", 1, "文件应以 articles: 开头"),
        ("", 1, "文件应以 articles: 开头"),
        ("articles: []\nmore: 1\n", 2, "more：文件里只能有 articles"),
        ("articles:\n- id: a\n  review: 2027-02-30\n", 0, "日期不存在"),
    ],
)
def test_a_file_that_cannot_be_read(folder: Folder, text: str, line: int, why: str) -> None:
    folder.raw("orders/late.yml", text)
    fault = folder.load().faults[0]
    assert fault.line == line
    assert why in fault.why


def test_the_last_good_state_of_a_file_stays_while_others_are_read_again(folder: Folder) -> None:
    folder.write("orders/a.yml", article("order-a"))
    folder.write("risk/b.yml", article("risk-b"))
    assert folder.ids() == ["order-a", "risk-b"]
    folder.raw("orders/a.yml", "articles:\n- {")
    folder.write("risk/b.yml", article("risk-b"), article("risk-c"))
    assert folder.files.changed()
    loaded = folder.load()
    assert [entry.article.id for entry in loaded.entries] == ["order-a", "risk-b", "risk-c"]
    assert [fault.file for fault in loaded.faults] == ["orders/a.yml"]
    folder.write("orders/a.yml", article("order-new"))
    assert folder.ids() == ["order-new", "risk-b", "risk-c"]
    assert not folder.files.changed()


def test_a_removed_file_is_gone(folder: Folder) -> None:
    folder.write("orders/a.yml", article("order-a"))
    folder.load()
    (folder.root / "orders/a.yml").unlink()
    assert folder.files.changed()
    assert folder.ids() == []


def test_an_id_is_used_once(folder: Folder) -> None:
    folder.write("orders/a.yml", article("order-a", question="先"))
    folder.write("risk/b.yml", article("order-a", question="后"))
    loaded = folder.load()
    assert [entry.article.question for entry in loaded.entries] == ["先"]
    assert str(loaded.faults[0]) == "risk/b.yml 第 2 行（order-a）：id 和 orders/a.yml 第 2 行重复，这一篇没有用上"


def test_a_past_review_only_warns(folder: Folder) -> None:
    folder.write("orders/a.yml", article("order-a").replace("2027-05-20", "2026-11-21"))
    loaded = folder.load()
    assert len(loaded.entries) == 1
    assert [(fault.warning, "2026-11-21 已过" in fault.why) for fault in loaded.faults] == [(True, True)]
    folder.write("orders/a.yml", article("order-a").replace("2027-05-20", "2026-11-22"))
    assert folder.load().faults == ()


def test_the_group_is_the_folder_and_other_files_are_left_alone(folder: Folder) -> None:
    folder.write("orders/deep/a.yml", article("order-a"))
    folder.raw("synonyms.yml", "synonyms: []")
    (entry,) = folder.load().entries
    assert (entry.group, entry.file, entry.line) == ("orders", "orders/deep/a.yml", 2)
