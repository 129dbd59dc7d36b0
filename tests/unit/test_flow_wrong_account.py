"""充错账号: state of the order × what has been answered → answer and effects."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from desk.cases import wrong_account
from desk.cases.access import Asker, NotYours
from desk.cases.outcomes import Outcome
from desk.remedies.model import Remedy
from desk.shop.base import KeyState, OrderStatus, Unsupported
from desk.shop.embedded.adapter import EmbeddedShop
from desk.tickets import search
from desk.tickets.model import Priority
from tests.support.cases import Bench, card_order, topup_order

S = OrderStatus
OLD, NEW = "13800138000", "13900001111"
RIGHT = {"account": NEW}
SURE = RIGHT | {"confirm": "yes"}
HOPELESS = "运营商返回：号码为空号"


def ask(bench: Bench, no: str, details: dict[str, str], asker: Asker | None = None) -> Outcome:
    return bench.call(wrong_account.answer, no, details, asker=asker)


def marks(bench: Bench) -> list[str]:
    with bench.database.read() as session:
        return list(session.scalars(select(Remedy.mark).order_by(Remedy.id)))


@pytest.mark.parametrize(
    ("order", "details", "outcome", "asks", "account"),
    [
        (topup_order(S.PAID_WAIT, minutes=5), {}, "account", "account", OLD),
        (topup_order(S.PAID_WAIT, minutes=5), {"said": "号码填错了怎么改"}, "account", "account", OLD),
        (topup_order(S.PAID_WAIT, minutes=5), {"said": f"填成{OLD}了 应该是{NEW}"}, "confirm", "confirm", OLD),
        (topup_order(S.PAID_WAIT, minutes=5), {"said": f"{NEW}还是13900002222"}, "account", "account", OLD),
        (topup_order(S.PAID_WAIT, minutes=5), {"account": "1390000"}, "bad_account", "account", OLD),
        (topup_order(S.PAID_WAIT, minutes=5), {"account": "a@b.cn"}, "bad_account", "account", OLD),
        (topup_order(S.PAID_WAIT, minutes=5), {"account": "⟦key:nobody⟧"}, "bad_account", "account", OLD),
        (topup_order(S.PAID_WAIT, minutes=5), {"account": OLD}, "same", "account", OLD),
        (topup_order(S.PAID_WAIT, minutes=5), {"account": "+86 138 0013 8000"}, "same", "account", OLD),
        (topup_order(S.PAID_WAIT, minutes=5), RIGHT, "confirm", "confirm", OLD),
        (topup_order(S.PAID_WAIT, minutes=5), RIGHT | {"confirm": "也许"}, "confirm", "confirm", OLD),
        (topup_order(S.PAID_WAIT, minutes=5), RIGHT | {"confirm": "no"}, "kept", "", OLD),
        (topup_order(S.PAID_WAIT, minutes=5), SURE, "done", "", NEW),
        (topup_order(S.PAID_WAIT, minutes=5), SURE | {"account": "139 0000 1111"}, "done", "", NEW),
        (topup_order(S.FAILED, failure=HOPELESS), RIGHT, "confirm", "confirm", OLD),
        (topup_order(S.FAILED, failure=HOPELESS), SURE, "done", "", NEW),
        (topup_order(S.FAILED, failure=HOPELESS, attempts=2), SURE, "done_by_hand", "", NEW),
        (topup_order(S.PAID_WAIT, minutes=90), SURE, "done_by_hand", "", NEW),
        (topup_order(S.UNPAID, minutes=5), SURE, "unpaid", "", OLD),
        (topup_order(S.UNPAID, minutes=40), SURE, "closed", "", OLD),
        (topup_order(S.EXPIRED), SURE, "closed", "", OLD),
        (topup_order(S.CANCELED), SURE, "closed", "", OLD),
        (topup_order(S.REFUNDING), SURE, "refunding", "", OLD),
        (topup_order(S.REFUNDED, minutes=3000), SURE, "refunded", "", OLD),
        (topup_order(S.COMPLETED), RIGHT, "too_late", "confirm", OLD),
        (topup_order(S.DELIVERED), {"confirm": "no"}, "left", "", OLD),
        ({"status": S.UNPAID, "minutes": 5}, {}, "unpaid", "", None),
    ],
)
def test_top_ups(
    bench: Bench, order: dict[str, Any], details: dict[str, str], outcome: str, asks: str, account: str | None
) -> None:
    made = bench.order(**order)
    said = ask(bench, made.no, details)
    assert said.name == ("wrong_account", outcome)
    assert said.asks == asks
    assert not said.handoff
    assert bench.state(made).account == account
    assert OLD not in str(said.facts)
    assert NEW not in str(said.facts)
    assert len(marks(bench)) == (outcome in {"done", "done_by_hand"})
    assert NEW not in str(marks(bench))
    assert bench.tickets() == (["corrected"] if outcome == "done_by_hand" else [])


def test_old_and_new_are_shown_before_anything_happens(bench: Bench) -> None:
    order = bench.order(**topup_order(S.PAID_WAIT, minutes=5))
    said = ask(bench, order.no, RIGHT)
    assert (said.facts["account_masked"], said.facts["new_masked"]) == ("138****8000", "139****1111")
    assert bench.audit() == []


def test_the_form_that_the_product_wants_is_named(bench: Bench) -> None:
    order = bench.order(S.PAID_WAIT, product="qcoin-50", account="345120678", minutes=1)
    assert "QQ" in str(ask(bench, order.no, {"account": "abc"}).facts["expected"])
    assert ask(bench, order.no, {"account": "987654321", "confirm": "yes"}).outcome == "done"


def test_a_long_number_that_was_taken_for_a_key_is_understood_but_a_key_is_not(bench: Bench) -> None:
    order = bench.order(S.PAID_WAIT, product="petro-500", account="9030123456789012", minutes=1)
    (taken,) = bench.paste("9030 1234 5678 0000")
    assert taken.startswith("⟦key:")
    assert ask(bench, order.no, {"account": taken, "confirm": "yes"}).outcome == "done"
    assert bench.state(order).account == "9030123456780000"
    theirs = bench.order(**card_order())
    (key,) = bench.paste(bench.raw(bench.keys(theirs)[0]))
    assert ask(bench, order.no, {"account": key, "confirm": "yes"}).outcome == "bad_account"


def test_a_failed_one_is_sent_again(bench: Bench) -> None:
    order = bench.order(**topup_order(S.FAILED, failure=HOPELESS))
    said = ask(bench, order.no, SURE)
    assert said.facts["eta_minutes"] == 30
    assert bench.state(order).status is S.PROCESSING
    assert "topup.retry" in bench.audit()
    assert ask(bench, order.no, SURE).outcome == "done"  # the same answer again does nothing more
    assert bench.audit().count("topup.retry") == 1
    assert not bench.queued()


@pytest.mark.parametrize("details", [{}, SURE])
def test_one_on_its_way_needs_a_person_at_once(bench: Bench, details: dict[str, str]) -> None:
    order = bench.order(**topup_order(S.PROCESSING, minutes=3))
    answers = [ask(bench, order.no, details) for _ in range(2)]
    assert {said.outcome for said in answers} == {"by_hand" if details else "stopping"}
    assert all(said.handoff for said in answers)
    assert bench.queued()
    assert bench.ticket().priority == Priority.URGENT
    with bench.database.read() as session:
        notes = [event.text for event in search.history(session, bench.ticket()) if event.text]
    assert [NEW in note for note in notes] == [True] * bool(details)
    assert bench.state(order).account == OLD


def test_done_ones_are_asked_after_only_if_wished(bench: Bench) -> None:
    order = bench.order(**topup_order(S.COMPLETED))
    assert ask(bench, order.no, {}).outcome == "too_late"
    assert bench.tickets() == []
    assert [ask(bench, order.no, {"confirm": "yes"}).outcome for _ in range(2)] == ["asked_upstream"] * 2
    assert ask(bench, order.no, {}).outcome == "asked_upstream"
    assert bench.tickets() == ["wrong_done"]
    assert not bench.queued()


@pytest.mark.parametrize(
    ("order", "name"),
    [
        (card_order(KeyState.SOLD), ("refund", "confirm")),
        (card_order(KeyState.SOLD, minutes=3000), ("refund", "refuse_key_unused_late")),
        (card_order(KeyState.USED, minutes=600), ("refund", "refuse_key_used")),
        ({"minutes": 1}, ("refund", "confirm")),
    ],
)
def test_wrong_goods_are_a_matter_of_the_refund_rules(
    bench: Bench, order: dict[str, Any], name: tuple[str, str]
) -> None:
    made = bench.order(**order)
    said = ask(bench, made.no, {})
    assert said.name == name
    assert not said.cards
    if name[1] == "confirm":
        done = ask(bench, made.no, {"confirm": "yes"})
        assert done.outcome == ("approval" if order.get("status") else "done")
        with bench.database.read() as session:
            assert session.scalars(select(Remedy.reason)).one() == "买错了"


def test_back_and_forth_and_back(bench: Bench) -> None:
    order = bench.order(**topup_order(S.PAID_WAIT, minutes=5))
    for account in (NEW, OLD, NEW):
        assert ask(bench, order.no, {"account": account, "confirm": "yes"}).outcome == "done"
        assert bench.state(order).account == account
    assert len(set(marks(bench))) == 3


def test_twenty_at_once_change_it_once(bench: Bench) -> None:
    order = bench.order(**topup_order(S.FAILED, failure=HOPELESS))
    with ThreadPoolExecutor(10) as pool:
        said = {answer.outcome for answer in pool.map(lambda _: ask(bench, order.no, SURE), range(20))}
    assert said == {"done"}
    assert len(marks(bench)) == 1
    assert bench.audit() == ["remedy.correct_account.do", "topup.retry"]
    assert bench.tickets() == []


def test_switched_off_or_unable_means_a_person(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    order = bench.order(**topup_order(S.PAID_WAIT, minutes=5))
    bench.allow(switches={"correct_account": "off"})
    assert ask(bench, order.no, SURE).outcome == "by_hand"
    bench.wipe()

    def unsupported(*_: object) -> None:
        raise Unsupported

    monkeypatch.setattr(EmbeddedShop, "correct_account", unsupported)
    order = bench.order(**topup_order(S.PAID_WAIT, minutes=5))
    assert ask(bench, order.no, SURE).outcome == "by_hand"
    assert bench.state(order).account == OLD
    assert bench.tickets() == ["wrong_account"]
    assert marks(bench) == []


def test_nobody_changes_anothers(bench: Bench) -> None:
    order = bench.order(**topup_order(S.PAID_WAIT, minutes=5))
    for asker in (bench.guest, Asker(bench.conversation("x"), "c_other", "ip")):
        with pytest.raises(NotYours):
            ask(bench, order.no, SURE, asker)
    assert bench.state(order).account == OLD
