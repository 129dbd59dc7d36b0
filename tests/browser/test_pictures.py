"""A picture from the customer's phone to the agent's screen, on a served desk with a bot that only echoes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from desk.staff import service
from tests.support.browser import PHONE, chromium, tab
from tests.support.desk_server import Served, serve
from tests.support.pictures import picture
from tests.support.staff import PASSWORD

LOADED = "image => image.complete && image.naturalWidth"


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
def errors() -> Iterator[list[str]]:
    """Script errors and whatever a page's policy blocked; there must be none in the end."""
    seen: list[str] = []
    yield seen
    assert not seen


def _watched(page: Page, errors: list[str]) -> Page:
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)
    return page


def test_a_screenshot_reaches_the_agent(desk: Served, browser: Browser, errors: list[str]) -> None:
    customer = _watched(tab(browser, PHONE), errors)
    customer.goto(desk.url)
    customer.locator(".launcher").click()
    with customer.expect_file_chooser() as chooser:
        customer.get_by_role("button", name="发送图片").click()
    screenshot = picture("PNG", (1080, 2400))
    chooser.value.set_files([{"name": "截图.png", "mimeType": "image/png", "buffer": screenshot}])
    log = customer.get_by_role("log")
    expect(log).to_contain_text("收到：/send_picture")  # the echo; the real bot has words for it
    customer.reload()
    customer.locator(".launcher").click()
    mine = log.get_by_role("img", name="您[图片]")
    expect(mine).to_be_visible()
    box = mine.bounding_box()
    assert box
    assert max(box["width"], box["height"]) <= 220.5  # fractions of a pixel are the screen's
    mine.click()
    expect(customer.locator("dialog").get_by_role("img")).to_be_visible()
    assert customer.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    customer.keyboard.press("Escape")

    agent = _watched(tab(browser), errors)
    agent.goto(f"{desk.url}/desk")
    agent.fill("[name=login]", "xiaolin")
    agent.fill("[name=password]", PASSWORD)
    agent.press("[name=password]", "Enter")
    agent.click(".g-recent .item a >> nth=0")
    thumbnail = agent.locator("#entries .customer .picture img")
    expect(thumbnail).to_have_attribute("alt", "客户发来的图片")
    agent.wait_for_function(LOADED, arg=thumbnail.element_handle())
    with agent.expect_popup() as popup:
        thumbnail.click()
    full = popup.value
    full.wait_for_load_state()
    assert full.evaluate("[document.contentType, document.images[0].naturalHeight]") == ["image/png", 2048]


def test_an_agents_picture_reaches_the_customer_once(desk: Served, browser: Browser, errors: list[str]) -> None:
    customer, agent = _watched(tab(browser, PHONE), errors), _watched(tab(browser), errors)
    customer.goto(desk.url)
    customer.locator(".launcher").click()
    customer.get_by_role("textbox").fill("怎么兑换")
    customer.keyboard.press("Enter")
    expect(customer.get_by_role("log")).to_contain_text("收到：怎么兑换")
    agent.goto(f"{desk.url}/desk")
    agent.fill("[name=login]", "zhuguan")
    agent.fill("[name=password]", PASSWORD)
    agent.press("[name=password]", "Enter")
    agent.click(".g-recent .item a >> nth=0")
    agent.click("#do-take")
    agent.click("#question .primary")
    expect(agent.locator("#head")).to_contain_text("您正在接待")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    agent.route("**/desk/pictures?*", lose, times=1)  # it arrives, and the confirmation is lost
    file = {"name": "兑换页.png", "mimeType": "image/png", "buffer": picture("PNG", (800, 600))}
    agent.set_input_files("#picture-file", [file])
    agent.click("#pending >> text=重发")
    expect(agent.locator("#pending .entry")).to_have_count(0)
    expect(agent.locator("#entries .agent .picture img")).to_have_count(1)
    shown = customer.get_by_role("log").get_by_role("img", name="[图片]")
    expect(shown).to_have_count(1)
    expect(shown).to_be_visible()
