"""What is told reaches those who follow, in the same transaction, and is undone with it."""

import pytest

from desk.db import Database
from desk.happenings import HandoffQueued, HandoffTaken, tell
from desk.options.model import OptionsRow


def test_followers_hear_their_kind_in_the_order_of_subscription(database: Database) -> None:
    heard: list[str] = []
    database.followers.follow(HandoffQueued, lambda session, it: heard.append(f"first {it.conversation_id}"))
    database.followers.follow(HandoffQueued, lambda session, it: heard.append(f"second {it.handoff_id}"))
    with database.write() as session:
        tell(session, HandoffQueued("c1", 7))
        tell(session, HandoffTaken("c1", 7, 3))
    assert heard == ["first c1", "second 7"]


def test_a_follower_that_fails_takes_the_transaction_with_it(database: Database) -> None:
    def fail(session: object, it: object) -> None:
        raise RuntimeError

    database.followers.follow(HandoffQueued, fail)

    def work() -> None:
        with database.write() as session:
            session.add(OptionsRow(name="x", version=1, body={}, actor="system"))
            tell(session, HandoffQueued("c1", 7))

    with pytest.raises(RuntimeError):
        work()
    with database.read() as session:
        assert session.query(OptionsRow).count() == 0


def test_nobody_need_follow(database: Database) -> None:
    with database.write() as session:
        tell(session, HandoffQueued("c1", 7))
    with database.read() as session:
        tell(session, HandoffQueued("c1", 7))  # a reading session has no followers at all
