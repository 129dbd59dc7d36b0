"""`make check-data`: every kind of finding beside a twin that is clean."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from training_data import DOMAIN, GREETINGS, PAYMENTS, RULES, nlu, project

from bot.training import lines, marks
from bot.training.check import counts, examples, findings, near, run
from bot.training.check.findings import Finding, Kind

SMALL = (Kind.FEW,)


def found(root: Path, *kinds: Kind) -> list[Finding]:
    """What is found in a project, but that it is small."""
    nlu_files = lines.yaml_files([root / "data"])
    read, told = run._read(nlu_files, root)
    told += run.look(root, nlu_files, read, [root / "tests" / "nlu"])
    assert not kinds or {each.kind for each in told} - set(SMALL) <= set(kinds), told
    return [each for each in told if each.kind not in SMALL]


def test_a_clean_project_has_no_findings(tmp_path: Path) -> None:
    assert found(project(tmp_path)) == []


PAY = "data/nlu/pay.yml"
GREET = "data/nlu/greet.yml"
OUTSIDE = "data/calibration/o.yml"
FAULTS = [
    # what is wrong, kind, where, what is said; the file's replaced text
    ("across", Kind.ACROSS, "data/nlu/pay.yml:12", "你好 (pay; greet)", {PAY: nlu(pay=[*PAYMENTS, "你好"])}),
    (
        "across, other width",
        Kind.ACROSS,
        "data/nlu/pay.yml:12",
        "ＨＥＬＬＯ",
        {PAY: nlu(pay=[*PAYMENTS, "ＨＥＬＬＯ"])},
    ),
    ("within", Kind.WITHIN, "data/nlu/pay.yml:12", "掃碼沒反應", {PAY: nlu(pay=[*PAYMENTS, "掃碼沒反應"])}),
    (
        "letters",
        Kind.LETTERS,
        "data/nlu/greet.yml:15",
        "支付页面怎么又打不开了 (greet) ≈ 支付页面怎么打不开了 (pay) data/nlu/pay.yml:12",
        {PAY: nlu(pay=[*PAYMENTS, "支付页面怎么打不开了"]), GREET: nlu(greet=[*GREETINGS, "支付页面怎么又打不开了"])},
    ),
    (
        "letters, other number",
        Kind.LETTERS,
        "data/nlu/greet.yml:15",
        "100%",
        {
            PAY: nlu(pay=[*PAYMENTS, "[DD20261121A7K3](order_no)看一下"]),
            GREET: nlu(greet=[*GREETINGS, "DD20261120B7K3看一下"]),
        },
    ),
    ("sound", Kind.SOUND, "data/nlu/greet.yml:15", "100%", {GREET: nlu(greet=[*GREETINGS, "嫂吗没翻硬"])}),
    ("leak", Kind.LEAK, "tests/nlu/clean.yml:5", "data/nlu/pay.yml:8", {"tests/nlu/clean.yml": nlu(pay=[PAYMENTS[3]])}),
    (
        "near leak",
        Kind.NEAR_LEAK,
        "tests/nlu/clean.yml:5",
        "data/nlu/pay.yml:12",
        {
            PAY: nlu(pay=[*PAYMENTS, "昨天晚上开始支付页面就一直打不开"]),
            "tests/nlu/clean.yml": nlu(pay=["昨天晚上开始支付页面一直打不开"]),
        },
    ),
    (
        "disagree",
        Kind.DISAGREE,
        "tests/nlu/clean.yml:5",
        "as greet, here pay",
        {"tests/nlu/clean.yml": nlu(pay=["嗨"])},
    ),
    ("mark", Kind.MARK, "data/nlu/pay.yml:12", "[Q币(product)", {PAY: nlu(pay=[*PAYMENTS, "买[Q币(product)"])}),
    ("mark, json", Kind.MARK, "data/nlu/pay.yml:12", "{", {PAY: nlu(pay=[*PAYMENTS, '买[Q币]{"entity": product}'])}),
    ("mark, wide", Kind.MARK, "data/nlu/pay.yml:12", "（", {PAY: nlu(pay=[*PAYMENTS, "买[Q币]（product）"])}),
    ("entity", Kind.ENTITY, "data/nlu/pay.yml:12", "colour", {PAY: nlu(pay=[*PAYMENTS, "DD20261121A7K3[红](colour)"])}),
    (
        "missed",
        Kind.MISSED,
        "data/nlu/pay.yml:12",
        "order_no 订单号",
        {PAY: nlu(pay=[*PAYMENTS, "查[订单号](order_no)"])},
    ),
    ("yaml", Kind.YAML, "data/nlu/pay.yml:3", "", {PAY: "nlu:\n- intent: [pay\n"}),
    (
        "no dash",
        Kind.YAML,
        "data/nlu/pay.yml:5",
        "付不了",
        {PAY: "nlu:\n- intent: pay\n  examples: |\n    - 扫码\n    付不了\n"},
    ),
    ("no examples", Kind.YAML, "data/nlu/more.yml:2", "pay", {"data/nlu/more.yml": "nlu:\n- intent: pay\n"}),
    ("test set", Kind.YAML, "tests/nlu/clean.yml:2", "", {"tests/nlu/clean.yml": "nlu: [\n"}),
    ("domain", Kind.YAML, "domain.yml:", "", {"domain.yml": DOMAIN + "x: [\n"}),
    ("intent", Kind.INTENT, "data/nlu/more.yml:5", "refund", {"data/nlu/more.yml": nlu(refund=["把钱退我"])}),
    ("unused", Kind.UNUSED, "domain.yml", "refund", {"domain.yml": DOMAIN.replace("[greet,", "[greet, refund,")}),
    ("answer", Kind.ANSWER, "data/nlu/more.yml:5", "utter_faq/coupon", {"data/nlu/more.yml": nlu(faq__coupon=["券"])}),
    ("button", Kind.BUTTON, "domain.yml:8", "no intent pya", {"domain.yml": DOMAIN.replace("/pay", "/pya")}),
    (
        "button, entity",
        Kind.BUTTON,
        "domain.yml:8",
        "no entity nr",
        {"domain.yml": DOMAIN.replace('{{"order_no"', '{{"nr"')},
    ),
    (
        "button, json",
        Kind.BUTTON,
        "domain.yml:8",
        "not JSON",
        {"domain.yml": DOMAIN.replace('order_no": ', "order_no: ")},
    ),
    (
        "confusable",
        Kind.LABEL,
        "data/dialogue/c.yml:3",
        "pya",
        {"data/dialogue/c.yml": "c:\n- [pay, greet]\n- [pya, pay]\n"},
    ),
    (
        "calibration",
        Kind.ACROSS,
        "data/calibration/o.yml:2",
        "out_of_scope; pay",
        {OUTSIDE: "messages: |\n  - 扫码没反应\n"},
    ),
    (
        "calibration, leak",
        Kind.LEAK,
        "tests/nlu/clean.yml:5",
        "data/calibration/o.yml:3",
        {
            OUTSIDE: "messages:\n- 讲个笑话\n- 明天会不会下大雨\n",
            "tests/nlu/clean.yml": nlu(out_of_scope=["明天会不会下大雨"]),
        },
    ),
    (
        "label",
        Kind.LABEL,
        "data/dialogue/intent_labels.yml:2",
        "pya",
        {"data/dialogue/intent_labels.yml": "t:\n  pya: 付款\n"},
    ),
]


@pytest.mark.parametrize(("kind", "where", "what", "files"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_finds(kind: Kind, where: str, what: str, files: dict[str, str], tmp_path: Path) -> None:
    mine = [each for each in found(project(tmp_path, **files)) if each.kind is kind]
    assert mine, "nothing found"
    assert any(each.where.startswith(where) and what in each.what for each in mine), mine


TABLES = "nlu:\n- lookup: product\n  examples: |\n    - Q币\n- synonym: Q币\n  examples: |\n    - qb\n"
LISTED = "nlu:\n- intent: pay\n  examples:\n  - text: |\n      - 转账失败\n    metadata: {mood: calm}\n"


@pytest.mark.parametrize(
    "files",
    [
        {"data/dialogue/intent_labels.yml": "intent_labels:\n  pay: 付款\n  faq/register: 注册\n"},
        {"tests/nlu/clean.yml": nlu(greet=["嗨", "hello"])},  # anybody says so
        {PAY: nlu(pay=[*PAYMENTS, "图[1]上", "[]"])},  # brackets are no marks
        {PAY: nlu(pay=[*PAYMENTS, '看[DD20261121A7K3]{"entity": "order_no", "value": "DD20261121A7K3"}'])},
        {"data/nlu/table.yml": TABLES},
        {"data/nlu/none.yml": ""},
        {OUTSIDE: "messages: |\n  - 明天会不会下大雨\n", "data/dialogue/c.yml": "c:\n- [pay, faq/register]\n"},
        # orders and tickets look alike and are not
        {PAY: nlu(pay=[*PAYMENTS, "查 DD20261121A7K3"]), GREET: nlu(greet=[*GREETINGS, "查 T20261121-0001"])},
        {"data/nlu/list.yml": LISTED},
    ],
)
def test_says_nothing_on(files: dict[str, str], tmp_path: Path) -> None:
    assert found(project(tmp_path, **files)) == []


@pytest.mark.parametrize(
    ("n", "folder", "intent", "kinds"),
    [
        (39, "goods", "pay", [Kind.FEW]),
        (40, "goods", "pay", []),
        (40, "transactions", "pay", [Kind.SHORT]),
        (80, "transactions", "pay", []),
        (79, "service", "request_human", [Kind.SHORT]),
    ],
)
def test_counts_different_examples(n: int, folder: str, intent: str, kinds: list[Kind], tmp_path: Path) -> None:
    file = tmp_path / folder / f"{intent}.yml"
    listed = [examples.Example(lines.Line(file, at, intent, str(at)), f"例句{at}") for at in range(n)]
    assert [each.kind for each in counts.find([*listed, listed[0]], tmp_path)] == kinds
    assert counts.columns(listed) == f"{folder}\n  {intent} {n}"


STORY = """\
version: "3.1"
stories:
- story: otherwise
  steps:
  - intent: greet
  - action: utter_{}
