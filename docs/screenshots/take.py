"""Takes the pictures of the documentation from a running product: real bot, real desk, real browser.

    .venv/bin/python -m docs.screenshots.take [FOLDER]

Starts a Kamidesk of its own with the demo shop, lets two browsers talk, and writes PNGs to FOLDER (else beside this
file). The model must be trained (`make train`). Card keys are covered before a picture is taken, and no picture is
taken while one can be read.
"""

import re
import sys
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from desk.shop.embedded.demo import PEOPLE
from desk.vault.model import VaultItem
from tests.support.browser import PHONE, WIDE, chromium, tab
from tests.support.customer import Customer
from tests.support.stack import Stack

SHOP = (1080, 720)
PATIENCE = 60_000.0  # milliseconds for one reply: the machine may be busy
LIMIT = 220_000  # bytes a picture may have
SHORTEST_KEY = 8
_COVER = "nodes => nodes.forEach(node => { node.textContent = '•••• •••• ••••' })"


class Photographer:
    """Takes pictures, never of a card key."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self._folder = folder
        with stack.database.read() as session:
            sealed = (stack.vault.open_item(session, item) for item in session.scalars(select(VaultItem.id)))
            self._keys = {key for key in map(_bare, sealed) if len(key) >= SHORTEST_KEY}
        assert self._keys

    def look(self, page: Page, part: Locator | None = None) -> bytes:
        """Return a picture of a page, or of a part of it."""
        page.locator("#kamidesk .card.key code").evaluate_all(_COVER)
        page.wait_for_timeout(1000)  # for what moves
        shown = _bare("".join(page.locator("body, #kamidesk .panel").all_inner_texts()))
        assert not any(key in shown for key in self._keys), "a card key can be read"
        return part.screenshot() if part else page.screenshot()

    def take(self, name: str, page: Page, part: Locator | None = None) -> None:
        """Write a picture."""
        picture = self.look(page, part)
        assert len(picture) <= LIMIT, f"{name}: {len(picture)} bytes"
        (self._folder / f"{name}.png").write_bytes(picture)
        print(f"{name}.png  {len(picture) // 1000} kB", flush=True)


class Chat:
    """The widget on the demo shop's page, as a customer uses it."""

    def __init__(self, browser: Browser, url: str, customer_id: str, size: tuple[int, int]) -> None:
        self.page = tab(browser, size)
        self.page.set_default_timeout(PATIENCE)
        self.page.goto(f"{url}/demo/sign-in?customer={customer_id}")
        self.page.click("#kamidesk .launcher")
        self.panel = self.page.locator("#kamidesk .panel")

    def say(self, text: str, answer: str) -> None:
        """Type a message and wait until `answer` is read in the panel."""
        self.page.fill("#kamidesk .composer textarea", text)
        self.page.press("#kamidesk .composer textarea", "Enter")
        self.reads(answer)

    def pick(self, product: str, answer: str) -> None:
        """Choose an order's card."""
        self.panel.locator(".card", has_text=product).last.locator("button.pick").click()
        self.reads(answer)

    def reads(self, answer: str) -> None:
        """Wait for words in the panel."""
        expect(self.panel).to_contain_text(re.compile(answer), timeout=PATIENCE)


def main(folder: Path) -> None:
    """Play the scenes."""
    with running() as stack, chromium() as browser:
        photographer = Photographer(stack, folder)
        scenes: tuple[Callable[[Stack, Browser, Photographer], None], ...] = (help_and_hand_off, on_a_phone)
        for scene in scenes:
            scene(stack, browser, photographer)


@contextmanager
def running() -> Iterator[Stack]:
    """Run a Kamidesk on free ports until the pictures are taken."""
    with tempfile.TemporaryDirectory() as state:
        stack = Stack(Path(state))
        try:
            yield stack.start(patience=180)
        finally:
            stack.stop()


def help_and_hand_off(stack: Stack, browser: Browser, photographer: Photographer) -> None:
    """A key that has not come is delivered; then a person is asked for and answers."""
    chat = Chat(browser, stack.url, "u1001", SHOP)
    chat.say("卡密没到", "点一下就行")
    photographer.take("order-cards", chat.page)
    chat.pick("Steam", "补发给您|已经发出")
    photographer.take("key-delivered", chat.page, chat.panel)

    desk = workbench(stack, browser)  # an agent is there, so the customer hears a place in the queue
    chat.say("兑换提示卡密无效，我是港区账号，转人工", "已经帮您叫人了")
    waiting = waiting_customer(stack, "u1002", "Steam 卡提示已被使用，急用")

    expect(desk.locator(".g-queue .item")).to_have_count(2)
    desk.locator(".g-queue .item", has_text="林小雨").locator("button").click()
    expect(desk.locator("#head")).to_contain_text("您正在接待")
    chat.reads("为您服务")
    desk.fill("#text", "林小姐您好，这张只能充国区账户，港区账户兑换不了。")
    desk.press("#text", "Enter")
    chat.reads("只能充国区账户")
    chat.say("明白了，那我用国区的号兑换，谢谢", "那我用国区的号")
    expect(desk.locator("#entries")).to_contain_text("那我用国区的号")
    photographer.take("hand-off", chat.page, chat.panel)
    photographer.take("workbench", desk)
    desk.set_viewport_size({"width": 1120, "height": 640})
    desk.locator("#entries > :last-child").scroll_into_view_if_needed()
    beside(browser, photographer, photographer.look(chat.page, chat.panel), photographer.look(desk))
    waiting.http.close()


def on_a_phone(stack: Stack, browser: Browser, photographer: Photographer) -> None:
    """A top-up that failed, on a small screen."""
    chat = Chat(browser, stack.url, "u1003", PHONE)
    chat.say("话费一直没到账", "点一下就行")
    chat.pick("手机话费直充 100元", "重新给")
    photographer.take("phone", chat.page)


def waiting_customer(stack: Stack, customer_id: str, trouble: str) -> Customer:
    """Let another customer queue."""
    name = next(person.name for person in PEOPLE if person.id == customer_id)
    customer = Customer(stack.url, customer_id, name, stack.shop_secret)
    customer.say(trouble, patience=PATIENCE / 1000)
    customer.say("转人工", patience=PATIENCE / 1000)
    return customer


def workbench(stack: Stack, browser: Browser) -> Page:
    """Sign an agent in."""
    page = tab(browser, WIDE)
    page.set_default_timeout(PATIENCE)
    page.goto(f"{stack.url}/desk")
    page.fill("[name=login]", "xiaolin")
    page.fill("[name=password]", stack.password)
    page.click("button.primary")
    page.wait_for_selector("#lists")
    return page


def beside(browser: Browser, photographer: Photographer, left: bytes, right: bytes) -> None:
    """Put the customer's and the agent's view of one conversation into one picture."""
    chat, desk = (f"data:image/png;base64,{b64encode(picture).decode()}" for picture in (left, right))
    page = tab(browser, (1564, 680))
    page.set_content(
        "<style>body{margin:0;padding:20px;display:flex;gap:20px;background:#dfe5ea}"
        "img{height:640px;border-radius:18px}</style>"
        f'<img src="{chat}"><img src="{desk}">'
    )
    page.evaluate("Promise.all([...document.images].map(image => image.decode()))")
    photographer.take("chat-beside-workbench", page)


def _bare(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", text).upper()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
