"""Account or money in danger: the first turn does everything, and the desk goes on while the customer waits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from desk import clock
from desk.cases import arrival, flows
from desk.cases.access import Asker
from desk.cases.flows import Question
from desk.cases.outcomes import Outcome
from desk.cases.waiting import FREEZE, KEEP, Desk
from desk.conversations import handoff, inbox, threads, timeline, turns
from desk.conversations.model import Entry
from desk.db import Database
from desk.remedies.model import Remedy
from desk.shop.base import AccountState, KeyState, Order, OrderStatus, ProductKind, Unsupported
from desk.shop.embedded import demo
from desk.shop.embedded.adapter import EmbeddedShop
from desk.tickets import search, service
from desk.tickets.model import Ticket, TicketStatus
from tests.support.cases import OWNER, Bench, card_order

PHONE = "13800138000"
STORY = "昨晚九点有个自称售后的人加我微信，让我把验证码给他，之后余额少了 300 元"
INTENTS = ("account_stolen", "report_fraud", "account_frozen", "fund_dispute")


@pytest.fixture(autouse=True)
def _account(bench: Bench) -> None:
    with bench.database.write() as session:
        demo.bring_customer(session, OWNER, "林小雨", PHONE)
        demo.bring_customer(session, "c_other", "王建国", "13700002046")
        threads.get(session, bench.owner.conversation_id).customer_id = OWNER


def begin(
    bench: Bench, intent: str, said: str = "", *, order_no: str | None = None, asker: Asker | None = None
) -> Outcome:
    return bench.call(flows.answer, intent.replace("_", "-"), Question(order_no, {"said": said}), asker=asker)


def names(answer: Outcome) -> list[str]:
    return [f"{each.topic}_{each.outcome}" for each in (answer, *answer.also)]


def question(answer: Outcome) -> str:
    return next((str(each.facts["question"]) for each in answer.also if each.outcome == "ask"), "")


class Wait:
    """The waiting customer: writes, presses and sends, as the pump takes it."""

    def __init__(self, bench: Bench, asker: Asker) -> None:
        self.bench, self.talk, self.count = bench, asker.conversation_id, 0
        self.desk = Desk(bench.services)

    def says(self, text: str) -> list[str]:
        return self._turn(text=text)

    def presses(self, payload: str) -> list[str]:
        with self.bench.database.write() as session:
            made = timeline.make_buttons(session, self.talk, [{"title": "冻结", "payload": payload}])
        return self._turn(button=made[0]["id"])

    def sends_picture(self) -> list[str]:
        return self._turn(picture={"id": "p1", "width": 1, "height": 1})

    def _turn(self, **what: object) -> list[str]:
        self.count += 1
        with self.bench.database.write() as session:
            seq = inbox.accept(session, self.talk, f"client-{self.count:04d}", **what).seq  # type: ignore[arg-type]
        with self.bench.database.write() as session:
            _, rows = turns.begin(session, self.talk, self.desk)
            assert not rows, "the bot gets nothing"
        return self.heard(seq)

    def heard(self, after: int) -> list[str]:
        with self.bench.database.read() as session:
            return [each.text for each in timeline.entries(session, self.talk, after=after)]


def ticket_of(bench: Bench, kind: str = "risk") -> Ticket:
    with bench.database.read() as session:
        found = session.scalars(select(Ticket).where(Ticket.kind == kind)).one()
        session.expunge(found)
        return found


def notes(bench: Bench) -> list[str]:
    with bench.database.read() as session:
        found = session.scalars(select(Ticket).where(Ticket.kind == "risk")).one()
        return [event.text for event in search.history(session, found) if event.kind == "note"]


def remedies(bench: Bench) -> list[str]:
    with bench.database.read() as session:
        return list(session.scalars(select(Remedy.kind).order_by(Remedy.id)))


def frozen(bench: Bench) -> bool:
    with bench.database.read() as session:
        account = bench.shop.account(session, OWNER)
        return account is not None and account.state is AccountState.FROZEN


@pytest.mark.parametrize("intent", INTENTS)
@pytest.mark.parametrize("signed_in", [True, False])
def test_the_first_turn_calls_a_person_and_opens_an_urgent_ticket(bench: Bench, intent: str, signed_in: bool) -> None:
    asker = bench.owner if signed_in else bench.guest
    answer = begin(bench, intent, "出事了", asker=asker)
    assert answer.handoff
    opened = ticket_of(bench)
    assert (opened.priority, opened.status, opened.number) == ("urgent", "open", answer.facts["ticket_no"])
    assert notes(bench)[0] == "客户说：出事了"
    with bench.database.read() as session:
        waiting = handoff.open_handoff(session, asker.conversation_id)
        assert waiting is not None
        assert (waiting.reason, waiting.priority, waiting.intent) == ("risk", "urgent", intent)
        assert opened.number in waiting.note


def test_risk_goes_before_all_who_wait(bench: Bench) -> None:
    earlier = bench.conversation("earlier")
    with bench.database.write() as session:
        handoff.request(session, earlier, "complaint", priority="high")
    answer = begin(bench, "account_stolen", "我号被盗了")
    assert answer.also[0].facts == {"position": 1}


@pytest.mark.parametrize(
    ("intent", "signed_in", "said", "heard", "asks"),
    [
        ("account_stolen", True, "号被盗了", ["account_stolen_opened", "handoff_queued", "risk_freeze"], ""),
        ("report_fraud", True, STORY, ["report_fraud_opened", "handoff_queued", "risk_freeze"], ""),
        ("account_stolen", False, "号被盗了", ["account_stolen_opened", "handoff_queued", "risk_ask"], "订单号"),
        ("account_frozen", True, "号被冻了", ["account_frozen_not_frozen", "handoff_queued"], ""),
        ("account_frozen", False, "号被冻了", ["account_frozen_unknown", "handoff_queued", "risk_ask"], "订单号"),
        ("fund_dispute", True, "钱少了", ["fund_dispute_nothing", "handoff_queued"], ""),
        ("fund_dispute", False, "钱少了", ["fund_dispute_guest", "handoff_queued", "risk_ask"], "订单号"),
    ],
)
def test_what_is_said_first(bench: Bench, intent: str, signed_in: bool, said: str, heard: list[str], asks: str) -> None:
    answer = begin(bench, intent, said, asker=bench.owner if signed_in else bench.guest)
    assert names(answer) == heard
    assert asks in question(answer)
    assert bool(asks) == bool(question(answer))


def test_a_frozen_account_is_explained(bench: Bench) -> None:
    with bench.database.write() as session:
        bench.shop.freeze_account(session, OWNER, "risk")
    answer = begin(bench, "account_frozen", "凭啥冻我")
    assert answer.outcome == "frozen"
    assert answer.facts["documents"] == bench.services.policy.facts["risk_docs"]
    assert answer.facts["review"] == bench.services.policy.facts["risk_review"]
    assert "自动保护" in str(answer.facts["why"])


def test_told_again_is_the_same_ticket(bench: Bench) -> None:
    first = begin(bench, "account_stolen", "我号被盗了")
    again = begin(bench, "account_stolen", "余额也没了")
    assert again.outcome == "again"
    assert again.facts["ticket_no"] == first.facts["ticket_no"]
    assert notes(bench) == ["客户说：我号被盗了", "客户补充：余额也没了"]


def test_an_agent_who_has_the_conversation_is_left_alone(bench: Bench) -> None:
    with bench.database.write() as session:
        handoff.take(session, bench.owner.conversation_id, handoff.Agent(1, "林晓"))
    assert names(begin(bench, "account_stolen", "我号被盗了")) == ["account_stolen_opened", "handoff_agent"]


def delivered(bench: Bench, **more: object) -> Order:
    return bench.order(**card_order(quantity=2, **more))


def test_the_button_freezes_while_the_customer_waits(bench: Bench) -> None:
    order = delivered(bench)
    begin(bench, "account_stolen", "我号被盗了", order_no=order.no)
    waits = Wait(bench, bench.owner)
    said = waits.presses(FREEZE)
    assert frozen(bench)
    assert {key.state for key in bench.keys(order)} == {KeyState.LOCKED}
    assert "账号和余额" in said[0]
    assert order.no in said[0]
    assert bench.services.policy.facts["risk_docs"] in said[0]
    assert "经过" in said[1]
    # Pressed again, and said again: nothing more happens.
    waits.presses(FREEZE)
    waits.says("冻结")
    assert remedies(bench) == ["freeze_account", "freeze_order"]


FREEZING = ["冻结", "好的，冻结吧", "赶紧帮我冻结账号", "马上冻结！", "都冻结了吧", "那还是冻结吧"]


@pytest.mark.parametrize("words", FREEZING)
def test_words_freeze_as_the_button_does(bench: Bench, words: str) -> None:
    begin(bench, "account_stolen", "我号被盗了")
    assert "已经冻结" in Wait(bench, bench.owner).says(words)[0]
    assert frozen(bench)


@pytest.mark.parametrize("words", ["先不冻结", "为什么要冻结", "冻结了还能解开吗", "别冻", "好的", "他说要冻结我的卡"])
def test_other_words_do_not(bench: Bench, words: str) -> None:
    begin(bench, "account_stolen", "我号被盗了")
    Wait(bench, bench.owner).says(words)
    assert not frozen(bench)


def test_nothing_is_frozen_that_was_not_offered(bench: Bench) -> None:
    begin(bench, "fund_dispute", "余额不对")
    Wait(bench, bench.owner).says("冻结")
    assert not frozen(bench)
    assert remedies(bench) == []


def test_not_freezing_leaves_everything(bench: Bench) -> None:
    begin(bench, "account_stolen", "我号被盗了")
    said = Wait(bench, bench.owner).presses(KEEP)
    assert "先不冻结" in said[0]
    assert not frozen(bench)


def test_another_ones_order_is_never_frozen(bench: Bench) -> None:
    order = delivered(bench, customer_id="c_other")
    begin(bench, "account_stolen", f"我号被盗了 {order.no}", order_no=order.no)
    Wait(bench, bench.owner).presses(FREEZE)
    assert {key.state for key in bench.keys(order)} == {KeyState.SOLD}
    assert remedies(bench) == ["freeze_account"]


def test_switched_off_it_stays_with_people(bench: Bench) -> None:
    bench.allow(switches={"freeze": "off"})
    begin(bench, "account_stolen", "我号被盗了")
    said = Wait(bench, bench.owner).presses(FREEZE)
    assert "同事在后台操作" in said[0]
    assert not frozen(bench)
    assert any("客户要求冻结" in note for note in notes(bench))


def test_a_shop_that_cannot_freeze_leaves_it_to_people(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*_: object) -> None:
        raise Unsupported

    monkeypatch.setattr(EmbeddedShop, "freeze_account", unsupported)
    begin(bench, "account_stolen", "我号被盗了")
    assert "同事在后台操作" in Wait(bench, bench.owner).presses(FREEZE)[0]


def test_twenty_presses_at_once_freeze_once(bench: Bench) -> None:
    order = delivered(bench)
    begin(bench, "account_stolen", "我号被盗了", order_no=order.no)
    with bench.database.write() as session:
        made = timeline.make_buttons(session, bench.owner.conversation_id, [{"title": "冻结", "payload": FREEZE}])
        for number in range(20):
            inbox.accept(session, bench.owner.conversation_id, f"press-{number:04d}", button=made[0]["id"])

    def take(_: int) -> None:
        with bench.database.write() as session:
            turns.begin(session, bench.owner.conversation_id, Desk(bench.services))

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(take, range(30)))
    assert remedies(bench) == ["freeze_account", "freeze_order"]
    assert bench.audit().count("remedy.freeze_account.do") == 1
    assert waiting_rows(bench.database) == 0


def waiting_rows(database: Database) -> int:
    with database.read() as session:
        return len(inbox.waiting(session))


def test_evidence_is_asked_one_by_one_and_filed(bench: Bench) -> None:
    begin(bench, "account_stolen", "我号被盗了")
    waits = Wait(bench, bench.owner)
    heard = [
        waits.says("先等下"),
        waits.says("收到一条短信链接点进去输了密码，然后就登不上去了"),
        waits.says("昨天晚上，丢了 300 元"),
        waits.sends_picture(),
        waits.says("还有别的吗"),
    ]
    assert [len(each) for each in heard] == [1, 1, 1, 1, 1]
    for said, asked in zip(heard, ["经过", "什么时候", "截图", "工单", "下一位"], strict=True):
        assert asked in said[0]
    assert waits.says("？？") == []
    assert [note.partition("：")[2] for note in notes(bench)][:4] == [
        "我号被盗了",
        "先等下",
        "收到一条短信链接点进去输了密码，然后就登不上去了",
        "昨天晚上，丢了 300 元",
    ]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("我号被盗了", "经过"),
        (STORY, "截图"),
        ("昨晚九点有个自称售后的人加我微信，让我把验证码给他", "损失了多少？"),
        ("有个自称售后的人加我微信，让我把验证码给他，少了 300 元", "大概是什么时候的事？"),
    ],
)
def test_what_was_told_is_not_asked(bench: Bench, said: str, asked: str) -> None:
    begin(bench, "account_stolen", said)
    assert asked in Wait(bench, bench.owner).presses(KEEP)[1]


@pytest.mark.parametrize("words", ["算了", "没有了", "不说了", "是误会"])
def test_the_customer_can_stop(bench: Bench, words: str) -> None:
    begin(bench, "account_stolen", "我号被盗了")
    waits = Wait(bench, bench.owner)
    assert "不问了" in waits.says(words)[0]
    assert len(waits.says("在吗")) == 1  # where he stands in the queue
    assert waits.says("在吗") == []


def test_an_agent_ends_the_questions(bench: Bench) -> None:
    begin(bench, "account_stolen", "我号被盗了")
    with bench.database.write() as session:
        handoff.take(session, bench.owner.conversation_id, handoff.Agent(1, "林晓"))
    waits = Wait(bench, bench.owner)
    assert waits.says("他昨天晚上加的我") == []
    assert len(notes(bench)) == 1
    assert len(waits.presses(FREEZE)) == 1  # the button still works
    assert frozen(bench)


def test_who_waits_for_something_else_is_only_told_his_place(bench: Bench) -> None:
    with bench.database.write() as session:
        handoff.request(session, bench.owner.conversation_id, "requested")
    waits = Wait(bench, bench.owner)
    assert len(waits.says("冻结")) == 1
    assert bench.tickets() == []


def test_a_closed_matter_freezes_nothing(bench: Bench) -> None:
    begin(bench, "account_stolen", "我号被盗了")
    with bench.database.write() as session:
        service.set_status(session, search.for_agents(session, kind="risk")[0], TicketStatus.CLOSED, "agent:1")
    Wait(bench, bench.owner).presses(FREEZE)
    assert not frozen(bench)


def test_a_guest_proves_the_order_and_has_it_frozen(bench: Bench) -> None:
    order = delivered(bench, customer_id=None, phone=PHONE)
    begin(bench, "report_fraud", "我把卡密给骗子了", asker=bench.guest)
    waits = Wait(bench, bench.guest)
    assert order.no in waits.says(f"{order.no} 尾号{PHONE[-4:]}")[0]
    assert "已经冻结" in waits.presses(FREEZE)[0]
    assert {key.state for key in bench.keys(order)} == {KeyState.LOCKED}
    assert remedies(bench) == ["freeze_order"]
    assert ticket_of(bench).order_no == order.no


@pytest.mark.parametrize(
    "text", ["{no}", "{no} 尾号9999", "{no} 是 2026 年买的，具体哪天真的不记得了啊", "手机 13800138000"]
)
def test_without_proof_nothing_is_offered(bench: Bench, text: str) -> None:
    order = delivered(bench, customer_id=None, phone=PHONE)
    begin(bench, "report_fraud", "我把卡密给骗子了", asker=bench.guest)
    said = Wait(bench, bench.guest).says(text.format(no=order.no))
    assert not any("冻结" in each for each in said)
    assert {key.state for key in bench.keys(order)} == {KeyState.SOLD}
    assert "claim.locked" not in bench.audit()


def test_the_own_moves_of_the_last_weeks_are_listed(bench: Bench) -> None:
    recent = bench.order(OrderStatus.DELIVERED, minutes=60)
    bench.order(OrderStatus.DELIVERED, minutes=60 * 24 * 40)
    bench.order(OrderStatus.DELIVERED, minutes=60, customer_id="c_other")
    bench.order(OrderStatus.UNPAID, minutes=5)
    answer = begin(bench, "fund_dispute", "余额不对")
    lines = str(answer.facts["lines"]).splitlines()
    assert len(lines) == 1
    assert recent.no in lines[0]
    assert answer.facts["lines"] in notes(bench)[-1]
    assert ticket_of(bench, "finance").number != ticket_of(bench).number


def test_refunds_are_listed_too(bench: Bench) -> None:
    bench.order(OrderStatus.REFUNDED, minutes=60 * 24)
    lines = str(begin(bench, "fund_dispute", "退的钱不对").facts["lines"])
    assert "退款" in lines
    assert "付款" in lines


def test_keys_are_masked_on_the_ticket_and_in_the_evidence(bench: Bench) -> None:
    order = delivered(bench)
    raw = bench.raw(bench.keys(order)[0])
    begin(bench, "report_fraud", bench.paste(f"我把 {raw} 给他了")[0])
    with bench.database.write() as session:
        text = bench.vault.redact(session, f"还有 {raw}", bench.owner.conversation_id, bench.shop.order_no_like)
    Wait(bench, bench.owner).says(text)
    assert raw not in "".join(notes(bench))
    assert len(notes(bench)) == 2
    with bench.database.read() as session:
        assert not [each for each in session.scalars(select(Entry.text)) if raw in each]


def test_twenty_calls_at_once_open_one_ticket(bench: Bench) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: begin(bench, "fund_dispute", "余额不对"), range(20)))
    assert len({answer.facts["ticket_no"] for answer in answers}) == 1
    assert sorted(bench.tickets()) == ["fund_check", "fund_dispute"]


def test_an_undelivered_order_is_stopped(bench: Bench) -> None:
    order = bench.order(OrderStatus.PAID_WAIT, minutes=1, stock=3, kind=ProductKind.CARD_KEY)
    begin(bench, "account_stolen", "不是我下的单", order_no=order.no)
    Wait(bench, bench.owner).presses(FREEZE)
    with clock.frozen(clock.now() + timedelta(hours=2)):
        bench.call(arrival.answer, order.no)
    assert bench.keys(order) == []
