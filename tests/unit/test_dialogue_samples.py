"""The format of dialogue samples: what is read, and how mistakes are told."""

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from desk.shop.base import AccountState, KeyState, OrderStatus, PaymentState, RechargeState
from desk.shop.embedded import catalogue
from tests.dialogue_runner import (
    csv_file,
    files,
    money_block,
    order_block,
    outcome_block,
    placeholders,
    shop_block,
    turns_block,
    yaml_file,
)
from tests.dialogue_runner.__main__ import SHIPPED, main
from tests.dialogue_runner.marked import Mistake
from tests.dialogue_runner.sample import Sample
from tests.dialogue_runner.words import Wanted

TRAINERS = SHIPPED.parents[1] / "docs" / "trainers.md"


def read(text: str) -> tuple[list[Sample], list[Mistake]]:
    return yaml_file.samples("a.yml", text)


def one(text: str) -> Sample:
    samples, mistakes = read(text)
    assert mistakes == []
    (sample,) = samples
    return sample


def in_shop(block: str) -> str:
    return f"shop:\n{block}\nturns: [你好]"


def test_an_order_as_it_is_told() -> None:
    sample = one("""
shop:
  customers: {lin: 林小雨}
  orders:
    a: {product: steam-100, status: delivered, paid: 1h30m, amount: ¥90, quantity: 2, payments: closed,
        keys: [locked, {used: 2d before sale, replaced: true}]}
as: lin
turns: [你好]
""")
    order = sample.shop.orders["a"]
    assert (order.product, order.status, order.customer) == ("steam-100", OrderStatus.DELIVERED, "lin")
    assert (order.age, order.amount, order.handed_out) == (timedelta(minutes=90), Decimal("90.00"), 2)
    assert order.payments is not None
    assert [(one.state, one.method) for one in order.payments] == [(PaymentState.CLOSED, None)]
    assert order.keys is not None
    locked, used = order.keys
    assert (locked.state, used.state, used.replaced) == (KeyState.LOCKED, KeyState.USED, True)
    assert used.used is not None
    assert (used.used.distance, used.used.from_sale) == (timedelta(days=-2), True)


def test_money_as_it_is_told() -> None:
    sample = one("""
shop:
  customers: {lin: {account: frozen, balance: 50}, wang: 王建国}
  orders:
    a:
      payments: [{state: failed, failure: 余额不足, method: wechat}, success, {state: success, after: 5m}]
      frozen: true
    b: {payments: none}
  recharges: {r: {amount: ¥200, of: wang}, q: {amount: 10.5, state: closed, paid: 2d, method: alipay}}
  coupons: {c: 5, d: {yuan: 3, of: wang, ends: 2d ago, used: true}}
  channels: {alipay: down, unionpay: 3h, wechat: up}
turns: [你好]
outcome:
  surplus_refunded: {a: {payments: [3]}}
  extended: none
  coupon: [5, {yuan: 3, of: wang}]
  credited: [r]
  corrected: {a: "13900139000"}
  canceled: b
  order_frozen: none
  account_frozen: lin
""")
    world = sample.shop
    assert (world.customers["lin"].account, world.customers["lin"].balance) == (AccountState.FROZEN, Decimal(50))
    assert world.orders["a"].frozen
    assert [(p.state, p.method, p.failure, p.after) for p in world.orders["a"].payments or ()] == [
        (PaymentState.FAILED, "wechat", "余额不足", None),
        (PaymentState.SUCCESS, None, None, None),
        (PaymentState.SUCCESS, None, None, timedelta(minutes=5)),
    ]
    assert world.orders["b"].payments == ()
    r, q = world.recharges["r"], world.recharges["q"]
    assert (r.amount, r.state, r.customer, r.age) == (Decimal(200), RechargeState.PAID, "wang", timedelta(hours=1))
    assert (q.state, q.customer, q.age, q.method) == (RechargeState.CLOSED, "lin", timedelta(days=2), "alipay")
    c, d = world.coupons["c"], world.coupons["d"]
    assert (c.yuan, c.customer, c.ends, c.used) == (Decimal(5), "lin", None, False)
    assert d.ends is not None
    assert (d.ends.distance, d.customer, d.used) == (timedelta(days=-2), "wang", True)
    assert world.channels == {"alipay": timedelta(minutes=30), "unionpay": timedelta(hours=3)}
    outcome = sample.outcome
    assert outcome is not None
    assert outcome.moved == {"surplus_refunded": {"a": (1, (3,))}, "extended": {}}
    assert [(one.yuan, one.customer) for one in outcome.coupons or ()] == [("5.00", None), ("3.00", "wang")]
    assert outcome.corrected == {"a": "13900139000"}
    names = {"credited": ("r",), "canceled": ("b",), "order_frozen": (), "account_frozen": ("lin",)}
    assert outcome.named == names


