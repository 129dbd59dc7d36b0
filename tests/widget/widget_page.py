"""The widget as its tests see it."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect


class Widget:
    """A page with the widget on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.locator(".launcher")
        self.panel = page.get_by_role("dialog")
        self.log = page.get_by_role("log")
        self.banner = page.locator(".banner")
        self.input = page.get_by_label("输入消息")
        self.mine = page.locator(".mine .bubble")
        self.theirs = page.locator(".theirs .bubble")
        self.feet = page.locator(".mine .foot")

    @property
    def context(self) -> BrowserContext:
        """The browser profile."""
        return self.page.context

    def open(self) -> "Widget":
        """Press the launcher."""
        self.launcher.click()
        expect(self.panel).to_be_visible()
        return self

    def say(self, text: str) -> Locator:
        """Type and send; return the bubble."""
        self.input.fill(text)
        self.input.press("Enter")
        return self.mine.last

    def said(self, bubbles: Locator) -> list[str]:
        """Return the texts of bubbles, without what only screen readers get."""
        texts: list[str] = bubbles.evaluate_all(
            "all => all.map(one => [...one.childNodes].slice(1).map(n => n.textContent).join(''))"
        )
        return texts

    def command(self, *words: Any) -> None:
        """Call Kamidesk(…) as the shop's page does."""
        self.page.evaluate("words => Kamidesk(...words)", list(words))

    def stored(self) -> dict[str, str]:
        """Return the page's localStorage."""
        found: dict[str, str] = self.page.evaluate("({...localStorage})")
        return found

    def hide(self, hidden: bool) -> None:
        """Make the tab think that it is in the background."""
        self.page.evaluate(
            "on => { Object.defineProperty(document, 'hidden', {configurable: true, get: () => on});"
            "document.dispatchEvent(new Event('visibilitychange')) }",
            hidden,
        )


Visit = Callable[..., Widget]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "reduced_motion": "reduce"}
