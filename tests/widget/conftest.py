"""Fixtures of the widget's tests: a mock desk per test, one browser for all."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from mock_desk import MockDesk
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from widget_page import Visit, Widget

FLAGS = ["--no-sandbox", "--disable-dev-shm-usage"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    found = os.environ.get("KAMIDESK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def desk() -> Iterator[MockDesk]:
    """A fresh desk."""
    mock = MockDesk()
    mock.start()
    yield mock
    mock.stop()


@pytest.fixture
def visit(browser: Browser, desk: MockDesk) -> Iterator[Visit]:
    """Open pages of the shop; no page may throw, and nothing that looks like a key may stay in localStorage."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def new(path: str = "/plain", *, context: BrowserContext | None = None, script: str = "", **options: Any) -> Widget:
        if context is None:
            options = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", **options}
            context = browser.new_context(**options)
            contexts.append(context)
        page: Page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.text.startswith("Kamidesk: entry") else None)
        if script:
            page.add_init_script(script)
        page.goto(path if path.startswith("http") else desk.url + path)
        page.locator(".launcher, .panel").first.wait_for(state="attached")
        return Widget(page)

    yield new
    kept = "".join(
        p.evaluate("Object.values({...localStorage}).join()")
        for c in contexts
        for p in c.pages[:1]
        if not p.is_closed()
    )
    for context in contexts:
        context.close()
    assert errors == []
    assert "8K3F-Q2ZD" not in kept
