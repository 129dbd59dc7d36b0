"""The page of the public API in a real browser: a token shown once, a webhook added, on a wide screen and a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from desk.api.webhooks import deliveries, endpoints
from desk.api.webhooks.deliveries import Outcome
from desk.api.webhooks.model import Delivery, State
from desk.staff import service
from desk.tickets import service as tickets
from tests.support.browser import PHONE, WIDE, chromium, tab
from tests.support.desk_server import Served, serve
from tests.support.staff import PASSWORD


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("desk")) as served:
        with served.database.write() as session:
            service.seed_demo(session, PASSWORD)
        yield served


def opened(desk: Served, page: Page) -> list[str]:
    """Sign in on the page; return where its script errors will be."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: "Content Security" in line.text and errors.append(line.text))
    page.goto(f"{desk.url}/desk/api")
    page.fill("[name=login]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.click("text=登录 >> nth=-1")
    page.wait_for_url(re.compile("/desk/api$"))
    return errors


def fail_one(desk: Served, mark: str) -> None:
    """Let a delivery be given up."""
    with desk.database.write() as session:
        tickets.open_ticket(session, "delivery", "没发货", dedupe=mark)
        (row,) = deliveries.newest(session, limit=1)
        job = deliveries.Job(row.id, row.endpoint_id, row.event_id, "", "", 1, "")
        deliveries.settle(session, job, Outcome(503, "status", 12))
        session.get_one(Delivery, row.id).state = State.DEAD


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_token_and_a_webhook(desk: Served, size: tuple[int, int]) -> None:
    with desk.database.write() as session:
        for endpoint in endpoints.listed(session):
            endpoints.remove(session, endpoint.id, actor="system")
    with chromium() as browser:
        page = tab(browser, size)
        errors = opened(desk, page)
        page.click("#new-token")
        page.fill("[name=name]", "店铺后台")
        page.click("dialog .primary")  # without a scope: told so, and the form stays
        expect(page.locator("#toasts")).to_contain_text("至少勾选一项权限")
        page.check("[value='tickets:read']")
        page.keyboard.press("Enter")
        expect(page.locator("#secret")).to_have_text(re.compile("^kd_"))
        page.click("dialog .primary")
        expect(page.locator("#dialog")).not_to_be_visible()
        expect(page.locator("#rows")).to_contain_text("查看工单")
        page.click("#new-webhook")
        page.fill("[name=url]", "https://shop.example/kamidesk/events")
        page.click("dialog .primary")
        expect(page.locator("#secret")).to_have_text(re.compile("^whsec_"))
        page.click("dialog .primary")
        expect(page.locator("#rows")).to_contain_text("推送中")
        fail_one(desk, f"wide {size}")
        page.reload()
        expect(page.locator("#rows")).to_contain_text("对方报错（503）")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.click("[id^=replay]")
        expect(page.locator("#toasts")).to_contain_text("已重新发送")
        assert errors == []
