"""Samples with money: what is made of them, and whether what was done is what had to be."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy.orm import Session

from desk import clock
from desk.shop.base import AccountState, KeyState, PaymentState, RechargeState
from desk.shop.embedded.adapter import EmbeddedShop
from desk.shop.embedded.demo import bring_customer
from desk.vault.service import Vault
from tests.dialogue_runner import judge_outcome, money_facts, orders, purses, shop_effects, yaml_file
from tests.dialogue_runner.stage import Stage
from tests.dialogue_runner.unfilled import Unfilled
from tests.support import databases
from tests.support.shop_world import World

P, R = PaymentState, RechargeState
Act = Callable[[EmbeddedShop, Session, Stage], Any]
_numbers = count(1)
SHOP = """
shop:
  customers: {lin: {balance: 50}, wang: {account: frozen}}
  orders:
    a: {product: youku-1m, status: delivered, payments: [{state: failed, failure: 余额不足}, success, success]}
    b: {product: phone-50, status: paid_wait, account: "13800138000"}
    c: {status: unpaid, pay_limit: 2h}
    d: {status: delivered, frozen: true, keys: [sold, used]}
  recharges: {r: {amount: 200, method: alipay}, q: {amount: 30, state: credited}}
  coupons: {k: {yuan: 5, of: wang, ends: 1d ago}}
  channels: {alipay: 2h}
turns: [你好]
outcome:
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One kind of store will do: the format is looked at here, not the shop."""
    vault = Vault(Fernet.generate_key())
    with databases.empty("sqlite", tmp_path_factory.mktemp("shop")) as made:
        yield World(made, vault, EmbeddedShop(vault))


class Scene:
    """A sample's shop without a desk around it: what is made, done and compared."""

    def __init__(self, world: World, outcome: str) -> None:
        (self.sample,), mistakes = yaml_file.samples("a.yml", SHOP + outcome)
        assert mistakes == []
        self.world, self.shop = world, world.shop
        number = next(_numbers)
        stack: Any = SimpleNamespace(vault=world.vault, database=world.database)
        ids = {name: f"s{number}-{name}" for name in self.sample.shop.customers}
        with world.database.write() as session:
            for id_ in ids.values():
                bring_customer(session, id_)
            made = {n: orders.make(session, stack, ids, one) for n, one in self.sample.shop.orders.items()}
            recharges, coupons = purses.make(session, stack, ids, self.sample.shop)
        nobody: Any = None
        self.stage = Stage(self.sample, nobody, "c1", ids, orders=made, recharges=recharges, coupons=coupons)

    def deviations(self, act: Act | None) -> list[str]:
        """Do something to the shop; return what the outcome says to that."""
        before = self._look()
        if act:
            with self.world.database.write() as session:
                act(self.shop, session, self.stage)
        effects = shop_effects.compare(self.stage, before, self._look())
        assert effects.nothing is (act is None)
        assert self.sample.outcome is not None
        return [str(one).partition(": ")[2] for one in judge_outcome.outcome(self.sample.outcome, effects)]

    def _look(self) -> shop_effects.ShopSnapshot:
        with self.world.database.read() as session:
            return shop_effects.look(session, self.shop, self.stage)


def _refund_surplus(shop: EmbeddedShop, session: Session, stage: Stage) -> None:
    no = stage.orders["a"]
    shop.refund_payment(session, no, shop.payments(session, no)[2].trade_no or "", "twice")


def _extend(shop: EmbeddedShop, session: Session, stage: Stage) -> None:
    no = stage.orders["a"]
    shop.extend_key(session, no, shop.keys_of(session, no)[0].id, timedelta(days=7))


def _give(owner: str | None) -> Act:
    def give(shop: EmbeddedShop, session: Session, stage: Stage) -> None:
        customer = stage.customers[owner] if owner else None
        shop.give_coupon(session, customer, Decimal(5), 30, f"delay:{stage.orders['a']}")

    return give


