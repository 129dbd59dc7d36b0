"""Timers in a real browser: they count down, turn to late by themselves, and a supervisor takes a late one on."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from desk import clock
from desk.conversations import handoff, threads
from desk.staff import service
from tests.support.browser import PHONE, WIDE, chromium, tab
from tests.support.desk_server import Served, serve
from tests.support.staff import PASSWORD


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("desk")) as served:
        with served.database.write() as session:
            service.seed_demo(session, PASSWORD)
        yield served


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def page(request: pytest.FixtureRequest, desk: Served) -> Iterator[Page]:
    errors: list[str] = []
    with chromium() as browser:
        opened = tab(browser, request.param)
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)
        opened.goto(f"{desk.url}/desk")
        opened.fill("[name=login]", "zhuguan")
        opened.fill("[name=password]", PASSWORD)
        opened.click("text=登录 >> nth=-1")
        opened.wait_for_url(re.compile("/desk$"))
        yield opened
    assert not errors


def test_a_wait_runs_out_before_the_supervisors_eyes(desk: Served, page: Page) -> None:
    peer = f"p{page.viewport_size}"
    with clock.frozen(clock.now() - timedelta(seconds=22)), desk.database.write() as session:
        conversation = threads.find_or_open(session, "web", peer)
        handoff.request(session, conversation.id, "risk")
    timer = page.locator(f'.g-queue .item[data-id="{conversation.id}"] .due')
    expect(timer).to_have_text(re.compile(r"^剩 0:0\d$"))
    expect(timer).to_have_class(re.compile(r"\bwarn\b"))
    expect(timer).to_have_text(re.compile(r"^超时 0:\d\d$"), timeout=15_000)
    expect(timer).to_have_class(re.compile(r"\bover\b"))
    page.get_by_role("link", name=re.compile("有 1 项超时需要主管跟进")).click()
    row = page.locator("#rows tr", has=page.locator(f'a[href="/desk/c/{conversation.id}"]'))
    row.get_by_role("button", name="我来跟进").click()
    expect(row).to_contain_text("陈主管")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
