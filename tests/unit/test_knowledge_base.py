"""The articles that come with the product: without a fault, and found by what customers ask.

The floors are what `python -m bench.knowledge --quality` measured (docs/knowledge.md), less a little.
"""

import json
from pathlib import Path

import pytest

from bench.knowledge import quality
from desk.__main__ import main
from desk.knowledge import compose
from desk.knowledge.library import Library
from desk.knowledge.rules import intents
from desk.knowledge.scoring import ANSWER, MISS
from desk.knowledge.search import Search
from desk.shop.embedded import catalogue

GROUPS = {"account", "aftersales", "goods", "merchants", "orders", "risk", "service"}


@pytest.fixture(scope="module")
def library() -> Library:
    names = [name for entry in catalogue.entries() for name in (entry.name, *entry.aliases)]
    return Library(compose.FOLDER, intents(compose.LABELS, compose.DOMAIN), lambda: names)


@pytest.fixture(scope="module")
def search(library: Library) -> Search:
    return library.snapshot().search


@pytest.fixture(scope="module")
def asked(search: Search) -> tuple[list[quality.Asked], list[quality.Asked]]:
    return quality.ask(search)


def test_no_file_has_a_fault(library: Library) -> None:
    assert [str(fault) for fault in library.snapshot().faults if not fault.warning] == []


def test_every_group_has_articles_and_there_are_enough(library: Library) -> None:
    groups = [entry.group for entry in library.snapshot().entries]
    assert set(groups) == GROUPS
    assert len(groups) >= 220
    assert min(groups.count(group) for group in GROUPS) >= 15


def test_every_account_question_has_its_article(library: Library) -> None:
    names = {name for name in intents(compose.LABELS, compose.DOMAIN) if name.startswith("faq/")}
    assert {name for name in names if not library.snapshot().by_intent(name)} == set()


def test_questions_name_articles_that_exist(
    asked: tuple[list[quality.Asked], list[quality.Asked]], search: Search
) -> None:
    ids = {entry.article.id for entry in search.entries}
    assert [(each.text, each.right) for each in asked[0] if not set(each.right) <= ids] == []


@pytest.mark.parametrize(("seen", "first", "in_three"), [(True, 87, 95), (False, 82, 95)])
def test_the_right_article_comes_first(
    asked: tuple[list[quality.Asked], list[quality.Asked]], seen: bool, first: float, in_three: float
) -> None:
    half = [each for each in asked[0] if each.seen is seen]
    assert len(half) >= 100
    assert quality.share(half, 1) >= first
    assert quality.share(half, 3) >= in_three


def test_what_is_off_topic_is_no_answer(asked: tuple[list[quality.Asked], list[quality.Asked]]) -> None:
    off = asked[1]
    assert len(off) == 60
    assert sum(each.score < MISS for each in off) >= 0.75 * len(off)
    assert sum(each.score >= ANSWER for each in off) <= 0.1 * len(off)


def test_an_article_is_found_by_its_own_wordings(search: Search) -> None:
    wordings = [(entry.article.id, text) for entry in search.entries for text in entry.article.wordings]
    lost = [(name, text) for name, text in wordings if name not in _first(search, text)]
    assert len(lost) <= 0.01 * len(wordings), lost


def _first(search: Search, text: str) -> set[str]:
    """Return the articles in the first three places."""
    return {each.entry.article.id for each in search.find(text, limit=3)}


class Line:
    """The command line without a settings file."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capsys = monkeypatch, capsys

    def __call__(self, *words: str) -> tuple[int, str]:
        self._patch.setattr("sys.argv", ["desk", "kb", *words])
        code = main()
        return code, self._capsys.readouterr().out


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Line:
    for name in ("SECRET_KEY", "VAULT_KEY", "BOT_TOKEN", "SHOP_SECRET", "DATABASE_URL"):
        monkeypatch.delenv(f"KAMIDESK_{name}", raising=False)
    monkeypatch.setenv("KAMIDESK_SETTINGS", str(tmp_path / "none.env"))
    return Line(monkeypatch, capsys)


def test_asked_on_the_command_line(line: Line) -> None:
    code, out = line("ask", "怎么注册账号", "--json", "--top", "2")
    answer = json.loads(out)
    assert (code, answer["question"], answer["outcome"], len(answer["results"])) == (0, "怎么注册账号", "hit", 2)
    assert set(answer["results"][0]) == {"id", "question", "answer", "steps", "score", "group", "source", "highlights"}
    assert answer["results"][0]["id"] == "account-register-how"
    code, out = line("ask", "今天天气怎么样")
    assert (code, out.splitlines()[0]) == (0, "miss")


def test_check_on_the_command_line(line: Line, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    code, out = line("check")
    assert "articles, 0 errors" in out.splitlines()[-1], out
    assert code == 0
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "bad.yml").write_text("articles:\n- id: a\n", encoding="utf-8")
    monkeypatch.setattr(compose, "FOLDER", tmp_path)
    code, out = line("check")
    assert code == 1
    assert "orders/bad.yml 第 2 行（a）：question：缺少这一项" in out
