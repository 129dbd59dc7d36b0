"""Tickets in a real browser: choosing by keyboard, bulk changes, a draft that stays, the customer's page."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from desk.conversations import threads
from desk.staff import service as staff
from desk.tickets import service
from desk.tickets.progress import ProgressLinks
from tests.support.browser import PHONE, WIDE, chromium, tab
from tests.support.desk_server import Served, serve
from tests.support.staff import PASSWORD


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("desk")) as served:
        with served.database.write() as session:
            staff.seed_demo(session, PASSWORD)
        yield served


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def page(request: pytest.FixtureRequest, desk: Served) -> Iterator[Page]:
    """The list of tickets, as an agent sees it; no script may fail."""
    errors: list[str] = []
    with chromium() as browser:
        shown = tab(browser, request.param)
        shown.on("pageerror", lambda error: errors.append(str(error)))
        shown.goto(f"{desk.url}/desk/login?next=/desk/tickets")
        shown.fill("[name=login]", "xiaolin")
        shown.fill("[name=password]", PASSWORD)
        shown.click("text=登录 >> nth=-1")
        shown.wait_for_url(re.compile("/desk/tickets$"))
        yield shown
    assert not errors


def tickets(desk: Served, count: int) -> list[str]:
    with desk.database.write() as session:
        conversation = threads.find_or_open(session, "web", uuid4().hex)
        return [
            service.open_ticket(
                session, "key", f"查卡密 {n}", dedupe=uuid4().hex, conversation_id=conversation.id
            ).number
            for n in range(count)
        ]


def test_a_list_is_worked_through(desk: Served, page: Page) -> None:
    numbers = tickets(desk, 2)
    for number in numbers:  # new ones come by themselves, and what is chosen stays chosen
        page.locator(f"#k-{number}").focus()
        page.keyboard.press(" ")
    expect(page.locator("#chosen")).to_have_text("2")
    later = tickets(desk, 1)[0]
    expect(page.locator(f"#k-{later}")).to_be_visible()
    expect(page.locator("#chosen")).to_have_text("2")
    page.select_option("#bulk [name=assignee]", label="交给周敏")
    page.click("#bulk .primary")
    expect(page.locator("#dialog")).to_contain_text("已改好 2 张工单")
    page.click("#dialog [data-close]")
    expect(page.locator("tr", has=page.locator(f"#k-{numbers[0]}"))).to_contain_text("周敏")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_draft_stays_and_the_customer_answers(desk: Served, page: Page) -> None:
    number = tickets(desk, 1)[0]
    page.goto(f"{desk.url}/desk/tickets/{number}")
    reply = page.get_by_label("回复客户")
    reply.fill("正在查，稍等")
    page.fill("[name=tag]", "大客户")
    page.click("text=加上")
    expect(page.locator(".tags")).to_contain_text("#大客户")
    expect(reply).to_have_value("正在查，稍等")
    page.click("text=发送")
    expect(page.locator(".history")).to_contain_text("正在查，稍等")
    expect(reply).to_have_value("")
    page.click("text=标记已解决")
    expect(page.locator(".tags")).to_contain_text("已解决")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    links = ProgressLinks(desk.url, desk.settings.secret_key.get_secret_value())
    page.context.clear_cookies()  # the customer's own browser
    page.goto(links.link(number))
    expect(page.locator("main")).to_contain_text("正在查，稍等")
    page.click("text=还没解决")
    expect(page.locator("h1")).to_have_text("处理中")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
