import pytest

from bot.nlu.normalise import normalise

CASES = [
    ("ＤＤ２０２６ａ", "dd2026a"),
    ("Steam卡", "steam卡"),
    ("卡密還沒到，點解", "卡密还没到,点解"),
    ("急急急急急", "急急"),
    ("！！！！", "!!"),
    ("0000AAAA", "0000aaaa"),  # numbers and keys keep their runs
    ("卡\u200b密\ufeff", "卡密"),
    ("a\tb\nc", "a b c"),
    ("①②", "12"),
    ("e\u0301", "é"),
    ("", ""),
    ("🙂🙂🙂", "🙂🙂"),
]


@pytest.mark.parametrize(("typed", "text"), CASES)
def test_text(typed: str, text: str) -> None:
    assert normalise(typed).text == text


@pytest.mark.parametrize(
    ("typed", "piece", "original"),
    [
        ("单号ＤＤ２０２６ 没到", "dd2026", "ＤＤ２０２６"),
        ("急急急急！！！！卡密", "卡密", "卡密"),
        ("\u200b卡\u200b密\u200b没到", "卡密", "卡\u200b密"),
        ("㎏密", "kg", "㎏"),
        ("e\u0301x密", "é", "e\u0301"),
        ("沒收到點券", "点券", "點券"),
    ],
)
def test_span_leads_back_to_the_original(typed: str, piece: str, original: str) -> None:
    normal = normalise(typed)
    at = normal.text.index(piece)
    start, end = normal.span(at, at + len(piece))
    assert typed[start:end] == original


@pytest.mark.parametrize("typed", [typed for typed, _ in CASES] + ["\x00\x07卡", "𠮷野家", "ﷺ"])
def test_each_character_has_a_place(typed: str) -> None:
    normal = normalise(typed)
    assert len(normal.text) == len(normal.starts) == len(normal.ends)
    assert all(0 <= a < b <= len(typed) for a, b in zip(normal.starts, normal.ends, strict=True))
