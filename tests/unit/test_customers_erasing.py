"""What is erased is nowhere any more; money, counts and the audit stay. A copy has what is the customer's, no key."""

import asyncio
import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.cases import told
from desk.channels.web import identity as visitors
from desk.conversations import handoff, inbox, rating, timeline
from desk.conversations.bot import BotClient, BotUnavailable
from desk.conversations.model import Author, Conversation, Entry, Kind, Rating
from desk.customers import consent, erasing, export, forgetting, merges, tags
from desk.customers.errors import NotConfirmed, StillBusy
from desk.customers.identity import shop
from desk.customers.people import Person
from desk.db import Base
from desk.guidance.model import Guide
from desk.knowledge import asks
from desk.pictures.checking import Prepared
from desk.pictures.service import row as picture_row
from desk.remedies import service as remedies
from desk.remedies.model import Kind as RemedyKind
from desk.remedies.service import Wish
from desk.routing.model import Transfer
from desk.shop.base import OrderStatus, ProductKind, Unsupported
from desk.shop.embedded import demo
from desk.tickets import service as tickets
from desk.tickets.model import TicketStatus
from desk.tickets.model_parts import Attachment, Report, ReportAction, SubTask, TicketTag
from tests.support.audit import Ledger
from tests.support.cases import Bench
from tests.support.customers import START, Counter, identity

KEY = "shop.u1"
NAME, PHONE, TARGET = "欧阳小翠", "13987654321", "18612340000"
CARD = "QWERT-ASDF5-ZXCV6"
SAID = "我家住在梧桐路八号"
SECRETS = (NAME, PHONE, TARGET, SAID, CARD, "梧桐路", "小翠")


@pytest.fixture
def desk(bench: Bench) -> Iterator[Counter]:
    with clock.frozen(START):
        made = Counter(bench)
        yield made
        made.database.close()


@pytest.fixture
def whole(desk: Counter) -> Counter:
    """A customer with something of everything, and no open end."""
    with desk.database.write() as session:
        demo.bring_customer(session, "u1", NAME, PHONE)
    desk.buys("u1", 3, phone=PHONE)
    desk.buys("u1", 1, product=None, kind=ProductKind.TOPUP, account=TARGET, phone=PHONE)
    desk.talk = desk.comes("v1", "u1", NAME)
    other = desk.comes("v2", None, NAME)
    _says(desk, desk.talk, f"{SAID}，卡密 {CARD} 用不了")
    _says(desk, other, SAID)
    with desk.database.write() as session:
        merges.merge(session, identity("v2"), shop("u1"), f"{NAME} 的另一台手机", "agent:7")
        _handled(desk, session)
    desk.note(KEY, f"{NAME} 说 {SAID}", pinned=True)
    desk.do(tags.put, KEY, "小翠姐", "agent:3")
    desk.do(consent.state, KEY, "marketing", True, "agent:3", "chat")
    with desk.database.write() as session:  # the pump has been through
        for conversation in session.query(Conversation):
            inbox.finish(session, inbox.claim(session, conversation.id), "bot")
    return desk


def _says(desk: Counter, talk: str, text: str) -> None:
    with desk.database.write() as session:
        vault = desk.bench.vault
        inbox.accept(
            session,
            talk,
            uuid4().hex,
            text=text,
            redact=lambda plain: vault.redact(session, plain, talk, lambda _: False),
        )


