"""Webhooks: told what happened, signed, at least once, to receivers that misbehave, and never into the own network."""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from desk import clock
from desk.api.webhooks import deliveries, endpoints, guard, retries
from desk.api.webhooks.courier import Courier
from desk.api.webhooks.deliveries import Outcome
from desk.api.webhooks.errors import BadAddress, ForbiddenAddress
from desk.api.webhooks.model import Attempt, Delivery, Endpoint, State
from desk.conversations import handoff
from desk.conversations.handoff import Agent
from desk.tickets import service as tickets
from desk.vault.model import VaultItem
from tests.support import databases
from tests.support.api import Program
from tests.support.receiver import Receiver, receiving
from tests.support.staff import Office

KEY = "ABCD1-EFGH2-JKLM3-NPQR4"
KEPT = timedelta(days=30)


@pytest.fixture(scope="module", params=databases.KINDS)
def shared_bureau(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office on each kind of store whose webhooks may call this machine."""
    folder = tmp_path_factory.mktemp("webhooks")
    with databases.empty(request.param, folder) as database:
        made = Office(database, folder, webhook_private=True)
        yield made
        made.desk.database.close()


@pytest.fixture
def bureau(shared_bureau: Office) -> Office:
    """The office, without endpoints."""
    with shared_bureau.desk.database.write() as session:
        for endpoint in endpoints.listed(session):
            endpoints.remove(session, endpoint.id, actor="system")
    return shared_bureau


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


def endpoint(bureau: Office, url: str, *events: str) -> str:
    with bureau.desk.database.write() as session:
        vault = bureau.desk.vault
        return endpoints.add(session, vault, url, events or ("ticket.opened",), actor="system", private=True).id


def courier(bureau: Office, *, private: bool = True) -> Courier:
    return Courier(bureau.desk.database, bureau.desk.vault, private=private, kept=KEPT, timeout=0.5)


def carry(bureau: Office, **how: bool) -> int:
    return asyncio.run(courier(bureau, **how).carry_due())


def ticket(bureau: Office, mark: str, title: str = "没发货") -> str:
    with bureau.desk.database.write() as session:
        return tickets.open_ticket(session, "delivery", title, dedupe=mark).number


def of(bureau: Office, endpoint_id: str) -> list[Delivery]:
    with bureau.desk.database.read() as session:
        found = deliveries.newest(session, limit=100, endpoint_id=endpoint_id)
        session.expunge_all()
    return found


def errors(bureau: Office, delivery: Delivery) -> list[tuple[int | None, str]]:
    with bureau.desk.database.read() as session:
        return [(each.status, each.error) for each in deliveries.attempts(session, [delivery.id])[delivery.id]]


# ── What is told ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_happens_is_told_masked_and_in_the_same_transaction(bureau: Office, receiver: Receiver) -> None:
    wanted = ["ticket.opened", "ticket.moved", "handoff.queued", "handoff.taken", "handoff.ended"]
    endpoint(bureau, receiver.url, *wanted, "message.from_customer")
    conversation_id = bureau.customer(f"{KEY} 用不了，电话13812345678", customer_id="u_told")
    agent = Agent(1, "林晓")
    with bureau.desk.database.write() as session:
        made = tickets.open_ticket(session, "key", "用不了", dedupe="told", conversation_id=conversation_id)
        tickets.set_status(session, made, "solved", "agent:1")
        handoff.request(session, conversation_id, "requested")
        handoff.take(session, conversation_id, agent)
        handoff.close(session, conversation_id, agent)
    while carry(bureau):
        pass
    told = {request.told["type"]: request.told["data"] for request in receiver.got}
    assert sorted(told) == sorted([*wanted, "message.from_customer"])
    assert told["ticket.moved"]["before"] == "open"
    assert told["ticket.moved"]["after"] == told["ticket.moved"]["ticket"]["status"] == "solved"
    assert told["handoff.queued"]["handoff"]["position"] == 1
    assert told["handoff.ended"]["handoff"]["state"] == "closed"
    text = told["message.from_customer"]["message"]["text"]
    assert KEY not in text
    assert "••••" in text
    assert "138****5678" in text


def test_what_is_rolled_back_is_not_told(bureau: Office, receiver: Receiver) -> None:
    mine = endpoint(bureau, receiver.url)

    def fail() -> None:
        with bureau.desk.database.write() as session:
            tickets.open_ticket(session, "delivery", "x", dedupe="rolled back")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert of(bureau, mine) == []


def test_each_endpoint_gets_its_events_while_it_is_active(bureau: Office, receiver: Receiver) -> None:
    both = endpoint(bureau, receiver.url, "ticket.opened", "handoff.queued")
    one, paused = endpoint(bureau, receiver.url), endpoint(bureau, receiver.url)
    other = endpoint(bureau, receiver.url, "handoff.queued")
    with bureau.desk.database.write() as session:
        endpoints.change(session, paused, actor="system", private=True, active=False)
    ticket(bureau, "each")
    found = [of(bureau, endpoint_id) for endpoint_id in (both, one, paused, other)]
    assert [len(each) for each in found] == [1, 1, 0, 0]
    assert found[0][0].event_id == found[1][0].event_id


# ── Signature ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def verify() -> Any:
    """The documentation's example."""
    page = (Path(__file__).resolve().parents[2] / "docs/api.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)
    return names["verify"]


def test_the_documented_example_believes_what_we_send_and_nothing_else(
    bureau: Office, receiver: Receiver, verify: Any
) -> None:
    mine = endpoint(bureau, receiver.url)
    ticket(bureau, "signed")
    assert carry(bureau) == 1
    (got,) = receiver.got
    with bureau.desk.database.read() as session:
        secret = endpoints.secret(session, bureau.desk.vault, mine)
    header, now = got.headers["Kamidesk-Signature"], clock.now().timestamp()
    assert verify(secret, header, got.body, now)
    assert not verify("whsec_other", header, got.body, now)
    assert not verify(secret, header, got.body + b" ", now)
    assert not verify(secret, header.replace("t=1", "t=2"), got.body, now)
    assert not verify(secret, header, got.body, now + 301)
    assert not verify(secret, "nonsense", got.body, now)
    assert got.headers["Kamidesk-Event-Id"] == got.told["id"] == of(bureau, mine)[0].event_id
    assert (got.path, got.headers["Content-Type"]) == ("/hook", "application/json")


def test_the_secret_stands_in_the_vault_only(bureau: Office, receiver: Receiver) -> None:
    program = Program(bureau)
    body = {"url": receiver.url, "events": ["ticket.opened"]}
    first = program.post("/webhooks", body, "the-same-key")
    assert first.status_code == 201, first.text
    made = first.json()
    assert program.post("/webhooks", body, "the-same-key").json() == made
    assert "secret" not in program.get(f"/webhooks/{made['id']}")
    from desk.db import Base

    with bureau.desk.database.read() as session:
        stored = [str(row) for table in Base.metadata.tables.values() for row in session.execute(select(table))]
        sealed = session.get_one(VaultItem, session.get_one(Endpoint, made["id"]).secret_item).sealed
    assert not [row for row in stored if made["secret"] in row]
    assert made["secret"].encode() not in sealed


# ── Receivers that misbehave ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("mood", "logged"),
    [
        ("ok", (200, "")),
        ("error", (500, "status")),
        ("redirect", (302, "redirect")),
        ("silent", (None, "timeout")),
        ("slow", (None, "timeout")),
        ("hang_up", (None, "closed")),
        ("huge", (None, "too_big")),
    ],
)
def test_what_comes_of_a_try(bureau: Office, receiver: Receiver, mood: str, logged: tuple[int | None, str]) -> None:
    mine = endpoint(bureau, receiver.url)
    receiver.mood = mood
    ticket(bureau, f"mood {mood}")
    assert carry(bureau) == 1
    (row,) = of(bureau, mine)
    assert errors(bureau, row) == [logged]
    assert row.state == (State.DELIVERED if mood == "ok" else State.PENDING)
    assert {request.path for request in receiver.got} == {"/hook"}  # no redirect was followed
    assert carry(bureau) == 0
    receiver.mood = "ok"
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert carry(bureau) == (0 if mood == "ok" else 1)
    assert of(bureau, mine)[0].state == State.DELIVERED
    assert len({request.body for request in receiver.got}) == 1


@pytest.mark.parametrize(
    ("url", "error"), [("http://127.0.0.1:1/", "connect"), ("http://nobody.invalid/", "unknown_host")]
)
def test_nobody_there(bureau: Office, url: str, error: str) -> None:
    mine = endpoint(bureau, url)
    ticket(bureau, f"nobody {error}")
    carry(bureau)
    assert errors(bureau, of(bureau, mine)[0]) == [(None, error)]


def test_a_dead_letter_is_replayed_with_the_same_id(bureau: Office, receiver: Receiver) -> None:
    mine = endpoint(bureau, receiver.url)
    receiver.mood = "error"
    ticket(bureau, "dead")
    now = clock.now()
    for tries in range(1, retries.TRIES + 1):
        with clock.frozen(now):
            assert carry(bureau) == 1, tries
        now += timedelta(hours=8)
    (dead,) = of(bureau, mine)
    assert (dead.state, dead.attempts) == (State.DEAD, retries.TRIES)
    with clock.frozen(now + timedelta(days=2)):
        assert carry(bureau) == 0
    program = Program(bureau)
    (listed,) = program.get("/webhook-deliveries", state="dead", webhook_id=mine)["items"]
    assert (listed["id"], len(listed["log"]), listed["log"][0]["status"]) == (dead.id, retries.TRIES, 500)
    receiver.mood = "ok"
    assert program.post(f"/webhook-deliveries/{dead.id}/replay").json()["state"] == "pending"
    assert program.post(f"/webhook-deliveries/{dead.id}/replay").json()["error"] == "not_dead"
    assert carry(bureau) == 1
    assert program.get(f"/webhook-deliveries/{dead.id}")["state"] == "delivered"
    assert {request.told["id"] for request in receiver.got} == {dead.event_id}


def test_a_process_that_dies_before_it_marks_sends_again(bureau: Office, receiver: Receiver) -> None:
    mine = endpoint(bureau, receiver.url)
    ticket(bureau, "killed")

    async def die_after_sending() -> None:
        from desk.api.webhooks import sending

        (job,) = deliveries.claim(bureau.desk.database, bureau.desk.vault, {}, 10, 10)
        async with sending.new_client() as client:
            assert (await sending.send(client, job, private=True)).delivered

    asyncio.run(die_after_sending())
    assert carry(bureau) == 0  # whoever claimed it may still be at it
    with clock.frozen(clock.now() + deliveries.LEASE + timedelta(seconds=1)):
        assert carry(bureau) == 1
    assert len(receiver.got) == 2
    assert receiver.got[0].told["id"] == receiver.got[1].told["id"]
    (row,) = of(bureau, mine)
    assert (row.state, row.attempts) == (State.DELIVERED, 2)


def test_a_late_failure_does_not_undo_a_delivery(bureau: Office, receiver: Receiver) -> None:
    mine = endpoint(bureau, receiver.url)
    ticket(bureau, "late")
    (job,) = deliveries.claim(bureau.desk.database, bureau.desk.vault, {}, 10, 10)
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert carry(bureau) == 1
    with bureau.desk.database.write() as session:
        deliveries.settle(session, job, Outcome(None, "timeout", 1))
    assert of(bureau, mine)[0].state == State.DELIVERED


def test_one_endpoint_does_not_take_all_hands(bureau: Office, receiver: Receiver) -> None:
    slow, quick = endpoint(bureau, receiver.url), endpoint(bureau, receiver.url, "handoff.queued")
    for number in range(6):
        ticket(bureau, f"hands {number}")
    conversation_id = bureau.customer("你好", reason="requested")
    jobs = deliveries.claim(bureau.desk.database, bureau.desk.vault, {slow: 1}, 16, 4)
    assert sorted(job.endpoint_id for job in jobs) == sorted([slow] * 3 + [quick])
    assert deliveries.claim(bureau.desk.database, bureau.desk.vault, {slow: 4}, 16, 4) == []
    assert conversation_id in next(job.body for job in jobs if job.endpoint_id == quick)


def test_the_background_run_carries_and_stops(bureau: Office, receiver: Receiver) -> None:
    mine = endpoint(bureau, receiver.url)
    ticket(bureau, "background")

    async def run_for_a_while() -> None:
        task = asyncio.create_task(courier(bureau).run())
        while not receiver.got:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(asyncio.wait_for(run_for_a_while(), 10))
    assert of(bureau, mine)[0].state == State.DELIVERED


def test_what_ended_long_ago_is_forgotten(bureau: Office, receiver: Receiver) -> None:
    mine = endpoint(bureau, receiver.url)
    ticket(bureau, "old")
    carry(bureau)
    receiver.mood = "error"
    ticket(bureau, "still tried")
    carry(bureau)
    with clock.frozen(clock.now() + KEPT + timedelta(days=1)):
        courier(bureau).forget()
    (left,) = of(bureau, mine)
    assert left.state == State.PENDING
    with bureau.desk.database.read() as session:
        orphans = select(func.count()).select_from(Attempt).where(Attempt.delivery_id.not_in(select(Delivery.id)))
        assert session.scalar(orphans) == 0


def test_a_removed_endpoint_gets_nothing_more(bureau: Office, receiver: Receiver) -> None:
    mine = endpoint(bureau, receiver.url)
    ticket(bureau, "removed")
    program = Program(bureau)
    assert program.call("DELETE", f"/webhooks/{mine}", "removing-it").status_code == 204
    assert program.call("DELETE", f"/webhooks/{mine}", "removing-it").status_code == 204
    assert program.call("DELETE", f"/webhooks/{mine}").status_code == 404
    assert carry(bureau) == 0
    (row,) = of(bureau, mine)
    assert row.state == State.DEAD
    assert program.post(f"/webhook-deliveries/{row.id}/replay").json()["error"] == "webhook_removed"


@pytest.mark.parametrize("tries", range(1, retries.TRIES))
def test_waits_grow_within_bounds(tries: int) -> None:
    plain = min(30 * 3 ** (tries - 1), 6 * 3600)
    waits = [retries.wait(tries).total_seconds() for _ in range(50)]
    assert all(plain * 0.8 <= wait <= plain * 1.2 for wait in waits)
    assert len(set(waits)) > 1


# ── The own network ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0.0.0.0",
        "localhost",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "localhost.",
    ],
)
def test_addresses_inside_are_never_called(host: str) -> None:
    with pytest.raises((ForbiddenAddress, OSError)):
        guard.resolved(f"http://{host}:80/", private=False)
    assert guard.checked(f"http://{host}:80/", private=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "app.localhost", "10.1.2.3", "[::1]", "[::ffff:10.0.0.1]"])
def test_plain_inside_addresses_are_refused_at_once(host: str) -> None:
    with pytest.raises(ForbiddenAddress):
        guard.checked(f"https://{host}/", private=False)


@pytest.mark.parametrize("host", ["8.8.8.8", "[2001:4860:4860::8888]", "[::ffff:8.8.8.8]"])
def test_addresses_outside_are(host: str) -> None:
    assert guard.resolved(f"https://{host}/", private=False)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "//shop.example",
        "https://",
        "https://user:secret@shop.example/",
        "https://shop.example/#part",
        "https://shop.example:0/",
        "https://shop.example:99999/",
        "https://[::1/",
        "https://shop.example/ x",
        "https://shop.example\\@evil.example/",
        "https://店.example/",
        "https://shop.example/\n",
        "https://shop.example/" + "x" * 500,
    ],
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(BadAddress):
        guard.checked(url, private=True)


def test_a_name_that_leads_inside_is_not_called(bureau: Office, receiver: Receiver) -> None:
    mine = endpoint(bureau, receiver.url)
    ticket(bureau, "inside")
    carry(bureau, private=False)
    assert receiver.got == []
    assert errors(bureau, of(bureau, mine)[0]) == [(None, "forbidden")]
