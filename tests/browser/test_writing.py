"""Writing to customers in a real browser: scripts, warnings, notes, knowledge, steps, and orders set right in place."""

import re
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from desk.conversations import handoff
from desk.conversations.model import Conversation
from desk.shop.base import KeyState, OrderStatus
from desk.shop.embedded.demo import add_stock, make_order
from desk.shop.embedded.seed import bring_products
from desk.staff import service
from desk.vault.service import Vault
from tests.support.browser import PHONE, WIDE, chromium, tab
from tests.support.customer import Customer, texts
from tests.support.desk_server import Served, serve
from tests.support.staff import PASSWORD

Open = Callable[..., Page]
_NUMBERS = count(1)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("desk")) as served:
        with served.database.write() as session:
            service.seed_demo(session, PASSWORD)
            bring_products(session)
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def sign_in(desk: Served, browser: Browser) -> Iterator[Open]:
    """Open the workbench as somebody; at the end no page may have had a script error."""
    pages: list[Page] = []
    errors: list[str] = []

    def open_as(login: str, size: tuple[int, int] = WIDE) -> Page:
        page = tab(browser, size)
        page.on("pageerror", lambda error: errors.append(f"{login}: {error}"))
        page.on("console", lambda line: "Content Security" in line.text and errors.append(line.text))
        page.goto(f"{desk.url}/desk")
        page.fill("[name=login]", login)
        page.fill("[name=password]", PASSWORD)
        page.click("text=登录 >> nth=-1")
        page.wait_for_url("**/desk")
        pages.append(page)
        return page

    yield open_as
    for page in pages:
        page.context.close()
    assert not errors


class Case:
    """A customer with a delivered order who waits for a person."""

    def __init__(self, desk: Served) -> None:
        self.desk, buyer, vault = desk, f"c_writing{next(_NUMBERS)}", Vault(desk.settings.vault_key)
        with desk.database.write() as session:
            order = make_order(session, vault, buyer, status=OrderStatus.DELIVERED, key_state=KeyState.SOLD)
            add_stock(session, vault, order.product_id, 2)
        self.order_no = order.no
        self.customer = Customer(desk.url, buyer, "林小雨", desk.shop_secret)
        self.customer.say("卡密用不了")
        with desk.database.write() as session:
            found = session.scalars(select(Conversation.id).where(Conversation.customer_id == buyer)).one()
            handoff.request(session, found, "requested", "card_key_invalid")
        self.id = found

    def taken_by(self, page: Page) -> None:
        page.goto(f"{self.desk.url}/desk/c/{self.id}")
        page.click("#do-take")
        expect(page.locator("#head")).to_contain_text("您正在接待")

    def read(self) -> str:
        return texts(self.customer.history())


@pytest.fixture
def case(desk: Served) -> Case:
    return Case(desk)


def test_a_script_is_found_filled_and_not_sent_with_gaps(sign_in: Open, case: Case) -> None:
    lin = sign_in("xiaolin")
    case.taken_by(lin)
    lin.locator("#text").press_sequentially("/")
    expect(lin.locator("#picker .option").first).to_contain_text("合适")
    lin.press("#text", "Escape")
    expect(lin.locator("#picker")).to_be_hidden()
    lin.fill("#text", "")
    lin.locator("#text").press_sequentially("、yjgd")  # 已建工单, with a Chinese input method on
    expect(lin.locator("#picker .option")).to_have_count(1)
    lin.press("#text", "Enter")
    expect(lin.locator("#text")).to_have_value(re.compile(r"^我给您建了工单 \{工单号\}"))
    lin.press("#text", "Enter")
    expect(lin.locator("#toasts")).to_contain_text("还有没填的内容")
    lin.reload()
    expect(lin.locator("#gaps")).to_contain_text("{工单号}")
    lin.click("#gaps button")
    lin.keyboard.type("T20261122-0007")
    expect(lin.locator("#gaps")).to_be_hidden()
    lin.press("#text", "Enter")
    expect(lin.locator("#entries .agent .said")).to_contain_text(["我给您建了工单 T20261122-0007"])
    assert case.read().count("我给您建了工单 T20261122-0007") == 1


def test_a_doubtful_reply_waits_for_a_second_look(sign_in: Open, case: Case) -> None:
    lin = sign_in("xiaolin")
    case.taken_by(lin)
    for text in ("已为您提交工单", "稍后见"):
        lin.fill("#text", text)
        lin.press("#text", "Enter")
    expect(lin.locator("#pending .doubt")).to_contain_text("说得太空")
    assert "已为您提交工单" not in case.read()
    lin.reload()
    lin.click("#pending .doubt >> text=改一改")
    expect(lin.locator("#text")).to_have_value("已为您提交工单")
    lin.press("#text", "Enter")
    lin.click("#pending .doubt >> text=仍要发送")
    expect(lin.locator("#entries .agent .said")).to_have_text(["稍后见", "已为您提交工单"])
    expect(lin.locator("#pending .entry")).to_have_count(0)
    assert (case.read().count("已为您提交工单"), case.read().count("稍后见")) == (1, 1)


