"""The box to write in, and the stars."""

from mock_desk import MockDesk, wait
from mock_talk import rating
from playwright.sync_api import expect
from widget_page import Visit


def test_enter_of_an_input_method_does_not_send(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    wait(lambda: desk.open_streams)
    widget.input.fill("ka mi")
    for how in ({"isComposing": True}, {"keyCode": 229}):
        widget.input.dispatch_event("keydown", {"key": "Enter", "bubbles": True, **how})
    expect(widget.input).to_have_value("ka mi")
    widget.input.press("Shift+Enter")
    widget.input.press_sequentially("第二行")
    expect(widget.input).to_have_value("ka mi\n第二行")
    widget.input.dispatch_event("keydown", {"key": "Escape", "isComposing": True, "bubbles": True})
    expect(widget.panel).to_be_visible()
    widget.input.press("Enter")
    wait(lambda: desk.talk().texts() == ["ka mi\n第二行"])
    widget.input.fill("   \n ")
    widget.input.press("Enter")
    assert desk.count("messages") == 1


def test_box_grows_counts_and_keeps_the_draft(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    low = widget.input.bounding_box()
    widget.input.fill("一\n二\n三")
    high = widget.input.bounding_box()
    assert low is not None
    assert high is not None
    assert low["height"] < high["height"]
    counter = widget.page.locator(".counter")
    expect(counter).to_be_empty()
    widget.input.fill("字" * 1900)
    expect(counter).to_have_text("1900/2000")
    widget.input.fill("😀" * 2000)  # characters, not UTF-16 units
    expect(counter).to_have_text("2000/2000")
    widget.input.fill("字" * 2030)
    expect(counter).to_have_text("超出 30 字，请删减或分几条发")
    widget.input.press("Enter")
    expect(widget.mine).to_have_count(0)
    widget.input.fill("写到一半")
    widget.page.reload()
    expect(widget.input).to_have_value("写到一半")
    assert "写到一半" not in "".join(widget.stored().values())  # only for this tab


def test_stars_and_comment(desk: MockDesk, visit: Visit) -> None:
    widget = visit("/plain?who=c1").open()
    wait(lambda: desk.talks)
    desk.talk("c1").add("system", "这次服务您满意吗？给小林打个分吧", **rating())
    group = widget.page.get_by_role("group", name="这次服务您满意吗？给小林打个分吧")
    group.get_by_role("radio", name="3 星，一般").focus()
    widget.page.keyboard.press("ArrowRight")
    expect(group.get_by_role("radio", name="4 星，满意")).to_be_checked()
    widget.page.keyboard.press("Tab")
    widget.page.keyboard.type("解决得快")
    desk.fail("rating", 503)
    submit = widget.page.get_by_role("button", name="提交评价")
    submit.click()
    expect(widget.page.get_by_role("alert")).to_have_text("没提交成功，请再试一次")
    submit.click()
    expect(widget.log).to_contain_text("已评价 4 星，谢谢您")
    assert desk.talk("c1").ratings == [{"rating_id": "r_1", "stars": 4, "comment": "解决得快"}]
    widget.page.reload()
    expect(widget.log).to_contain_text("已评价 4 星，谢谢您")


def test_rated_in_another_tab(desk: MockDesk, visit: Visit) -> None:
    widget = visit("/plain?who=c1").open()
    wait(lambda: desk.talks)
    entry = desk.talk("c1").add("system", "满意吗", **rating())
    widget.page.locator(".stars label").nth(4).click()
    entry["rating"]["stars"] = 2
    widget.page.get_by_role("button", name="提交评价").click()
    expect(widget.log).to_contain_text("您已经评价过了，谢谢")
