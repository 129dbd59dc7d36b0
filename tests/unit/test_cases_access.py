"""Whose order it is: sign-in, proofs, and nothing that tells whether a number exists."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from desk import clock
from desk.cases import access, orders
from desk.cases.access import Asker, NotYours
from desk.shop.base import OrderStatus
from desk.shop.embedded.adapter import EmbeddedShop
from tests.support.cases import OWNER, Bench
from tests.support.claims import PHONE, claim, guest

UNKNOWN = "DD20261121ZZZZ"


@pytest.mark.parametrize(
    ("proof", "outcome"),
    [
        (None, "proof_needed"),
        ("", "proof_needed"),
        ("  ", "proof_needed"),
        ("5678", "owned"),
        (" 5678 ", "owned"),
        ("５６７８", "owned"),
        (PHONE, "owned"),
        ("kami66", "owned"),
        (" kami66\n", "owned"),
        ("5679", "rejected"),
        ("678", "rejected"),
        ("12345678", "rejected"),
        ("KAMI66", "rejected"),
        ("' OR 1=1 --", "rejected"),
        ("五六七八", "rejected"),
        ("5" * 10_000, "rejected"),
    ],
)
def test_proofs(bench: Bench, proof: str | None, outcome: str) -> None:
    order = bench.order(customer_id=None, phone=PHONE, password="kami66")
    assert claim(bench, order.no, proof).outcome == outcome


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        ("{no}", "owned"),
        (" {no} ", "owned"),
        ("{lower}", "owned"),
        ("{wide}", "owned"),
        ("{dashed}", "owned"),
        ("", "malformed"),
        ("不知道", "malformed"),
        ("12345", "malformed"),
        ("T20261121-0042", "malformed"),
        ("DD20261121" + "A" * 500, "malformed"),
    ],
)
def test_numbers_as_customers_write_them(bench: Bench, typed: str, outcome: str) -> None:
    no = bench.order().no
    forms = {
        "no": no,
        "lower": no.lower(),
        "wide": "".join(chr(ord(char) + 0xFEE0) for char in no),
        "dashed": f"{no[:10]}-{no[10:]}",
    }
    answer = claim(bench, typed.format(**forms), asker=bench.owner)
    assert answer.outcome == outcome
    assert answer.facts == ({"order_no": no} if outcome == "owned" else {})


def test_a_proof_holds_in_its_conversation_and_for_a_while(bench: Bench) -> None:
    no = bench.order(customer_id=None, phone=PHONE).no
    other = guest(bench, "other")
    assert claim(bench, no, "5678").outcome == "owned"
    assert claim(bench, no).outcome == "owned"
    assert bench.call(orders.status, no.lower(), asker=bench.guest).facts["order_no"] == no
    assert bench.call(orders.recent, asker=bench.guest).facts == {"count": 1}
    assert claim(bench, no, asker=other).outcome == "proof_needed"
    with pytest.raises(NotYours):
        bench.call(orders.status, no, asker=other)
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert claim(bench, no).outcome == "proof_needed"
        assert bench.call(orders.recent, asker=bench.guest).outcome == "anonymous"
        assert claim(bench, no, "5678").outcome == "owned"
        assert bench.call(orders.status, no, asker=bench.guest).outcome


def test_proofs_go_over_when_conversations_are_merged(bench: Bench) -> None:
    numbers = [bench.order(customer_id=None, phone=PHONE).no for _ in range(2)]
    for no in numbers:
        claim(bench, no, "5678")
    claim(bench, numbers[0], "5678", bench.owner)
    with bench.database.write() as session:
        access.move(session, bench.guest.conversation_id, bench.owner.conversation_id)
    assert [claim(bench, no, asker=bench.owner).outcome for no in numbers] == ["owned", "owned"]
    assert claim(bench, numbers[1]).outcome == "proof_needed"


def test_a_signed_in_customer_may_prove_an_order_made_as_a_guest(bench: Bench) -> None:
    no = bench.order(customer_id=None, phone=PHONE).no
    assert claim(bench, no, asker=bench.owner).outcome == "proof_needed"
    assert claim(bench, no, "5678", bench.owner).outcome == "owned"


class Watched:
    """The shop, noting what it was asked."""

    def __init__(self, shop: EmbeddedShop) -> None:
        self._shop = shop
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.asked.append(name)
        return getattr(self._shop, name)


def test_unknown_numbers_and_others_orders_are_the_same_in_answer_and_work(bench: Bench) -> None:
    theirs = bench.order(customer_id="c_other", phone=PHONE).no
    seen = []
    for place, no in enumerate((theirs, UNKNOWN)):
        work: list[Any] = []
        watched = Watched(bench.shop)
        services = replace(bench.services, shop=watched)
        asker = Asker(bench.conversation(f"asker{place}"), OWNER, f"ip{place}")
        for proof in (None, "0000", "1111", None, "2222", "3333", "4444", "5678", None):
            with bench.database.write() as session:
                counted = Statements(session)
                answer = access.claim(session, services, asker, no, proof)
                work.append((answer, tuple(watched.asked), counted.count()))
        for service in (orders.status,):
            with bench.database.write() as session:
                counted = Statements(session)
                with pytest.raises(NotYours) as refused:
                    service(session, services, asker, no)
                work.append((refused.value.text, tuple(watched.asked), counted.count()))
        seen.append(work)
    assert seen[0] == seen[1]
    assert [answer.outcome for answer, *_ in seen[0][:9]] == (
        ["proof_needed", "rejected", "rejected", "proof_needed", "rejected", "rejected"] + ["locked"] * 3
    )


class Statements:
    """Counts the statements of a session."""

    def __init__(self, session: Session) -> None:
        self._count = 0
        self._connection = session.connection()
        event.listen(self._connection, "before_cursor_execute", self._one)

    def _one(self, *_: object) -> None:
        self._count += 1

    def count(self) -> int:
        """Return how many there were so far."""
        return self._count


def test_the_list_offers_the_newest_first(bench: Bench) -> None:
    made = [bench.order(OrderStatus.COMPLETED, minutes=60 * n) for n in (5, 1, 3)]
    bench.order(customer_id="c_other")
    listed = bench.call(orders.recent)
    assert [card["order_no"] for card in listed.cards] == [made[n].no for n in (1, 2, 0)]
    assert listed.cards[0]["select"]["payload"] == f'/inform{{"order_no":"{made[1].no}"}}'


@pytest.mark.parametrize(("asker", "outcome"), [("owner", ("orders", "none")), ("guest", ("orders", "anonymous"))])
def test_no_orders(bench: Bench, asker: str, outcome: tuple[str, str]) -> None:
    bench.order(customer_id="c_other")
    assert bench.call(orders.recent, asker=getattr(bench, asker)).name == outcome
