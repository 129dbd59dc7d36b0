"""The conversation core on a real database: inbox, turns, hand-off, rating."""

from threading import Thread

import pytest
from sqlalchemy import select

from desk.conversations import handoff, inbox, rating, threads, timeline, turns
from desk.conversations.bot import Reply, Turn
from desk.conversations.errors import (
    AlreadyRated,
    AlreadyTaken,
    EmptyMessage,
    MessageTooLong,
    NoRating,
    NotYourConversation,
    UnknownButton,
)
from desk.conversations.handoff import Agent
from desk.conversations.model import Author, Button, Conversation, Entry, Kind, Owner
from desk.db import Database

LIN, ZHOU = Agent(1, "林晓"), Agent(2, "周敏")


@pytest.fixture
def talk(database: Database) -> str:
    """A conversation's id."""
    with database.write() as session:
        return threads.find_or_open(session, "web", "v_1").id


def say(database: Database, talk: str, text: str, message_id: str) -> inbox.Accepted:
    with database.write() as session:
        return inbox.accept(session, talk, message_id, text=text)


def run_turn(database: Database, talk: str, *replies: Reply, failed: bool = False) -> int:
    """Take what waits to a bot that says `replies`; return how many messages the bot got."""
    with database.write() as session:
        _, rows = turns.begin(session, talk)
    if rows:
        with database.write() as session:
            nlu = {"intent": "greet", "confidence": 0.9}
            turns.succeed(session, talk, rows, Turn(list(replies), nlu, failed))
    return len(rows)


def transcript(database: Database, talk: str, *, internal: bool = False) -> list[tuple[str, str]]:
    with database.read() as session:
        return [(e.author, e.text) for e in timeline.entries(session, talk, internal=internal)]


