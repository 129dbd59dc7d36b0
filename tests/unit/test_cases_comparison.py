"""What is wrong with a mistyped key: a table, and properties over keys of all forms."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from desk.cases.comparison import Kind, compare, twins
from desk.cases.hints import hint

KEY = "ABCDE-1F0GH-JKLM9"
PLAIN = "7K2MXQ9W4RTP6N3V"
DIGITS = "48213960571846293075"


@pytest.mark.parametrize(
    ("typed", "right", "kinds", "said"),
    [
        (KEY, KEY, [], None),
        (KEY.lower(), KEY, [], None),
        ("ＡＢＣＤＥ 1F0GH—JKLM9", KEY, [], None),
        ("ABCDE-1FOGH-JKLM9", KEY, [Kind.LOOKALIKE], "第2组第3位应为数字0，您输入的是字母O"),
        ("ABCDE-IF0GH-JKLM9", KEY, [Kind.LOOKALIKE], "第2组第1位应为数字1，您输入的是字母I"),
        ("ABCDE-lF0GH-JKLM9", KEY, [Kind.LOOKALIKE], "第2组第1位应为数字1，您输入的是字母L"),
        (
            "A8CDE-IFOGH-JKLM9",
            KEY,
            [Kind.LOOKALIKE] * 3,
            "第1组第2位应为字母B，您输入的是数字8；第2组第1位应为数字1，您输入的是字母I；另外还有1处不一样",
        ),
        ("ABCDE-1F0GX-JKLM9", KEY, [Kind.WRONG], "第2组第5位应为字母H，您输入的是字母X"),
        ("ABDCE-1F0GH-JKLM9", KEY, [Kind.SWAPPED], "第1组第3位和后面一位的顺序反了"),
        ("ABCDE-1F0H-JKLM9", KEY, [Kind.MISSING], "第2组第4位少输了一位，应为字母G"),
        ("ABCDE-1F0GHH-JKLM9", KEY, [Kind.EXTRA], "第2组第5位多输了一位字母H"),
        ("ABCDE-JKLM9", KEY, [Kind.MISSING_GROUP], "少了第2组，一共应有3组"),
        ("1F0GH-JKLM9", KEY, [Kind.MISSING_GROUP], "少了第1组，一共应有3组"),
        ("ABCDE-1FOGH", KEY, [Kind.MISSING_GROUP], "少了第3组，一共应有3组"),
        ("ABCDE-1F0GH-JK", KEY, [Kind.MISSING_END], "后面少了3位，一共应有15位"),
        ("CDE-1F0GH-JKLM9", KEY, [Kind.MISSING_START], "前面少了2位，一共应有15位"),
        ("KEY ABCDE-1F0GH-JKLM9", KEY, [Kind.SURPLUS], "多输了3位，一共只有15位"),
        ("7KZMXQ9W4RTP6N3V", PLAIN, [Kind.LOOKALIKE], "第3位应为数字2，您输入的是字母Z"),
        ("7K2MXQ9W4RT", PLAIN, [Kind.MISSING_END], "后面少了5位，一共应有16位"),
        ("482139605718462930", DIGITS, [Kind.MISSING_END], "后面少了2位，一共应有20位"),
        ("4821396O571846293075", DIGITS, [Kind.LOOKALIKE], "第8位应为数字0，您输入的是字母O"),
        ("abcDEF12-ghi", "abcDef12-ghi", [Kind.CASE] * 2, "第1组第5位大小写不对，应为字母e"),
        ("ABCDEF12", "abcdef12", [], None),
    ],
)
def test_differences(typed: str, right: str, kinds: list[Kind], said: str | None) -> None:
    found = compare(typed, right)
    assert found is not None
    assert [difference.kind for difference in found] == kinds
    if said is not None:
        assert hint(found, right).startswith(said)


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("ZZZZZ-ZZZZZ-ZZZZZ", KEY),
        ("QWERT-YUIOP-ASDFG", KEY),
        ("ABC", KEY),
        ("", KEY),
        ("卡密没到", KEY),
        ("ABXXE-1XXGH-JXXM9", KEY),
        ("13800138000", DIGITS),
        ("AB12", "AB13"),
    ],
)
def test_another_text_is_not_the_key(typed: str, right: str) -> None:
    assert compare(typed, right) is None


CHARS = st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
GROUPED = st.lists(st.text(CHARS, min_size=4, max_size=6), min_size=3, max_size=5).map("-".join)
BARE = st.text(CHARS, min_size=12, max_size=20)
KEYS = st.one_of(GROUPED, BARE)
SWAPS = {"O": "0", "0": "O", "I": "1", "1": "I", "S": "5", "5": "S", "B": "8", "8": "B", "Z": "2", "2": "Z"}


def places(key: str) -> st.SearchStrategy[int]:
    return st.sampled_from([at for at, char in enumerate(key) if char != "-"])


@given(data=st.data(), key=KEYS)
def test_a_lookalike_is_named(data: st.DataObject, key: str) -> None:
    assume(set(key) & SWAPS.keys())
    at = data.draw(st.sampled_from([at for at, char in enumerate(key) if char in SWAPS]))
    found = compare(key[:at] + SWAPS[key[at]] + key[at + 1 :], key)
    assert found is not None
    assert [(one.kind, one.right, one.typed) for one in found] == [(Kind.LOOKALIKE, key[at], SWAPS[key[at]])]


@given(data=st.data(), key=KEYS, other=CHARS)
def test_one_slip_is_recognised_and_the_hint_tells_no_more_than_single_characters(
    data: st.DataObject, key: str, other: str
) -> None:
    at = data.draw(places(key))
    slip = data.draw(st.sampled_from(["wrong", "missing", "extra", "swapped"]))
    if slip == "wrong":
        typed = key[:at] + other + key[at + 1 :]
    elif slip == "missing":
        typed = key[:at] + key[at + 1 :]
    elif slip == "extra":
        typed = key[:at] + other + key[at:]
    else:
        typed = key[:at] + key[at : at + 2][::-1] + key[at + 2 :]
    found = compare(typed, key)
    assert found is not None
    assume(found)
    said = hint(found, key)
    assert "{" not in said
    # Single characters and counts only: no run of the key is spelled out.
    assert all(len(run) <= 2 for run in re.findall(r"[A-Za-z0-9]+", said))
    assert all(len(one.right) <= 1 and len(one.typed) <= 1 for one in found)


@given(key=GROUPED, data=st.data())
def test_a_missing_group_is_recognised(key: str, data: st.DataObject) -> None:
    groups = key.split("-")
    gone = data.draw(st.integers(0, len(groups) - 1))
    found = compare("-".join(groups[:gone] + groups[gone + 1 :]), key)
    assert found is not None
    assert found[0].kind in {Kind.MISSING_GROUP, Kind.MISSING_START, Kind.MISSING_END}


@given(one=KEYS, other=KEYS)
def test_different_keys_are_not_taken_for_each_other(one: str, other: str) -> None:
    bare_one, bare_other = one.replace("-", ""), other.replace("-", "")
    short, long = sorted((bare_one, bare_other), key=len)
    alike = max(sum(map(twins, short, long[at:])) for at in range(len(long) - len(short) + 1))
    assume(alike <= len(short) // 3)
    assert compare(one, other) is None


@given(typed=st.text(max_size=60), right=KEYS)
def test_any_text_is_compared_without_failing(typed: str, right: str) -> None:
    found = compare(typed, right)
    if found:
        assert hint(found, right)
