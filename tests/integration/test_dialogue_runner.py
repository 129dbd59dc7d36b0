"""The dialogue runner on a whole product: wrong expectations are found, and samples leave one another alone."""

import re
from collections.abc import Iterator

import pytest

from desk.shop.embedded.adapter import EmbeddedShop
from tests.dialogue_runner import report, run, yaml_file
from tests.dialogue_runner.run import Result
from tests.support.leaks import raw_keys_in
from tests.support.stack import ROOT, Stack

ALL_WRONG = """
- sample: every expectation is wrong
  shop:
    orders:
      a: {product: steam-50, status: paid_wait, paid: 3h}
      b: {product: jd-100, status: delivered, paid: 1d}
  turns:
  - says: 卡密没到 {order.a.no}
    expects:
      contains: [独角兽, "{order.a.key.2.secret}"]
      any_of: [麒麟, 凤凰]
      lacks: "{order.a.key.1.secret}"
      intent: goodbye
      mood: angry
      wants_human: true
      buttons: 独角兽
      cards: {order: [b], key: 7}
      replies: 9
  never: "{order.a.product}"
  outcome:
    delivered: {a: 4}
    resent: b
    reissued: a
    retried: a
    refund: {order: b, amount: 1}
    ticket: {kind: risk, priority: urgent}
    handoff: {reason: complaint}
    status: {a: refunded}
    owner: agent
"""
WRONG = [
    "10: expected a reply with 独角兽; it was:",
    "10: expected a reply with {order.a.key.2.secret}; {order.a.key.2.secret}: keys of order a so far: 1",
    "11: expected a reply with 麒麟 or 凤凰;",
    "12: expected no {order.a.key.1.secret} in the reply;",
    "19: expected never {order.a.product};",
    "13: expected intent goodbye; it was taken for card_key_not_received (",
    "14: expected mood angry;",
    "15: expected a wish for a person; the bot understood otherwise",
    "18: expected 9 replies; 2 came:",
    "16: expected a button 独角兽; the buttons are",
    "17: expected the order card of order b; the cards are",
    "17: expected 7 key cards; 1 came:",
    "21: expected keys delivered of order a (4); there were order a: 1 (key 1)",
    "22: expected keys shown again of order b; there were none",
    "23: expected keys re-issued of order a; there were none",
    "24: expected top-ups sent again of order a; there were none",
    "25: expected a refund, order b, 1.00; there was none",
    "26: expected a ticket with kind risk, priority urgent; opened or changed: there was none",
    "27: expected a hand-off with reason complaint; there was none",
    "28: expected order a in state refunded; it is delivered",
    "29: expected owner agent; it is bot",
]
UNNAMED = """
- sample: what is not named is a deviation
  shop:
    orders:
      a: {product: steam-200, status: out_of_stock_after_pay, paid: 3h}
      b: {product: steam-50, status: paid_wait, paid: 3h}
      c: {product: phone-50, status: failed, failure: 运营商返回：号段维护中}
      d: {product: steam-50, status: delivered, keys: [{used: 1d before sale}]}
  turns:
  - says: 卡密没到 {order.a.no}
  - press: 申请退款
  - says: 卡密没到 {order.b.no}
  - says: 话费没到账 {order.c.no}
  - says: 卡密已经被别人用了 {order.d.no} {order.d.key.1.secret}
  - says: 转人工
  outcome: {}
- sample: nothing it was not
  shop: {orders: {a: {product: steam-50, status: delivered}}}
  turns: ["卡密删了，再发我一次 {order.a.no}"]
  outcome: {nothing: true}
- sample: no such button
  turns: [{press: 独角兽}, 你好]
- sample: the shop cannot be made
  shop: {orders: {a: {status: delivered, refund: 5}}}
  turns: [你好]
"""
RIGHT = """
- sample: time passes, for the order and for what the bot remembers
  shop: {orders: {a: {product: steam-50, status: paid_wait, paid: 1m}}, stock: {steam-50: 1}}
  turns:
  - {says: "卡密没到 {order.a.no}", expects: {contains: 分钟, cards: none}}
  - {waits: 35m}
  - {says: "卡密没到 {order.a.no}", expects: {contains: "{order.a.key.1.secret}"}}
  outcome: {delivered: a}
- sample: the shelf is empty, whatever was on it before
  shop: {orders: {a: {product: steam-50, status: paid_wait, paid: 3h}}, stock: {steam-50: 0}}
  turns: [{says: "卡密没到 {order.a.no}", expects: {contains: "{ticket.new.no}"}}]
  outcome: {ticket: {kind: stock, order: a}}
- sample: nobody stands before the customer in the queue
  turns: [{says: 转人工, expects: {contains: 第 1 位}}]
  outcome: {handoff: requested, owner: queued}
- sample: still nobody
  turns: [{says: 转人工, expects: {contains: 第 1 位}}, {agent: 您好}, {agent: {does: close}}]
  outcome: {handoff: requested, owner: closed}
- sample: faster than the desk lets anybody write
  turns: [{says: [在吗, 在不在, 有人没, 卡密, 没到, 怎么回事, 快点, 急, 人呢, 客服]}]
- sample: keys as they are wanted
  shop:
    orders:
      a: {product: qcoin-card-30, status: delivered, paid: 2d, keys: [locked, {used: 1h ago}, {replaced: true}]}
    keys: {mine: {product: qcoin-card-30}, none: {product: qcoin-card-30, state: unknown}}
    stock: {qcoin-card-30: 1}
  turns:
  - "看看 {order.a.key.4.number} {order.a.key.1.typo} {key.mine.number} {key.none.secret} {customer.me.name}"
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    running = Stack(tmp_path_factory.mktemp("dialogues")).start()
    try:
        yield running
    finally:
        running.stop()


def play(stack: Stack, text: str, start: int) -> list[Result]:
    samples, mistakes = yaml_file.samples("a.yml", text)
    assert mistakes == []
    return run.run(stack, samples, print, start=start)


def told(result: Result) -> list[str]:
    return [str(one).removeprefix("a.yml:") for one in result.deviations]


def test_every_kind_of_wrong_expectation_is_found(stack: Stack) -> None:
    (result,) = play(stack, ALL_WRONG, 100)
    assert len(told(result)) == len(WRONG), told(result)
    for line, expected in zip(told(result), WRONG, strict=True):
        assert line.startswith(expected)


def test_what_happened_unnamed_is_found(stack: Stack) -> None:
    unnamed, not_nothing, no_button, no_shop = (told(result) for result in play(stack, UNNAMED, 200))
    expected = ["no keys delivered", "no keys re-issued", "no top-ups sent again", "no refund of order a"]
    expected += ["no ticket", "no ticket", "no hand-off"]
    assert len(unnamed) == len(expected), unnamed
    assert all(f"expected {words}" in line for words, line in zip(expected, unnamed, strict=True)), unnamed
    assert ["expected nothing done; there was" in line for line in not_nothing] == [True]
    assert ["there is no button '独角兽'" in line for line in no_button] == [True]
    assert ["the shop of the sample; it could not be made" in line for line in no_shop] == [True]


def test_samples_do_not_disturb_each_other(stack: Stack) -> None:
    assert [told(result) for result in play(stack, RIGHT, 300)] == [[]] * 6
    with stack.database.read() as session:
        assert EmbeddedShop(stack.vault).stock(session, "qcoin-card-30") == 1


def test_the_documentation_s_example_goes_as_it_says(stack: Stack) -> None:
    page = (ROOT / "docs" / "trainers.md").read_text("utf-8")
    example = next(block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "turns:" in block)
    (result,) = play(stack, example, 350)
    assert told(result) == []


def test_nothing_that_is_told_or_left_holds_a_card_key(stack: Stack) -> None:
    """Comes last: searches what all the samples above left, and what is told of one."""
    results = play(stack, RIGHT, 400)
    (stack.state / "told.txt").write_text(
        "\n".join([*map(report.dialogue, results), report.summary(results, [], []), repr(results)])
        + repr(report.as_json(results, [], [])),
        "utf-8",
    )
    assert "••••" in (stack.state / "told.txt").read_text("utf-8")
    assert raw_keys_in(stack.database, stack.vault, stack.state) == []
