"""Writing to customers at the workbench: warnings, scripts, knowledge, steps, and orders set right in place."""

import re
from decimal import Decimal
from uuid import uuid4

import httpx
import pytest

from desk.conversations.model import Author, Kind
from desk.pictures import service as pictures
from desk.shop.base import KeyState, OrderStatus
from desk.shop.embedded.demo import add_stock, make_order
from desk.shop.embedded.seed import bring_products
from tests.support.pictures import picture
from tests.support.staff import Colleague, Office

KEY = "QWERT-ASDF5-ZXCV6"


@pytest.fixture
def chief(office: Office) -> Colleague:
    return office.sign_in("zhuguan")


def served(office: Office, lin: Colleague, customer_id: str | None = None, text: str = "卡密用不了") -> str:
    """Let the agent serve a customer; return the conversation's id."""
    conversation_id = office.customer(text, customer_id=customer_id, reason="requested")
    lin.does(conversation_id, "take")
    return conversation_id


def ordered(office: Office, customer_id: str, **more: object) -> str:
    """Make an order of a customer's; return its number."""
    with office.desk.database.write() as session:
        bring_products(session)
        wanted = {"status": OrderStatus.DELIVERED, "key_state": KeyState.SOLD} | more
        made = make_order(session, office.desk.vault, customer_id, **wanted)  # type: ignore[arg-type]
        add_stock(session, office.desk.vault, made.product_id, 2)
        return made.no


# ── Before a reply goes ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_reply_is_warned_of_and_goes_when_meant(office: Office, lin: Colleague) -> None:
    conversation_id, client_id = served(office, lin), uuid4().hex
    fields = {"text": "已为您提交工单，请耐心等待", "client_id": client_id}
    warned = lin.does(conversation_id, "answer", check="yes", **fields)
    assert (warned.status_code, warned.json()["error"], warned.json()["kinds"]) == (409, "look_again", "empty")
    assert all(entry.author != Author.AGENT for entry in office.entries(conversation_id))
    assert lin.does(conversation_id, "answer", **fields).status_code == 200
    again = lin.does(conversation_id, "answer", check="yes", **fields)  # the confirmation was lost
    assert again.status_code == 200
    assert sum(entry.author == Author.AGENT for entry in office.entries(conversation_id)) == 1


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [("您好，10 分钟内给您结果", 200, ""), (f"给您换一张 {KEY}", 200, "安全卡片"), ("订单 {订单号}", 409, "")],
)
def test_what_the_agent_is_told(office: Office, lin: Colleague, text: str, status: int, told: str) -> None:
    conversation_id = served(office, lin)
    answer = lin.does(conversation_id, "answer", text=text, client_id=uuid4().hex, check="yes")
    assert answer.status_code == status
    assert KEY not in answer.text
    if status == 200:
        assert told in answer.json()["told"]
        assert bool(answer.json()["told"]) is bool(told)


# ── Scripts ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_scripts_come_filled_and_ranked(office: Office, lin: Colleague) -> None:
    no = ordered(office, "c_scripts")
    conversation_id = served(office, lin, "c_scripts")
    scripts = lin.http.get(f"/desk/c/{conversation_id}/scripts").json()
    assert len(scripts) >= 60
    assert scripts[0]["fits"]
    resent = next(script for script in scripts if script["id"] == "key-resent")
    assert (no in resent["text"], resent["unfilled"]) == (True, [])
    ticket = next(script for script in scripts if script["id"] == "ticket-open")
    assert ticket["unfilled"] == ["工单号"]
    hello = next(script for script in scripts if script["id"] == "hello")
    assert hello["text"].startswith("林小雨您好，我是客服林晓")


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found
    return found[1]


def test_scripts_are_changed_by_those_allowed(office: Office, lin: Colleague, chief: Colleague) -> None:
    assert lin.http.get("/desk/scripts").status_code == 403
    assert "/desk/scripts" not in lin.page("/desk")
    fields = {"id": "lunch", "group": "开场", "title": "午休", "keys": "午休 吃饭", "text": "{客户}，我 13 点回来。"}
    page = chief.page("/desk/scripts/new")
    assert chief.post("/desk/scripts/new", seen=seen(page), moods="calm", **fields).status_code == 204
    outdated = chief.post("/desk/scripts/new", seen=seen(page), **(fields | {"id": "lunch2"}))
    assert (outdated.status_code, "刚被别人改过" in outdated.text) == (409, True)
    assert "午休" in chief.page("/desk/scripts")
    page = chief.page("/desk/scripts/lunch")
    assert chief.post("/desk/scripts/lunch", seen=seen(page), **(fields | {"title": "吃饭去了"})).status_code == 204
    assert "吃饭去了" in chief.page("/desk/scripts")
    assert chief.post("/desk/scripts/lunch/delete", seen=seen(chief.page("/desk/scripts/lunch"))).status_code == 204
    assert chief.http.get("/desk/scripts/lunch").status_code == 404


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"text": "您的 {余额}"}, "没有 {余额} 这个变量"),
        ({"title": ""}, "标题"),
        ({"id": "hello"}, "编号重复：hello"),
        ({"id": "new"}, "这个编号不能用"),
        ({"id": "ÄÖ"}, "编号"),
        ({"moods": "sad"}, "心情"),
        ({"text": "<script>alert(1)</script>" + "长" * 1000}, "内容"),
    ],
)
def test_bad_scripts_are_refused_in_words(chief: Colleague, change: dict[str, str], says: str) -> None:
    fields = {"id": "x", "group": "开场", "title": "试", "text": "好"} | change
    answer = chief.post("/desk/scripts/new", seen=seen(chief.page("/desk/scripts/new")), **fields)
    assert (answer.status_code, says in answer.json()["message"]) == (422, True)