def test_a_turn_as_it_is_told() -> None:
    sample = one("""
turns:
- 在吗
- says: [卡密, 没到]
  expects: {contains: [a, /b/], lacks: c, replies: 1..3, cards: {order: 2, key: none}, buttons: none}
- waits: 35m
- agent: {does: close}
""")
    bare, burst, wait, agent = sample.turns
    assert (bare.act, bare.texts) == ("says", ("在吗",))
    assert burst.texts == ("卡密", "没到")
    assert [(each.text, each.is_pattern) for each in burst.expects.contains] == [("a", False), ("/b/", True)]
    assert (burst.expects.replies, burst.expects.buttons) == ((1, 3), ())
    assert {kind: cards.count for kind, cards in burst.expects.cards.items()} == {"order": 2, "key": 0}
    assert wait.time == timedelta(minutes=35)
    assert (agent.act, agent.does) == ("agent", "close")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("turns: [你好]\noutcom: {}", 2, "a sample has no field 'outcom'. Did you mean 'outcome'?"),
        ("sample: x", 1, "needs `turns`"),
        ("turns: []", 1, "must be a list of what is said"),
        ("turns:\n- sais: 你好", 2, "a turn has no field 'sais'. Did you mean 'says'?"),
        ("turns:\n- says: 你好\n  press: 好", 2, "a turn has one of says, press, pick, waits, agent"),
        ("turns:\n- says: 你好\n  expects:\n    contain: x", 4, "Did you mean 'contains'?"),
        ("turns:\n- says: 你好\n  expects:\n    contains: /(/", 4, "no regular expression"),
        ("turns:\n- says: 你好\n  expects:\n    contains: ''", 4, "empty"),
        ("turns:\n- says: 你好\n  expects: {intent: card_key_unused}", 3, "Did you mean 'card_key_used'?"),
        ("turns:\n- says: 你好\n  expects: {replies: many}", 3, "1..3"),
        ("turns:\n- waits: soon", 2, "a length of time such as 90s, 35m"),
        ("turns:\n- waits: 1h\n  expects: {contains: x}", 3, "nobody answers while time passes"),
        ("turns:\n- pick: a", 2, "names an order of the shop; 'a' is none."),
        ("turns:\n- says: 单号{order.a.no}", 2, "nothing is called {order.a.no} in this sample."),
        (in_shop("  orders: {a: {}}") + "\nnever: '{order.a.nr}'", 4, "Did you mean 'order.a.no'?"),
        (
            "shop: {orders: {a: {}}}\nturns:\n- says: '{order.a.key.3.secrt}'",
            3,
            "{order.a.key.3.secrt} in this sample. Did you mean 'order.a.key.1.secret'?",
        ),
        ("turns:\n- says: {order.a.no}", 2, "A text that begins with { needs quotes"),
        ("turns:\n- says: {order.a.no} 没到", 2, "this is no YAML"),
        ("turns: [你好]\nas: lin", 2, "`as` is a customer of the shop block or `anonymous`, not 'lin'"),
        (in_shop("  order: {}"), 2, "Did you mean 'orders'?"),
        (
            in_shop("  orders:\n    a: {product: steam-1000}"),
            3,
            "'steam-1000' is not known. Did you mean 'steam-",
        ),
        (in_shop("  orders:\n    a:\n      status: payed"), 4, "`status` 'payed' is not known."),
        (in_shop("  orders:\n    a: {}\n    a: {}"), 4, "'a' stands twice"),
        (in_shop("  orders:\n    a: {of: wang}"), 3, "customer 'wang' is not known."),
        (in_shop("  orders: {a: {of: me, guest: {}}}"), 2, "either `of` a customer or of a `guest`"),
        (in_shop("  orders: {a: {amount: 十块}}"), 2, "yuan such as 98.80"),
        (in_shop("  orders: {a: {product: phone-50, keys: [sold]}}"), 2, "a top-up has no keys"),
        (in_shop("  orders: {a: {keys: [sold, sold], quantity: 1}}"), 2, "no more keys than the `quantity`"),
        (in_shop("  orders: {a: {keys: [{state: sold, used: 1h ago}]}}"), 2, "only a key in state `used`"),
        (in_shop("  orders: {a: {keys: [{used: yesterday}]}}"), 2, "a moment such as `3h ago`"),
        (in_shop("  orders: {a: {payments: [success, succes]}}"), 2, "Did you mean 'success'?"),
        (in_shop("  orders:\n    a:\n      payments: [{stat: failed}]"), 4, "Did you mean 'state'?"),
        (in_shop("  orders: {a: {payments: [{method: alipay}]}}"), 2, "a payment needs a `state`"),
        (in_shop("  orders: {a: {payments: {state: failed, method: alypay}}}"), 2, "Did you mean 'alipay'?"),
        (in_shop("  orders: {a: {payments: {state: success, failure: x}}}"), 2, "only a payment in state `failed`"),
        (in_shop("  orders: {a: {payments: {state: failed, after: 1m}}}"), 2, "state `failed` never came"),
        (in_shop("  orders: {a: {frozen: maybe}}"), 2, "true or false"),
        (in_shop("  customers: {lin: {phone: '123'}}"), 2, "11 digits"),
        (in_shop("  customers: {lin: {account: frosen}}"), 2, "Did you mean 'frozen'?"),
        (in_shop("  customers: {lin: {balance: 0}}"), 2, "more than 0 yuan"),
        (in_shop("  recharges: {r: {state: paid}}"), 2, "needs an `amount`"),
        (in_shop("  recharges: {r: {amount: 5, state: payed}}"), 2, "Did you mean 'paid'?"),
        (in_shop("  recharges: {r: {amount: 5, of: lin}}"), 2, "customer 'lin' is not known."),
        (in_shop("  recharges: {r: {amuont: 5}}"), 2, "Did you mean 'amount'?"),
        (in_shop("  coupons: {c: {ends: in 3d}}"), 2, "needs `yuan`"),
        (in_shop("  coupons: {c: five}"), 2, "yuan such as 98.80"),
        (in_shop("  coupons: {new: 5}"), 2, "has a meaning of its own"),
        (in_shop("  channels:\n    alipai: down"), 3, "there is no channel 'alipai'. Did you mean 'alipay'?"),
        (in_shop("  channels: {alipay: broken}"), 2, "`down`, `up`, or since when it is down"),
        (in_shop("  recharges: {r: {amount: 5}}") + "\nnever: '{recharge.r.nr}'", 4, "Did you mean 'recharge.r.no'?"),
        (
            "shop: {orders: {a: {}}}\nturns:\n- says: '{order.a.payment.2.trade_nr}'",
            3,
            "Did you mean 'order.a.payment.1.trade_no'?",
        ),
        (in_shop("  tickets: {t: {problem: stock}}"), 2, "needs an `order`"),
        (in_shop("  tickets: {new: {kind: key}}"), 2, "has a meaning of its own"),
        (in_shop("  stock: {steam-100: lots}"), 2, "whole number"),
        ("turns: [你好]\noutcome: {delivered: a}", 2, "there is no order 'a' in the shop."),
        ("turns: [你好]\noutcome: {canceled: a}", 2, "there is no order 'a' in the shop."),
        ("turns: [你好]\noutcome: {credited: r}", 2, "there is no recharge 'r' in the shop."),
        ("turns: [你好]\noutcome: {account_frozen: mee}", 2, "no customer 'mee' in the shop. Did you mean 'me'?"),
        ("turns: [你好]\noutcome: {corrected: {a: '1'}}", 2, "there is no order 'a' in the shop."),
        ("turns: [你好]\noutcome: {surplus_refunded: a}", 2, "there is no order 'a' in the shop."),
        (
            "shop: {orders: {a: {}}}\nturns: [你好]\noutcome: {surplus_refunded: {a: {keys: [1]}}}",
            3,
            "no field 'keys'. There is: count, payments.",
        ),
        ("turns: [你好]\noutcome: {coupon: {of: me}}", 2, "`coupon` needs `yuan`"),
        ("turns: [你好]\noutcome: {coupon: lots}", 2, "yuan such as 98.80"),
        ("turns: [你好]\noutcome: {cupon: 5}", 2, "Did you mean 'coupon'?"),
        ("turns: [你好]\noutcome: {nothing: true, ticket: none}", 2, "`nothing: true` stands alone"),
        ("turns: [你好]\noutcome: {handoff: {raeson: policy}}", 2, "Did you mean 'reason'?"),
        ("turns: [你好]\noutcome: {handoff: policies}", 2, "Did you mean 'policy'?"),
        ("turns: [你好]\noutcome:\n  ticket:\n  - {kind: stck}", 4, "Did you mean 'stock'?"),
        ("", 1, "the file is empty"),
    ],
)
def test_mistakes_are_told_with_line_and_remedy(text: str, line: int, words: str) -> None:
    samples, (mistake,) = read(text)
    assert samples == []
    assert (mistake.place.file, mistake.place.line) == ("a.yml", line)
    assert words in mistake.message


