"""Routing in real browsers: an offer with its seconds, the switch by keyboard, a transfer refused and accepted."""

from playwright.sync_api import Page, expect

from tests.browser.test_agent import Open, browser, customer, desk, queued, sign_in
from tests.support.browser import PHONE
from tests.support.customer import Customer
from tests.support.desk_server import Served

__all__ = ["browser", "customer", "desk", "sign_in"]


def transfer(page: Page, name: str, reason: str) -> None:
    """Ask a colleague to take the open conversation over."""
    page.click("#do-transfer")
    wanted = page.locator("#dialog option", has_text=name).get_attribute("value")
    page.select_option("#dialog select", wanted)
    page.fill("#dialog textarea", reason)
    page.click("#dialog .primary")
    expect(page.locator("#head .strip")).to_contain_text(f"正在请{name}接手：{reason}")


def test_an_offer_a_refusal_and_a_transfer(desk: Served, sign_in: Open, customer: Customer) -> None:
    lin, zhou = sign_in("xiaolin"), sign_in("xiaozhou")
    zhou.focus("#my-state")
    zhou.press("#my-state", "ArrowDown")  # 忙碌
    expect(zhou.locator(".resting")).to_contain_text("您在忙碌，不会收到新会话")
    conversation_id = queued(desk, customer)
    offer = lin.locator(f".g-offered .item[data-id='{conversation_id}']")
    expect(offer.locator(".ends")).to_contain_text("还剩 ")
    expect(zhou.locator(".g-queue")).to_contain_text("正在请林晓接待")
    offer.locator("button").click()
    expect(lin.locator("#head")).to_contain_text("您正在接待")

    transfer(lin, "周敏", "要核对付款记录")
    asked = zhou.locator(".g-transfers")
    expect(asked).to_contain_text("要核对付款记录")
    asked.locator("summary").click()
    asked.locator("input").fill("手上已满")
    asked.locator("details form button").click()
    expect(asked).to_have_count(0)
    expect(lin.locator("#head .strip")).to_contain_text("周敏没有接受转交：手上已满")

    transfer(lin, "周敏", "客户只认周敏")
    zhou.locator(".g-transfers .primary").click()
    expect(zhou.locator("#head")).to_contain_text("您正在接待 · 首问林晓")
    expect(lin.locator("#head")).to_contain_text("周敏正在接待")
    expect(lin.locator("#composer")).to_be_hidden()


def test_the_team_on_a_phone(desk: Served, sign_in: Open) -> None:
    boss = sign_in("zhuguan", "/desk/team", size=PHONE)
    expect(boss.locator("#now")).to_contain_text("每天 09:00–23:00")
    assert boss.evaluate("document.documentElement.scrollWidth <= innerWidth")
