"""Customers at the workbench: found, shown in one place, tagged, noted on, merged, by those who may."""

import re
from uuid import uuid4

import pytest

from desk.conversations import handoff, inbox, rating, timeline
from desk.conversations.model import Author, Kind, Rating
from desk.customers import people, tags
from desk.customers.identity import parse
from desk.shop.base import OrderStatus
from desk.shop.embedded import demo
from desk.shop.embedded.seed import bring_products
from desk.tickets import service as tickets
from tests.support.staff import Colleague, Office

PHONE = "13812345678"


@pytest.fixture(scope="module", autouse=True)
def shop(shared_office: Office) -> None:
    with shared_office.desk.database.write() as session:
        bring_products(session)


def _buyer(office: Office, name: str = "王小明", phone: str = PHONE) -> str:
    """Bring a customer who has bought something."""
    customer_id = f"u{uuid4().hex[:8]}"
    with office.desk.database.write() as session:
        demo.bring_customer(session, customer_id, name, phone)
        demo.make_order(session, office.desk.vault, customer_id, "steam-100", OrderStatus.COMPLETED)
    return customer_id


def test_the_pane_tells_who_it_is(office: Office, lin: Colleague) -> None:
    customer_id = _buyer(office)
    conversation_id = office.customer("在吗", customer_id=customer_id, reason="requested")
    page = lin.page(f"/desk/c/{conversation_id}")
    for shown in ("王小明", "138****5678", "新客户", "普通会员", "个人娱乐", f"/desk/customers/shop.{customer_id}"):
        assert shown in page, shown
    assert PHONE not in page


def test_a_reminder_from_the_form_to_the_next_contact(office: Office, lin: Colleague) -> None:
    customer_id = _buyer(office)
    key, talk = f"shop.{customer_id}", office.customer("在吗", customer_id=customer_id)
    form = lin.page(f"/desk/customers/{key}/note?c={talk}")
    form_id = re.search(r'name="form_id" value="([^"]+)"', form)
    assert form_id
    written = {"form_id": form_id[1], "c": talk, "text": "下周要给员工充话费", "remind": "next"}
    assert [lin.post(f"/desk/customers/{key}/notes", **written).status_code for _ in range(2)] == [204, 204]
    assert "下周要给员工充话费" not in lin.page(f"/desk/c/{talk}")
    office.says(talk, "我又来了")
    page = lin.page(f"/desk/c/{talk}")
    assert page.count("客户备注提醒：下周要给员工充话费") == 1
    [number] = set(re.findall(rf"/desk/customers/{re.escape(key)}/notes/(\d+)/settle", page))
    assert lin.post(f"/desk/customers/{key}/notes/{number}/settle", outcome="done").status_code == 204
    assert "/settle" not in lin.page(f"/desk/c/{talk}")
    assert "已办好" in lin.page(f"/desk/customers/{key}")


def test_card_keys_in_notes_are_masked(office: Office, lin: Colleague) -> None:
    key = f"shop.{_buyer(office)}"
    text = "卡密 QWERT-ASDF5-ZXCV6 已核对"
    lin.post(f"/desk/customers/{key}/notes", form_id=uuid4().hex, text=text)
    page = lin.page(f"/desk/customers/{key}")
    assert ("QWERT" in page, "••••" in page) == (False, True)


def test_everything_in_one_list(office: Office, lin: Colleague) -> None:
    customer_id = _buyer(office)
    talk = office.customer("在吗", customer_id=customer_id, reason="complaint")
    with office.desk.database.write() as session:
        agent = handoff.Agent(1, "林晓")
        handoff.take(session, talk, agent)
        handoff.close(session, talk, agent)
        asked = session.query(Rating).filter_by(conversation_id=talk).one()
        rating.give(session, talk, asked.id, 4, "很耐心")
        number = tickets.open_ticket(session, "complaint", "要个说法", dedupe=talk, conversation_id=talk).number
    page = lin.page(f"/desk/customers/shop.{customer_id}")
    for shown in ("Steam", "客户投诉", number, "要个说法", "★★★★", "很耐心", "在线咨询"):
        assert shown in page, shown
    only = lin.page(f"/desk/customers/shop.{customer_id}?kind=ticket").partition('class="timeline"')[2]
    assert ("要个说法" in only, "很耐心" in only) == (True, False)


def test_long_histories_come_in_pages_without_gaps(office: Office, lin: Colleague) -> None:
    key = f"shop.{_buyer(office)}"
    for number in range(70):
        lin.post(f"/desk/customers/{key}/notes", form_id=uuid4().hex, text=f"第{number}条。")
    path, seen = f"/desk/customers/{key}/history?kind=note", []
    while path:
        page = lin.page(path)
        seen += re.findall(r"第(\d+)条。", page)
        older = re.search(r'hx-get="([^"]+)"', page)
        path = older[1].replace("&amp;", "&") if older else ""
    assert seen == [str(number) for number in reversed(range(70))]


@pytest.mark.parametrize("by", ["id", "key", "phone", "tail", "name", "order", "ticket"])
def test_found_by(office: Office, lin: Colleague, by: str) -> None:
    phone = f"139{uuid4().int % 10**8:08d}"
    name = f"赵{uuid4().hex[:4]}"
    customer_id = _buyer(office, name, phone)
    with office.desk.database.write() as session:
        order = office.desk.shop.orders_of(session, customer_id)[0]
        ticket = tickets.open_ticket(session, "refund", "退款", dedupe=customer_id, customer_id=customer_id)
        words = {
            "id": customer_id,
            "key": f"shop.{customer_id}",
            "phone": phone,
            "tail": phone[-4:],
            "name": name[1:],
            "order": order.no.lower(),
            "ticket": ticket.number,
        }[by]
    page = lin.page(f"/desk/customers?q={words}")
    assert f"/desk/customers/shop.{customer_id}" in page
    assert phone not in page.replace(f'value="{phone}"', "")