def test_the_checks_can_be_changed(office: Office, chief: Colleague, lin: Colleague) -> None:
    page = chief.page("/desk/scripts/checks")
    wrong = chief.post("/desk/scripts/checks", seen=seen(page), jargon="中台")
    assert (wrong.status_code, "行话=换成的说法" in wrong.text) == (422, True)
    fields = {"templates": "嗯嗯", "jargon": "中台：后台", "promises": "", "forbidden": ""}
    assert chief.post("/desk/scripts/checks", seen=seen(page), **fields).status_code == 204
    conversation_id = served(office, lin)
    warned = lin.does(conversation_id, "answer", text="中台在查", client_id=uuid4().hex, check="yes")
    assert "后台" in warned.json()["message"]


# ── Knowledge and steps ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_knowledge_base_suggests_and_finds(office: Office, lin: Colleague) -> None:
    conversation_id = served(office, lin)
    assert "卡密提示无效" in lin.page(f"/desk/c/{conversation_id}/kb")
    found = lin.page(f"/desk/c/{conversation_id}/kb?q=实名认证")
    assert "<mark>" in found
    assert 'data-insert="' in found
    assert KEY not in lin.page(f"/desk/c/{conversation_id}/kb?q={KEY}")
    assert "没有找到" in lin.page(f"/desk/c/{conversation_id}/kb?q=ꙮꙮ")
    zhou = office.sign_in("xiaozhou")
    assert 'data-insert="' not in zhou.page(f"/desk/c/{conversation_id}/kb?q=实名认证")


def test_a_customer_is_led_through_a_products_steps(office: Office, lin: Colleague) -> None:
    no = ordered(office, "c_guide")
    conversation_id = served(office, lin, "c_guide")
    assert lin.does(conversation_id, "guide", order_no=no).status_code == 204
    page = lin.page(f"/desk/c/{conversation_id}")
    assert "分步指导" in page
    guide = re.search(r'hx-post="/desk/c/[^/]+/guide/(\d+)"', page)
    assert guide
    for _ in range(2):
        assert lin.does(conversation_id, f"guide/{guide[1]}", place="2", sent="0").status_code == 204
    said = [entry.text for entry in office.entries(conversation_id) if entry.author == Author.AGENT]
    assert [text[:5] for text in said] == ["第 1/" + said[0][4], "第 2/" + said[0][4]]
    assert lin.does(conversation_id, f"guide/{guide[1]}/end").status_code == 204
    assert lin.does(conversation_id, f"guide/{guide[1]}", place="3", sent="0").status_code == 404
    assert lin.does(conversation_id, "guide", article="no-such").status_code == 422


# ── Orders set right in place ────────────────────────────────────────────────────────────────────────────────────────


