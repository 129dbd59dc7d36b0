"""Keyboard, screen readers, phones, contrast."""

from pathlib import Path

import pytest
from mock_desk import MockDesk
from playwright.sync_api import expect
from widget_page import PHONE, Visit

CONTRAST = Path(__file__).parent / "contrast.js"


def test_by_keyboard_alone(desk: MockDesk, visit: Visit) -> None:
    widget = visit()
    press, focus = widget.page.keyboard.press, widget.page.locator("*:focus")
    press("Tab")
    press("Tab")
    expect(widget.launcher).to_be_focused()
    press("Enter")
    expect(widget.input).to_be_focused()
    widget.page.keyboard.type("卡密没到")
    press("Enter")
    choice = widget.page.get_by_role("button", name="查订单")
    expect(choice).to_be_visible()
    for _ in range(3):
        press("Shift+Tab")
    expect(choice).to_be_focused()
    press("Enter")
    expect(widget.page.locator(".card")).to_have_count(3)
    expect(widget.input).to_be_focused()
    press("Escape")
    expect(widget.panel).to_be_hidden()
    expect(widget.launcher).to_be_focused()
    assert focus.count() >= 1


def test_roles_and_names(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    widget.say("在吗")
    expect(widget.theirs).to_have_count(1)
    expect(widget.panel).to_have_accessible_name("在线客服")
    expect(widget.log).to_have_attribute("aria-live", "polite")
    expect(widget.log).to_have_accessible_name("聊天记录")
    expect(widget.launcher).to_have_attribute("aria-haspopup", "dialog")
    nameless = widget.page.locator(".panel button, .panel textarea").evaluate_all(
        "all => all.filter(n => n.getClientRects().length && !(n.ariaLabel || n.textContent.trim())).length"
    )
    assert nameless == 0


def test_full_screen_on_a_phone(desk: MockDesk, visit: Visit) -> None:
    widget = visit(**PHONE)
    widget.launcher.tap()
    expect(widget.panel).to_have_attribute("aria-modal", "true")
    assert widget.panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    expect(widget.panel).to_be_focused()  # the keyboard does not pop up by itself
    assert widget.page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    inside = "document.activeElement.shadowRoot?.activeElement != null"
    for key in ["Shift+Tab"] * 3 + ["Tab"] * 12:  # the page behind cannot be reached
        widget.page.keyboard.press(key)
        assert widget.page.evaluate(inside)
    widget.page.get_by_role("button", name="关闭聊天窗口").tap()
    expect(widget.panel).to_be_hidden()
    assert widget.page.evaluate("getComputedStyle(document.documentElement).overflow") == "visible"
    widget.launcher.tap()
    widget.page.reload()
    expect(widget.launcher).to_be_visible()  # a full screen does not come back over the next page


def test_follows_the_on_screen_keyboard(visit: Visit) -> None:
    keyboard = (
        "const view = new EventTarget(); Object.assign(view, {height: 844, offsetTop: 0});"
        "Object.defineProperty(window, 'visualViewport', {value: view})"
    )
    widget = visit(script=keyboard, **PHONE)
    widget.launcher.tap()
    widget.page.evaluate(
        "Object.assign(visualViewport, {height: 500, offsetTop: 40}); visualViewport.dispatchEvent(new Event('resize'))"
    )
    assert widget.panel.bounding_box() == {"x": 0, "y": 40, "width": 390, "height": 500}
    expect(widget.input).to_be_in_viewport()


@pytest.mark.parametrize("colour", ["1f6feb", "ffee00"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(desk: MockDesk, visit: Visit, scheme: str, colour: str) -> None:
    path = f"/plain?attributes=data-color=%23{colour}"
    widget = visit(path, color_scheme=scheme, reduced_motion="reduce").open()
    for words in ("查订单", "DD20261121A7K3", "转人工"):
        widget.say(words)
    expect(widget.banner).to_be_visible()
    expect(widget.page.locator(".secret")).to_have_count(3)
    poor = widget.page.locator(".panel").evaluate(CONTRAST.read_text("utf-8"))
    assert poor == []
    assert widget.panel.evaluate("node => getComputedStyle(node).animationName") == "none"
