"""卡密无效 / 已使用 / 已过期: state of the key and what is said -> answer, tickets, hand-off."""

from datetime import timedelta
from typing import Any

import pytest

from desk import clock
from desk.cases import access, arrival
from desk.cases.access import NotYours
from desk.errors import BadRequest
from tests.support.cases import OWNER, Bench, card_order, topup_order
from tests.support.complaints import OLD, SHELF, STALE, USED, USED_BEFORE, K, S, change, complain


@pytest.mark.parametrize("pasting", [True, False], ids=["pasted", "not pasted"])
@pytest.mark.parametrize(
    ("order", "complaint", "outcomes", "handoff", "tickets"),
    [
        (card_order(), "invalid", ["valid_unused", "still_invalid", "still_invalid"], True, ["still_invalid"]),
        (card_order(), "used", ["valid_unused", "still_invalid"], True, ["still_invalid"]),
        (card_order(), "expired", ["valid_unused", "still_invalid"], True, ["still_invalid"]),
        (USED, "used", ["used_after_sale", "still_invalid"], True, ["still_invalid"]),
        (USED, "invalid", ["used_after_sale", "still_invalid"], True, ["still_invalid"]),
        (USED_BEFORE | {"stock": 0}, "used", ["no_stock", "no_stock"], True, ["no_stock"]),
        (SHELF | {"stock": 1}, "expired", ["expired_or_reissued"], False, []),
        (STALE | {"stock": 1}, "expired", ["expired_reissued"], False, []),
        (OLD | {"stock": 1}, "expired", ["expired_late", "expired_late"], False, ["expired_late"]),
        (card_order(K.LOCKED), "invalid", ["locked", "locked"], True, ["locked"]),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) and value else None,
)
def test_one_key(
    bench: Bench,
    order: dict[str, Any],
    complaint: str,
    outcomes: list[str],
    handoff: bool,
    tickets: list[str],
    pasting: bool,
) -> None:
    made = bench.order(**order)
    pasted = bench.raw(bench.keys(made)[0]) if pasting else ""
    answers = [complain(bench, made, complaint, pasted) for _ in outcomes]
    wanted = [("key", "reissued" if name == "expired_or_reissued" else name) for name in outcomes]
    assert [answer.name for answer in answers] == wanted
    assert answers[-1].handoff is handoff is bench.queued()
    assert bench.tickets() == tickets


@pytest.mark.parametrize(
    ("order", "facts"),
    [
        (card_order(), {"product": "Steam 钱包充值码 100元"}),
        (USED, {"used_at": "今天 11:02", "sold_at": "今天 09:02"}),
        (USED_BEFORE | {"stock": 1}, {"reason_text": "售出之前就被用过了"}),
    ],
)
def test_facts(bench: Bench, order: dict[str, Any], facts: dict[str, str]) -> None:
    with clock.frozen(clock.local(clock.now()).replace(hour=12, minute=0, second=0)):
        made = bench.order(**(order | {"minutes": 180, "used_after": order.get("used_after", timedelta(hours=2))}))
        assert facts.items() <= complain(bench, made).facts.items()


def test_the_steps_are_the_product_s(bench: Bench) -> None:
    facts = complain(bench, bench.order(**card_order())).facts
    assert str(facts["steps"]).startswith("1. 登录 Steam")
    assert "国区" in str(facts["region_note"])


@pytest.mark.parametrize(
    ("order", "name"),
    [
        ({"status": S.UNPAID, "minutes": 1}, ("not_received", "unpaid")),
        ({"stock": 1}, ("not_received", "delivered_now")),
        ({"status": S.REFUNDED, "handed_out": 1}, ("not_received", "refunded")),
        ({"status": S.DELIVERED, "handed_out": 0}, ("not_received", "out_of_stock")),
        ({"status": S.OUT_OF_STOCK_AFTER_PAY, "quantity": 2, "handed_out": 1}, ("key", "valid_unused")),
        (topup_order(S.COMPLETED), ("topup", "done")),
    ],
)
def test_orders_without_keys_in_hand(bench: Bench, order: dict[str, Any], name: tuple[str, str]) -> None:
    assert complain(bench, bench.order(**order)).name == name


def test_a_key_whose_use_the_shop_cannot_date_goes_to_a_person(bench: Bench) -> None:
    made = bench.order(**USED)
    change(bench, made, 0, used_at=None)
    assert complain(bench, made, "used").outcome == "still_invalid"


@pytest.mark.parametrize("pasted", [(True, False), (False, True)], ids=["pasted first", "pasted then"])
def test_a_second_complaint_counts_whether_or_not_the_key_is_pasted_again(
    bench: Bench, pasted: tuple[bool, bool]
) -> None:
    made = bench.order(**card_order())
    key = bench.raw(bench.keys(made)[0])
    answers = [complain(bench, made, "invalid", key if with_key else "") for with_key in pasted]
    assert [answer.outcome for answer in answers] == ["valid_unused", "still_invalid"]


@pytest.mark.parametrize("after", [timedelta(hours=1), timedelta(days=30)])
def test_an_explanation_holds_for_a_while(bench: Bench, after: timedelta) -> None:
    made = bench.order(**card_order())
    complain(bench, made)
    with clock.frozen(clock.now() + after):
        assert complain(bench, made).outcome == ("still_invalid" if after.days < 3 else "valid_unused")


def test_a_guest_with_proof_is_served_like_an_owner(bench: Bench) -> None:
    made = bench.order(**USED_BEFORE, customer_id=None, phone="13900139000", stock=1)
    with pytest.raises(NotYours):
        complain(bench, made, asker=bench.guest)
    assert bench.call(access.claim, made.no, "9000", asker=bench.guest).outcome == "owned"
    answer = complain(bench, made, asker=bench.guest)
    assert answer.outcome == "reissued"
    assert bench.shown(answer, bench.guest) == [bench.raw(bench.keys(made)[1])]
    assert "••••" in bench.shown(answer, bench.owner)[0]  # another conversation sees dots
    assert bench.call(arrival.answer, made.no, asker=bench.guest).outcome == "delivered_again"


def test_a_complaint_that_is_none_is_refused(bench: Bench) -> None:
    with pytest.raises(BadRequest):
        complain(bench, bench.order(**card_order(customer_id=OWNER)), "broken")


@pytest.mark.parametrize(
    ("spoil", "outcomes"),
    [
        (
            lambda secret: secret[:-1] + ("7" if secret[-1] != "7" else "4"),
            ["mistyped", "valid_unused", "still_invalid"],
        ),
        (lambda secret: "ZZZZZ-99999-QQQQQ", ["foreign", "foreign", "still_invalid"]),
    ],
    ids=["mistyped", "foreign"],
)
def test_who_complains_again_gets_further(bench: Bench, spoil: Any, outcomes: list[str]) -> None:
    made = bench.order(**card_order())
    pasted = spoil(bench.raw(bench.keys(made)[0]))
    assert [complain(bench, made, "invalid", pasted).outcome for _ in outcomes] == outcomes
    assert bench.queued()
