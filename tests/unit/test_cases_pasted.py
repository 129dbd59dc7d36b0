"""What was pasted, whatever was typed: which key is meant, and whose it is."""

from datetime import timedelta
from typing import Any

import pytest

from desk import clock
from desk.cases import card_key
from desk.shop.embedded.model import ShopCardKey
from tests.support.cases import Bench, card_order
from tests.support.complaints import USED, USED_BEFORE, K, change, complain


def mistyped(key: str) -> str:
    """Return the key with a character that it nowhere has in place of its third."""
    other = next(char for char in "XWKMHRTYPFVNC" if char not in key)
    return key[:2] + other + key[3:]


@pytest.mark.parametrize(
    ("order", "typed", "outcome", "cards"),
    [
        (card_order(), mistyped, "mistyped", 1),
        (card_order(), lambda key: key[:11], "incomplete", 1),
        (card_order(), lambda key: key[6:], "incomplete", 1),
        (card_order(), str.lower, "valid_unused", 0),
        (card_order(), lambda key: key.replace("-", " "), "valid_unused", 0),
        (card_order(), lambda _: "ZQWER-TYU77-PASDF", "foreign", 0),
        (card_order(quantity=3), mistyped, "mistyped", 1),
        # What the key's state says weighs more than a slip in typing it.
        (USED, mistyped, "used_after_sale", 0),
        (USED_BEFORE | {"stock": 1}, mistyped, "reissued", 1),
        (card_order(K.LOCKED), lambda key: key[:11], "locked", 0),
    ],
)
def test_what_was_typed(bench: Bench, order: dict[str, Any], typed: Any, outcome: str, cards: int) -> None:
    made = bench.order(**order)
    key = bench.raw(bench.keys(made)[0])
    answer = complain(bench, made, "invalid", f"卡密：{typed(key)}")
    assert answer.outcome == outcome
    assert len(answer.cards) == cards
    if outcome in {"mistyped", "incomplete"}:
        assert bench.shown(answer) == [key]
        assert key not in str(answer.as_json())


@pytest.mark.parametrize("text", ["{number}", "{secret}", "{number}----{secret}", "卡号{number} 密码{secret}"])
def test_number_and_secret_may_be_pasted_in_any_way(bench: Bench, text: str) -> None:
    made = bench.order(**card_order(product="qcoin-card-30"))
    key = bench.keys(made)[0]
    assert key.number_item is not None
    with bench.database.read() as session:
        number = bench.vault.open_item(session, key.number_item)
    answer = complain(bench, made, "invalid", text.format(number=number, secret=bench.raw(key)))
    assert answer.outcome == "valid_unused"


def test_a_slip_in_one_of_number_and_secret_is_named(bench: Bench) -> None:
    made = bench.order(**card_order(product="qcoin-card-30"))
    key = bench.keys(made)[0]
    secret = bench.raw(key)
    with bench.database.read() as session:
        number = bench.vault.open_item(session, key.number_item or 0)
    wrong = secret[:4] + str((int(secret[4]) + 5) % 10) + secret[5:]
    answer = complain(bench, made, "invalid", f"卡号：{number} 密码：{wrong}")
    assert answer.outcome == "mistyped"
    assert "第5位应为" in str(answer.facts["hint"])


def test_several_keys_pasted_are_all_looked_at(bench: Bench) -> None:
    made = bench.order(**card_order(quantity=4), stock=3)
    keys = [bench.raw(key) for key in bench.keys(made)]
    change(bench, made, 2, state=K.USED, used_at=clock.now() - timedelta(days=3))
    assert complain(bench, made, "invalid", "\n".join(keys[:2])).outcome == "valid_unused"
    answer = complain(bench, made, "invalid", "\n".join(keys))
    assert (answer.outcome, len(answer.cards)) == ("reissued", 1)


@pytest.mark.parametrize(("complaint", "outcome"), [("used", "used_after_sale"), ("invalid", "valid_unused")])
def test_without_a_key_the_complaint_decides_among_several(bench: Bench, complaint: str, outcome: str) -> None:
    made = bench.order(**card_order(K.USED, quantity=2, only_first=True))
    assert complain(bench, made, complaint).outcome == outcome


def test_a_key_of_another_of_his_orders_is_looked_up_there(bench: Bench) -> None:
    named = bench.order(**card_order())
    meant = bench.order(**USED_BEFORE, product="iqiyi-1m", stock=1)
    answer = complain(bench, named, "used", bench.raw(bench.keys(meant)[0]))
    assert answer.outcome == "reissued"
    assert answer.facts["product"] == meant.product_name
    assert len(bench.keys(named)) == 1


@pytest.mark.parametrize("whose", ["another customer's", "unsold"])
def test_keys_of_others_are_just_not_his(bench: Bench, whose: str) -> None:
    made = bench.order(**card_order())
    other = bench.order(**USED_BEFORE, customer_id="c_other", stock=1)
    with bench.database.write() as session:
        key = session.query(ShopCardKey).filter_by(state=K.UNSOLD).one() if whose == "unsold" else None
        item = key.secret_item if key else bench.keys_in(session, other)[0].secret_item
        text = bench.vault.open_item(session, item)
    answer = complain(bench, made, "used", text)
    assert answer == complain(bench, made, "used", "ZQWER-TYU77-PASDF")
    assert answer.outcome == "foreign"
    assert len(bench.keys(other)) == 1


def test_references_of_another_conversation_are_worth_nothing(bench: Bench) -> None:
    made = bench.order(**card_order())
    stolen = bench.paste(bench.raw(bench.keys(made)[0]), bench.guest)
    assert bench.call(card_key.answer, made.no, stolen, "invalid").outcome == "foreign"