def _nothing_owed(shop: EmbeddedShop, session: Session, stage: Stage) -> None:
    shop.request_refund(session, stage.orders["b"], "asked", Decimal(20))


ACTS: dict[str, Act] = {
    "surplus": _refund_surplus,
    "extend": _extend,
    "coupon": _give("lin"),
    "anybody's": _give(None),
    "credit": lambda shop, session, stage: shop.credit(session, stage.recharges["r"]),
    "correct": lambda shop, session, stage: shop.correct_account(session, stage.orders["b"], "13900139000"),
    "cancel": lambda shop, session, stage: shop.cancel(session, stage.orders["c"]),
    "freeze order": lambda shop, session, stage: shop.freeze_order(session, stage.orders["a"]),
    "freeze account": lambda shop, session, stage: shop.freeze_account(session, stage.customers["lin"], "risk"),
    "refund": _nothing_owed,
}

FITTING = {
    "surplus": ["surplus_refunded: a", "surplus_refunded: {a: 1}", "surplus_refunded: {a: {payments: [3]}}"],
    "extend": ["extended: a", "extended: {a: {keys: [1]}}"],
    "coupon": ["coupon: 5", "coupon: {yuan: 5, of: lin}", "coupon: [¥5.00]"],
    "anybody's": ["coupon: 5"],
    "credit": ["credited: r"],
    "correct": ["corrected: b", "corrected: {b: '13900139000'}"],
    "cancel": ["canceled: [c]", "status: {c: canceled}"],
    "freeze order": ["order_frozen: a"],
    "freeze account": ["account_frozen: lin"],
    "refund": ["refund: {order: b, amount: 20, state: requested}", "refund: b"],
}

OTHERWISE = [
    ("surplus", "surplus_refunded: {a: {payments: [2]}}", "expected surplus payments refunded of order a (payment 2); "
     "there were order a: 1 (payment 3)"),
    ("surplus", "surplus_refunded: none", "expected no surplus payments refunded of order a;"),
    ("extend", "extended: {a: 2}", "expected keys extended of order a (2); there were order a: 1 (key 1)"),
    ("coupon", "coupon: 3", "expected a coupon over ¥3.00; ¥5.00 of lin"),
    ("coupon", "coupon: {yuan: 5, of: wang}", "expected a coupon over ¥5.00 of wang; ¥5.00 of lin"),
    ("coupon", "coupon: [5, 5]", "expected a coupon over ¥5.00; ¥5.00 of lin"),
    ("anybody's", "coupon: none", "expected no coupon but those that are named; ¥5.00 of none"),
    ("credit", "credited: q", "expected recharge q credited; credited were r"),
    ("correct", "corrected: {b: '13900139001'}", "corrected to 13900139001; order b has 13900139000 now"),
    ("cancel", "canceled: a", "expected order a canceled; canceled were c"),
    ("freeze order", "order_frozen: b", "expected order b frozen; frozen were a"),
    ("freeze account", "account_frozen: wang", "expected customer wang frozen; frozen were lin"),
    ("refund", "refund: {order: b, amount: 21}", "expected a refund, order b, 21.00; order b: requested, 20.00"),
]  # fmt: skip
UNNAMED = {
    "surplus": "no surplus payments refunded",
    "extend": "no keys extended",
    "credit": "recharge r not credited",
    "correct": "the account of order b as it was",
    "cancel": "order c not canceled",
    "freeze order": "order a not frozen",
    "freeze account": "customer lin not frozen",
    "refund": "no refund of order b",
}


@pytest.mark.parametrize(("act", "told"), [(act, told) for act, several in FITTING.items() for told in several])
def test_what_fits(world: World, act: str, told: str) -> None:
    assert Scene(world, f"  {told}").deviations(ACTS[act]) == []


@pytest.mark.parametrize(("act", "told", "words"), OTHERWISE)
def test_what_does_not_fit(world: World, act: str, told: str, words: str) -> None:
    found = Scene(world, f"  {told}").deviations(ACTS[act])
    assert words in found[0]


