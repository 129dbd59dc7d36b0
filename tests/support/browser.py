"""A real browser for tests: Chromium, in Chinese."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

WIDE = (1366, 768)
PHONE = (390, 844)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium: KAMIDESK_CHROMIUM, or the one on the PATH, or Playwright's own."""
    with sync_playwright() as playwright:
        program = os.environ.get("KAMIDESK_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def tab(browser: Browser, size: tuple[int, int] = WIDE) -> Page:
    """Return a page in a browser profile of its own."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(15_000)
    return context.new_page()
