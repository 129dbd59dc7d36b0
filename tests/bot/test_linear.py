from pathlib import Path

import pytest

from bot.nlu.linear import LinearModel
from bot.nlu.views import MAX_CHARS, characters, sound

EXAMPLES = {
    "not_received": [
        "卡密没到",
        "卡密还没收到",
        "没收到卡密",
        "付款了没发卡",
        "怎么没发货",
        "卡密呢没给我",
        "还没发卡",
    ],
    "greet": ["你好", "您好", "在吗", "有人在吗", "你好呀", "哈喽你好", "老板在吗"],
    "refund": ["我要退款", "退钱", "把钱退给我", "申请退款", "退款怎么弄", "钱退我", "不要了退款"],
}


@pytest.fixture(scope="module")
def model() -> LinearModel:
    pairs = [(characters(text), label) for label, texts in EXAMPLES.items() for text in texts]
    return LinearModel.fit([view for view, _ in pairs], [label for _, label in pairs])


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("我的卡密没有收到", "not_received"),
        ("卡蜜没到", "not_received"),  # homophone
        ("卡密還沒發", "not_received"),  # traditional
        ("我要退款！！！！！", "refund"),
        ("DD20261121A7K3 卡密没到", "not_received"),
    ],
)
def test_ranks_first_and_is_sure(model: LinearModel, text: str, intent: str) -> None:
    name, confidence = model.rank(characters(text))[0]
    assert name == intent
    assert confidence > 0.5


@pytest.mark.parametrize("text", ["kami meidao", "kamimeishoudao", "km没收dao"])
def test_reads_typed_pinyin(model: LinearModel, text: str) -> None:
    assert model.rank(characters(text))[0][0] == "not_received"


@pytest.mark.parametrize("text", ["今天股市大盘指数", "qwertyuiop", "🙂🙂🙂", "，。", "", "x" * 10_000])
def test_is_unsure_of_the_unknown(model: LinearModel, text: str) -> None:
    assert model.rank(characters(text))[0][1] < 0.5


def test_confidences_fall_and_stay_in_range(model: LinearModel) -> None:
    confidences = [confidence for _, confidence in model.rank(characters("卡密没到"))]
    assert len(confidences) == len(EXAMPLES)
    assert confidences == sorted(confidences, reverse=True)
    assert confidences[0] <= 1
    assert confidences[-1] >= 0


def test_saved_model_answers_alike(model: LinearModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    again = LinearModel.load(tmp_path)
    for text in ["卡密没到", "你好", "天气", ""]:
        assert again.rank(characters(text)) == pytest.approx(model.rank(characters(text)))
    assert {file.suffix for file in tmp_path.iterdir()} == {".json", ".npz"}  # nothing that runs code on loading


def test_two_intents_are_enough() -> None:
    model = LinearModel.fit([characters("你好"), characters("退款")], ["greet", "refund"])
    assert model.rank(characters("退款"))[0][0] == "refund"


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("DD20261121A7K3还没到", "^Ⓞ还没到$"),
        ("卡 ⟦key:abc⟧ 用不了", "^卡Ⓚ用不了$"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_character_view(text: str, view: str) -> None:
    assert characters(text) == view


def test_products_are_one_sign() -> None:
    assert characters("我买的Q币没到", [(3, 5)]) == "^我买的Ⓖ没到$"


def test_long_text_is_cut_in_the_middle() -> None:
    view = characters("开头" + "中间" * 5000 + "结尾")
    assert (view[:3], view[-3:], len(view)) == ("^开头", "结尾$", MAX_CHARS + 2)


def test_sound_of_homophones_is_one() -> None:
    assert sound("卡蜜") == sound("卡密") == "kami"