def owner(database: Database, talk: str) -> str:
    with database.read() as session:
        return threads.get(session, talk).owner


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  卡密没到 ", "卡密没到"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("一\r\n二\n\n\n\n三", "一\n二\n\n三"),
        ("😭😭😭", "😭😭😭"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("/restart", "/restart"),
        ("x" * 2000, "x" * 2000),
    ],
)
def test_what_is_kept_of_a_text(typed: str, kept: str) -> None:
    assert timeline.clean(typed) == kept


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", EmptyMessage),
        (" \n\t ", EmptyMessage),
        ("\x00\x07\x1f", EmptyMessage),
        ("\u200b\u200d\ufeff", EmptyMessage),
        ("x" * 10_000, MessageTooLong),
    ],
)
def test_what_is_refused(typed: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        timeline.clean(typed)


def test_a_message_is_taken_once_however_often_it_is_sent(database: Database, talk: str) -> None:
    answers = [say(database, talk, "卡密没到", "client-0001") for _ in range(10)]
    assert [a.duplicate for a in answers] == [False] + [True] * 9
    assert {(a.seq, a.id) for a in answers} == {(1, answers[0].id)}
    assert run_turn(database, talk, Reply("您好")) == 1
    assert run_turn(database, talk, Reply("您好")) == 0
    assert transcript(database, talk) == [("customer", "卡密没到"), ("bot", "您好")]


def test_parallel_senders_get_numbers_without_gaps(database: Database, talk: str) -> None:
    threads_ = [Thread(target=say, args=(database, talk, f"第{n}条", f"client-{n % 10:04d}")) for n in range(40)]
    for thread in threads_:
        thread.start()
    for thread in threads_:
        thread.join()
    with database.read() as session:
        seqs = [e.seq for e in timeline.entries(session, talk)]
    assert seqs == list(range(1, 11))


def test_a_refused_message_leaves_nothing(database: Database, talk: str) -> None:
    with pytest.raises(EmptyMessage):
        say(database, talk, "  ", "client-0001")
    with pytest.raises(UnknownButton), database.write() as session:
        inbox.accept(session, talk, "client-0002", button="b_nobody")
    assert transcript(database, talk) == []


def test_a_burst_becomes_one_turn_and_a_claimed_turn_stays_the_same(database: Database, talk: str) -> None:
    say(database, talk, "卡密没到", "client-0001")
    say(database, talk, "急", "client-0002")
    with database.write() as session:
        first = [row.message_id for row in inbox.claim(session, talk)]
    say(database, talk, "在吗", "client-0003")
    with database.write() as session:
        again = inbox.claim(session, talk)
        assert [row.message_id for row in again] == first == ["client-0001", "client-0002"]
        assert inbox.finish(session, again, turns.BOT)
    with database.write() as session:
        assert not inbox.finish(session, again, turns.BOT)
        assert [row.message_id for row in inbox.claim(session, talk)] == ["client-0003"]


def test_buttons_hide_their_payload_and_belong_to_one_conversation(database: Database, talk: str) -> None:
    say(database, talk, "卡密没到", "client-0001")
    button = {"title": "查订单", "payload": '/query_order{"x": 1}'}
    card = {
        "type": "order",
        "order_no": "DD20261121A7K3",
        "select": {"title": "选这个", "payload": "/inform"},
    }
    run_turn(database, talk, Reply("请选择", [button], [card]))
    with database.read() as session:
        body = timeline.entries(session, talk)[-1].body
        assert "payload" not in str(body)
        assert "/" not in str(body)
        ids = [body["buttons"][0]["id"], body["cards"][0]["select"]["id"]]
    with database.write() as session:
        other = threads.find_or_open(session, "web", "v_2").id
    for button_id in ids:
        with pytest.raises(UnknownButton), database.write() as session:
            inbox.accept(session, other, "client-0009", button=button_id)
    with database.write() as session:
        inbox.accept(session, talk, "client-0002", button=ids[0])
    with database.write() as session:
        _, rows = turns.begin(session, talk)
        assert [(r.text, r.trusted) for r in rows] == [('/query_order{"x": 1}', True)]
    assert transcript(database, talk)[-1] == ("customer", "查订单")


@pytest.mark.parametrize(("replies", "failed"), [((), False), ((), True), ((Reply("我看看"),), True)])
def test_a_lost_turn_is_told_and_queued_once(
    database: Database, talk: str, replies: tuple[Reply, ...], failed: bool
) -> None:
    say(database, talk, "卡密没到", "client-0001")
    run_turn(database, talk, *replies, failed=failed)
    assert owner(database, talk) == Owner.QUEUED
    shown = transcript(database, talk)
    assert [author for author, _ in shown] == ["customer"] + ["bot"] * len(replies) + ["system"]
    assert "转人工" in shown[-1][1]
    with database.read() as session:
        assert [h.reason for h, _ in handoff.queue(session)] == ["failure"]


def test_who_waits_is_answered_once_and_may_go_back_to_the_bot(database: Database, talk: str) -> None:
    with database.write() as session:
        handoff.request(session, talk, "requested")
    for n in range(3):
        say(database, talk, f"还在吗{n}", f"client-100{n}")
        assert run_turn(database, talk, Reply("机器人")) == 0
    shown = transcript(database, talk)
    assert [a for a, _ in shown] == ["customer", "customer", "customer", "system"] or [a for a, _ in shown] == [
        "customer",
        "system",
        "customer",
        "customer",
    ]
    with database.write() as session:
        leave = session.scalars(select(Button)).one()
        inbox.accept(session, talk, "client-2000", button=leave.id)
    run_turn(database, talk)
    assert owner(database, talk) == Owner.BOT
    with database.read() as session:
        assert threads.get(session, talk).generation == 2
        assert handoff.queue(session) == []


def test_a_person_silences_the_bot(database: Database, talk: str) -> None:
    say(database, talk, "转人工", "client-0001")
    with database.write() as session:
        _, rows = turns.begin(session, talk)
    with database.write() as session:
        handoff.take(session, talk, LIN)
    with database.write() as session:
        turns.succeed(session, talk, rows, Turn([Reply("机器人的话")], {}, False))
    assert all("机器人" not in text for _, text in transcript(database, talk))
    assert ("bot", "机器人的话") in transcript(database, talk, internal=True)
    say(database, talk, "/restart", "client-0002")
    assert run_turn(database, talk, Reply("机器人")) == 0
    assert owner(database, talk) == Owner.AGENT


def test_only_one_agent_gets_it_and_only_they_may_answer(database: Database, talk: str) -> None:
    with database.write() as session:
        handoff.request(session, talk, "requested")
    with database.write() as session:
        handoff.take(session, talk, LIN)
        handoff.take(session, talk, LIN)
    with pytest.raises(AlreadyTaken), database.write() as session:
        handoff.take(session, talk, ZHOU)
    with pytest.raises(NotYourConversation), database.write() as session:
        handoff.answer(session, talk, ZHOU, "您好", "agent-0001")
    for _ in range(3):
        with database.write() as session:
            handoff.answer(session, talk, LIN, "您好，我看一下", "agent-0001")
    assert transcript(database, talk).count(("agent", "您好，我看一下")) == 1


def test_back_to_the_bot_starts_it_afresh(database: Database, talk: str) -> None:
    with database.write() as session:
        handoff.request(session, talk, "requested")
        before = threads.get(session, talk).sender_id
        handoff.take(session, talk, LIN)
        handoff.give_back(session, talk, LIN)
    with database.read() as session:
        assert threads.get(session, talk).sender_id != before
        assert threads.of_sender(session, before).id == talk
    assert owner(database, talk) == Owner.BOT


def test_closing_asks_for_one_rating(database: Database, talk: str) -> None:
    with database.write() as session:
        handoff.request(session, talk, "requested")
        handoff.take(session, talk, LIN)
        handoff.close(session, talk, LIN)
    with database.read() as session:
        asked = session.scalars(select(Entry).where(Entry.kind == Kind.RATING)).one()
        rating_id = asked.body["rating_id"]
    with pytest.raises(NoRating), database.write() as session:
        rating.give(session, "c_other", rating_id, 5)
    with database.write() as session:
        rating.give(session, talk, rating_id, 5, " 很快 ")
    with pytest.raises(AlreadyRated), database.write() as session:
        rating.give(session, talk, rating_id, 1)
    say(database, talk, "又有问题", "client-0001")
    assert owner(database, talk) == Owner.BOT
    assert run_turn(database, talk, Reply("您说")) == 1


def test_the_queue_is_ordered_by_priority_then_time(database: Database) -> None:
    wanted = [("v_a", "requested"), ("v_b", "failure"), ("v_c", "requested"), ("v_d", "complaint")]
    ids = {}
    for peer, reason in wanted:
        with database.write() as session:
            ids[peer] = threads.find_or_open(session, "web", peer).id
            handoff.request(session, ids[peer], reason)
            handoff.request(session, ids[peer], reason)
    with database.read() as session:
        order = [conversation.peer for _, conversation in handoff.queue(session)]
        places = [handoff.position(session, h) for h, _ in handoff.queue(session)]
    assert order == ["v_b", "v_d", "v_a", "v_c"]
    assert places == [1, 2, 3, 4]


def test_read_marks_never_go_back_or_beyond(database: Database, talk: str) -> None:
    say(database, talk, "你好", "client-0001")
    for seq in (1, 0, 99):
        with database.write() as session:
            timeline.mark_read(session, talk, seq)
    with database.read() as session:
        assert session.get_one(Conversation, talk).read_seq == 1
        assert timeline.entries(session, talk)[0].author == Author.CUSTOMER