def test_a_mistake_spares_the_other_samples() -> None:
    samples, mistakes = read("- {sample: a, turns: [你好]}\n- {sampel: b, turns: [你好]}\n- {sample: c, turns: [你好]}")
    assert [sample.name for sample in samples] == ["a", "c"]
    assert [str(mistake.place) for mistake in mistakes] == ["a.yml:2"]


@pytest.mark.parametrize(
    ("wanted", "text", "there"),
    [
        ("¥98", "一共￥98.80", True),
        ("steam", "STEAM 钱包", True),
        (r"/T\d{8}-\d{4}/", "工单T20261121-0001", True),
        ("/a.b/", "a\nb", True),
        ("{order.a.no}", "单号DD2026", True),
        ("/^{order.a.no}$/", "DD2026", True),
        ("/{order.a.no}x/", "DD2026", False),
        ("退款", "不退", False),
    ],
)
def test_texts_are_compared_without_width_and_case(wanted: str, text: str, there: bool) -> None:
    place = read("")[1][0].place
    assert Wanted(wanted, place).within(text, {"order.a.no": "DD2026"}.__getitem__) is there


CSV = 'sample,who,says,intent\n1,customer,卡密没到,card_key_not_received\n1,bot,单号发一下,\n2,顾客,"转人工, 快",\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_transcripts_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "talks.csv").write_bytes(CSV.encode(encoding))
    samples, mistakes = files.collect(["talks.csv"], tmp_path)
    assert mistakes == []
    first, second = samples
    assert [(turn.texts, turn.expects.intent, turn.recorded) for turn in first.turns] == [
        (("卡密没到",), ("card_key_not_received",), ("单号发一下",))
    ]
    assert (second.turns[0].texts, str(second.place)) == (("转人工, 快",), "talks.csv:4")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("who,text\n", 1, "there is no column 'text'"),
        ("who,intent\ncustomer,greet\n", 1, "the heading lacks says"),
        ("who,says\n", 1, "nothing below the heading"),
        ("who,says\ncustomer,你好,呀\n", 2, "a text with a comma needs quotes"),
        ("who,says\nclerk,你好\n", 2, "`who` is customer or bot, not 'clerk'"),
        ("who,says\ncustomer,\n", 2, "`says` is empty"),
        ("who,says,intent\n\ncustomer,你好,greeting\n", 3, "Did you mean 'greet'?"),
        ('who,says\ncustomer,"你好\n', 2, "this is no CSV"),
        ('who,says\ncustomer,"两\n行"\nclerk,x\n', 4, "not 'clerk'"),
    ],
)
def test_mistakes_in_transcripts(tmp_path: Path, text: str, line: int, words: str) -> None:
    (tmp_path / "talks.csv").write_text(text, "utf-8")
    samples, (mistake,) = files.collect(["talks.csv"], tmp_path)
    assert samples == []
    assert mistake.place.line == line, mistake
    assert words in mistake.message


