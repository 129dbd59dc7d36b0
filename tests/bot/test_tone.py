from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import settings_files
from bot.nlu.settings_files import BadFile
from bot.nlu.tone import BadMetadata, Tone
from bot.nlu.tone_model import ToneModel
from bot.nlu.views import characters

CALM = ["卡密没到", "请问多久到账", "查一下订单", "怎么兑换", "有没有货", "可以开发票吗"]
ANXIOUS = [
    "急急急卡密还没到",
    "在线等很急",
    "怎么办啊马上要用了",
    "求求了快帮我看看",
    "急死了还没到账",
    "等着用呢好着急",
]
ANGRY = ["什么垃圾店", "骗子吧你们", "垃圾玩意退钱", "你们是死人吗！！", "再不处理我投诉了！！", "坑人的破店"]


@pytest.fixture(scope="module")
def mood() -> ToneModel:
    texts = {"calm": CALM, "anxious": ANXIOUS, "angry": ANGRY}
    pairs = [(characters(text), name) for name, each in texts.items() for text in each]
    return ToneModel.fit([view for view, _ in pairs], [name for _, name in pairs])


@pytest.mark.parametrize(
    ("text", "name"),
    [("垃圾骗子", "angry"), ("急急急在线等", "anxious"), ("订单怎么查", "calm"), ("垃圾騙子！！", "angry")],
)
def test_moods(mood: ToneModel, text: str, name: str) -> None:
    said, confidence = mood.of(characters(text))
    assert said == name
    assert 1 / 3 <= confidence <= 1


def test_saved_moods_stay(mood: ToneModel, tmp_path: Path) -> None:
    mood.save(tmp_path / "mood.npz")
    assert ToneModel.load(tmp_path / "mood.npz").of(characters("垃圾")) == pytest.approx(mood.of(characters("垃圾")))


@pytest.mark.parametrize(
    ("intent", "metadata", "complaint"),
    [
        ("greet", {"mood": "furious"}, "furious"),
        ("greet", {"mood": "calm", "wants_human": "yes"}, "wants_human: yes"),
    ],
)
def test_unknown_metadata_is_refused(intent: str, metadata: dict[str, str], complaint: str) -> None:
    example = Message({"text": "你好", "intent": intent, "metadata": {"intent": metadata}})
    with pytest.raises(BadMetadata, match=complaint):
        Tone(None, None).train(TrainingData([example]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "不存在"),
        ("a: [", "不是有效的 YAML"),
        ("other: 1", "缺少 says"),
        ("says: {a: 1}", "一行一句"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str, complaint: str
) -> None:
    monkeypatch.setattr(settings_files, "ROOT", tmp_path)
    if content is not None:
        (tmp_path / "w.yml").write_text(content)
    with pytest.raises(BadFile, match=complaint) as refused:
        settings_files.lines("w.yml", "says")
    assert "w.yml" in str(refused.value)


@pytest.mark.parametrize("content", ["g: 1", "g: [a]", "g: [[a]]", "g: [[a, 1]]"])
def test_groups_are_lists_of_two_or_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str) -> None:
    monkeypatch.setattr(settings_files, "ROOT", tmp_path)
    (tmp_path / "g.yml").write_text(content)
    with pytest.raises(BadFile, match=r"g\.yml"):
        settings_files.groups("g.yml", "g")