def _handled(desk: Counter, session: Session) -> None:
    """Let a person deal with the customer: ticket, remedy, picture, rating, a question to the knowledge base."""
    talk, agent = desk.talk, handoff.Agent(3, "林晓")
    handoff.request(session, talk, "complaint", note=SAID)
    handoff.take(session, talk, agent)
    handoff.answer(session, talk, agent, f"{NAME}您好", uuid4().hex)
    conversation = timeline.lock(session, talk)
    timeline.append(session, conversation, Author.BOT, SAID, body={"cards": [{"type": "order", "product": SAID}]})
    timeline.make_buttons(session, talk, [{"title": SAID, "payload": f"/inform{{{SAID}}}"}])
    made = picture_row(talk, Prepared("image/png", 4, 3, b"", b""), "f1")
    shown = {"id": made.id, "width": 4, "height": 3}
    session.add(made)
    timeline.append(session, conversation, Author.CUSTOMER, SAID, kind=Kind.PICTURE, body={"picture": shown})
    ticket = tickets.open_ticket(session, "complaint", f"{NAME} 投诉", dedupe="x", customer_id="u1", note=SAID)
    tickets.add_note(session, ticket, PHONE, "agent:3", public=True)
    tickets.set_status(session, ticket, TicketStatus.CLOSED, "agent:3", note=SAID)
    of_ticket = {"ticket_id": ticket.id, "actor": "agent:3"}
    session.add_all(
        [
            SubTask(ticket_id=ticket.id, group="finance", title=SAID, result=SAID, created_by="agent:3"),
            Attachment(id="a1", file="f2", name=f"{NAME}.png", media_type="image/png", size=1, **of_ticket),
            Report(root_cause=SAID, impact=SAID, **of_ticket),
            ReportAction(ticket_id=ticket.id, text=SAID, owner_id=3, due=START.date()),
            TicketTag(ticket_id=ticket.id, tag="小翠"),
            Guide(conversation_id=talk, title=SAID, actor="agent:3", steps=[{"text": SAID}]),
            Transfer(conversation_id=talk, handoff_id=1, from_id=3, to_id=4, reason=SAID, answer=SAID),
        ]
    )
    wish = Wish(
        RemedyKind.COUPON, "coupon:t", customer_id="u1", conversation_id=talk, yuan=Decimal(3), reason="服务不周",
        detail={"valid_days": 30, "account": TARGET},
    )  # fmt: skip
    remedies.ask(session, desk.bench.shop, desk.bench.services.policies, wish)
    asks.record(session, SAID, "hit", None, 1.0, talk)
    told.again(session, desk.bench.services.policy, talk, f"key:{PHONE}")
    handoff.close(session, talk, agent)
    asked = session.scalars(select(Rating).where(Rating.conversation_id == talk)).one()
    rating.give(session, talk, asked.id, 5, f"{SAID}，谢谢")
    who = visitors.Identity("u1", NAME, 0, "")
    visitors.open_session(session, who, None, "client")


def _erase(desk: Counter, typed: str | None = None) -> erasing.Erased:
    with desk.database.write() as session:
        asked = erasing.ask(session, _person(desk, session), "agent:7")
    return _confirm(desk, asked.id, typed)


def _confirm(desk: Counter, number: int, typed: str | None = None) -> erasing.Erased:
    with desk.database.write() as session:
        words = erasing.confirmation(_person(desk, session)) if typed is None else typed
        return erasing.confirm(session, desk.cards, shop("u1"), number, words, "agent:8")


def _person(desk: Counter, session: Session) -> Person:
    return erasing.people.person(session, shop("u1"))


def _found(desk: Counter) -> list[tuple[str, str]]:
    """Return every table and secret that stand together anywhere, sealed texts opened."""
    hits = set()
    with desk.database.read() as session:
        for table in Base.metadata.sorted_tables:
            for stored in session.execute(select(table)):
                shown = json.dumps([str(value) for value in stored], ensure_ascii=False)
                if table.name == "vault_items":
                    shown = desk.bench.vault.open_item(session, stored.id)
                hits |= {(table.name, secret) for secret in SECRETS if secret in shown}
    return sorted(hits)


def test_nothing_is_left_in_any_table(whole: Counter) -> None:
    before = {table for table, _ in _found(whole)}
    assert before >= {
        "entries", "inbox", "handoffs", "ratings", "buttons", "conversations", "web_visitors", "tickets",
        "ticket_events", "remedies", "kb_asks", "case_told", "customer_cards", "customer_notes", "customer_tags",
        "customer_merges", "shop_customers", "shop_orders", "vault_items", "ticket_subtasks", "ticket_attachments",
        "ticket_reports", "ticket_actions", "ticket_tags", "transfers", "guides",
    }  # fmt: skip
    erased = _erase(whole)
    assert _found(whole) == []
    assert (erased.pictures, erased.attachments) == (["f1"], ["f2"])
    assert not erased.erasure.shop_left


def test_money_counts_and_the_audit_stay(whole: Counter, tmp_path: Path) -> None:
    ledger = Ledger(whole.database, tmp_path)
    ledger.seal()
    with whole.database.read() as session:
        orders = [(o.no, o.amount, o.status) for o in whole.bench.shop.orders_of(session, "u1", 9)]
        entries = session.query(Entry).count()
    _erase(whole)
    with whole.database.read() as session:
        assert [(o.no, o.amount, o.status) for o in whole.bench.shop.orders_of(session, "u1", 9)] == orders
        assert session.query(Entry).count() == entries
        [remedy] = remedies.of_people(session, ["u1"], [], 9)
        assert (remedy.kind, remedy.yuan, remedy.result["code"] != "") == ("coupon", Decimal(3), True)
        assert session.scalars(select(Rating.stars)).one() == 5
        assert consent.allows(session, _person(whole, session), "marketing")
    assert whole.segments(KEY).profile.figures.orders == 2
    assert ledger.verify().broken is None


def test_others_keep_theirs(whole: Counter) -> None:
    talk = whole.comes("v3", "u3", "张三")
    _says(whole, talk, "别人的话，卡密 PLMOK-NIJBU-HVYGC")
    _erase(whole)
    with whole.database.read() as session:
        [entry] = timeline.entries(session, talk)
        assert "PLMOK-NIJBU-HVYGC" in whole.bench.vault.fill(session, entry.text, talk)


