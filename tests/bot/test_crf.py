import re
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.crf import Crf, Example, Span
from bot.nlu.crf_extractor import CharCRFExtractor
from bot.nlu.hints import hints
from bot.nlu.pattern_extractor import PatternExtractor
from bot.nlu.product_extractor import ProductExtractor

MARK = re.compile(r"\[([^]]*)]\((\w+)\)")
MARKED = [
    *["充了[50](amount)没到", "充了[100](amount)没到账", "充了[30](amount)还没有到", "我充了[200](amount)没到"],
    *["[50](amount)的有吗", "[100](amount)的有没有", "[一百](amount)的有吗", "[五十](amount)的有没有"],
    *["买了50张没到", "买了100张没到账", "一共50个人", "一共100个人", "我买了200张", "等了30分钟没到"],
    *["用[微信](payment_method)付的", "[微信](payment_method)付不了", "用[支付宝](payment_method)付的"],
    *["微信区的没到", "我是微信区", "微信区选错了", "加我微信"],
    *["[Q币](product)没到", "[Q币](product)充了没到", "买了[话费](product)", "[话废](product)没到"],
    *["花费太多", "花费好多"],
    *["提示[卡号错误](error_text)", "提示[系统繁忙](error_text)"],
    *["显示[已过期](error_text)", "显示[已使用](error_text)"],
]
NAMES = [{"name": "product", "elements": ["Q币", "手机话费直充"]}]
SAID = {"话费": "手机话费直充"}


def _example(line: str, mood: str | None = "calm") -> Message:
    text, entities, at = "", [], 0
    for mark in MARK.finditer(line):
        text += line[at : mark.start()]
        at, start = mark.end(), len(text)
        text += mark[1]
        entities.append({"entity": mark[2], "start": start, "end": len(text), "value": mark[1]})
    metadata = {"metadata": {"intent": {"mood": mood}}} if mood else {}
    return Message({TEXT: text + line[at:], "intent": "x", ENTITIES: entities, **metadata})


class Reader:
    """The three extractors in a row, trained."""

    def __init__(self, examples: list[Message], folder: Path) -> None:
        data = TrainingData(examples, lookup_tables=NAMES, entity_synonyms=SAID)
        storage = LocalModelStorage(folder)
        names, model = Resource("names"), Resource("model")
        ProductExtractor(storage, names, []).train(data)
        CharCRFExtractor(storage, model).train(data)
        context: Any = None
        self._steps = [
            PatternExtractor(),
            ProductExtractor.load({}, storage, names, context),
            CharCRFExtractor.load({}, storage, model, context),
        ]

    def read(self, text: str) -> list[dict[str, Any]]:
        message = Message({TEXT: text})
        for step in self._steps:
            step.process([message])
        return list(message.get(ENTITIES))


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return Reader([_example(line) for line in MARKED * 3], tmp_path_factory.mktemp("reader"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # learned, where the rules know nothing or too much
        ("我充了60没到", [("amount", "60", "60")]),
        ("买了60张没到", []),
        ("微信付的", [("payment_method", "微信", "微信")]),
        ("是微信区的", []),
        ("话废没到", [("product", "话废", "手机话费直充")]),
        ("花费太多了", []),
        ("提示网络错误", [("error_text", "网络错误", "网络错误")]),
        # places in what was typed: full width, traditional characters, emoji, accents, blanks
        ("🙂🙂充了６０沒到", [("amount", "６０", "60")]),
        ("é̂　話廢沒到", [("product", "話廢", "手机话费直充")]),
        ("Ｑ幣没到", [("product", "Ｑ幣", "Q币")]),
        # numbers with a shape stay as the rules found them
        ("DD20261121A7K3充了50没到", [("order_no", "DD20261121A7K3", "DD20261121A7K3"), ("amount", "50", "50")]),
        ("13800138000充了50没到", [("phone", "13800138000", "13800138000"), ("amount", "50", "50")]),
        ("", []),
        ("  ", []),
    ],
)
def test_reads(reader: Reader, text: str, found: list[tuple[str, str, str]]) -> None:
    assert [(e["entity"], text[e["start"] : e["end"]], e["value"]) for e in reader.read(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "Q币充了50用微信付的提示“Q币50元充值失败”",
        "DD20261121A7K3和13800138000充了50元话费，uid 100234567，ABCD-EFGH-1234-5678",
        "提示：50元微信支付失败 a.b@qq.com",
    ],
)
def test_no_place_is_taken_twice(reader: Reader, text: str) -> None:
    found = reader.read(text)
    assert found
    assert all(a["end"] <= b["start"] for a, b in pairwise(found))


@pytest.mark.parametrize("piece", ["充了50", "微信", "提示：", "话废", "1,", "abcd-", "🙂", "\x00", "Q币 "])
def test_long_nonsense_is_read(reader: Reader, piece: str) -> None:
    before = time.process_time()
    reader.read(piece * (10_000 // len(piece)))
    assert time.process_time() - before < 10


@pytest.mark.parametrize("mood", ["calm", None])
def test_without_marks_the_rules_stand(tmp_path: Path, mood: str | None) -> None:
    lines = ["微信区的没到", "你好"] if mood else MARKED  # marks of a block without a mood are not complete
    plain = Reader([_example(line, mood) for line in lines], tmp_path)
    found = [(e["entity"], e["value"]) for e in plain.read("充了50元话费")]
    assert found == [("amount", "50"), ("product", "手机话费直充")]


def test_a_model_stays_the_same_in_its_file(tmp_path: Path) -> None:
    examples = [Example("充了50没到", hints("充了50没到", [], []), [Span(2, 4, "amount")]), Example("好", [], [])] * 5
    assert Crf.fit(examples, tmp_path / "crf")
    models = [Crf(tmp_path / "crf") for _ in range(2)]
    assert [model.find("充了70没到", hints("充了70没到", [], [])) for model in models] == [[Span(2, 4, "amount")]] * 2


def test_nothing_to_learn_writes_no_file(tmp_path: Path) -> None:
    assert not Crf.fit([Example("你好", [], [])], tmp_path / "crf")
    assert not (tmp_path / "crf").exists()
