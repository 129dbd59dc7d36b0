"""Accounts and masked values in a real browser: what only scripts and live streams do."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from desk import clock
from desk.channels.web.identity import Identity, open_session
from desk.conversations import handoff
from desk.shop.embedded.model import ShopCustomer
from desk.staff import service, totp
from tests.support.browser import WIDE, chromium, tab
from tests.support.desk_server import Served, serve
from tests.support.staff import PASSWORD

PHONE_NUMBER = "13912345678"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("desk")) as served:
        with served.database.write() as session:
            service.seed_demo(session, PASSWORD)
            session.add(ShopCustomer(id="u1", name="林小雨", phone=PHONE_NUMBER, created_at=clock.now()))
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


def test_a_number_is_shown_for_a_minute(desk: Served, sign_in: Open) -> None:
    with desk.database.write() as session:
        conversation = open_session(session, Identity("u1", "林小雨", 0, ""), None, "client")[1].conversation_id
        handoff.request(session, conversation, "requested")
    page = sign_in("xiaolin")
    page.goto(f"{desk.url}/desk/c/{conversation}")
    page.clock.install()
    masked = page.locator("[data-masked='customer_phone:u1']")
    expect(masked).to_contain_text("139****5678")
    masked.get_by_role("button").click()
    page.get_by_label("其他").check()
    page.locator("#dialog .primary").click()
    expect(page.locator("#dialog .error")).to_contain_text("请填写说明")
    page.get_by_label("说明").fill("客户要回电")
    page.locator("#dialog .primary").click()
    expect(masked).to_contain_text(PHONE_NUMBER)
    expect(page.locator("#dialog")).to_be_hidden()
    page.clock.run_for(61_000)
    expect(masked).to_contain_text("139****5678")
    assert PHONE_NUMBER not in page.content()


def test_an_account_that_is_stopped_signs_out_at_once(desk: Served, sign_in: Open) -> None:
    zhou, admin = sign_in("xiaozhou"), sign_in("admin", "/desk/staff")
    admin.get_by_role("link", name="周敏").click()
    admin.click("#stop")
    admin.locator("#question .primary").click()
    zhou.wait_for_url(re.compile("/desk/login"), timeout=5000)
    expect(admin.locator("#start")).to_be_visible()


def test_the_second_step_from_set_up_to_sign_in(desk: Served, sign_in: Open, browser: Browser) -> None:
    page = sign_in("caiwu", "/desk/me")
    page.locator("#two-factor [name=password]").fill(PASSWORD)
    page.get_by_role("button", name="开始设置").click()
    expect(page.locator(".qr")).to_be_visible()
    page.get_by_text("手动输入").click()
    secret = page.locator("#secret").inner_text().replace(" ", "")
    page.get_by_label("验证码").fill(totp.code_at(secret, totp.step_of(clock.now()) - 1))
    page.get_by_role("button", name="开启").click()
    spare = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="我已收好").click()
    expect(page.locator("#two-factor")).to_contain_text("还剩 10 个备用码")

    again = tab(browser, WIDE)
    again.goto(f"{desk.url}/desk/login")
    again.fill("[name=login]", "caiwu")
    again.fill("[name=password]", PASSWORD)
    again.click("text=登录 >> nth=-1")
    again.fill("[name=code]", spare)
    again.click("text=确认登录")
    again.wait_for_url(re.compile("/desk$"))
    again.context.close()
    expect(page.locator("h1")).to_have_text("我的账号")
