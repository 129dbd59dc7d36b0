"""Transfers: asked with a reason, accepted or refused; until then, and in between, one person has the customer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from desk.conversations import handoff, threads
from desk.conversations.errors import NotYourConversation
from desk.errors import DeskError
from desk.routing import transfers
from desk.routing.errors import NoColleague, NoGroup, NoTransfer, ReasonMissing, TransferOver, TransferPending
from desk.routing.model import Transfer, TransferState
from tests.support.floor import Clock, Floor


@pytest.fixture
def talk(floor: Floor, at: Clock) -> str:
    """A conversation that lin has; zhou and the risk group's fang are there."""
    floor.agent("lin", "first")
    floor.agent("zhou", "first")
    floor.agent("fang", "risk")
    made = floor.customer("c1")
    floor.take(made, "lin")
    return made


def ask(floor: Floor, talk: str, **whom: object) -> Transfer:
    return floor.do(transfers.ask, talk, floor.agents["lin"], "要查风控记录", **whom)


def owner(floor: Floor, talk: str) -> str:
    with floor.database.read() as session:
        agent_id = threads.get(session, talk).agent_id
    return next(login for login, agent in floor.agents.items() if agent.id == agent_id)


def test_a_colleague_accepts(floor: Floor, talk: str) -> None:
    transfer = ask(floor, talk, to=floor.agents["zhou"].id)
    assert owner(floor, talk) == "lin"
    floor.do(handoff.answer, talk, floor.agents["lin"], "请稍等", "client-1")  # the sender goes on until then
    floor.do(transfers.accept, transfer.id, floor.agents["zhou"])
    assert owner(floor, talk) == "zhou"
    row = floor.row(talk)
    assert (row.agent_id, row.first_owner_id) == (floor.agents["zhou"].id, floor.agents["lin"].id)
    assert floor.said(talk)[-1] == "客服zhou已接手，由我继续为您处理"
    assert floor.said(talk, internal=True)[-1] == "zhou接受了转交（要查风控记录）"
    assert "要查风控记录" not in "".join(floor.said(talk))
    assert [action for action in floor.audit() if action.startswith("transfer")] == [
        "transfer.asked",
        "transfer.accepted",
    ]
    with pytest.raises(NotYourConversation):
        floor.do(handoff.answer, talk, floor.agents["lin"], "在吗", "client-2")


def test_a_refusal_leaves_it_with_the_sender_who_is_told(floor: Floor, talk: str) -> None:
    transfer = ask(floor, talk, to=floor.agents["zhou"].id)
    with pytest.raises(ReasonMissing):
        floor.do(transfers.refuse, transfer.id, floor.agents["zhou"], "  ")
    floor.do(transfers.refuse, transfer.id, floor.agents["zhou"], "手上已满")
    assert owner(floor, talk) == "lin"
    assert floor.said(talk, internal=True)[-1] == "zhou没有接受转交：手上已满"
    again = ask(floor, talk, team="risk")
    assert again.id != transfer.id


def test_anybody_of_a_group_accepts_once(floor: Floor, talk: str) -> None:
    floor.agent("gong", "risk")
    transfer = ask(floor, talk, team="risk")
    with pytest.raises(NoTransfer):
        floor.do(transfers.accept, transfer.id, floor.agents["zhou"])

    def attempt(login: str) -> str:
        try:
            floor.do(transfers.accept, transfer.id, floor.agents[login])
        except TransferOver:
            return ""
        return login

    with ThreadPoolExecutor(2) as pool:
        got = sorted(pool.map(attempt, ["fang", "gong"]))
    assert got[0] == ""
    assert owner(floor, talk) == got[1]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (lambda f, t: transfers_ask(f, t, "lin", "", to=f.agents["zhou"].id), ReasonMissing),
        (lambda f, t: transfers_ask(f, t, "lin", "长" * 201, to=f.agents["zhou"].id), ReasonMissing),
        (lambda f, t: transfers_ask(f, t, "lin", "忙", to=f.agents["lin"].id), NoColleague),
        (lambda f, t: transfers_ask(f, t, "lin", "忙", to=99999), NoColleague),
        (lambda f, t: transfers_ask(f, t, "lin", "忙", team="nobody"), NoGroup),
        (lambda f, t: transfers_ask(f, t, "lin", "忙"), NoGroup),
        (lambda f, t: transfers_ask(f, t, "zhou", "忙", team="risk"), NotYourConversation),
    ],
)
def test_what_cannot_be_asked(
    floor: Floor, talk: str, asked: Callable[[Floor, str], object], error: type[DeskError]
) -> None:
    with pytest.raises(error):
        asked(floor, talk)
    assert owner(floor, talk) == "lin"


def transfers_ask(floor: Floor, talk: str, sender: str, reason: str, **whom: object) -> object:
    return floor.do(transfers.ask, talk, floor.agents[sender], reason, **whom)


def test_one_at_a_time_and_taken_back(floor: Floor, talk: str) -> None:
    transfer = ask(floor, talk, team="risk")
    with pytest.raises(TransferPending):
        ask(floor, talk, to=floor.agents["zhou"].id)
    with pytest.raises(NoTransfer):
        floor.do(transfers.withdraw, transfer.id, floor.agents["zhou"])
    floor.do(transfers.withdraw, transfer.id, floor.agents["lin"])
    with pytest.raises(TransferOver):
        floor.do(transfers.accept, transfer.id, floor.agents["fang"])
    assert owner(floor, talk) == "lin"


def test_a_conversation_that_ends_ends_its_transfer(floor: Floor, talk: str) -> None:
    transfer = ask(floor, talk, to=floor.agents["zhou"].id)
    floor.close(talk, "lin")
    with floor.database.read() as session:
        assert transfers.incoming(session, floor.agents["zhou"].id) == []
        assert session.get_one(Transfer, transfer.id).state == TransferState.VOID


def test_the_first_owner_stays_through_several_hands(floor: Floor, talk: str) -> None:
    first = ask(floor, talk, to=floor.agents["zhou"].id)
    floor.do(transfers.accept, first.id, floor.agents["zhou"])
    second = floor.do(transfers.ask, talk, floor.agents["zhou"], "涉及盗号", team="risk")
    floor.do(transfers.accept, second.id, floor.agents["fang"])
    assert floor.row(talk).first_owner_id == floor.agents["lin"].id
    assert owner(floor, talk) == "fang"
