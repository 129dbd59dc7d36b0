"""When a model may take another one's place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from training_data import answer, nlu

from bot.training import commands, gate, stored
from bot.training.answers import Answer
from bot.training.marks import Mark


def many(n: int, wrong: int, meant: str = "pay", taken: str = "thank", slice_: str = "clean") -> list[Answer]:
    """`n` messages of an intent, the last `wrong` of them taken for another."""
    texts = [f"{slice_} {meant} {number}" for number in range(n)]
    return [
        answer(meant, taken if at >= n - wrong else meant, text=text, slice_=slice_) for at, text in enumerate(texts)
    ]


def places(old: Sequence[Answer], new: Sequence[Answer]) -> list[str]:
    return [each.where for each in gate.judge(old, new)]


PRODUCT = Mark(0, 2, "product")


def marked(n: int, missed: int) -> list[Answer]:
    return [
        answer("pay", "pay", text=f"Q币 {at}", marks=(PRODUCT,), found=() if at < missed else (PRODUCT,))
        for at in range(n)
    ]


WHOLE, SLICE, INTENT = "all messages 全部", "slice typos", "intent greet (F1)"
FOREIGN, ENTITY = "out of scope, not acted on 超范围不误办", "entity product (F1)"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        # each pair: just within the margin, just beyond it
        (many(1000, 0), many(1000, 10), []),
        (many(1000, 0), many(1000, 11), [WHOLE]),
        (many(9950, 0) + many(100, 0, slice_="typos"), many(9950, 0) + many(100, 3, slice_="typos"), []),
        (many(9950, 0) + many(100, 0, slice_="typos"), many(9950, 0) + many(100, 4, slice_="typos"), [SLICE]),
        # too few to count
        (many(9950, 0) + many(49, 0, slice_="typos"), many(9950, 0) + many(49, 9, slice_="typos"), []),
        (many(1000, 0) + many(10, 0, "greet"), many(1000, 0) + many(10, 1, "greet"), []),
        (many(1000, 0) + many(10, 0, "greet"), many(1000, 0) + many(10, 3, "greet"), [INTENT]),
        (many(1000, 0) + many(7, 0, "greet"), many(1000, 0) + many(7, 5, "greet"), []),
        (many(100, 0, "out_of_scope", "pay"), many(100, 3, "out_of_scope", "pay"), []),
        (many(100, 0, "out_of_scope", "pay"), many(100, 4, "out_of_scope", "pay"), [FOREIGN]),
        (marked(100, 0), marked(100, 5), []),
        (marked(100, 0), marked(100, 7), [ENTITY]),
        (marked(19, 0), marked(19, 10), []),
        # better is never refused, and what was wrong already is no loss
        (many(1000, 300), many(1000, 0), []),
        (many(1000, 300), many(1000, 300), []),
    ],
)
def test_margins(old: list[Answer], new: list[Answer], where: list[str]) -> None:
    assert places(old, new) == where


def test_precision_counts_too() -> None:
    """An intent suffers also from messages of others that are taken for it."""
    old = many(2000, 0) + many(10, 0, "greet")
    new = many(2000, 5, taken="greet") + many(10, 0, "greet")
    worse = {each.where: str(each) for each in gate.judge(old, new)}
    assert list(worse) == [INTENT]
    assert "clean pay 1999  ⟶ taken for greet, is pay" in worse[INTENT]


def test_says_where_by_how_much_and_which_messages() -> None:
    (worse,) = [each for each in gate.judge(many(100, 5), many(100, 20)) if each.where == WHOLE]
    told = str(worse).splitlines()
    assert told[0] == "all messages 全部: 95.0 → 80.0 (-15.0 points, 1 allowed)"
    assert told[1] == "    clean pay 80  ⟶ taken for thank, is pay"
    assert len(told) == 1 + gate.SHOWN + 1
    assert told[-1] == "    … and 7 more 还有 7 条"


@pytest.mark.parametrize(("band", "said"), [("ask", "asked back (pay)"), ("unknown", "not understood (pay)")])
def test_says_what_became_of_a_message(band: str, said: str) -> None:
    old, new = [answer("pay", "pay", text="付款")], [answer("pay", "pay", text="付款", band=band)]
    assert f"付款  ⟶ {said}, is pay" in str(gate.judge(old, new)[0])


def test_compares_only_messages_that_both_answered() -> None:
    relabelled = [answer("greet", "pay", text="clean pay 0")]
    assert places(many(10, 0), many(10, 0) + many(90, 90, slice_="new") + relabelled) == []


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: Path) -> Path:
    """A folder with a real model in use and one message to measure it on."""
    monkeypatch.chdir(tmp_path)
    for name in ("kamidesk", "candidate"):
        (tmp_path / f"{name}.tar.gz").write_bytes(model.read_bytes())
    (tmp_path / "tests.yml").write_text(nlu(greet=["你好", "您好呀"], out_of_scope=["今天天气怎么样"]), "utf-8")
    return tmp_path


def judged(project: Path, *options: str) -> dict[str, list[str]]:
    arguments = ["gate", "--model", "candidate.tar.gz", "--tests", "tests.yml", "--out", "out", *options]
    assert commands.main(arguments) == 0
    return json.loads((project / "out" / "verdict.json").read_text("utf-8"))


def test_real_models_are_asked_and_their_answers_kept(project: Path) -> None:
    verdict = judged(project, "--beside", "kamidesk.tar.gz")
    assert verdict["worse"] == []
    kept = stored.load(project / "candidate.json", project / "candidate.tar.gz")
    assert [each.sample.text for each in kept] == ["你好", "您好呀", "今天天气怎么样"]
    assert all(each.guess and each.cpu_ms > 0 for each in kept)


def test_stored_answers_of_the_model_in_use_count_as_its_own(project: Path) -> None:
    judged(project)
    kept = stored.load(project / "candidate.json")
    better = [answer(a.sample.intent, a.sample.intent, text=a.sample.text, slice_="tests") for a in kept]
    stored.save(project / "kamidesk.json", project / "kamidesk.tar.gz", better)
    stored.save(project / "candidate.json", project / "candidate.tar.gz", [_worse(each) for each in kept])
    verdict = judged(project, "--beside", "kamidesk.tar.gz")
    assert verdict["worse"][0].startswith("all messages 全部: 100.0 → 0.0")


def _worse(kept: Answer) -> Answer:
    return Answer(**{**vars(kept), "guess": "thank", "band": "act"})


def test_first_model_has_nothing_to_beat(project: Path) -> None:
    verdict = judged(project)
    assert verdict["worse"] == []
    assert "首个模型" in verdict["told"][0]


def test_a_model_that_this_code_cannot_load_is_no_hurdle_but_is_told(project: Path) -> None:
    (project / "kamidesk.tar.gz").write_bytes(b"of another day")
    verdict = judged(project, "--beside", "kamidesk.tar.gz")
    assert verdict["worse"] == []
    assert "没有可对比的模型" in verdict["told"][0]


def test_without_test_sets_nothing_is_measured(project: Path) -> None:
    (project / "tests.yml").unlink()
    assert "未评测" in judged(project)["told"][0]


def test_a_broken_test_set_is_an_error_with_its_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "tests.yml").write_text("nlu:\n- intent: a: b\n", "utf-8")
    assert commands.main(["gate", "--model", "candidate.tar.gz", "--tests", "tests.yml", "--out", "out"]) == 1
    assert "tests.yml:2" in capsys.readouterr().err
