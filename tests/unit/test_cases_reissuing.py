"""Replacing keys: once by policy, whoever asks how often; the rest goes to a person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from desk import clock
from desk.cases import card_key
from desk.shop.base import Unsupported
from desk.shop.embedded.adapter import EmbeddedShop
from tests.support.cases import Bench, card_order
from tests.support.complaints import SHELF, STALE, USED_BEFORE, K, change, complain


@pytest.mark.parametrize("order", [USED_BEFORE, SHELF, STALE], ids=["used before", "expired before", "expired"])
def test_a_key_is_replaced_once(bench: Bench, order: dict[str, Any]) -> None:
    made = bench.order(**order, stock=2)
    old = bench.raw(bench.keys(made)[0])
    first = complain(bench, made, "invalid", old)
    assert first.outcome in {"reissued", "expired_reissued"}
    fresh = bench.raw(bench.keys(made)[1])
    assert bench.shown(first) == [fresh]
    # The old key again: the new one is shown again. Without a key: the same, then steps, then a person.
    assert [complain(bench, made, "invalid", old).outcome for _ in range(2)] == ["already_reissued"] * 2
    later = [complain(bench, made) for _ in range(3)]
    assert [answer.outcome for answer in later] == ["already_reissued", "valid_unused", "still_invalid"]
    assert bench.shown(later[0]) == [fresh]
    assert bench.audit().count("key.reissue") == 1


def test_a_faulty_replacement_goes_to_a_person(bench: Bench) -> None:
    made = bench.order(**USED_BEFORE, stock=2)
    assert complain(bench, made).outcome == "reissued"
    change(bench, made, 1, state=K.USED, used_at=clock.now() - timedelta(days=9))
    second = complain(bench, made)
    assert (second.outcome, second.handoff) == ("reissue_limit", True)
    assert bench.tickets() == ["reissue_limit"]
    assert len(bench.keys(made)) == 2


def test_policy_may_allow_more(bench: Bench) -> None:
    bench.allow(keys={"reissues_per_order": 2})
    made = bench.order(**card_order(K.USED, used_after=timedelta(days=-2), quantity=3), stock=5)
    answer = complain(bench, made)
    assert (answer.outcome, len(answer.cards)) == ("reissue_limit", 2)
    assert bench.audit().count("key.reissue") == 2


def test_of_two_faulty_keys_one_is_replaced_and_a_person_sees_to_the_other(bench: Bench) -> None:
    made = bench.order(**card_order(K.USED, used_after=timedelta(days=-2), quantity=2), stock=5)
    answer = complain(bench, made)
    assert (answer.outcome, answer.handoff) == ("reissue_limit", True)
    assert bench.shown(answer) == [bench.raw(bench.keys(made)[2])]
    again = complain(bench, made)
    assert (again.outcome, again.cards) == ("reissue_limit", ())
    assert bench.tickets() == ["reissue_limit"]


def test_what_agents_replaced_in_the_shop_counts(bench: Bench) -> None:
    made = bench.order(**card_order(K.USED, used_after=timedelta(days=-2), quantity=2, reissued=True), stock=5)
    assert complain(bench, made).outcome == "reissue_limit"
    assert len(bench.keys(made)) == 3


def test_a_shop_that_may_not_be_written_to_means_a_person(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*_: object) -> None:
        raise Unsupported

    made = bench.order(**USED_BEFORE, stock=1)
    monkeypatch.setattr(EmbeddedShop, "reissue", unsupported)
    assert complain(bench, made).outcome == "reissue_limit"
    monkeypatch.undo()
    assert complain(bench, made).outcome == "reissued"  # the refusal took nothing of what is allowed


def test_fifty_complaints_at_once_replace_one_key(bench: Bench) -> None:
    made = bench.order(**USED_BEFORE, stock=60)

    def ask(_: int) -> str:
        return bench.call(card_key.answer, made.no, [], "used").outcome

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(ask, range(50)))
    assert answers.count("reissued") == 1
    assert len(bench.keys(made)) == 2
    assert bench.audit().count("key.reissue") == 1
