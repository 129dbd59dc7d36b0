"""Limits on wrong proofs: per conversation, order and client, however they arrive."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from desk import clock
from desk.cases import access, calls
from desk.cases.model import ProofFailure
from tests.support.cases import Bench
from tests.support.claims import PHONE, claim, guest


# Each row: who tries how often with wrong proofs, and what a further try is told.
def test_tries_per_conversation(bench: Bench) -> None:
    no = bench.order(customer_id=None, phone=PHONE).no
    answers = [claim(bench, no, "0000") for _ in range(5)]
    assert [answer.facts for answer in answers[:4]] == [{"tries_left": left} for left in (4, 3, 2, 1)]
    assert (answers[4].outcome, answers[4].facts) == ("locked", {"minutes": 60})
    assert claim(bench, no, "5678").outcome == "locked"
    assert claim(bench, no).outcome == "locked"
    assert claim(bench, bench.order(customer_id=None, phone=PHONE).no, "5678").outcome == "locked"
    assert claim(bench, no, "5678", guest(bench, "fresh", "ip-2")).outcome == "owned"
    with clock.frozen(clock.now() + timedelta(minutes=61)):
        assert claim(bench, no, "5678").outcome == "owned"
    assert bench.audit().count("claim.locked") == 1


def test_tries_per_order_whoever_tries_and_however_it_is_written(bench: Bench) -> None:
    no = bench.order(customer_id=None, phone=PHONE).no
    written = [no, no.lower(), f" {no}", f"{no[:4]}-{no[4:]}", f"{no[:2]} {no[2:]}", no, no, no]
    answers = [claim(bench, form, "0000", guest(bench, f"g{n}", f"ip{n}")) for n, form in enumerate(written)]
    assert answers[-1].outcome == "locked"
    late = guest(bench, "late", "ip-late")
    assert claim(bench, no, "5678", late).outcome == "locked"
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert claim(bench, no, "5678", late).outcome == "owned"


def test_the_owner_is_not_locked_out_of_his_order_by_others(bench: Bench) -> None:
    no = bench.order(phone=PHONE).no
    for n in range(9):
        claim(bench, no, "0000", guest(bench, f"g{n}", f"ip{n}"))
    assert claim(bench, no, asker=bench.owner).outcome == "owned"


def test_tries_per_client_over_conversations_and_orders(bench: Bench) -> None:
    numbers = [bench.order(customer_id=None, phone=PHONE).no for _ in range(3)]
    for n in range(20):
        claim(bench, numbers[n % 3], "0000", guest(bench, f"g{n}", "ip-one"))
    assert claim(bench, numbers[2], "5678", guest(bench, "next", "ip-one")).outcome == "locked"
    assert claim(bench, numbers[2], "5678", guest(bench, "next", "ip-two")).outcome == "owned"


def test_right_answers_cost_no_tries(bench: Bench) -> None:
    no = bench.order(customer_id=None, phone=PHONE).no
    for n in range(9):
        assert claim(bench, no, "5678", guest(bench, f"g{n}", f"ip{n}")).outcome == "owned"
    assert claim(bench, no, "0000", guest(bench, "next", "ip-next")).facts == {"tries_left": 4}


def test_fifty_guesses_at_once_are_five(bench: Bench) -> None:
    no = bench.order(customer_id=None, phone=PHONE).no

    def guess(n: int) -> str:
        return claim(bench, no, f"{n:04d}").outcome

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(guess, range(50)))
    assert answers.count("rejected") == 4
    assert answers.count("locked") == 46
    with bench.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ProofFailure)) == 5


def test_a_repeated_call_costs_one_try(bench: Bench) -> None:
    no = bench.order(customer_id=None, phone=PHONE).no

    def once() -> dict[str, Any]:
        with bench.database.write() as session:
            return calls.once(
                session, "k1", lambda: access.claim(session, bench.services, bench.guest, no, "0000").as_json()
            )

    assert once() == once()
    assert claim(bench, no, "0001").facts == {"tries_left": 3}