@pytest.mark.parametrize("act", UNNAMED)
def test_what_was_done_must_be_named(world: World, act: str) -> None:
    (found,) = Scene(world, "  {}").deviations(ACTS[act])
    assert found.startswith(f"expected {UNNAMED[act]}")


@pytest.mark.parametrize("told", [told for act in FITTING.values() for told in act])
def test_what_was_named_must_be_done(world: World, told: str) -> None:
    assert len(Scene(world, f"  {told}").deviations(None)) == 1


def test_a_coupon_need_not_be_named_but_is_not_nothing(world: World) -> None:
    assert Scene(world, "  {}").deviations(ACTS["coupon"]) == []
    assert Scene(world, "  nothing: true").deviations(ACTS["coupon"]) != []


def test_money_moves_as_it_should_when_nothing_does(world: World) -> None:
    assert Scene(world, "  nothing: true").deviations(None) == []
    assert Scene(world, "  nothing: true").deviations(ACTS["credit"]) != []


def test_the_shop_is_as_it_was_told(world: World) -> None:
    scene = Scene(world, "  {}")
    shop, stage = scene.shop, scene.stage
    with world.database.read() as session:
        lin, wang = (stage.customers[name] for name in ("lin", "wang"))
        assert shop.balance(session, lin) == 50 + 30
        accounts = [shop.account(session, one) for one in (lin, wang)]
        assert [one.state for one in accounts if one] == [AccountState.ACTIVE, AccountState.FROZEN]
        payments = shop.payments(session, stage.orders["a"])
        assert [(one.state, one.surplus) for one in payments] == [
            (P.FAILED, False),
            (P.SUCCESS, False),
            (P.SUCCESS, True),
        ]
        frozen = shop.find_order(session, stage.orders["d"])
        assert frozen is not None
        assert frozen.frozen
        assert [key.state for key in shop.keys_of(session, frozen.no)] == [KeyState.LOCKED, KeyState.USED]
        assert {one.state for one in shop.recharges_of(session, lin)} == {R.PAID, R.CREDITED}
        (coupon,) = shop.coupons_of(session, wang)
        assert coupon.expires_at < clock.now()
        down = {one.code: one.down_since for one in shop.channels(session)}
        assert [code for code, since in down.items() if since] == ["alipay"]
        assert clock.now() - (down["alipay"] or clock.now()) > timedelta(minutes=119)


def test_placeholders_of_money(world: World) -> None:
    scene = Scene(world, "  {}")
    shop, stage = scene.shop, scene.stage
    with world.database.write() as session:
        paid = shop.payments(session, stage.orders["a"])
        assert money_facts.payment(session, shop, stage, "a", 3, "trade_no") == paid[2].trade_no
        assert money_facts.payment(session, shop, stage, "a", 1, "failure") == "余额不足"
        assert money_facts.payment(session, shop, stage, "a", 2, "channel") in {"微信支付", "支付宝", "云闪付"}
        for place, field in ((1, "trade_no"), (4, "trade_no"), (2, "failure")):
            with pytest.raises(Unfilled):
                money_facts.payment(session, shop, stage, "a", place, field)
        assert money_facts.recharge(session, shop, stage, "r", "amount") == "200.00"
        assert money_facts.recharge(session, shop, stage, "r", "no") == stage.recharges["r"]
        assert money_facts.recharge(session, shop, stage, "r", "channel") == "支付宝"
        assert money_facts.coupon(session, stage, "k", "code") == stage.coupons["k"]
        with pytest.raises(Unfilled):
            money_facts.coupon(session, stage, "new", "code")
        given = shop.give_coupon(session, stage.customers["lin"], Decimal("3.5"), 30, f"new:{stage.orders['a']}")
        assert money_facts.coupon(session, stage, "new", "code") == given.code
        assert money_facts.coupon(session, stage, "new", "yuan") == "3.50"