def form_of(page: str) -> str:
    found = re.search(r'name="form_id" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_coupon_from_the_orders_card(office: Office, lin: Colleague) -> None:
    no = ordered(office, "c_coupon")
    conversation_id = served(office, lin, "c_coupon")
    base = f"/desk/c/{conversation_id}/orders/{no}/do"
    assert f"act-{no}" in lin.page(f"/desk/c/{conversation_id}")
    assert "补偿券" in lin.page(base)
    page = lin.page(f"{base}/coupon")
    assert "单次最多 ¥20.00" in page
    assert "您可以直接办理" in lin.page(f"{base}/coupon/verdict?yuan=20")
    assert "需主管审批" in lin.page(f"{base}/coupon/verdict?yuan=20.01")
    fields = {"form_id": form_of(page), "yuan": "15", "reason": f"晚了一小时 {KEY}"}
    for _ in range(2):
        done = lin.post(f"{base}/coupon", **fields)
        assert (done.status_code, "desk:close-dialog" in done.headers["hx-trigger"]) == (204, True)
    with office.desk.database.read() as session:
        assert [each.yuan for each in office.desk.shop.coupons_of(session, "c_coupon")] == [Decimal(15)]
    told = [entry.text for entry in office.entries(conversation_id) if "¥15.00" in entry.text]
    assert len(told) == 1


@pytest.mark.parametrize(
    ("act", "fields", "status", "says"),
    [
        ("coupon", {"yuan": "5"}, 422, "请写明原因"),
        ("coupon", {"yuan": "abc", "reason": "x"}, 422, "正确的金额"),
        ("coupon", {"yuan": "NaN", "reason": "x"}, 422, "正确的金额"),
        ("coupon", {"yuan": "1.005", "reason": "x"}, 422, "正确的金额"),
        ("coupon", {"yuan": "1e9", "reason": "x"}, 422, "最多"),
        ("reissue", {"key": "999999999", "reason": "x"}, 422, "请选择"),
        ("cancel_order", {"reason": "x"}, 409, "已经付款"),
        ("nonsense", {"reason": "x"}, 422, ""),
    ],
)
def test_failures_are_said_in_words(
    office: Office, lin: Colleague, act: str, fields: dict[str, str], status: int, says: str
) -> None:
    no = ordered(office, "c_bad")
    conversation_id = served(office, lin, "c_bad")
    answer = lin.post(f"/desk/c/{conversation_id}/orders/{no}/do/{act}", form_id="f" * 20, **fields)
    assert (answer.status_code, says in answer.json()["message"]) == (status, True)


def test_only_whoever_serves_and_only_the_customers_orders(office: Office, lin: Colleague, chief: Colleague) -> None:
    mine, other = ordered(office, "c_mine"), ordered(office, "c_else")
    conversation_id = served(office, lin, "c_mine")
    path = f"/desk/c/{conversation_id}/orders/{{}}/do"
    assert lin.http.get(path.format(other)).status_code == 403
    assert office.sign_in("xiaozhou").http.get(path.format(mine)).status_code == 409
    assert chief.http.get(path.format(mine)).status_code == 200


def test_what_is_over_the_limit_waits_and_the_supervisor_decides(
    office: Office, lin: Colleague, chief: Colleague
) -> None:
    no = ordered(office, "c_over")
    conversation_id = served(office, lin, "c_over")
    base = f"/desk/c/{conversation_id}/orders/{no}/do"
    done = lin.post(f"{base}/coupon", form_id="o" * 20, yuan="50", reason="客户等了两天")
    assert "\\u5ba1\\u6279" in done.headers["hx-trigger"]  # 审批
    page = chief.page("/desk/approvals")
    number = re.findall(r'id="ok-(\d+)"', page)[-1]
    assert ("客户等了两天" in page, "林晓" in page) == (True, True)
    assert chief.post(f"/desk/approvals/{number}", decision="approve").status_code == 204
    assert office.entries(conversation_id)[-1].text.startswith("给您补了一张 ¥50.00")


# ── Pictures ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def shows(lin: Colleague, conversation_id: str, data: bytes, client_id: str = "") -> httpx.Response:
    place = {"c": conversation_id, "client_id": client_id or uuid4().hex}
    headers = {"X-CSRF-Token": lin.csrf, "HX-Request": "true"}
    return lin.http.post("/desk/pictures", params=place, content=data, headers=headers)


def test_a_picture_for_the_customer_goes_once_and_is_no_evidence(office: Office, lin: Colleague) -> None:
    conversation_id, client_id = served(office, lin), uuid4().hex
    for _ in range(2):
        assert shows(lin, conversation_id, picture(), client_id).status_code == 204
    sent = [entry for entry in office.entries(conversation_id) if entry.kind == Kind.PICTURE]
    assert [entry.author for entry in sent] == [Author.AGENT]
    assert f"/desk/pictures/{sent[0].body['picture']['id']}/small" in lin.page(f"/desk/c/{conversation_id}")
    with office.desk.database.write() as session:
        assert pictures.find(session, sent[0].body["picture"]["id"], conversation_id).by_staff
        assert pictures.file_to(session, conversation_id, "T1") == []


@pytest.mark.parametrize(
    ("data", "status", "says"), [(b"no picture", 422, "图片"), (b"", 422, "图片"), (b"x" * 6_000_000, 413, "5")]
)
def test_what_is_no_picture_is_refused_in_words(
    office: Office, lin: Colleague, data: bytes, status: int, says: str
) -> None:
    answer = shows(lin, served(office, lin), data)
    assert (answer.status_code, says in answer.json()["message"]) == (status, True)


def test_only_whoever_serves_shows_pictures(office: Office, lin: Colleague) -> None:
    conversation_id = served(office, lin)
    assert shows(office.sign_in("xiaozhou"), conversation_id, picture()).status_code == 409
    strange = lin.http.post("/desk/pictures", params={"c": conversation_id, "client_id": "x" * 9}, content=picture())
    assert strange.status_code == 403
