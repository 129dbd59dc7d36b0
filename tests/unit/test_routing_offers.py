"""Offers on a real database: to whom, for how long, and that two at once never both get it."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from desk.conversations import handoff
from desk.conversations.errors import AlreadyTaken
from desk.conversations.model import Owner
from desk.routing import following, presence, teams
from desk.routing.lanes import Lane
from desk.routing.model import Presence, Stage
from desk.shop.base import OrderStatus
from desk.staff.roles import Role
from tests.support.floor import Clock, Floor


def test_a_customer_is_offered_at_once_and_taken(floor: Floor, at: Clock) -> None:
    lin = floor.agent("lin")
    talk = floor.customer("c1")
    assert floor.offered(talk) == "lin"
    at.later(12)
    floor.take(talk, "lin")
    row = floor.row(talk)
    assert (row.stage, row.agent_id, row.first_owner_id) == (Stage.TAKEN, lin.id, lin.id)
    floor.close(talk, "lin")
    assert floor.row(talk).stage == Stage.ENDED


def test_unanswered_offers_go_round_and_who_misses_three_is_away(floor: Floor, at: Clock) -> None:
    for login in ("lin", "zhou"):
        floor.agent(login)
    talk, seen = floor.customer("c1"), []
    for _ in range(9):
        seen.append(floor.offered(talk))
        floor.there()
        at.later(29)
        floor.sweep()
        assert floor.offered(talk) == seen[-1]  # not a second early
        at.later(1)
        floor.sweep()
    # Each once, a pause of one offer after the round, then anew, until both are away.
    assert seen == ["lin", "zhou", None, "lin", "zhou", None, "lin", "zhou", None]
    assert (floor.state("lin"), floor.state("zhou")) == (Presence.AWAY, Presence.AWAY)
    assert floor.audit().count("routing.missed") == 6
    floor.says("zhou", Presence.ONLINE)
    floor.sweep()
    assert floor.offered(talk) == "zhou"


def test_an_answer_in_time_forgets_what_was_missed(floor: Floor, at: Clock) -> None:
    floor.agent("lin")
    for name in ("c1", "c2", "c3", "c4"):
        talk = floor.customer(name)
        at.later(30)
        floor.sweep()
        floor.take(talk, "lin")
        floor.there()
    assert floor.state("lin") == Presence.ONLINE


@pytest.mark.parametrize("state", [Presence.BUSY, Presence.AWAY])
def test_who_goes_away_loses_the_offer_at_once(floor: Floor, at: Clock, state: Presence) -> None:
    floor.agent("lin")
    talk = floor.customer("c1")
    floor.agent("zhou")
    floor.says("lin", state)
    floor.sweep()
    assert floor.offered(talk) == "zhou"
    assert "routing.missed" not in floor.audit()


def test_who_has_closed_all_pages_gets_nothing(floor: Floor, at: Clock) -> None:
    floor.agent("lin")
    at.later(91)
    talk = floor.customer("c1")
    assert floor.offered(talk) is None
    floor.there("lin")
    floor.sweep()
    assert floor.offered(talk) == "lin"


def test_nobody_gets_more_than_fits(floor: Floor, at: Clock) -> None:
    lin = floor.agent("lin")
    floor.do(teams.assign, lin.id, [], None, 2, actor="system")
    talks = [floor.customer(f"c{n}") for n in range(3)]
    for number in range(2):  # one offer at a time
        assert [floor.offered(talk) for talk in talks[number:]] == ["lin"] + [None] * (2 - number)
        floor.take(talks[number], "lin")
        floor.sweep()
    assert floor.offered(talks[2]) is None
    floor.close(talks[0], "lin")
    floor.sweep()
    assert floor.offered(talks[2]) == "lin"


def test_the_next_one_free_gets_the_first_in_the_queue(floor: Floor, at: Clock) -> None:
    reasons = {"plain": "requested", "green": "merchant", "cheated": "risk"}
    talks = {}
    for name, reason in reasons.items():
        talks[name] = floor.customer(name, reason)
        at.later(1)
    lin = floor.agent("lin")
    floor.do(teams.assign, lin.id, [], None, 1, actor="system")
    order = []
    for _ in reasons:
        floor.sweep()
        name = next(name for name, talk in talks.items() if floor.offered(talk) == "lin")
        order.append(name)
        floor.take(talks[name], "lin")
        floor.close(talks[name], "lin")
    assert order == ["cheated", "green", "plain"]


def test_the_same_agent_again_but_not_after_the_days_set(floor: Floor, at: Clock) -> None:
    floor.agent("lin")
    floor.agent("zhou")
    talk = floor.customer("c1")
    floor.take(talk, "zhou")
    floor.close(talk, "zhou")
    floor.take(floor.customer("c2"), "zhou")  # the more loaded, the last one to get somebody
    floor.customer("c1")
    assert floor.offered(talk) == "zhou"
    floor.take(talk, "zhou")
    floor.close(talk, "zhou")
    at.later(8 * 86400)
    floor.there()
    floor.customer("c1")
    assert floor.offered(talk) == "lin"


def test_named_persons(floor: Floor, at: Clock) -> None:
    for login in ("lin", "zhou", "wang"):
        floor.agent(login)
    floor.do(teams.look_after, "c_vip", floor.agents["zhou"].id, actor="system")
    floor.set(upset_agents=("wang",))
    assert floor.offered(floor.customer("vip", customer_id="c_vip")) == "zhou"
    assert floor.offered(floor.customer("angry", mood="angry")) == "wang"
    assert floor.offered(floor.customer("plain")) == "lin"


@pytest.mark.parametrize(
    ("reason", "there", "offered"),
    [
        ("risk", ("lin", "fang"), "fang"),
        ("risk", ("lin",), "lin"),  # nobody of the group: second line, then first line helps out
        ("requested", ("lin", "fang"), "lin"),
        ("requested", ("fang",), None),
    ],
)
def test_groups(floor: Floor, at: Clock, reason: str, there: tuple[str, ...], offered: str | None) -> None:
    floor.agent("lin", "first")
    floor.agent("fang", "risk")
    at.later(100)
    floor.there(*there)
    assert floor.offered(floor.customer("c1", reason)) == offered


def test_leads_are_offered_nothing_unless_put_into_a_group(floor: Floor, at: Clock) -> None:
    boss = floor.agent("boss", role=Role.SUPERVISOR)
    talk = floor.customer("c1")
    assert floor.offered(talk) is None
    floor.do(teams.assign, boss.id, ["first"], "first", None, actor="system")
    floor.sweep()
    assert floor.offered(talk) == "boss"


def test_a_group_may_accept_by_itself(floor: Floor, at: Clock) -> None:
    floor.set(first={"auto_accept": True})
    lin = floor.agent("lin")
    talk = floor.customer("c1")
    assert floor.row(talk).stage == Stage.WAITING
    floor.sweep()
    row = floor.row(talk)
    assert (row.stage, row.agent_id) == (Stage.TAKEN, lin.id)


# ── The place in the queue ───────────────────────────────────────────────────────────────────────────────────────────


def places(floor: Floor, talks: list[str]) -> list[int]:
    with floor.database.read() as session:
        waiting = [handoff.open_handoff(session, talk) for talk in talks]
        return [handoff.position(session, each) if each else 0 for each in waiting]


def test_one_waits_behind_those_whom_the_same_agents_serve(floor: Floor, at: Clock) -> None:
    fang = floor.agent("fang", "risk")
    floor.agent("lin", "first")
    talks = []
    for name, reason in [("a", "requested"), ("b", "requested"), ("c", "risk"), ("d", "risk")]:
        talks.append(floor.customer(name, reason))
        at.later(1)
    assert places(floor, talks) == [1, 2, 1, 2]
    floor.do(teams.assign, fang.id, ["risk", "first"], None, None, actor="system")
    assert places(floor, talks) == [3, 4, 1, 2]


@pytest.mark.parametrize(
    ("limit", "days", "asked", "lane"),
    [
        (1, 3, 0, Lane.VIP),
        (1, 70, 0, Lane.NORMAL),  # neither this month nor the last one
        (5000, 3, 0, Lane.NORMAL),
        (5000, 3, 1, Lane.NORMAL),
        (5000, 3, 2, Lane.FREQUENT),
        (1, 3, 2, Lane.VIP),
    ],
)
def test_what_was_spent_and_asked_says_the_lane(
    floor: Floor, at: Clock, limit: int, days: int, asked: int, lane: Lane
) -> None:
    spends = dict.fromkeys(("silver_month_spend", "gold_month_spend", "vip_month_spend"), limit)
    floor.bench.allow(profiles={**spends, "novice_orders": 0})
    floor = Floor(floor.bench)
    floor.bench.order(OrderStatus.COMPLETED, minutes=days * 1440, customer_id="c_rich")
    floor.agent("lin")
    for _ in range(asked):
        talk = floor.customer("c1", customer_id="c_rich")
        floor.take(talk, "lin")
        floor.close(talk, "lin")
    talk = floor.customer("c1", customer_id="c_rich")
    with floor.database.read() as session:
        waits = handoff.open_handoff(session, talk)
        assert waits is not None
        assert waits.lane == lane


def test_whoever_is_made_urgent_goes_first_whatever_the_lane(floor: Floor, at: Clock) -> None:
    floor.agent("lin")
    talks = [floor.customer("vip", "merchant"), floor.customer("plain")]
    assert places(floor, talks) == [1, 2]
    with floor.database.write() as session:
        late = handoff.open_handoff(session, talks[1])
        assert late is not None
        late.priority, late.rank = "urgent", 0
    assert places(floor, talks) == [2, 1]


# ── At once ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_sweeps_at_once_do_each_step_once(floor: Floor, at: Clock) -> None:
    talks = [floor.customer(f"c{n}") for n in range(4)]
    people = ["fang", "lin", "wang", "zhou"]
    for login in people:
        floor.agent(login)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: floor.sweep(), range(3)))
    assert sorted(str(floor.offered(talk)) for talk in talks) == people
    assert floor.audit().count("routing.offer") == 4


def test_two_take_at_once_and_one_has_it(floor: Floor, at: Clock) -> None:
    for login in ("lin", "zhou"):
        floor.agent(login)
    for name in ("c1", "c2", "c3"):
        talk = floor.customer(name)

        def attempt(login: str, talk: str = talk) -> bool:
            try:
                return floor.take(talk, login).owner == Owner.AGENT
            except AlreadyTaken:
                return False

        with ThreadPoolExecutor(3) as pool:
            got = [*pool.map(attempt, ["lin", "zhou"])]
        assert sorted(got) == [False, True]
        assert floor.row(talk).agent_id == floor.agents["lin" if got[0] else "zhou"].id


def test_taking_missing_and_going_away_at_once_do_not_lock_each_other(floor: Floor, at: Clock) -> None:
    floor.agent("lin")
    lin = floor.agents["lin"]
    talks = [floor.customer(f"c{n}") for n in range(4)]
    at.later(30)
    away = partial(floor.do, presence.switch, lin.id, Presence.AWAY, actor=f"agent:{lin.id}")
    with ThreadPoolExecutor(4) as pool:
        work = [pool.submit(floor.take, talks[0], "lin"), pool.submit(floor.sweep), pool.submit(away)]
        work += [pool.submit(floor.take, talks[1], "lin")]
        for each in work:
            each.result(timeout=20)
    assert floor.state("lin") == Presence.AWAY


def test_who_was_queued_before_there_were_groups_is_placed(floor: Floor, at: Clock) -> None:
    followers, floor.database.followers = floor.database.followers, type(floor.database.followers)()
    talk = floor.customer("c1", "risk")
    floor.database.followers = followers
    floor.agent("lin")
    assert floor.do(following.adopt, floor.bench.services) == 1
    assert floor.do(following.adopt, floor.bench.services) == 0
    assert (floor.row(talk).team, floor.offered(talk)) == ("risk", "lin")