def test_notes_whispers_and_a_supervisor_who_goes_on(desk: Served, sign_in: Open, case: Case) -> None:
    lin, boss = sign_in("xiaolin"), sign_in("zhuguan")
    case.taken_by(lin)
    lin.press("#text", "Alt+n")
    lin.fill("#text", "像是输错了")
    lin.press("#text", "Enter")
    expect(lin.locator("#entries .k-note")).to_contain_text("内部备注")
    boss.goto(f"{desk.url}/desk/c/{case.id}")
    expect(boss.locator("#entries")).to_contain_text("像是输错了")
    boss.fill("#text", "先核对再补发")
    boss.press("#text", "Enter")
    expect(lin.locator("#entries .whisper")).to_contain_text("先核对再补发")
    boss.fill("#text", "别急着退款")  # for the colleague: taking over must not make it a reply
    boss.click("#do-replace")
    boss.click("#question .primary")
    expect(boss.locator("#head")).to_contain_text("您正在接待")
    expect(boss.locator("#text")).to_have_value("别急着退款")
    expect(boss.locator("#composer")).to_have_class(re.compile("noting"))
    boss.press("#text", "Enter")
    expect(boss.locator("#entries .k-note")).to_have_count(3)
    expect(lin.locator("#toasts")).to_contain_text("陈主管正在接待")
    expect(lin.locator("#composer")).to_be_hidden()
    seen = case.read()
    assert "陈主管为您服务" in seen
    assert not [text for text in ("像是输错了", "先核对再补发", "别急着退款") if text in seen]


def test_an_order_is_set_right_in_place(sign_in: Open, case: Case) -> None:
    lin = sign_in("xiaolin")
    case.taken_by(lin)
    lin.click(f"#o-{case.order_no} summary")
    lin.click(f"#act-{case.order_no}")
    expect(lin.locator("#dialog .offers")).to_contain_text("这单已经付款，只能退款")
    lin.click("#do-coupon")
    lin.fill("#dialog [name=yuan]", "50")
    expect(lin.locator("#verdict")).to_contain_text("需主管审批")
    lin.fill("#dialog [name=yuan]", "10")
    expect(lin.locator("#verdict")).to_contain_text("您可以直接办理")
    lin.click("#dialog >> text=返回")
    lin.click("#do-reissue")
    lin.fill("#dialog [name=reason]", "核实过，卡有问题")
    lin.dblclick("#do-it")
    expect(lin.locator("#toasts")).to_contain_text("已办好：补发卡密")
    expect(lin.locator("#dialog")).to_be_hidden()
    expect(lin.locator("#entries .card")).to_have_count(1)
    cards = [card for entry in case.customer.history() for card in entry["cards"] if card["type"] == "key"]
    assert len(cards) == 1
    assert cards[0]["secret"] not in lin.content()


def test_knowledge_goes_into_the_reply_and_steps_to_the_customer(sign_in: Open, case: Case) -> None:
    lin = sign_in("xiaolin")
    case.taken_by(lin)
    lin.press("#text", "Control+k")
    expect(lin.locator("#kb-hits .hit").first).to_contain_text("卡密")
    lin.fill("#kb-q", "实名认证")
    expect(lin.locator("#kb-hits mark").first).to_be_visible()
    lin.click("#kb-hits [data-insert] >> nth=0")
    expect(lin.locator("#text")).not_to_have_value("")
    lin.press("#kb-q", "Escape")
    expect(lin.locator("#kb")).to_be_hidden()

    lin.click(f"#o-{case.order_no} summary")
    lin.click(f"#o-{case.order_no} >> text=分步指导")
    expect(lin.locator("#guide")).to_contain_text("等客户")
    case.customer.post(button=case.customer.button("做好了"))
    expect(lin.locator("#guide")).to_contain_text("客户说做好了")
    lin.dblclick("#step-2")
    expect(lin.locator("#entries .agent .said")).to_have_count(2)
    lin.reload()
    expect(lin.locator("#guide .g-sent")).to_have_count(1)
    assert "第 2/" in case.read()


def test_colours_keys_and_one_pane_at_a_time(sign_in: Open, case: Case) -> None:
    phone = sign_in("xiaolin", PHONE)
    case.taken_by(phone)
    for name, pane in [("客户", "#side"), ("知识", "#kb"), ("对话", "#text")]:
        phone.click(f"#tabs >> text={name}")
        expect(phone.locator(pane)).to_be_in_viewport()
    expect(phone.locator("#kb")).to_be_hidden()
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE[0]

    page = sign_in("xiaozhou")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("找话术")
    page.keyboard.press("Escape")
    page.click("#theme")
    page.click("#theme")
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 27)"
    page.click("#alerts")
    expect(page.locator("#alerts")).to_have_attribute("aria-pressed", "true")
    Case(case.desk)
    expect(page).to_have_title(re.compile(r"^\(\d+\)"))
