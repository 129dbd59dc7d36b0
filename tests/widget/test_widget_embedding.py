"""Loading and embedding the widget."""

import re

from mock_desk import MockDesk, wait
from playwright.sync_api import expect
from widget_page import Visit

from desk.web.widget.bundle import assemble, script


def test_fits_the_budget() -> None:
    assert len(script().compressed) <= 15_000


def test_never_writes_html() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", assemble())


def test_requests_nothing_before_it_is_opened(desk: MockDesk, visit: Visit) -> None:
    widget = visit()
    widget.page.wait_for_load_state("networkidle")
    assert desk.requests == [("GET", "v1.js")]
    widget.open()
    wait(lambda: desk.open_streams)
    assert desk.count("session") == desk.count("history") == 1


def test_page_from_another_origin(desk: MockDesk, visit: Visit) -> None:
    widget = visit(f"http://localhost:{desk.port}/plain?base={desk.url}")
    widget.open().say("跨域也行")
    expect(widget.theirs).to_have_text("小卡：收到：跨域也行")


def test_embedded_twice_is_one_widget(visit: Visit) -> None:
    widget = visit()
    widget.page.evaluate(
        "src => document.body.append(Object.assign(document.createElement('script'), {src}))", "/widget/v1.js"
    )
    widget.page.wait_for_load_state("networkidle")
    assert widget.page.locator("#kamidesk").count() == 1


def test_title_and_colour_come_from_the_script_element(visit: Visit) -> None:
    widget = visit("/plain?attributes=data-title=点卡客服%20data-color=%23ffee00").open()
    expect(widget.panel).to_have_accessible_name("点卡客服")
    header = widget.page.locator("header")
    expect(header).to_have_css("background-color", "rgb(255, 238, 0)")
    expect(header).to_have_css("color", "rgb(22, 24, 29)")  # dark on yellow


def test_commands_and_events(desk: MockDesk, visit: Visit) -> None:
    widget = visit()
    widget.page.evaluate(
        "seen = []; for (const name of ['open', 'close', 'unread', 'message'])"
        "Kamidesk('on', name, (detail) => seen.push([name, detail ?? null]))"
    )
    widget.command("open", "订单 DD20261121A7K3 ")
    expect(widget.input).to_have_value("订单 DD20261121A7K3 ")
    wait(lambda: desk.open_streams)
    widget.command("close")
    desk.talk().add("bot", "卡密 8K3F-Q2ZD-77PM-L0XA")
    wait(lambda: widget.page.evaluate("seen.length") == 4)
    assert widget.page.evaluate("seen") == [
        ["open", None],
        ["close", None],
        ["unread", 1],
        ["message", {"seq": 1, "from": "bot"}],
    ]
    widget.command("no such thing")  # a warning, not an exception
    widget.command("destroy")
    assert widget.page.locator("#kamidesk").count() == 0
    wait(lambda: desk.open_streams == 0)