def test_files_are_found_wherever_they_are(tmp_path: Path) -> None:
    (tmp_path / "talks" / "deep").mkdir(parents=True)
    (tmp_path / "talks" / "deep" / "a.yml").write_text("turns: [你好]", "utf-8")
    (tmp_path / "talks" / "broken.yml").write_bytes(b"\xff\xff\xff")
    (tmp_path / "talks" / "notes.txt").write_text("not a sample", "utf-8")
    (tmp_path / "empty").mkdir()
    absolute = str(tmp_path / "talks" / "deep" / "a.yml")
    samples, mistakes = files.collect(["talks", absolute, "empty", "gone.yml", "talks/notes.txt"], tmp_path)
    assert [sample.place.file for sample in samples] == ["talks/deep/a.yml"] * 2
    assert [str(mistake) for mistake in mistakes] == [
        "talks/broken.yml:1: this is neither UTF-8 nor GB18030 text.",
        "empty:1: there is no .yml, .yaml or .csv file in this folder.",
        "gone.yml:1: there is no such file or folder.",
        "talks/notes.txt:1: a file of samples is called .yml, .yaml or .csv.",
    ]


def test_a_bad_file_ends_with_1_and_shows_no_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yml").write_text("turns:\n- says: 你好\n  expects: {contains: /(ABCDE-12345-FGH0I/}", "utf-8")
    assert main(["--check", str(tmp_path / "a.yml")]) == 1
    told = capsys.readouterr().out
    assert "a.yml:3" in told
    assert "12345" not in told


def test_shipped_samples_can_be_read() -> None:
    samples, mistakes = files.collect([str(SHIPPED)], SHIPPED.parents[1])
    assert mistakes == []
    assert len(samples) >= 20


def test_the_documentation_s_examples_can_be_played() -> None:
    page = TRAINERS.read_text("utf-8").split("## Stories")[0]
    example = next(block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "turns:" in block)
    assert one(example).outcome is not None
    (transcript,) = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
    samples, mistakes = csv_file.samples("a.csv", transcript, yaml_file.intents())
    assert mistakes == []
    assert len(samples) == 2


def test_the_documentation_tells_every_field() -> None:
    page = TRAINERS.read_text("utf-8")
    told = set(re.findall(r"`(\w+)`", page))
    fields = {
        *yaml_file.FIELDS, *shop_block.FIELDS, *order_block.ORDER, *order_block.KEY, *shop_block.TICKET,
        *turns_block.TURN, *turns_block.EXPECTS, *outcome_block.FIELDS, *outcome_block.REASONS, *OrderStatus,
        *money_block.PAYMENT, *money_block.RECHARGE, *money_block.COUPON, *shop_block.CUSTOMER, *PaymentState,
        *RechargeState, *AccountState, *catalogue.channels(),
    }  # fmt: skip
    assert sorted(fields - told) == []
    filled = {name.rsplit(".", 1)[1] for name in re.findall(r"`\{([\w.]+)\}`", page)}
    known = (
        *(*placeholders.ORDER_FIELDS, *placeholders.KEY_FIELDS, *placeholders.CUSTOMER_FIELDS),
        *(*placeholders.PAYMENT_FIELDS, *placeholders.RECHARGE_FIELDS, *placeholders.COUPON_FIELDS),
    )
    assert sorted(set(known) - filled) == []
