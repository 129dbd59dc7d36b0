"""The page of `make evaluate`."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from training_data import answer

from bot.training import commands, report
from bot.training.marks import Mark

TOPICS = [("transactions", "pay"), ("dialogue", "greet")]
Q = Mark(0, 2, "product", "Q币")


class _Page(HTMLParser):
    """Notes what a browser would fetch, and tags that are never closed."""

    VOID = {"meta", "br", "img", "link", "rect", "path"}

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [v or "" for k, v in attrs if k in ("src", "href") and not (v or "").startswith("#")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


NEW = [
    answer("pay", "greet", text="<b>付不了</b>", confidence=0.91),
    answer("pay", "greet", text="刷卡"),
    answer("greet", "greet", text="你好"),
    answer("greet", "greet", text="有人没", band="ask", doubt={"band": "ask", "candidates": ["greet", "pay"]}),
    answer("out_of_scope", "pay", text="今天天气", slice_="out_of_scope"),
    answer("pay", "pay", text="Q币付款", marks=(Mark(0, 2, "product"),), found=(Mark(0, 1, "product"),)),
    answer("pay", "pay", text="五十", marks=(Mark(0, 2, "amount", "50"),), found=(Mark(0, 2, "amount", "5"),)),
    answer("pay", "pay", text="气死", mood_meant="angry", mood={"name": "calm"}, human_meant=True, wants_human=False),
]
OLD = [
    answer("pay", "pay", text="<b>付不了</b>"),
    answer("pay", "pay", text="刷卡"),
    answer("greet", "pay", text="你好"),
]


@pytest.fixture(scope="module")
def page() -> str:
    return report.page(report.Side("new.tar.gz", NEW), report.Side("old.tar.gz", OLD), "", TOPICS)


def test_is_whole_and_fetches_nothing(page: str) -> None:
    read = _Page()
    read.feed(page)
    assert read.fetched == []
    assert read.open == []
    assert page.count("<svg") == 2
    assert "url(" not in page


@pytest.mark.parametrize(
    "told",
    [
        "<b>pay</b> 当成 <b>greet</b>：2 条",
        "&lt;b&gt;付不了&lt;/b&gt;",  # a customer's text is text
        "今天天气",
        "选项 greet、pay",
        "<b>product</b> 漏了「Q币」",
        "<b>product</b> 多了「Q」",
        "<b>amount</b> 值应为「50」，得到「5」",
        '漏了：<span class="msg">气死</span>',
        "两者都答过的 3 条",
        "all messages 全部",
    ],
)
def test_tells(page: str, told: str) -> None:
    assert told in page


def test_colours_differences(page: str) -> None:
    intents = page[page.index('id="intents"') : page.index('id="matrix"')]
    rows = {row[0]: row[1] for row in re.findall(r"<tr><th>(\w+)</th>(.*?)</tr>", intents, re.DOTALL)}
    assert 'class="up"' in rows["greet"]
    assert 'class="down"' in rows["pay"]


def test_matrix_counts_doubt_apart(page: str) -> None:
    assert "<title>greet → (asked): 1 (50%)</title>" in page
    assert "<title>pay → greet: 2 (40%)</title>" in page


def test_without_another_model_says_why() -> None:
    alone = report.page(report.Side("new.tar.gz", NEW), None, "no models/previous.tar.gz", TOPICS)
    assert "没有可对比的模型：no models/previous.tar.gz" in alone
    assert 'class="up"' not in alone


def test_evaluate_with_a_real_model(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "typos.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    - 你好啊\n", "utf-8")
    assert commands.main(["evaluate", "--model", str(model), "--tests", "typos.yml", "--out", "o"]) == 0
    assert "typos " in capsys.readouterr().out
    assert "你好啊" in (tmp_path / "o" / "evaluation.html").read_text("utf-8")
    assert (tmp_path / "o" / "evaluation.json").is_file()


@pytest.mark.parametrize(("option", "said"), [("--model", "没有这个模型"), ("--tests", "没有这个文件")])
def test_absent_files_are_named(
    option: str, said: str, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tests = tmp_path / "a.yml"
    tests.write_text("nlu:\n- intent: greet\n  examples: |\n    - 你好啊\n", "utf-8")
    places = {"--model": str(model), "--tests": str(tests), option: str(tmp_path / "absent")}
    assert commands.main(["evaluate", "--out", str(tmp_path), *(word for pair in places.items() for word in pair)]) == 1
    assert said in capsys.readouterr().err
