"""An agent's page in a real browser, on a served desk with a stand-in for the bot."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from desk.conversations import handoff
from desk.conversations.model import Conversation
from desk.staff import service
from tests.support.browser import PHONE, WIDE, chromium, tab
from tests.support.customer import Customer, texts
from tests.support.desk_server import Served, serve
from tests.support.staff import PASSWORD

KEY = "QWERT-ASDF5-ZXCV6"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("desk")) as served:
        with served.database.write() as session:
            service.seed_demo(session, PASSWORD)
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

    def open_as(login: str, path: str = "/desk", size: tuple[int, int] = WIDE) -> Page:
        page = tab(browser, size)
        page.on("pageerror", lambda error: errors.append(f"{login}: {error}"))
        page.on("console", lambda line: "Content Security" in line.text and errors.append(line.text))
        page.goto(desk.url + path)
        page.fill("[name=login]", login)
        page.fill("[name=password]", PASSWORD)
        page.click("text=登录 >> nth=-1")
        page.wait_for_url(re.compile(re.escape(path) + "$"))
        pages.append(page)
        return page

    yield open_as
    for page in pages:
        page.context.close()
    assert not errors


@pytest.fixture
def customer(desk: Served) -> Customer:
    return Customer(desk.url)


def queued(desk: Served, customer: Customer) -> str:
    """Let the customer ask for a person; return the conversation's id."""
    customer.say("卡密用不了，转人工")
    with desk.database.write() as session:
        conversation_id = session.scalars(select(Conversation.id).order_by(Conversation.created_at.desc())).first()
        assert conversation_id
        handoff.request(session, conversation_id, "requested", "card_key_invalid")
    customer.post(text="在吗")  # tells the desk's process, which the line above did not
    return conversation_id


def taken(desk: Served, customer: Customer, page: Page) -> str:
    """Queue the customer and let the page's agent take them."""
    conversation_id = queued(desk, customer)
    page.goto(f"{desk.url}/desk/c/{conversation_id}")
    page.click("#do-take")
    expect(page.locator("#head")).to_contain_text("您正在接待")
    return conversation_id


def test_a_customer_from_queue_to_rating(desk: Served, sign_in: Open, customer: Customer) -> None:
    lin, zhou = sign_in("xiaolin"), sign_in("xiaozhou")
    conversation_id = queued(desk, customer)
    waiting = f".g-queue .item[data-id='{conversation_id}']"
    for page in (lin, zhou):
        expect(page.locator(waiting)).to_contain_text("客户要找人工")
    lin.click(f"{waiting} button")
    expect(lin.locator("#head")).to_contain_text("您正在接待")
    expect(zhou.locator(waiting)).to_have_count(0)
    expect(lin.locator("#side")).to_contain_text("卡密无效")

    customer.http.post("/typing", json={})
    expect(lin.locator("#typing")).to_contain_text("客户正在输入")
    lin.fill("#text", f"您好，给您换一张：{KEY}")
    lin.press("#text", "Enter")
    expect(lin.locator("#entries .agent")).to_contain_text("••••")
    assert KEY not in lin.content()
    assert KEY in texts(customer.history())

    lin.click("#do-close")
    lin.click("#question .primary")
    expect(lin.locator("#composer")).to_be_hidden()
    asked = next(entry for entry in customer.history() if entry["kind"] == "rating")
    rated = {"rating_id": asked["rating"]["rating_id"], "stars": 5, "comment": "<b>快</b>"}
    customer.http.post("/rating", json=rated).raise_for_status()
    expect(lin.locator("#entries")).to_contain_text("客户打了 5 分")
    expect(lin.locator("#entries")).to_contain_text("<b>快</b>")


def test_the_slower_of_two_agents_is_told(desk: Served, sign_in: Open, customer: Customer) -> None:
    lin, zhou = sign_in("xiaolin"), sign_in("xiaozhou")
    conversation_id = queued(desk, customer)
    for page in (lin, zhou):
        page.route("**/desk/events**", lambda route: route.abort())  # neither page hears of the other
        page.goto(f"{desk.url}/desk/c/{conversation_id}")
    lin.click("#do-take")
    expect(lin.locator("#head")).to_contain_text("您正在接待")
    zhou.click("#do-take")
    expect(zhou.locator("#toasts")).to_contain_text("已由其他同事接待")
    expect(zhou.locator("#head")).to_contain_text("林晓正在接待")


def _offline(page: Page, text: str) -> None:
    page.context.set_offline(True)
    page.fill("#text", text)
    page.press("#text", "Enter")
    expect(page.locator("#pending .failed")).to_be_visible()
    page.context.set_offline(False)


