"""The client of the desk against a real server: each way to fail is one of two exceptions."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from desk_stub import MINE, TOKEN, DeskStub, StubServer

from actions.desk import Answer, Desk, DeskFailed, DeskRefused

WHAT, BODY = "orders/claim", {"order_no": MINE}


def _ask(desk: Desk, key: str = "k1") -> Answer:
    return asyncio.run(desk.ask("c_1", WHAT, BODY, key))


@pytest.fixture
def fresh(server: StubServer) -> DeskStub:
    server.stub = DeskStub(signed_in=True)
    return server.stub


def test_answer(server: StubServer, fresh: DeskStub) -> None:
    answer = _ask(Desk(server.url, TOKEN))
    assert (answer.topic, answer.outcome, answer.facts) == ("claim", "owned", {"order_no": MINE})
    (call,) = fresh.calls
    assert (call.sender, call.what, call.body, call.key, call.token) == ("c_1", WHAT, BODY, "k1", TOKEN)


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        (401, DeskFailed),
        (500, DeskFailed),
        (503, DeskFailed),
        (302, DeskFailed),
        ("slow", DeskFailed),
        ("close", DeskFailed),
        ("garbage", DeskFailed),
        ("list", DeskFailed),
        ("empty", DeskFailed),
        (400, DeskRefused),
        (403, DeskRefused),
        (404, DeskRefused),
        (409, DeskRefused),
        (422, DeskRefused),
        (429, DeskRefused),
    ],
)
def test_failure(server: StubServer, fresh: DeskStub, broken: Any, expected: type[Exception]) -> None:
    fresh.broken = {WHAT: broken}
    with pytest.raises(expected):
        _ask(Desk(server.url, TOKEN, timeout=0.5))


def test_refusal_names_its_code(server: StubServer, fresh: DeskStub) -> None:
    fresh.signed_in = False
    with pytest.raises(DeskRefused) as refused:
        asyncio.run(Desk(server.url, TOKEN).ask("c_1", "orders/status", BODY, "k1"))
    assert refused.value.code == "not_yours"


def test_a_wrong_token_is_a_failure(server: StubServer, fresh: DeskStub) -> None:
    with pytest.raises(DeskFailed):
        _ask(Desk(server.url, "wrong"))


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(DeskFailed):
            _ask(Desk(f"http://127.0.0.1:{taken.getsockname()[1]}", TOKEN))


def test_an_answer_without_outcome_is_a_failure(server: StubServer, fresh: DeskStub) -> None:
    with pytest.raises(DeskFailed):
        asyncio.run(Desk(server.url, TOKEN).ask("c_1", "customer", {}, "k1"))


def test_the_loop_goes_on_while_the_desk_is_slow(server: StubServer, fresh: DeskStub) -> None:
    fresh.broken = {WHAT: "slow"}

    async def both() -> list[str]:
        done: list[str] = []

        async def slow() -> None:
            with pytest.raises(DeskFailed):
                await Desk(server.url, TOKEN, timeout=0.5).ask("c_1", WHAT, BODY, "k1")
            done.append("desk")

        async def quick() -> None:
            await asyncio.sleep(0)
            done.append("other")

        await asyncio.gather(slow(), quick())
        return done

    assert asyncio.run(both()) == ["other", "desk"]


def test_a_strange_conversation_id_stays_in_its_place(server: StubServer, fresh: DeskStub) -> None:
    asyncio.run(Desk(server.url, TOKEN).ask("c/../x?y", WHAT, BODY, "k1"))
    assert fresh.calls[0].sender == "c%2F..%2Fx%3Fy"
