"""`python -m bench.desk`: many pages and streams at once, over a full database. See bench/README.md."""

import argparse
import asyncio
import random
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from bench.desk import filling
from bench.desk.filling import Customer
from bench.desk.pages import Figures, Page, Server, Widget, until
from bench.turn import machine
from desk import migrate
from desk.db import Database
from setup.paths import HERE

LIMITS = {"to customer": 250.0, "to agent": 250.0, "whole page": 200.0}
"""p95 in milliseconds."""


def main() -> int:
    """Fill, serve, load, report; return 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(prog="python -m bench.desk", description=__doc__)
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--customers", type=int, default=3000)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=float, default=10.0, help="messages a second, half of them from customers")
    parser.add_argument("--database", default="", help="an empty database's URL; a SQLite file of its own otherwise")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        url = wanted.database or f"sqlite:///{state / 'desk.db'}"
        began = time.monotonic()
        customers = _filled(url, wanted)
        print(f"filled in {time.monotonic() - began:.0f} s", flush=True)
        port = _free_port()
        desk = subprocess.Popen([sys.executable, "-m", "bench.desk.server", state, str(port), url], cwd=HERE.root)
        try:
            figures = asyncio.run(_load(Server(port), customers, wanted))
            memory, processor = machine.resident(desk.pid), machine.used(desk.pid)
        finally:
            desk.terminate()
            desk.wait(10)
    return _report(figures, memory, processor, wanted)


def _filled(url: str, wanted: argparse.Namespace) -> list[Customer]:
    database = Database(url)
    migrate.upgrade(database)
    filling.history(database, wanted.conversations, wanted.messages)
    customers = filling.crowd(database, wanted.agents, wanted.customers)
    database.close()
    return customers


async def _load(server: Server, customers: list[Customer], wanted: argparse.Namespace) -> Figures:
    figures = Figures()
    await _answers(server)
    widgets = [Widget(server, customer) for customer in customers]
    pages: dict[int, Page] = {}
    for customer in customers:
        pages.setdefault(customer.agent.id, Page(server, customer.agent, customer.conversation_id, figures))
    running = []
    for one in [*widgets, *pages.values()]:
        running.append(asyncio.create_task(one.listen()))
        await one.ready.wait()
    running += [asyncio.create_task(page.refresh()) for page in pages.values()]
    await asyncio.sleep(5)  # until the first load of all those pages is over
    for taken in figures.taken.values():
        taken.clear()
    print(f"{len(widgets)} streams of customers and {len(pages)} pages of agents are open", flush=True)
    opened = {page.open_id: page for page in pages.values()}
    watched = [widget for widget in widgets if widget.customer.conversation_id in opened]
    tasks, ends, turn = [], time.monotonic() + wanted.seconds, 0
    while time.monotonic() < ends:
        turn += 1
        if turn % 2:
            tasks.append(asyncio.create_task(_answered(random.choice(widgets), pages, f"第{turn}句", figures)))
        else:
            widget = random.choice(watched)
            tasks.append(asyncio.create_task(_asked(widget, opened, f"第{turn}句", figures)))
        if turn % 10 == 0:
            page = random.choice(list(pages.values()))
            tasks.append(asyncio.create_task(page.get("whole page", f"/desk/c/{page.open_id}")))
        await asyncio.sleep(random.expovariate(wanted.rate))
    await asyncio.gather(*tasks)
    for task in running:
        task.cancel()
    return figures


async def _answered(widget: Widget, pages: dict[int, Page], text: str, figures: Figures) -> None:
    """An agent writes; the customer's stream brings it."""
    arrived = widget.expected.setdefault(text, asyncio.Event())
    began = time.monotonic()
    page, conversation = pages[widget.customer.agent.id], widget.customer.conversation_id
    if await page.answer(conversation, text, f"bench-{random.getrandbits(60)}") != 200:
        figures.refused += 1
        return
    await until(arrived, figures, "to customer", began)


async def _asked(widget: Widget, opened: dict[str, Page], text: str, figures: Figures) -> None:
    """A customer writes; the page that has the conversation open hears of it."""
    page = opened[widget.customer.conversation_id]
    page.heard.clear()
    began = time.monotonic()
    waiting = asyncio.create_task(until(page.heard, figures, "to agent", began))
    if await widget.say(text, f"bench-{random.getrandbits(60)}") != 202:
        figures.refused += 1
    await waiting


async def _answers(server: Server) -> None:
    for _ in range(300):
        try:
            await server.request("GET", "/widget/v1/none", {})
            return
        except OSError:
            await asyncio.sleep(0.1)
    raise SystemExit("the desk does not start")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _report(figures: Figures, memory: float, processor: float, wanted: argparse.Namespace) -> int:
    facts = {**machine.facts(), "load average": f"{machine.load():.1f}"}
    print("; ".join(f"{name} {value}" for name, value in facts.items() if name != "bots"))
    print(
        f"{wanted.agents} agents, {wanted.customers} customers, {wanted.conversations} conversations, "
        f"{wanted.messages} messages; desk: {memory:.0f} MB, {processor:.0f} s of processor time"
    )
    print(f"{'':<14}{'count':>8}{'p50 ms':>10}{'p95 ms':>10}{'limit':>10}")
    slow = False
    for name, taken in figures.taken.items():
        if len(taken) < 2:
            continue
        cuts = quantiles(taken, n=100)
        limit = LIMITS.get(name)
        slow |= limit is not None and cuts[94] > limit
        print(f"{name:<14}{len(taken):>8}{cuts[49]:>10.0f}{cuts[94]:>10.0f}{limit if limit else '':>10}")
    print(f"lost: {figures.lost}, refused: {figures.refused}")
    return int(slow or figures.lost > 0)


if __name__ == "__main__":
    raise SystemExit(main())