def _busy(page: Page, text: str) -> None:
    page.route("**/answer", lambda route: route.fulfill(status=503, body="{}"))
    page.fill("#text", text)
    page.press("#text", "Enter")
    expect(page.locator("#pending .failed")).to_be_visible()
    page.unroute("**/answer")
    page.click("text=重发")


def _answer_lost(page: Page, text: str) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/answer", lose, times=1)
    page.fill("#text", text)
    page.press("#text", "Enter")


def _double_click(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.dblclick("#composer button")


def _reload(page: Page, text: str) -> None:
    page.route("**/answer", lambda route: route.abort(), times=1)
    page.fill("#text", text)
    page.press("#text", "Enter")
    expect(page.locator("#pending .failed")).to_be_visible()
    page.reload()


@pytest.mark.parametrize("trouble", [_offline, _busy, _answer_lost, _double_click, _reload])
def test_a_message_arrives_once_whatever_happens(
    desk: Served, sign_in: Open, customer: Customer, trouble: Callable[[Page, str], None]
) -> None:
    lin = sign_in("xiaolin")
    taken(desk, customer, lin)
    trouble(lin, "只说一遍")
    expect(lin.locator("#entries .agent .said")).to_have_text(["只说一遍"])
    expect(lin.locator("#pending .entry")).to_have_count(0)
    assert texts(customer.history()).count("只说一遍") == 1


def test_writing_and_reading_are_not_disturbed(desk: Served, sign_in: Open, customer: Customer) -> None:
    lin = sign_in("xiaolin")
    conversation_id = taken(desk, customer, lin)
    for number in range(12):
        lin.fill("#text", f"第 {number} 条")
        lin.press("#text", "Enter")
    expect(lin.locator("#entries .agent")).to_have_count(12)
    lin.fill("#text", "没写完")
    composing = "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true})"
    lin.evaluate(f"document.getElementById('text').dispatchEvent({composing})")
    lin.press("#text", "Shift+Enter")
    expect(lin.locator("#text")).to_have_value("没写完\n")

    lin.evaluate("document.getElementById('scroll').scrollTop = 0")
    customer.post(text="新的一句")
    expect(lin.locator("#newer")).to_be_visible()
    assert lin.evaluate("document.getElementById('scroll').scrollTop") == 0
    lin.click("#newer")
    expect(lin.locator("#newer")).to_be_hidden()

    lin.goto(f"{desk.url}/desk")
    customer.post(text="还在吗")
    expect(lin.locator(f".g-mine .item[data-id='{conversation_id}']")).to_have_class("item unread")
    lin.keyboard.press("Alt+ArrowDown")
    lin.wait_for_url("**/desk/c/**")
    lin.goto(f"{desk.url}/desk/c/{conversation_id}")
    expect(lin.locator("#text")).to_have_value("没写完\n")
    expect(lin.locator(f".g-mine .item[data-id='{conversation_id}']")).to_have_class("item")


def test_a_supervisor_takes_over_from_the_bot_and_gives_back(desk: Served, sign_in: Open, customer: Customer) -> None:
    customer.say("你好")
    boss = sign_in("zhuguan")
    boss.click(".g-recent .item a >> nth=0")
    customer.say("这句是现场看到的")
    expect(boss.locator("#entries")).to_contain_text("收到：这句是现场看到的")
    for button, state in [("#do-take", "您正在接待"), ("#do-return", "智能客服接待中")]:
        boss.click(button)
        boss.click("#question .primary")
        expect(boss.locator("#head")).to_contain_text(state)


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_pages_fit_the_screen(desk: Served, sign_in: Open, customer: Customer, size: tuple[int, int]) -> None:
    page = sign_in("xiaolin", size=size)
    conversation_id = taken(desk, customer, page)
    for path in ("/desk", f"/desk/c/{conversation_id}", "/desk/tickets", "/desk/nothing"):
        page.goto(desk.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
    page.goto(f"{desk.url}/desk/c/{conversation_id}")
    expect(page.locator("#composer button")).to_be_in_viewport()
    if size == PHONE:
        page.click("#show-side")
    expect(page.locator("#new-ticket")).to_be_in_viewport()


def test_signing_out_in_one_tab_ends_the_other(sign_in: Open) -> None:
    page = sign_in("xiaolin")
    other = page.context.new_page()
    other.goto(page.url)
    other.click("#sign-out button")
    page.wait_for_url("**/desk/login**")
