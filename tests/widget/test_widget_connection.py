"""The connection: replay, fall-back, several tabs."""

import pytest
from mock_desk import MockDesk, wait
from playwright.sync_api import expect
from widget_page import Visit


def test_reconnects_and_replays(desk: MockDesk, visit: Visit) -> None:
    widget = visit("/plain?who=c1").open()
    wait(lambda: desk.open_streams)
    desk.stop()
    expect(widget.banner).to_have_text("连接断开了，正在重连…")
    desk.talk("c1").add("agent", "断线时客服说的")
    desk.start()
    expect(widget.theirs).to_have_text("小林：断线时客服说的")
    expect(widget.banner).to_be_hidden()


def test_a_cut_stream_goes_on_where_it_was(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    widget.say("一")
    expect(widget.theirs).to_have_count(1)
    for n in range(3):
        desk.cut()
        desk.talk().add("bot", f"第{n}次")
        expect(widget.theirs.last).to_have_text(f"小卡：第{n}次")
    expect(widget.theirs).to_have_count(4)
    assert desk.count("poll") == 0
    assert desk.resumed == [0, 2, 3, 4]


@pytest.mark.parametrize("streams", ["refused", "silent"])
def test_polls_where_streams_do_not_pass(desk: MockDesk, visit: Visit, streams: str) -> None:
    desk.streams = streams
    widget = visit(
        script="window.setTimeout = (real => (f, ms, ...a) => real(f, ms / 8, ...a))(window.setTimeout)"
    ).open()
    widget.say("有人吗")
    expect(widget.theirs).to_have_text("小卡：收到：有人吗", timeout=20_000)
    assert desk.count("poll") >= 1
    assert desk.count("events") >= 2
    desk.streams = "good"
    wait(lambda: desk.open_streams == 1 and desk.requests[-1][1] != "poll")
    desk.talk().add("bot", "又通了")
    expect(widget.theirs.last).to_have_text("小卡：又通了")


def test_reset_reads_the_history_again(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    widget.say("旧的")
    expect(widget.theirs).to_have_count(1)
    talk = desk.talk()
    talk.entries[1]["text"] = "改过的"
    talk.signal("reset")
    expect(widget.theirs).to_have_text("小卡：改过的")
    assert widget.said(widget.mine) == ["旧的"]


@pytest.mark.parametrize(("opened", "minutes"), [(True, 5), (False, 0.25)])
def test_hidden_for_long_closes_the_stream(desk: MockDesk, visit: Visit, opened: bool, minutes: float) -> None:
    patience = int(minutes * 60_000)
    shorten = f"window.setTimeout = (real => (f, ms, ...a) => real(f, ms === {patience} ? 50 : ms, ...a))(setTimeout)"
    widget = visit("/plain?who=c1", script=shorten).open()
    wait(lambda: desk.open_streams == 1)
    if not opened:
        widget.input.press("Escape")
    widget.hide(True)
    wait(lambda: desk.open_streams == 0)
    desk.talk("c1").add("agent", "等您回来")
    widget.hide(False)
    wait(lambda: desk.open_streams == 1)
    expect(widget.theirs.last).to_contain_text("等您回来")


def test_two_tabs_show_the_same_once(desk: MockDesk, visit: Visit) -> None:
    one = visit().open()
    two = visit(context=one.context).open()
    wait(lambda: desk.open_streams == 2)
    assert len(desk.talks) == 1
    one.say("从第一个页面")
    two.say("从第二个页面")
    for tab in (one, two):
        expect(tab.theirs).to_have_count(2)
        expect(tab.mine).to_have_count(2)
    assert sorted(desk.talk().texts()) == ["从第一个页面", "从第二个页面"]


def test_a_session_that_ended_is_opened_again(desk: MockDesk, visit: Visit) -> None:
    widget = visit("/plain?who=c1").open()
    widget.say("一")
    expect(widget.theirs).to_have_count(1)
    desk.tokens.clear()
    desk.cut()
    widget.say("二")
    expect(widget.theirs).to_have_text(["小卡：收到：一", "小卡：收到：二"])
    assert desk.talk("c1").texts() == ["一", "二"]


@pytest.mark.parametrize(
    "broken",
    [
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no') }})",
        "Storage.prototype.setItem = () => { throw new DOMException('full') }",
    ],
)
def test_works_without_storage(desk: MockDesk, visit: Visit, broken: str) -> None:
    widget = visit(script=f"{{ const real = window.localStorage; {broken} }}").open()
    widget.say("没有存储")
    expect(widget.theirs).to_have_text("小卡：收到：没有存储")
    widget.page.evaluate("Object.defineProperty(window, 'localStorage', {value: {}})")
