"""The demo shop's page around the widget."""

import pytest
from mock_desk import MockDesk
from mock_talk import ORDERS
from playwright.sync_api import expect
from widget_page import Visit


@pytest.mark.parametrize("width", [360, 1280])
def test_shop_page(desk: MockDesk, visit: Visit, width: int) -> None:
    page = visit("/", viewport={"width": width, "height": 800}).page
    expect(page).to_have_title("卡卡小铺（演示）")
    expect(page.get_by_text("登录后可以看到订单")).to_be_visible()
    page.get_by_role("link", name="林晓").click()
    expect(page.locator(".orders li")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="问客服").first.click()
    expect(page.get_by_label("输入消息")).to_have_value(f"订单 {ORDERS[0]['order_no']} ")
