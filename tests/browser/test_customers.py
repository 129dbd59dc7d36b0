"""A customer's page in a real browser: notes, tags, merging and the erasure in their dialogs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from desk.shop.base import OrderStatus
from desk.shop.embedded import demo
from desk.shop.embedded.seed import bring_products
from desk.staff import service
from desk.vault.service import Vault
from tests.support.browser import PHONE, WIDE, chromium, tab
from tests.support.desk_server import Served, serve
from tests.support.staff import PASSWORD


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("desk")) as served:
        with served.database.write() as session:
            service.seed_demo(session, PASSWORD)
            bring_products(session)
            vault = Vault(served.settings.vault_key.get_secret_value())
            for customer_id, name in (("u1", "王小明"), ("u2", "王大明")):
                demo.bring_customer(session, customer_id, name, "13812345678")
                demo.make_order(session, vault, customer_id, "steam-100", OrderStatus.COMPLETED)
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def page(request: pytest.FixtureRequest, desk: Served, browser: Browser) -> Iterator[Page]:
    """The first customer's page, open at a supervisor's; it has no script error and is no wider than the screen."""
    errors: list[str] = []
    shown = tab(browser, request.param)
    shown.on("pageerror", lambda error: errors.append(str(error)))
    shown.goto(f"{desk.url}/desk/customers/shop.u1")
    shown.fill("[name=login]", "zhuguan")
    shown.fill("[name=password]", PASSWORD)
    shown.keyboard.press("Enter")
    shown.wait_for_selector("#file")
    yield shown
    assert shown.evaluate("document.querySelector('main').scrollWidth <= innerWidth")
    shown.context.close()
    assert errors == []


def test_notes_and_tags(page: Page) -> None:
    page.click("#new-note")
    dialog = page.locator("#dialog")
    dialog.get_by_label("加标签 老年").click()
    expect(dialog.get_by_label("去掉标签 老年")).to_be_visible()  # the dialog shows it at once
    expect(page.locator("#file .marks")).to_contain_text("老年客户")
    dialog.get_by_label("去掉标签 老年").click()
    expect(dialog.get_by_label("加标签 老年")).to_be_visible()
    dialog.get_by_label("备注", exact=True).fill("下周要给员工充话费")
    dialog.get_by_label("什么时候提醒").select_option("next")
    page.click("#save-note")
    expect(dialog).to_be_hidden()
    note = page.locator(".notes li").first
    expect(note).to_contain_text("下次联系时提醒")
    note.get_by_text("取消提醒").click()
    expect(note).to_contain_text("已取消")
    note.get_by_text("删除").click()
    page.locator("#question .primary").click()
    expect(page.locator("#file")).to_contain_text("还没有备注")


def test_merging_and_undoing(page: Page) -> None:
    page.click("#do-merge")
    page.get_by_label("找另一个身份").fill("5678")
    page.keyboard.press("Enter")
    candidate = page.locator(".candidate")
    expect(candidate).to_contain_text("王大明")
    candidate.get_by_label("为什么是同一位").fill("两个账号同一手机号")
    candidate.get_by_role("button", name="合并").click()
    expect(page.locator(".joined")).to_contain_text("两个账号同一手机号")
    expect(page.locator("#file")).to_contain_text("2 单")
    page.get_by_text("撤销合并").click()
    page.locator("#question .primary").click()
    expect(page.locator(".joined")).to_have_count(0)
    expect(page.locator("#file")).to_contain_text("1 单")


def test_a_copy_and_two_steps_to_the_erasure(page: Page) -> None:
    with page.expect_download() as download:
        page.click("#do-export")
    assert download.value.suggested_filename.endswith(".zip")
    page.click("#do-erase")
    page.click("#erase-next")
    page.fill("#erase-words", "永久删除")
    page.click("#erase-now")
    expect(page.locator("#toasts")).to_contain_text("确认文字不对")
    expect(page.locator("#file h1")).to_contain_text("王小明")
