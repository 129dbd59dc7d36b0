"""Pictures: chosen, pasted, dropped; sent exactly once; shown small and in full; refused in words."""

import base64
from typing import Any

import pytest
from mock_desk import MockDesk, wait
from playwright.sync_api import FilePayload, Locator, expect
from widget_page import PHONE, Visit, Widget

from tests.support.pictures import noise, picture

RED = picture("PNG", (60, 40))
GIF = picture("GIF", (60, 40))
MINE = "您[图片]"


def file(data: bytes = RED, name: str = "截图.png", kind: str = "image/png") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": data}


def choose(widget: Widget, *files: FilePayload) -> None:
    with widget.page.expect_file_chooser() as chooser:
        widget.page.get_by_role("button", name="发送图片").click()
    chooser.value.set_files(list(files))


def transfer(
    widget: Widget, event: str, target: str, data: bytes = RED, kind: str = "image/png", also: str = ""
) -> Any:
    """Paste or drop a file, as the browser would tell it."""
    return widget.page.evaluate(
        """([event, target, data, kind, also]) => {
            const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt());
            const held = new DataTransfer();
            if (data) held.items.add(new File([bytes], "a", { type: kind }));
            if (also) held.setData(also, "DD20261121A7K3");
            const options = { bubbles: true, composed: true, cancelable: true };
            const node = document.querySelector("#kamidesk").shadowRoot.querySelector(target);
            const made = event === "paste"
                ? new ClipboardEvent(event, { ...options, clipboardData: held })
                : new DragEvent(event, { ...options, dataTransfer: held });
            node.dispatchEvent(made);
            return made.defaultPrevented;
        }""",
        [event, target, base64.b64encode(data).decode(), kind, also],
    )


def pictures(widget: Widget) -> Locator:
    return widget.log.get_by_role("img", name=MINE)


def colour(canvas: Locator) -> list[int]:
    """Return the pixel in the canvas's middle."""
    script = "c => [...c.getContext('2d').getImageData(c.width / 2, c.height / 2, 1, 1).data].slice(0, 3)"
    found: list[int] = canvas.evaluate(script)
    return found


def kinds(desk: MockDesk) -> list[str]:
    return [entry["kind"] for entry in desk.talk().entries if entry["from"] == "customer"]


def test_chosen_pictures_arrive_in_order_and_leave_the_draft_alone(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    widget.input.fill("还没写完的话")
    choose(widget, file(), file(picture("JPEG", colour=(0, 99, 0)), "b.jpg", "image/jpeg"))
    expect(pictures(widget)).to_have_count(2)
    expect(widget.feet.last).to_have_text("已发送")
    expect(widget.theirs).to_have_text(["小卡：图片收到了"] * 2)
    expect(widget.input).to_have_value("还没写完的话")
    assert next(iter(desk.talk().pictures.values())) == RED
    assert colour(pictures(widget).first) == [200, 30, 30]
    assert desk.shown == [], "what was just sent is not fetched again"
    widget.input.press("Enter")
    wait(lambda: kinds(desk) == ["picture", "picture", "text"])


@pytest.mark.parametrize(("event", "target"), [("paste", "textarea"), ("drop", ".log")])
def test_pasted_and_dropped(desk: MockDesk, visit: Visit, event: str, target: str) -> None:
    widget = visit().open()
    wait(lambda: desk.open_streams)
    assert transfer(widget, event, target)
    expect(pictures(widget)).to_have_count(1)
    wait(lambda: kinds(desk) == ["picture"])


def test_pasting_text_stays_pasting_text(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    wait(lambda: desk.open_streams)
    assert not transfer(widget, "paste", "textarea", b"", also="text/plain")
    assert not transfer(widget, "paste", "textarea", also="text/rtf"), "words copied from a text program"
    assert not desk.talk().pictures


def test_dragging_over_shows_where_it_may_be_dropped(visit: Visit) -> None:
    widget = visit().open()
    assert transfer(widget, "dragover", ".log")
    expect(widget.panel).to_have_class("panel drop")
    transfer(widget, "dragleave", ".log")
    expect(widget.panel).to_have_class("panel")


def test_progress_is_shown(desk: MockDesk, visit: Visit) -> None:
    desk.slow_pictures = 1.5
    widget = visit().open()
    choose(widget, file())
    expect(widget.feet.last).to_have_text("发送中…100%")
    expect(widget.feet.last).to_have_text("已发送")


@pytest.mark.parametrize(
    ("data", "kind"), [(GIF, "image/gif"), (noise((2700, 2300)), "image/png")], ids=["a GIF", "6 MB"]
)
def test_what_the_desk_would_refuse_goes_as_a_jpeg(desk: MockDesk, visit: Visit, data: bytes, kind: str) -> None:
    widget = visit().open()
    choose(widget, file(data, "a", kind))
    wait(lambda: desk.talks and desk.talk().pictures)
    (sent,) = desk.talk().pictures.values()
    assert sent.startswith(b"\xff\xd8\xff")
    assert len(sent) <= 5 * 2**20


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"%PDF-1.7", "发票.pdf", "application/pdf"),
        (b"GIF89a", "坏.gif", "image/gif"),
        (RED + bytes(6_000_000), "大.bin", "application/octet-stream"),
        (b"\x00" * 6_000_000, "大.png", "image/png"),
    ],
)
def test_other_files_are_refused_beside_the_box(
    desk: MockDesk, visit: Visit, data: bytes, name: str, kind: str
) -> None:
    widget = visit().open()
    widget.input.fill("草稿")
    choose(widget, file(data, name, kind))
    if data.startswith(b"\x89PNG"):  # the browser can read it whatever it is called
        expect(pictures(widget)).to_have_count(1)
        return
    expect(widget.page.locator(".counter.fault")).to_have_text("请发送 5 MB 以内的截图或照片")
    expect(widget.input).to_have_value("草稿")
    expect(pictures(widget)).to_have_count(0)
    assert desk.count("pictures") == 0


