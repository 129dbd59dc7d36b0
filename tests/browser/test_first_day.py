"""A customer and an agent, each in a browser of their own, on the whole running product."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import PHONE, WIDE, chromium, tab
from tests.support.leaks import raw_keys_in
from tests.support.stack import Stack

KEY = re.compile(r"\b[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}\b")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    running = Stack(tmp_path_factory.mktemp("browser")).start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def errors() -> Iterator[list[str]]:
    """Script errors and blocked scripts of any page; there must be none in the end."""
    seen: list[str] = []
    yield seen
    assert not seen


def shop(stack: Stack, browser: Browser, errors: list[str], person: str, size: tuple[int, int] = WIDE) -> Page:
    """Open the demo shop as one of its customers, and the chat."""
    page = tab(browser, size)
    _watch(page, errors)
    page.goto(stack.url)
    page.click(f"nav.who >> text={person}")
    page.locator(".launcher").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def workbench(stack: Stack, browser: Browser, errors: list[str], login: str) -> Page:
    """Sign an agent in."""
    page = tab(browser)
    _watch(page, errors)
    page.goto(f"{stack.url}/desk")
    page.fill("[name=login]", login)
    page.fill("[name=password]", stack.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile("/desk$"))
    return page


def say(page: Page, text: str) -> None:
    page.get_by_label("输入消息").fill(text)
    page.get_by_label("输入消息").press("Enter")


def test_a_customer_gets_the_key_and_then_a_person(stack: Stack, browser: Browser, errors: list[str]) -> None:
    page = shop(stack, browser, errors, "林小雨")
    log = page.get_by_role("log")
    say(page, "卡密没到")
    for title in ("查订单", "到账时效", "转人工"):
        expect(log.get_by_role("button", name=title, exact=True).last).to_be_visible()
    log.get_by_role("button", name="就是这笔").first.click()
    expect(log).to_contain_text(KEY)
    found = KEY.search(log.inner_text())
    assert found
    key = found[0]

    page.reload()
    expect(page.get_by_role("dialog")).to_be_visible()  # an open chat stays open
    expect(log).to_contain_text(key)
    assert key not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")

    say(page, "转人工")
    expect(page.locator(".banner")).to_contain_text("排队")
    agent = workbench(stack, browser, errors, "xiaolin")
    waiting = agent.locator(".g-queue .item", has_text="林小雨")
    expect(waiting).to_contain_text("客户要找人工")
    waiting.get_by_role("button", name="接入").click()
    expect(agent.locator("#head")).to_contain_text("您正在接待")
    expect(agent.locator("#entries")).to_contain_text("卡密没到")
    expect(agent.locator("#side")).to_contain_text("Steam 钱包充值码 100元")
    assert key not in agent.content(), "agents see the last characters only"

    expect(page.locator(".banner")).to_contain_text("林晓")
    agent.fill("#text", "您好，我是林晓，卡用得上吗？")
    agent.press("#text", "Enter")
    expect(log).to_contain_text("您好，我是林晓，卡用得上吗？")
    say(page, "可以用了，谢谢")
    expect(agent.locator("#entries")).to_contain_text("可以用了，谢谢")
    agent.click("#do-close")
    agent.click("#question .primary")
    page.get_by_role("radio").nth(4).check(force=True)
    page.get_by_role("button", name=re.compile("提交|评价")).last.click()
    expect(agent.locator("#entries")).to_contain_text("客户打了 5 分")
    assert "小卡" not in log.inner_text().split("您好，我是林晓")[1], "the bot was silent while a person had it"


def test_a_visitor_on_a_phone_whose_bot_dies(stack: Stack, browser: Browser, errors: list[str]) -> None:
    page = shop(stack, browser, errors, "游客", PHONE)
    log = page.get_by_role("log")
    say(page, "你好")
    expect(log).to_contain_text("小卡")
    stack.kill("bot")
    say(page, "话费充值没到账，急")
    expect(log).to_contain_text("转人工")
    expect(page.locator(".banner")).to_contain_text("排队")
    agent = workbench(stack, browser, errors, "xiaozhou")
    row = agent.locator(".g-queue .item", has_text="访客")
    expect(row).to_contain_text("话费充值没到账")
    stack.wait_healthy()


def _watch(page: Page, errors: list[str]) -> None:
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)


def test_nothing_but_the_vault_holds_a_card_key(stack: Stack) -> None:
    """Comes last: searches what the browsers above left behind on the server."""
    assert raw_keys_in(stack.database, stack.vault, stack.state) == []