"""


@pytest.mark.parametrize(("said", "code"), [("hello", 0), ("bye", 1)])
def test_rules_against_stories(said: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    domain = DOMAIN.replace("  utter_faq/", "  utter_bye:\n  - text: 再见\n  utter_faq/")
    many = nlu(greet=[*GREETINGS, *map(_sentence, range(40))])
    pay = nlu(pay=[*PAYMENTS, *map(_sentence, range(40, 80))])
    faq = nlu(faq__register=list(map(_sentence, range(80, 120))))
    files = {"domain.yml": domain, "data/stories.yml": STORY.format(said), GREET: many, PAY: pay}
    root = project(tmp_path, **files, **{"data/nlu/register.yml": faq})
    assert run.check(root, []) == code
    out = capsys.readouterr().out
    assert ("规则与故事矛盾" in out) is (code == 1)
    if code:
        assert "in story 'otherwise'" in out


def _sentence(number: int) -> str:
    """Four characters that no other number has."""
    return "".join(chr(0x4E00 + number * 40 + at * 7) for at in range(4))


def test_a_rule_with_an_unknown_action_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = project(tmp_path, **{"data/rules.yml": RULES.replace("utter_hello", "utter_helo")})
    assert run.check(root, []) == 1
    out = capsys.readouterr().out
    assert "utter_helo" in out
    assert "Available actions" not in out


def test_output_is_grouped_errors_first_and_cut(capsys: pytest.CaptureFixture[str]) -> None:
    told = [Finding(Kind.WITHIN, f"a.yml:{at}", "x") for at in range(57)] + [Finding(Kind.YAML, "b.yml:1", "y")]
    assert findings.say(told, sys.stdout, everything=False)
    out = capsys.readouterr().out
    assert out.index("b.yml:1") < out.index("a.yml:0")
    assert "还有 37 条" in out
    assert "a.yml:20" not in out
    assert out.endswith("1 errors, 57 warnings. 1 个错误，57 个提醒。\n")
    assert not findings.say(told[:1], sys.stdout, everything=True)
    assert findings.say(told, sys.stdout, everything=True)
    assert "a.yml:56" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("abc", "abc", 1.0),
        ("abc", "abd", 2 / 6),
        ("a", "a", 1.0),
        ("a", "b", 0.0),
        ("", "", 0.0),
        ("ab", "abab", 3 / 4),
    ],
)
def test_nearness_is_the_jaccard_index_of_bigrams(one: str, other: str, share: float) -> None:
    got = list(near.pairs([one], [other], 0.01))
    assert got == ([(0, 0, pytest.approx(share))] if share else [])


def test_nearness_over_more_than_one_strip() -> None:
    words = [("a", str(at)) for at in range(near.STRIP + 20)]
    same = [(a, b) for a, b, share in near.pairs(words, words, 0.99)]
    assert same == [(at, at) for at in range(len(words))]


@pytest.mark.parametrize(
    ("raw", "text", "found_"),
    [
        ("你好", "你好", []),
        ("买[Q币](product)", "买Q币", [marks.Mark(1, 3, "product")]),
        (
            "[Q币](product)[五十块](amount:50)",
            "Q币五十块",
            [marks.Mark(0, 2, "product"), marks.Mark(2, 5, "amount", "50")],
        ),
        ('[qb]{"entity": "product", "value": "Q币"}', "qb", [marks.Mark(0, 2, "product", "Q币")]),
        ("[图片]", "[图片]", []),
    ],
)
def test_reads_marks(raw: str, text: str, found_: list[marks.Mark]) -> None:
    assert marks.parse(raw) == (text, found_)
