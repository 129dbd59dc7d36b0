from pathlib import Path

import pytest

from bot.nlu.linear import FEATURES, Evidence, LinearModel
from bot.nlu.views import MAX_CHARS, characters, sound, wordy

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


def _evidence(model: LinearModel, text: str) -> Evidence:
    return model.evidence([characters(text)])


def _best(model: LinearModel, text: str) -> str:
    return model.labels[int(_evidence(model, text).margins[0].argmax())]


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
        ("kami meidao", "not_received"),  # typed pinyin
        ("km没收dao", "not_received"),
    ],
)
def test_ranks_first(model: LinearModel, text: str, intent: str) -> None:
    assert _best(model, text) == intent


@pytest.mark.parametrize("text", ["今天股市大盘指数", "qwertyuiop", "🙂🙂🙂", "，。", "", "x" * 10_000])
def test_the_unknown_looks_unknown(model: LinearModel, text: str) -> None:
    known, unknown = (dict(zip(FEATURES, _evidence(model, t).features[0], strict=True)) for t in ("我要退款", text))
    assert unknown["written"] < known["written"]
    assert unknown["near"] < known["near"]


def test_saved_model_answers_alike(model: LinearModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    again = LinearModel.load(tmp_path)
    for text in ["卡密没到", "你好", "天气", ""]:
        one, other = _evidence(model, text), _evidence(again, text)
        assert other.margins == pytest.approx(one.margins)
        assert other.features == pytest.approx(one.features)
    assert {file.suffix for file in tmp_path.iterdir()} == {".json", ".npz"}  # nothing that runs code on loading


def test_two_intents_are_enough() -> None:
    model = LinearModel.fit([characters("你好"), characters("退款")], ["greet", "refund"])
    assert _best(model, "退款") == "refund"


def test_no_messages_no_evidence(model: LinearModel) -> None:
    assert model.evidence([]).features.shape == (0, len(FEATURES))


def test_a_trial_shows_what_a_stranger_makes_of_a_text() -> None:
    pairs = [(characters(text), label) for label, texts in EXAMPLES.items() for text in texts]
    views, labels = [view for view, _ in pairs], [label for _, label in pairs]
    model, trial = LinearModel.fit_and_try(views, labels, [characters("今天天气")])
    assert trial is not None
    assert sorted(trial.truth) == sorted(labels)
    assert trial.held.margins.shape == (len(labels), len(model.labels))
    known = model.evidence(views).features[:, FEATURES.index("nearest")]
    assert known.mean() > 0.99  # a text is its own nearest; in the trial it is not there
    assert trial.held.features[:, FEATURES.index("nearest")].mean() < 0.9
    assert LinearModel.fit_and_try(views[:1] + views[-1:], ["a", "b"], [])[1] is None


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
    assert characters("我买的Q币没到", [(3, 5)]) == "^我买的Ⓖ币没到$"


def test_long_text_is_cut_in_the_middle() -> None:
    view = characters("开头" + "中间" * 5000 + "结尾")
    assert (view[:3], view[-3:], len(view)) == ("^开头", "结尾$", MAX_CHARS + 2)


def test_sound_of_homophones_is_one() -> None:
    assert sound("卡蜜") == sound("卡密") == "kami"


@pytest.mark.parametrize(
    ("text", "view"), [("嗯嗯👌", "^嗯嗯$"), ("😭卡密没到😭😭", "^卡密没到$"), ("👌", "^👌$"), ("", "")]
)
def test_pictures_are_no_words(text: str, view: str) -> None:
    assert wordy(characters(text)) == view