@pytest.mark.parametrize(
    "words", ["图片超过 5 MB 了，请裁剪或压缩后再发", "这张图片已损坏，打不开，请重新截图再发", "今天发的图片太多了"]
)
def test_the_desks_refusal_stands_under_the_picture(desk: MockDesk, visit: Visit, words: str) -> None:
    widget = visit().open()
    desk.fail("pictures", 422, message=words)
    widget.input.fill("草稿")
    choose(widget, file())
    expect(widget.page.locator(".foot .fault")).to_have_text(words)
    expect(widget.input).to_have_value("草稿")
    widget.input.press("Enter")
    wait(lambda: kinds(desk) == ["text"])
    assert desk.count("pictures") == 1


def test_too_fast_waits_as_long_as_told(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    desk.fail("pictures", 429, retry_after=1.2, message="图片发得太快了")
    choose(widget, file())
    expect(widget.feet.last).to_have_text("发得有点快，2 秒后自动发送")
    expect(widget.feet.last).to_have_text("已发送")
    assert kinds(desk) == ["picture"]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_lost_answers_do_not_double(desk: MockDesk, visit: Visit, status: int) -> None:
    widget = visit().open()
    desk.fail("pictures", status, times=2, after=status == 504)
    choose(widget, file())
    widget.say("第二句")
    wait(lambda: kinds(desk) == ["picture", "text"])
    expect(widget.feet.last).to_have_text("已发送")
    expect(pictures(widget)).to_have_count(1)


def test_chosen_offline_arrives_once(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    wait(lambda: desk.open_streams)
    widget.context.set_offline(True)
    choose(widget, file())
    expect(pictures(widget)).to_have_count(1)
    expect(widget.feet.last).to_have_text("网络断开了，恢复后自动发送")
    widget.context.set_offline(False)
    expect(widget.feet.last).to_have_text("已发送")
    assert kinds(desk) == ["picture"]


def test_a_page_closed_too_early_says_so(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    wait(lambda: desk.open_streams)
    desk.fail("pictures", 503, times=1000)
    choose(widget, file())
    wait(lambda: desk.count("pictures"))
    desk.faults.clear()
    widget.page.reload()
    expect(widget.page.locator(".foot .fault")).to_have_text("没来得及发出，请重新发送图片")
    widget.say("别的话照发")
    wait(lambda: kinds(desk) == ["text"])
    wait(lambda: not [key for key in widget.stored() if "unsent" in key])


def test_a_page_closed_after_it_arrived_shows_it(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    wait(lambda: desk.open_streams)
    desk.streams = "refused"
    desk.cut()
    desk.fail("pictures", 504, times=1000, after=True)
    choose(widget, file())
    wait(lambda: desk.talk().pictures)
    widget.page.reload()
    expect(pictures(widget)).to_have_count(1)
    expect(widget.page.locator(".foot .fault")).to_have_count(0)
    assert kinds(desk) == ["picture"]


def test_history_shows_them_and_a_click_opens_one(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    choose(widget, file())
    wait(lambda: kinds(desk) == ["picture"])
    widget.page.reload()
    expect(pictures(widget)).to_have_count(1)
    wait(lambda: desk.shown == ["p_1/small"])
    wait(lambda: colour(pictures(widget)) == [200, 30, 30])
    pictures(widget).click()
    viewer = widget.page.locator("dialog")
    expect(viewer.get_by_role("img", name=MINE)).to_be_visible()
    assert desk.shown == ["p_1/small", "p_1"]
    widget.page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(widget.panel).to_be_visible()
    pictures(widget).click()
    viewer.get_by_role("button", name="返回").click()
    expect(viewer).to_be_hidden()


def test_a_deleted_picture_says_so_and_a_lost_one_is_loaded_again(desk: MockDesk, visit: Visit) -> None:
    widget = visit().open()
    choose(widget, file())
    wait(lambda: kinds(desk) == ["picture"])
    kept = desk.talk().pictures.pop("p_1")
    widget.page.reload()
    expect(widget.log.get_by_role("button", name="图片已过期删除")).to_be_visible()
    desk.talk().pictures["p_1"] = kept
    desk.fail("pictures/p_1/small", 502)
    widget.page.reload()
    widget.log.get_by_role("button", name="图片加载失败，点此重试").click()
    expect(pictures(widget)).to_have_count(1)
    wait(lambda: colour(pictures(widget)) == [200, 30, 30])


def test_on_a_phone(desk: MockDesk, visit: Visit) -> None:
    widget = visit(**PHONE)
    widget.launcher.tap()
    button = widget.page.get_by_role("button", name="发送图片")
    box = button.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 44
    with widget.page.expect_file_chooser() as chooser:
        button.tap()
    assert chooser.value.is_multiple()
    assert "image/jpeg" in str(chooser.value.element.get_attribute("accept")), "a phone offers camera and album"
    chooser.value.set_files([file(picture("JPEG", (900, 2000)), "a.jpg", "image/jpeg")])
    expect(pictures(widget)).to_have_count(1)
    expect(widget.feet.last).to_have_text("已发送")
    assert widget.page.evaluate("document.documentElement.scrollWidth") == 390
