"""What the conversation shows: bubbles, choices, cards, history, unread badge."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from mock_desk import MockDesk, wait
from mock_talk import CHOICES, KEYS, ORDERS
from playwright.sync_api import expect
from widget_page import Visit


def test_a_message_is_answered(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    expect(widget.page.get_by_text("您好，有什么可以帮您？")).to_be_visible()
    widget.say("在吗")
    expect(widget.theirs).to_have_text("小卡：收到：在吗")
    expect(widget.feet.last).to_have_text("已发送")
    expect(widget.page.locator(".theirs .who")).to_have_text("小卡智能客服")
    expect(widget.page.get_by_text("您好，有什么可以帮您？")).to_be_hidden()
    assert desk.talk().texts() == ["在吗"]


def test_quick_replies_are_pressed_once(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    widget.page.get_by_role("button", name="卡密没到").click()
    group = widget.page.get_by_role("group", name="可以直接点选").last
    group.get_by_role("button", name="转人工").click()
    expect(widget.mine.last).to_have_text("您：转人工")
    for choice in CHOICES:
        expect(group.get_by_role("button", name=choice["title"])).to_be_disabled()
    expect(widget.input).to_be_focused()
    wait(lambda: desk.talk().texts() == ["卡密没到", "转人工"])
    widget.page.reload()  # what was chosen is still shown as chosen
    expect(group.get_by_role("button", name="查订单")).to_be_disabled()
    expect(widget.page.locator(".quick.chosen")).to_have_text("转人工")


def test_a_button_that_ran_out_says_so(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    wait(lambda: desk.talks)
    desk.talk().add("bot", "选一个", buttons=[{"id": "b_old", "title": "老按钮"}])
    widget.page.get_by_role("button", name="老按钮").click()
    expect(widget.feet.last).to_have_text("这个按钮已失效，请直接打字告诉我们")
    assert widget.page.evaluate("Object.keys(localStorage).filter(k => k.includes('unsent'))") == []


def test_order_cards_and_key_cards(desk: MockDesk, visit: Visit) -> None:
    widget = visit(permissions=["clipboard-read", "clipboard-write"]).open()
    widget.say("查订单")
    cards = widget.page.locator(".card")
    expect(cards).to_have_count(3)
    expect(cards.first).to_contain_text("已付款，暂时缺货")
    expect(cards.first).to_contain_text("¥29.70")
    widget.page.get_by_role("button", name=f"就是这笔 {ORDERS[0]['order_no']}").click()
    expect(widget.page.get_by_role("button", name=re.compile("就是这笔")).last).to_be_disabled()
    keys = widget.page.locator(".card:has(.secret)")
    expect(keys).to_have_count(2)
    keys.first.get_by_role("button", name="复制卡密").click()
    expect(keys.first.get_by_role("button", name="复制卡密")).to_have_text("已复制")
    expect(widget.page.get_by_role("status").last).to_have_text("已复制")
    assert widget.page.evaluate("navigator.clipboard.readText()") == KEYS[0]["secret"]
    widget.page.get_by_role("button", name="全部复制").click()
    expect(widget.page.get_by_text("已复制").last).to_be_visible()
    both = "WY3002611210001 8K3F-Q2ZD-77PM-L0XA\nJ5TT-90QW-B6VN-4HEC"
    wait(lambda: widget.page.evaluate("navigator.clipboard.readText()") == both)


def test_copies_without_a_clipboard_api(visit: Visit) -> None:
    no_api = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"
    listen = "addEventListener('copy', e => { window.copied = String(e.composedPath()[0].value) }, true)"
    widget = visit(script=f"{no_api};{listen}").open()
    widget.say("DD20261121A7K3")
    widget.page.get_by_role("button", name="复制卡号").click()
    expect(widget.page.get_by_role("button", name="复制卡号")).to_have_text("已复制")
    assert widget.page.evaluate("window.copied") == KEYS[0]["number"]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (("queued", 3), "排队中，前面还有 2 位"),
        (("queued", 1), "排队中，下一位就是您"),
        (("queued", None), "排队中，客服看到后会马上回复您"),
        (("agent", None, "小林"), "客服小林为您服务"),
        (("closed",), "本次服务已结束，直接发消息就能再找到我们"),
    ],
)
def test_banner_says_who_answers(desk: MockDesk, visit: Visit, state: tuple[object, ...], words: str) -> None:
    widget = visit().open()
    wait(lambda: desk.talks)
    desk.talk().become(*state)  # type: ignore[arg-type]
    expect(widget.banner).to_have_text(words)
    desk.talk().become("bot")
    expect(widget.banner).to_be_hidden()


def test_typing_is_shown_both_ways(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    wait(lambda: desk.open_streams)
    widget.input.press_sequentially("自言自语")
    desk.talk().become("agent", None, "小林")
    expect(widget.banner).to_be_visible()
    assert desk.talk().typed == 0  # nobody is there to see it typed to the bot
    widget.input.press_sequentially("给客服的话")
    wait(lambda: desk.talk().typed == 1)
    dots = widget.page.locator(".dots")
    desk.talk().signal("typing", **{"from": "agent", "on": True})
    expect(dots).to_be_visible()
    desk.talk().add("agent", "好的")
    expect(dots).to_be_hidden()
    expect(widget.page.locator(".agent .who")).to_have_text("小林人工客服")


def test_history_has_days_pages_and_order(desk: MockDesk, visit: Visit) -> None:
    widget = visit("/plain?who=c1").open()
    wait(lambda: desk.talks)
    talk, now = desk.talk("c1"), datetime.now(UTC)
    for n in range(70):
        talk.add("bot", f"第{n}条", at=now - timedelta(days=2 if n < 30 else 1 if n < 65 else 0, seconds=100 - n))
    widget.page.reload()
    expect(widget.theirs).to_have_count(30)
    expect(widget.theirs.last).to_be_in_viewport()
    widget.page.get_by_role("button", name="查看更早的消息").click()
    wait(lambda: widget.theirs.count() >= 60)
    widget.log.evaluate("log => log.scrollTop = 0")  # further up by itself
    expect(widget.theirs).to_have_count(70)
    assert widget.said(widget.theirs) == [f"第{n}条" for n in range(70)]
    expect(widget.page.get_by_role("button", name="查看更早的消息")).to_be_hidden()
    days = widget.page.locator(".sep:visible").all_text_contents()
    assert [re.sub(r"\d+", "9", day) for day in days[-2:]] == ["昨天 9:9", "今天 9:9"]
    assert re.fullmatch(r"\d+月\d+日周. \d\d:\d\d", days[0])


def test_reading_further_up_is_not_disturbed(desk: MockDesk, visit: Visit) -> None:
    widget = visit("/plain?who=c1").open()
    wait(lambda: desk.talks)
    for n in range(25):
        desk.talk("c1").add("bot", f"第{n}条")
    expect(widget.theirs).to_have_count(25)
    widget.log.evaluate("log => log.scrollTop = 100")
    desk.talk("c1").add("agent", "新的一条")
    hint = widget.page.get_by_role("button", name="有新消息")
    expect(hint).to_be_visible()
    assert widget.log.evaluate("log => log.scrollTop") == 100
    hint.click()
    expect(widget.theirs.last).to_be_in_viewport()
    expect(hint).to_be_hidden()


def test_markup_and_bad_links_stay_text(desk: MockDesk, visit: Visit) -> None:
    widget = visit("/plain?strict=false").open()
    wait(lambda: desk.talks)
    nasty = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
    desk.talk().add("bot", nasty, buttons=[{"id": "b", "title": nasty}], cards=[{**ORDERS[0], "product": nasty}])
    desk.talk().add("bot", "javascript:alert(1) 见https://a.example/p?q=1。或 http://b.example/(x)， data:text/html,x")
    expect(widget.theirs).to_have_count(2)
    assert widget.said(widget.theirs)[0] == nasty
    widget.say(nasty)
    expect(widget.mine.last).to_contain_text("onerror")
    links = widget.page.locator(".bubble a")
    assert links.evaluate_all("all => all.map(a => a.href)") == ["https://a.example/p?q=1", "http://b.example/(x"]
    assert links.first.get_attribute("rel") == "noopener noreferrer nofollow"
    assert widget.page.evaluate("window.hit") is None


def test_one_broken_entry_does_not_stop_the_next(desk: MockDesk, visit: Visit) -> None:
    widget = visit("/plain?who=c1").open()
    wait(lambda: desk.talks)
    desk.talk("c1").add("bot", "坏的", cards=[{"type": "order"}, {"type": "key"}, {"type": "later"}], buttons=None)
    desk.talk("c1").add("bot", "好的")
    expect(widget.theirs.last).to_have_text("小卡：好的")


def test_unread_badge(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    widget.say("在吗")
    expect(widget.theirs).to_have_count(1)
    wait(lambda: desk.talk().read == 2)
    widget.input.press("Escape")
    for n in range(3):
        desk.talk().add("agent", f"第{n}条")
    expect(widget.launcher).to_have_accessible_name("打开在线客服，3 条未读消息")
    expect(widget.page.locator(".badge")).to_have_text("3")
    widget.page.reload()  # a later page: connects by itself, since there is a conversation
    expect(widget.launcher).to_have_accessible_name("打开在线客服，3 条未读消息")
    widget.open()
    expect(widget.theirs).to_have_count(4)
    wait(lambda: desk.talk().read == 5)
    widget.input.press("Escape")
    expect(widget.launcher).to_have_accessible_name("打开在线客服")