def test_the_customer_comes_back_to_an_empty_page(whole: Counter) -> None:
    _erase(whole)
    talk = whole.comes("v1", "u1", "新名字")
    assert talk == whole.talk
    _says(whole, talk, "我又来了")
    with whole.database.read() as session:
        texts = [entry.text for entry in timeline.entries(session, talk)]
        assert (set(texts[:-1]), texts[-1]) == ({"[已按客户要求删除]"}, "我又来了")
        # One for the erasure, one for taking up what was closed: the bot knows nothing of before.
        assert session.get_one(Conversation, talk).generation == 3


def test_other_words_and_late_ones_erase_nothing(whole: Counter) -> None:
    with whole.database.write() as session:
        number = erasing.ask(session, _person(whole, session), "agent:7").id
    for typed in ("", "永久删除", "永久删除 u2", "yes"):
        with pytest.raises(NotConfirmed):
            _confirm(whole, number, typed)
    with clock.frozen(START + timedelta(minutes=31)), pytest.raises(NotConfirmed):
        _confirm(whole, number)
    assert _found(whole) != []


def test_twice_is_once(whole: Counter) -> None:
    number = _erase(whole).erasure.id
    _says(whole, whole.talk, SAID)
    assert _confirm(whole, number).pictures == []
    assert ("entries", SAID) in _found(whole)


def test_nothing_is_erased_while_something_is_under_way(whole: Counter) -> None:
    def queued(session: Session) -> None:
        handoff.request(session, whole.talk, "requested")

    def ticket(session: Session) -> None:
        tickets.open_ticket(session, "refund", "退款", dedupe="y", customer_id="u1")

    def unread(session: Session) -> None:
        inbox.accept(session, whole.talk, uuid4().hex, text="还在吗")

    with whole.database.write() as session:
        number = erasing.ask(session, _person(whole, session), "agent:7").id
        words = erasing.confirmation(_person(whole, session))

    def try_with(open_end: Callable[[Session], None]) -> None:
        with whole.database.write() as session:
            open_end(session)
            erasing.confirm(session, whole.cards, shop("u1"), number, words, "agent:8")

    for open_end in (queued, ticket, unread):
        with pytest.raises(StillBusy):
            try_with(open_end)
    assert _found(whole) != []


def test_a_shop_that_keeps_its_own_is_told_of(whole: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(*_: object) -> None:
        raise Unsupported

    monkeypatch.setattr(type(whole.bench.shop), "erase_customer", cannot)
    assert _erase(whole).erasure.shop_left
    assert {table for table, _ in _found(whole)} == {"shop_customers", "shop_orders"}


def test_the_bot_hears_of_it_until_it_has_forgotten(whole: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[set[str]] = []
    away = [True, False]

    async def forget(self: BotClient, conversations: list[str]) -> None:
        if away.pop(0):
            raise BotUnavailable
        heard.append(set(conversations))

    monkeypatch.setattr(BotClient, "forget", forget)
    _erase(whole)
    bot = BotClient("http://127.0.0.1:1", "", 1)
    with pytest.raises(BotUnavailable):
        asyncio.run(forgetting.tell(whole.database, bot))
    for _ in range(2):
        asyncio.run(forgetting.tell(whole.database, bot))
    assert heard == [set(whole.person(KEY).conversation_ids)]


def test_a_copy(whole: Counter) -> None:
    whole.buys("u1", 2, status=OrderStatus.UNPAID)
    _says(whole, whole.talk, "=HYPERLINK(1)")
    with whole.database.write() as session:
        packed = export.archive(session, whole.cards, _person(whole, session), "agent:7")
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        texts = {name: files.read(name).decode("utf-8-sig") for name in files.namelist()}
    rows = {name: list(csv.reader(io.StringIO(text))) for name, text in texts.items() if name.endswith(".csv")}
    assert {name: len(table) for name, table in rows.items()} == {
        "orders.csv": 4,
        "messages.csv": 10,
        "tickets.csv": 2,
        "compensation.csv": 2,
        "ratings.csv": 2,
    }
    everything = "\n".join(texts.values())
    assert (CARD in everything, PHONE in texts["customer.json"], TARGET in texts["orders.csv"]) == (False, False, False)
    assert [row[3] for row in rows["messages.csv"] if "HYPERLINK" in row[3]] == ["'=HYPERLINK(1)"]
    about = json.loads(texts["customer.json"])
    assert (about["accounts"][0]["name"], about["accounts"][0]["phone"]) == (NAME, "139****4321")
    assert (about["tags"], about["consents"][0]["granted"]) == (["小翠姐"], True)
    assert "customer.export" in whole.bench.audit()
