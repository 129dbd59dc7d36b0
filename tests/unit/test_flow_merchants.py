"""Merchants: what is asked and what not, which ticket comes of it, and when a person is called."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import select

from desk import clock
from desk.cases import contacts, flows, lanes
from desk.cases.access import Asker
from desk.cases.flows import Question
from desk.cases.outcomes import Outcome
from desk.conversations import handoff
from desk.shop.embedded import demo
from desk.tickets import search
from desk.tickets.model import Ticket
from tests.support.cases import OWNER, Bench

OPEN = datetime(2026, 11, 18, 10, 0, tzinfo=clock.SHOP_ZONE)  # a Wednesday
SHUT = datetime(2026, 11, 18, 23, 0, tzinfo=clock.SHOP_ZONE)
PHONE = "13800138000"
STEAM = "steam 100 的卡要 500 张"


@pytest.fixture(autouse=True)
def _in_the_lane(bench: Bench) -> Iterator[None]:
    with bench.database.write() as session:
        demo.bring_customer(session, OWNER, "林小雨", PHONE)
    with clock.frozen(OPEN):
        yield


def ask(bench: Bench, flow: str, details: dict[str, str], *, asker: Asker | None = None) -> Outcome:
    return bench.call(flows.answer, flow, Question(None, details), asker=asker or bench.guest)


def of_ticket(bench: Bench) -> tuple[str, str, str]:
    ticket = bench.ticket()
    return ticket.kind, ticket.priority, ticket.title


def notes(bench: Bench) -> list[str]:
    with bench.database.read() as session:
        ticket = session.scalars(select(Ticket)).one()
        return [event.text for event in search.history(session, ticket) if event.kind == "note"]


@pytest.mark.parametrize(
    ("details", "outcome", "asks"),
    [
        ({"said": "批量拿货什么价"}, "goods", "goods"),
        ({"said": "想拿五百张 量大有优惠吗"}, "goods_product", "goods"),
        ({"said": "steam的卡批发怎么拿"}, "goods_quantity", "goods"),
        ({"said": STEAM}, "when", "when"),
        ({"said": "批发价", "goods": STEAM}, "when", "when"),
        ({"said": f"{STEAM} 周五前要"}, "contact", "contact"),
        ({"said": "批发价", "goods": f"{STEAM} 每月一次"}, "contact", "contact"),
        ({"said": STEAM, "when": "不急"}, "contact", "contact"),
        ({"said": STEAM, "when": "不急", "contact": "没有"}, "contact_again", "contact"),
        ({"said": STEAM, "when": "不急", "contact": "wx: netcafe_88"}, "noted", ""),
        ({"said": f"{STEAM} 明天要 {PHONE}"}, "noted", ""),
        ({"said": f"{STEAM} 明天给我批量激活 {PHONE}"}, "activation", ""),
        ({}, "goods", "goods"),
    ],
)
def test_only_what_has_not_been_said_is_asked(bench: Bench, details: dict[str, str], outcome: str, asks: str) -> None:
    answer = ask(bench, "merchant-bulk", details)
    assert (answer.outcome, answer.asks) == (outcome, asks)
    assert (len(bench.tickets()) == 0) == bool(asks)


def test_a_customer_with_an_account_is_not_asked_for_a_phone(bench: Bench) -> None:
    answer = ask(bench, "merchant-bulk", {"said": STEAM, "when": "不急"}, asker=bench.owner)
    assert (answer.outcome, answer.facts["contact_masked"]) == ("noted", "138****8000")
    assert notes(bench) == [f"客户说：{STEAM}\n不急", f"联系方式：{PHONE}"]


@pytest.mark.parametrize(
    ("moment", "outcome", "priority", "queued"),
    [(OPEN, "noted", "urgent", True), (SHUT, "noted_later", "normal", False)],
    ids=["within the lane's hours", "outside"],
)
def test_the_lane(bench: Bench, moment: datetime, outcome: str, priority: str, queued: bool) -> None:
    with clock.frozen(moment):
        answer = ask(bench, "merchant-bulk", {"said": f"{STEAM} 尽快 {PHONE}"})
    assert (answer.outcome, answer.handoff, bench.queued(bench.guest)) == (outcome, queued, queued)
    assert [each.name for each in answer.also] == ([("handoff", "queued")] if queued else [])
    facts = bench.services.policy.facts
    assert answer.facts["within"] == facts["bulk_quote_time"]
    assert answer.facts["discount"] == facts["bulk_discount"]
    assert of_ticket(bench)[:2] == ("merchant", priority)
    if queued:
        with bench.database.read() as session:
            waiting = handoff.open_handoff(session, bench.guest.conversation_id)
            assert waiting is not None
            assert (waiting.reason, waiting.priority, waiting.intent) == ("merchant", "high", "merchant_bulk_order")


@pytest.mark.parametrize("flow", ["merchant-bulk", "merchant-settlement", "merchant-api", "become-reseller"])
def test_twenty_calls_at_once_give_one_ticket(bench: Bench, flow: str) -> None:
    details = {"said": STEAM, "when": "不急", "contact": PHONE, "which": "报错", "details": "昨天的 300 元"}

    def one(_: int) -> str:
        return str(ask(bench, flow, details).facts.get("ticket_no"))

    with ThreadPoolExecutor(10) as pool:
        numbers = set(pool.map(one, range(20)))
    assert len(numbers) == 1
    assert len(bench.tickets()) == 1
    assert len([each for each in notes(bench) if each.startswith("客户说")]) == 1


@pytest.mark.parametrize(
    ("details", "outcome", "kind"),
    [
        ({"said": "结算的事问一下"}, "which", None),
        ({"said": "你们多久结算一次"}, "rules", None),
        ({"said": "手续费多少"}, "rules", None),
        ({"said": "问个事", "which": "结算规则"}, "rules", None),
        ({"said": "结算没到账"}, "missing_details", None),
        ({"said": "问个事", "which": "金额对不上"}, "differs_details", None),
        ({"said": "我要换一个结算的收款账户"}, "account_details", None),
        ({"said": "问个事", "which": "别的 说不清"}, "other_details", None),
        ({"said": "昨天的结算款 3000 元还没到"}, "noted", "finance"),
        ({"said": "结算没到账", "details": "11 月 12 日那期，三千多"}, "noted", "finance"),
        ({"said": "金额对不上", "details": "上周少了 20 元"}, "noted", "finance"),
        ({"said": "换结算账户", "details": "新户名 某某公司"}, "noted", "merchant"),
        ({"said": "问个事", "which": "别的", "details": "要开结算单"}, "noted", "merchant"),
    ],
)
def test_settlement(bench: Bench, details: dict[str, str], outcome: str, kind: str | None) -> None:
    answer = ask(bench, "merchant-settlement", details)
    assert answer.outcome == outcome
    assert (bench.ticket().kind if bench.tickets() else None) == kind
    assert bench.queued(bench.guest) == answer.handoff == (outcome == "noted")


def test_the_rules_of_settlement_come_from_the_policy(bench: Bench) -> None:
    bench.allow(facts={"settlement_cycle": "T+9"})
    assert ask(bench, "merchant-settlement", {"said": "结算周期"}).facts["cycle"] == "T+9"


@pytest.mark.parametrize(
    ("details", "outcome", "kind"),
    [
        ({"said": "接口的事"}, "which", None),
        ({"said": "想对接下单接口 有文档吗"}, "docs", None),
        ({"said": "怎么申请密钥"}, "key", None),
        ({"said": "问一下", "which": "接口文档"}, "docs", None),
        ({"said": "问一下", "which": "报错"}, "error", None),
        ({"said": "接口报错"}, "error", None),
        ({"said": "回调的签名一直校验不过 报错sign error"}, "error_noted", "technical"),
        ({"said": "接口报错", "details": "40301 ip denied 10:20"}, "error_noted", "technical"),
        ({"said": "问一下", "which": "下单一直返回 500"}, "error_noted", "technical"),
    ],
)
def test_the_interface(bench: Bench, details: dict[str, str], outcome: str, kind: str | None) -> None:
    answer = ask(bench, "merchant-api", details)
    assert answer.outcome == outcome
    assert (bench.ticket().kind if bench.tickets() else None) == kind
    assert not bench.queued(bench.guest)


@pytest.mark.parametrize(
    ("details", "outcome"),
    [
        ({"said": "想做代理"}, "details"),
        ({"said": "想做代理", "details": "在抖音卖点卡"}, "contact"),
        ({"said": "想做代理", "details": "在抖音卖点卡", "contact": "1234"}, "contact_again"),
        ({"said": "想做代理", "details": "在抖音卖点卡", "contact": "shop@example.com"}, "noted"),
        ({"said": "想做代理", "details": f"在抖音卖点卡 电话 {PHONE}"}, "noted"),
    ],
)
def test_becoming_a_reseller(bench: Bench, details: dict[str, str], outcome: str) -> None:
    answer = ask(bench, "become-reseller", details)
    assert answer.outcome == outcome
    assert bench.tickets() == (["become_reseller"] if outcome == "noted" else [])
    if outcome == "details":
        assert answer.facts["deposit"] == bench.services.policy.facts["join_deposit"]


def test_keys_are_masked_on_the_ticket(bench: Bench) -> None:
    order = bench.order(stock=1, status=demo.OrderStatus.DELIVERED)
    raw = bench.raw(bench.keys(order)[0])
    said = f"{bench.paste(f'{STEAM} 尽快 这张 {raw} 的那种', bench.guest)[0]} {PHONE}"
    assert ask(bench, "merchant-bulk", {"said": said}).outcome == "noted"
    assert raw not in "".join((*notes(bench), bench.ticket().title))


HOURS = "工作日 9:00–21:00，周末 10:00–18:00"


@pytest.mark.parametrize(
    ("hours", "day", "time", "is_open"),
    [
        (HOURS, 18, "9:00", True),
        (HOURS, 18, "8:59", False),
        (HOURS, 18, "20:59", True),
        (HOURS, 18, "21:00", False),
        (HOURS, 21, "9:30", False),  # a Saturday
        (HOURS, 21, "10:00", True),
        (HOURS, 22, "18:00", False),
        ("每天 9:00-23:00", 22, "22:59", True),
        ("全天 24 小时", 22, "03:00", True),
        ("随时", 18, "12:00", False),
        ("", 18, "12:00", False),
    ],
)
def test_hours(hours: str, day: int, time: str, is_open: bool) -> None:
    hour, minute = map(int, time.split(":"))
    assert lanes.is_open(hours, datetime(2026, 11, day, hour, minute, tzinfo=clock.SHOP_ZONE)) is is_open


def test_the_hours_in_policies_yml_can_be_read(bench: Bench) -> None:
    assert lanes.is_open(bench.services.policy.facts["bulk_lane_hours"], OPEN)


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("13800138000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("我的微信 netcafe_88", "netcafe_88"),
        ("ａ＠ｂ.com 不对，是 shop@example.com", "a@b.com"),
        ("QQ 204871365", "QQ 204871365"),
        ("0571-88001234", "0571-88001234"),
        ("没有", None),
        ("1234", None),
        ("12800138000", None),
        ("", None),
    ],
)
def test_contacts(text: str, contact: str | None) -> None:
    assert contacts.given(text) == contact