def test_nobody_found(office: Office, lin: Colleague) -> None:
    assert "没有找到" in lin.page("/desk/customers?q=没有这个人")
    for key in ("shop.nobody", "web.v_none", "nonsense", "shop.~!!"):
        assert lin.http.get(f"/desk/customers/{key}").status_code == 404


def test_two_become_one_and_two_again(office: Office, lin: Colleague) -> None:
    boss = office.sign_in("zhuguan")
    customer_id = _buyer(office)
    known, guest = office.customer("登录了", customer_id=customer_id), office.customer("没登录", reason="requested")
    key = f"shop.{customer_id}"
    with office.desk.database.read() as session:
        other = people.of(session, office.conversation(guest)).key
    preview = boss.page(f"/desk/customers/{key}/merge?q={other}")
    assert ("为什么是同一位" in preview, other in preview) == (True, True)
    assert boss.post(f"/desk/customers/{key}/merge", other=other, reason="").status_code == 422
    assert boss.post(f"/desk/customers/{key}/merge", other=other, reason="报出了同一手机号").status_code == 204
    assert boss.post(f"/desk/customers/{key}/merge", other=other, reason="再点一次").status_code == 409
    page = lin.page(f"/desk/c/{guest}")
    assert ("王小明" in page, f"/desk/c/{known}" in page, "已合并 2 个身份" in page) == (True, True, True)
    [number] = set(re.findall(r"/merges/(\d+)/undo", boss.page(f"/desk/customers/{key}")))
    assert boss.post(f"/desk/customers/{key}/merges/{number}/undo").status_code == 204
    page = lin.page(f"/desk/c/{guest}")
    assert ("王小明" in page, "已合并" in page) == (False, False)


def test_tags_and_consents(office: Office, lin: Colleague) -> None:
    key = f"shop.{_buyer(office)}"
    lin.post(f"/desk/customers/{key}/tags", tag="#老年")
    lin.post(f"/desk/customers/{key}/tags", tag="爱催单")
    lin.post(f"/desk/customers/{key}/untag", tag="爱催单")
    lin.post(f"/desk/customers/{key}/consents", purpose="marketing", granted="1", source="phone")
    page = lin.page(f"/desk/customers/{key}")
    for shown in ("老年客户", "去掉标签 老年", "加标签 爱催单", "电话里说的"):
        assert shown in page, shown
    with office.desk.database.read() as session:
        assert tags.of(session, people.person(session, parse(key))) == ["老年"]
    assert lin.post(f"/desk/customers/{key}/consents", purpose="all", granted="1", source="phone").status_code == 422


def test_a_copy_and_the_erasure(office: Office, lin: Colleague) -> None:
    boss, customer_id = office.sign_in("zhuguan"), _buyer(office, "慕容雪", "13700001111")
    key, talk = f"shop.{customer_id}", office.customer("我是慕容雪", customer_id=customer_id)
    copy = boss.post(f"/desk/customers/{key}/export", script=False)
    assert (copy.headers["content-type"], copy.content[:2]) == ("application/zip", b"PK")
    with office.desk.database.write() as session:
        inbox.finish(session, inbox.claim(session, talk), "bot")
        conversation = timeline.lock(session, talk)
        whisper = {"whisper": True}
        timeline.append(session, conversation, Author.AGENT, "慕容雪急", kind=Kind.NOTE, internal=True, body=whisper)
    assert "谁也恢复不了" in boss.page(f"/desk/customers/{key}/erase")
    second = boss.post(f"/desk/customers/{key}/erase").text
    number = re.search(r"/erase/(\d+)", second)
    assert number
    path = f"/desk/customers/{key}/erase/{number[1]}"
    assert boss.post(path, typed="永久删除").status_code == 422
    assert "慕容雪" in lin.page(f"/desk/customers/{key}")
    assert boss.post(path, typed=f"永久删除 {customer_id}").status_code == 204
    for page in (f"/desk/customers/{key}", f"/desk/c/{talk}", "/desk/customers?q=慕容雪"):
        assert "慕容雪" not in lin.page(page).replace('value="慕容雪"', ""), page


PRIVILEGED = [
    ("get", "merge"),
    ("post", "merge"),
    ("post", "merges/1/undo"),
    ("post", "export"),
    ("get", "erase"),
    ("post", "erase"),
    ("post", "erase/1"),
]


@pytest.mark.parametrize(("verb", "what"), PRIVILEGED)
def test_only_supervisors(office: Office, lin: Colleague, verb: str, what: str) -> None:
    path = f"/desk/customers/shop.{_buyer(office)}/{what}"
    answer = lin.http.get(path) if verb == "get" else lin.post(path)
    assert answer.status_code == 403


def test_strangers_see_nothing_and_forms_need_the_secret(office: Office, lin: Colleague) -> None:
    key = f"shop.{_buyer(office)}"
    assert office.browser().get(f"/desk/customers/{key}").status_code == 303
    assert lin.http.post(f"/desk/customers/{key}/tags", data={"tag": "x"}).status_code == 403
