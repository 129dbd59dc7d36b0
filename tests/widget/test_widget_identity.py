"""Who is talking: guests, customers, and what stays when they change."""

import json

from mock_desk import MockDesk, wait
from mock_shop import identity
from playwright.sync_api import expect
from widget_page import Visit


def test_sign_in_out_and_over_on_the_shops_page(desk: MockDesk, visit: Visit) -> None:
    widget = visit("/demo/sign-in?customer=c1").open()
    widget.say("林晓的话，卡密 8K3F-Q2ZD-77PM-L0XA")
    expect(widget.theirs).to_have_count(1)
    widget.input.fill("没写完的草稿")
    widget.page.get_by_role("link", name="陈默").click()
    expect(widget.page.get_by_text("陈默，您好，有什么可以帮您？")).to_be_visible()  # stays open on desktop
    expect(widget.mine).to_have_count(0)
    expect(widget.input).to_have_value("")
    widget.say("陈默的话")
    expect(widget.theirs).to_have_text("小卡：收到：陈默的话")
    widget.page.get_by_role("link", name="游客").click()
    expect(widget.page.get_by_text("您好，有什么可以帮您？")).to_be_visible()
    expect(widget.mine).to_have_count(0)
    assert "c1" not in "".join(widget.stored().values())
    widget.page.get_by_role("link", name="林晓").click()
    expect(widget.mine).to_contain_text("林晓的话")
    assert [desk.talk("c1").texts()[0][:2], desk.talk("c2").texts()] == ["林晓", ["陈默的话"]]


def test_words_of_who_signed_out_are_not_the_guests(desk: MockDesk, visit: Visit) -> None:
    widget = visit("/plain?who=c1").open()
    wait(lambda: desk.open_streams)
    desk.fail("messages", 503, times=1000)
    widget.say("林晓没发出去的")
    widget.input.fill("林晓的草稿")
    widget.page.goto(desk.url + "/plain")
    desk.faults.clear()
    widget.say("游客的")
    expect(widget.theirs).to_have_text("小卡：收到：游客的")
    assert desk.talk().texts() == ["游客的"]
    assert desk.talk("c1").texts() == []


def test_unsent_words_of_the_former_customer_are_dropped(desk: MockDesk, visit: Visit) -> None:
    widget = visit("/plain?who=c1").open()
    wait(lambda: desk.open_streams)
    desk.fail("messages", 503, times=1000)
    widget.say("林晓没发出去的")
    expect(widget.mine).to_have_count(1)
    widget.command("identify", identity("c2", "陈默"))
    expect(widget.page.get_by_text("陈默，您好，有什么可以帮您？")).to_be_visible()
    desk.faults.clear()
    widget.say("陈默的")
    expect(widget.theirs).to_have_count(1)
    assert desk.talk("c2").texts() == ["陈默的"]
    assert desk.talk("c1").texts() == []
    assert "林晓" not in "".join(widget.stored().values())


def test_a_guest_who_signs_in_keeps_the_conversation(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    widget.say("还没登录")
    expect(widget.theirs).to_have_count(1)
    widget.command("identify", identity("c1"))
    wait(lambda: desk.talk("c1") if desk.talks[-1].user == "c1" else None)
    widget.say("登录了")
    expect(widget.theirs).to_have_count(2)
    assert desk.talk("c1").texts() == ["还没登录", "登录了"]


def test_identify_again_changes_nothing(desk: MockDesk, visit: Visit) -> None:
    widget = visit("/plain?who=c1").open()
    wait(lambda: desk.open_streams)
    for _ in range(3):
        widget.command("identify", identity("c1"))
    widget.say("还是我")
    expect(widget.theirs).to_have_count(1)
    assert desk.count("session") == desk.count("events") == 1


def test_logout_clears_screen_and_storage(desk: MockDesk, visit: Visit) -> None:
    widget = visit("/plain?who=c1").open()
    widget.say("林晓的话")
    expect(widget.theirs).to_have_count(1)
    old = json.loads(next(iter(widget.stored().values())))["token"]
    widget.command("logout")
    expect(widget.mine).to_have_count(0)
    wait(lambda: desk.talks[-1].user is None)
    assert old not in "".join(widget.stored().values())


def test_other_tab_stops_showing_the_former_customer(desk: MockDesk, visit: Visit) -> None:
    one = visit("/plain?who=c1").open()
    one.say("林晓的话")
    expect(one.theirs).to_have_count(1)
    two = visit("/plain", context=one.context)
    expect(one.banner).to_have_text("登录账号有变化，请刷新页面后继续")
    expect(one.mine).to_have_count(0)
    expect(one.input).to_be_disabled()
    two.open()
    wait(lambda: len(desk.talks) == 2)


def test_an_expired_identity_says_so(desk: MockDesk, visit: Visit) -> None:
    widget = visit("/plain?who=c1&life=-5").open()
    expect(widget.banner).to_have_text("登录信息过期了，请刷新页面后继续")
    expect(widget.input).to_be_disabled()
    widget.command("identify", identity("c1"))  # a shop without page loads may sign again
    widget.say("好了")
    expect(widget.theirs).to_have_count(1)
