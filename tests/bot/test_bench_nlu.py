"""bench/nlu on a toy: the figures on answers whose figures are known, and every stage of our own pipeline for real."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from training_data import GREETINGS, PAYMENTS, answer, nlu

from bench.nlu import folding, lines, report, scoring
from bench.nlu.contestants import CONTESTANTS
from bot.training.marks import Mark

ROOT = Path(__file__).parent.parent.parent
NAMED = {each.name: each for each in CONTESTANTS}


@pytest.mark.parametrize(
    ("inside", "outside", "threshold", "refused", "auroc"),
    [
        ([0.9] * 20, [0.1] * 10, 0.9, 1.0, 1.0),
        ([0.9] * 20, [0.9] * 10, 0.9, 0.0, 0.5),
        ([0.1] * 20, [0.9] * 10, 0.1, 0.0, 0.0),
        ([0.2] + [0.8] * 19, [0.5] * 5 + [0.9] * 5, 0.8, 0.5, 0.475),  # one of twenty is given up
        ([0.2] * 2 + [0.8] * 18, [0.5, 0.1], 0.2, 0.5, 0.95),  # two would be too many
    ],
)
def test_out_of_scope(inside, outside, threshold, refused, auroc) -> None:
    assert scoring.separation(inside, outside) == pytest.approx((threshold, refused, auroc))


def test_a_message_taken_for_out_of_scope_is_not_acted_on() -> None:
    assert scoring.confidence(answer("pay", "out_of_scope")) < scoring.confidence(answer("pay", "pay", confidence=0.0))


def test_doubt_is_no_error_and_out_of_scope_stands_apart() -> None:
    answers = [answer("pay", "pay", band="ask"), answer("pay", "greet"), answer("out_of_scope", "pay")]
    found = scoring.figures(answers)
    assert (found["accuracy"], found["n"]["in_scope"], found["n"]["out_of_scope"]) == (0.5, 2, 1)


@pytest.mark.parametrize(
    ("marked", "found", "f1"),
    [
        ([(0, 2, "product")], [(0, 2, "product")], 1.0),
        ([(0, 2, "product")], [(0, 3, "product")], 0.0),
        ([(0, 2, "product")], [], 0.0),
        ([(0, 2, "product")], [(0, 2, "product"), (3, 4, "product")], 2 / 3),
        ([(0, 2, "product")], [(0, 2, "product"), (3, 4, "email")], 1.0),  # nobody marked e-mail addresses there
    ],
)
def test_entities(marked, found, f1) -> None:
    marks = tuple(Mark(*mark) for mark in marked)
    entities = [{"start": start, "end": end, "entity": kind, "value": ""} for start, end, kind in found]
    each = answer("pay", "pay", marks=marks, scored=("product",), entities=entities)
    assert scoring.figures([each, answer("out_of_scope", "pay")])["entity_f1"] == pytest.approx(f1)


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("卡密怎么还没有到呢", "卡密怎么还没有到呀", True),
        ("卡密怎么還沒有到呢", "卡密怎么还没有到呀", True),
        ("卡密怎么还没有到呢", "支付页面打不开", False),
        ("我要退款", "我想退款", False),  # one pair of five
        ("好", "好", True),
    ],
)
def test_near_duplicates_are_one_cluster(one, other, together) -> None:
    first, second = folding.clusters([one, other])
    assert (first == second) == together


def test_the_sample_is_even_and_always_the_same(tmp_path: Path) -> None:
    (tmp_path / "nlu.yml").write_text(nlu(greet=GREETINGS, pay=PAYMENTS), "utf-8")
    everything = lines.read(tmp_path)
    chosen = lines.sample(everything, 3)
    assert [line.intent for line in chosen] == ["greet"] * 3 + ["pay"] * 3
    assert chosen == lines.sample(everything, 3)


@pytest.mark.parametrize("name", [name for name, each in NAMED.items() if not each.ours])
def test_stock_pipelines_are_configured(name, tmp_path: Path) -> None:
    NAMED[name].write_config(ROOT, tmp_path / "config.yml", quick=True)
    assert "EPOCHS" not in (tmp_path / "config.yml").read_text("utf-8")


def test_ours_from_lines_to_report(tmp_path: Path) -> None:
    data, tests = tmp_path / "data", tmp_path / "tests"
    data.mkdir()
    tests.mkdir()
    text = nlu(greet=GREETINGS, pay=PAYMENTS, faq__register=["怎么注册账号", "注册要什么资料", "新用户在哪注册"])
    (data / "nlu.yml").write_text(text, "utf-8")
    (tests / "clean.yml").write_text(nlu(greet=["你好呀"], pay=["付不了款 [Q币](product)"], faq__register=["怎么注册"]))
    (tests / "out_of_scope.yml").write_text(nlu(out_of_scope=["ssh: connection refused"]))
    contestant = NAMED["ours_no_sound"]
    lines.write(lines.read(data), data, tmp_path / "written", flat=False)
    contestant.write_config(ROOT, tmp_path / "config.yml", quick=True)
    common = {"sound": contestant.sound, "quick": False}
    training = {"config": str(tmp_path / "config.yml"), "data": str(tmp_path / "written"), "models": str(tmp_path)}
    trained = _stage("train", {**common, **training}, tmp_path)
    asked = _stage("ask", {**common, "model": str(tmp_path / "model.tar.gz"), "tests": str(tests)}, tmp_path)
    folded = _stage("folds", {**common, "data": str(tmp_path / "written"), "repeats": 1, "folds": 3}, tmp_path)

    assert trained["cpu_seconds"] > 0
    assert asked["resident_mb"] > 50
    assert 0 < asked["cpu_ms_p50"] <= asked["cpu_ms_p95"]
    assert asked["slices"]["clean"] == pytest.approx(1.0)
    assert len(folded["folds"]) == 3
    whole = {**asked, "title": contestant.title, "lines": 20, "train": {**trained, "other_programs_cores": 0.0}}
    text = report.markdown({}, [{**whole, "other_programs_cores": 0.0}], [{**folded, "title": contestant.title}])
    assert "| clean (3) | 100.0 |" in text
    assert "<td>clean (3)</td><td>100.0</td>" in report.page(text)


def test_without_sound_typed_pinyin_is_strange() -> None:
    asked = "from bot.nlu.linear import LinearModel as M; "
    asked += "m = M.fit(['^卡密没到$'] * 2 + ['^怎么退款$'] * 2, ['a', 'a', 'b', 'b']); "
    asked += "print(m.vectors.row('^kamimeidao$').sounding > 0.5)"
    printed = [
        subprocess.run([sys.executable, "-c", before + asked], cwd=ROOT, capture_output=True, text=True).stdout.strip()
        for before in ("", "from bench.nlu import silence; silence.apply(); ")
    ]
    assert printed == ["True", "False"]


def _stage(stage: str, job: dict[str, Any], folder: Path) -> dict[str, Any]:
    file, result = folder / f"{stage}.job.json", folder / f"{stage}.json"
    file.write_text(json.dumps({**job, "result": str(result)}), "utf-8")
    env = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "RASA_MAX_CACHE_SIZE": "0", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bench.nlu.worker", stage, str(file)]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(result.read_text("utf-8"))
    return found
