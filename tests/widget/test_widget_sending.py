"""Sending: exactly once, whatever the network does."""

import pytest
from mock_desk import MockDesk, wait
from playwright.sync_api import expect
from widget_page import Visit

GONE_OFFLINE = "网络断开了，恢复后自动发送"


def test_said_offline_arrives_exactly_once(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    wait(lambda: desk.open_streams)
    widget.context.set_offline(True)
    widget.say("断网时说的")
    expect(widget.feet.last).to_have_text(GONE_OFFLINE)
    expect(widget.banner).to_have_text("网络断开了，恢复后会自动重连")
    assert "断网时说的" in "".join(widget.stored().values())
    widget.context.set_offline(False)
    expect(widget.feet.last).to_have_text("已发送")
    expect(widget.banner).to_be_hidden()
    expect(widget.theirs).to_have_text(["小卡：收到：断网时说的"])
    assert desk.talk().texts() == ["断网时说的"]
    assert "断网时说的" not in "".join(widget.stored().values())


def test_said_offline_survives_a_reload(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    wait(lambda: desk.open_streams)
    desk.fail("messages", 503, times=1000)
    widget.say("关页面前说的")
    expect(widget.feet.last).to_have_text("发送中…")
    widget.page.reload()
    expect(widget.mine).to_have_text("您：关页面前说的")
    desk.faults.clear()
    expect(widget.theirs).to_have_text("小卡：收到：关页面前说的")
    assert desk.talk().texts() == ["关页面前说的"]


def test_lost_answers_do_not_double(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    desk.fail("messages", 504, times=2, after=True)  # taken, but the widget does not get to know
    widget.say("第一句")
    widget.say("第二句")
    wait(lambda: desk.talk().texts() == ["第一句", "第二句"])
    expect(widget.theirs).to_have_count(2)
    expect(widget.feet.last).to_have_text("已发送")
    assert widget.said(widget.mine) == ["第一句", "第二句"]


def test_the_stream_acknowledges_too(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    wait(lambda: desk.open_streams)
    desk.fail("messages", 504, times=1000, after=True)
    widget.say("到了，只是没有回音")
    expect(widget.feet.last).to_have_text("已发送")
    expect(widget.mine).to_have_count(1)
    assert not [key for key in widget.stored() if "unsent" in key]


def test_failure_is_shown_and_retried_on_demand(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    desk.fail("messages", 503, times=3)
    widget.say("送不出去")
    retry = widget.page.get_by_role("button", name="未送达，点此重试")
    retry.click()
    expect(widget.feet.last).to_have_text("已发送")
    assert desk.talk().texts() == ["送不出去"]


def test_too_fast_waits_as_long_as_told(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    desk.fail("messages", 429, retry_after=1.2, message="您发得太快了")
    widget.say("很快")
    expect(widget.feet.last).to_have_text("发得有点快，2 秒后自动发送")
    widget.say("更快")
    assert desk.count("messages") == 1
    expect(widget.theirs).to_have_count(2)
    assert desk.talk().texts() == ["很快", "更快"]
    assert desk.count("messages") == 3


def test_refused_text_says_why_and_is_not_repeated(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    widget.say("被拒")
    widget.say("下一句")
    expect(widget.theirs).to_have_text(["小卡：收到：下一句"])
    expect(widget.page.locator(".foot .fault")).to_have_text("一条消息最多 2000 字，请分几条发送")
    assert widget.said(widget.mine) == ["被拒", "下一句"]
    assert desk.count("messages") == 2
    assert "被拒" not in "".join(widget.stored().values())


@pytest.mark.parametrize("status", [403, 404, 500, 502])
def test_passing_trouble_of_a_proxy_loses_nothing(desk: MockDesk, visit: Visit, status: int) -> None:
    widget = visit().open()
    desk.fail("messages", status)
    widget.say("还在")
    expect(widget.feet.last).to_have_text("已发送")
    assert desk.talk().texts() == ["还在"]
