"""Every role on every route of the workbench, with what is its own, a colleague's, and what is kept from it.

The expectations are `tests/access/matrix.txt`. The routes are the application's: one that is not in the table fails.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.routing import APIRoute
from httpx import Response
from starlette.routing import BaseRoute

from desk import clock
from desk.conversations import handoff
from desk.conversations.handoff import Agent
from desk.pictures.model import Picture
from desk.shop.embedded.model import ShopCustomer
from desk.staff import service
from desk.staff.roles import Role
from desk.tickets.service import open_ticket
from desk.web.workbench import audit, reveal
from tests.support.staff import PASSWORD, Colleague, Office, office_in

TABLE = Path(__file__).parent.parent / "access" / "matrix.txt"
CUSTOMERS = {"colleague": "u-plain", "safety": "u-safety", "funds": "u-funds", "nothing": "u-nobody"}
KINDS = {"colleague": "key", "safety": "risk", "funds": "finance"}
REASONS = {"safety": "risk", "funds": "finance"}
FIELDS: dict[str, dict[str, str]] = {
    "POST /desk/c/{conversation_id}/answer": {"text": "您好"},
    "POST /desk/tickets/{number}/note": {"text": "看过了"},
    "POST /desk/tickets/{number}/status": {"status": "in_progress"},
    "POST /desk/approvals/{number}": {"decision": "refuse"},
    "POST /desk/me/password": {"chosen": "one", "again": "other"},
    "POST /desk/me/two-factor": {"password": PASSWORD},
    "POST /desk/me/two-factor/codes": {"password": PASSWORD},
    "POST /desk/reveal": {"kind": "customer_phone", "reason": "contact"},
}
QUERIES = {
    "GET /desk/c/{conversation_id}/earlier": "?before=3",
    "GET /desk/reveal": "?kind=customer_phone&id=u-plain",
}


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    route: str
    who: frozenset[str]
    object: str
    may: str
    others: frozenset[str]
    strangers: bool


def read() -> list[Row]:
    """Return the table."""
    groups = {"everyone": frozenset(Role), "strangers": frozenset(Role), "nobody": frozenset()}
    rows = []
    for line in TABLE.read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if "|" not in line:
            name, _, roles = line.partition("=")
            groups[name.strip()] = frozenset(Role(role) for role in roles.split())
            continue
        route, who, thing, may, others = (cell.strip() for cell in line.split("|"))
        allowed = groups.get(who) if who in groups else frozenset({Role(who)})
        rows.append(
            Row(
                " ".join(route.split()),
                allowed or frozenset(),
                thing,
                may.rstrip("!"),
                frozenset(others.split()),
                who == "strangers",
            )
        )
    return rows


ROWS = read()


class Floor:
    """An office with one member of staff of each role, and things to try the routes on."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.people: dict[str, Colleague] = {}
        self.ids: dict[str, int] = {}
        with office.desk.database.write() as session:
            for role in Role:
                self.ids[role] = service.add_agent(session, f"m-{role}", f"员工{role}", role, PASSWORD)
            self.other = service.add_agent(session, "m-other", "同事", Role.AGENT, PASSWORD)
            for number, customer in enumerate(CUSTOMERS.values()):
                if customer != "u-nobody":
                    phone = f"1390000000{number}"
                    session.add(ShopCustomer(id=customer, name="客户", phone=phone, created_at=clock.now()))
        for role in Role:
            self.people[role] = office.sign_in(f"m-{role}")
        for thing, reason in REASONS.items():
            office.customer("钱不见了", customer_id=CUSTOMERS[thing], reason=reason)
        self.kept: dict[tuple[str, str], str] = {}

    def conversation(self, role: str, thing: str) -> str:
        """Return a conversation's id."""
        if thing == "nothing":
            return "c_nothing"
        reason = REASONS.get(thing, None if thing == "bot" else "requested")
        made = self.office.customer("在吗", reason=reason)
        taker = {"own": self.ids[role], "colleague": self.other}.get(thing)
        if taker is not None:
            with self.office.desk.database.write() as session:
                handoff.take(session, made, Agent(taker, "员工"))
        return made

    def ticket(self, thing: str) -> str:
        """Return a ticket's number."""
        if thing == "nothing":
            return "T20200101-0001"
        with self.office.desk.database.write() as session:
            made = open_ticket(session, KINDS[thing], "查一下", dedupe=uuid4().hex, created_by=f"agent:{self.other}")
            return made.number

    def picture(self, role: str, thing: str) -> str:
        """Return the id of a picture whose file is gone."""
        if thing == "nothing":
            return "p_nothing_at_all"
        name = uuid4().hex
        with self.office.desk.database.write() as session:
            session.add(
                Picture(
                    id=name,
                    conversation_id=self.conversation_of(role, thing),
                    file=f"{name}.png",
                    media_type="image/png",
                    width=1,
                    height=1,
                )
            )
        return name

    def conversation_of(self, role: str, thing: str) -> str:
        """Return a conversation that only is looked at: the same one each time."""
        key = (role if thing == "own" else "", thing)
        if key not in self.kept:
            self.kept[key] = self.conversation(role, thing)
        return self.kept[key]

    def address(self, row: Row, role: str) -> str:
        """Return the address of a thing that the row is about."""
        method, path = row.route.split(" ")
        if "{conversation_id}" in path:
            made = self.conversation(role, row.object) if method == "POST" else self.conversation_of(role, row.object)
            path = path.replace("{conversation_id}", made)
        if path.startswith(("/desk/tickets/{number}", "/desk/ticket-files/{number}")):
            path = path.replace("{number}", self.ticket(row.object))
        if "{picture_id}" in path:
            self.conversation_of(role, row.object)
            path = path.replace("{picture_id}", self.picture(role, row.object))
        agents = {"own": self.ids[role], "colleague": self.other, "nothing": 999_999}
        path = path.replace("{agent_id}", str(agents.get(row.object)))
        path = re.sub(r"\{(?!number|rest)\w+\}", "999999", path)
        return path.replace("{number}", "999999").replace("{rest:path}", "nowhere") + QUERIES.get(row.route, "")

    def request(self, row: Row, role: str) -> Response:
        """Do what the row says as a member of staff of this role."""
        address, who = self.address(row, role), self.people[role]
        if row.route.startswith("GET"):
            return who.http.get(address)
        fields = dict(FIELDS.get(row.route, {}))
        if row.route.endswith("/answer"):
            fields["client_id"] = uuid4().hex
        if row.route == "POST /desk/reveal":
            fields["id"] = CUSTOMERS[row.object]
        if row.route == "POST /desk/logout":
            return self.office.sign_in(f"m-{role}").post(address)
        return who.post(address, **fields)


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with office_in(tmp_path_factory.mktemp("matrix")) as office:
        reveal._PACE._levels.clear()
        audit._PACE._levels.clear()
        yield Floor(office)


def routes_of(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """Yield the methods and paths of routes, also of those that stand in a router of their own."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes_of(inner.routes)
        elif isinstance(route, APIRoute):
            yield from (f"{method} {route.path}" for method in route.methods - {"HEAD"})


def test_every_route_is_in_the_table(floor: Floor) -> None:
    routes = {route for route in routes_of(floor.office.app.routes) if route.split(" ")[1].startswith("/desk")}
    assert routes == {row.route for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.route} {row.object}".strip())
def test_each_role_gets_what_the_table_says(floor: Floor, row: Row) -> None:
    if row.may == "stream":
        return  # endless; its ends are in test_workbench_live
    roles = [Role.AGENT] if row.strangers else list(Role)  # a sign-in that fails counts, whoever tries
    got = {role: str(floor.request(row, role).status_code) for role in roles}
    right = {role: got[role] == row.may if role in row.who else got[role] in row.others for role in roles}
    assert all(right.values()), {role: status for role, status in got.items() if not right[role]}


@pytest.mark.parametrize("row", [row for row in ROWS if not row.strangers], ids=lambda row: f"{row.route} {row.object}")
def test_strangers_get_nothing(floor: Floor, row: Row) -> None:
    method, _ = row.route.split(" ")
    address = floor.address(row, Role.AGENT)
    browser = floor.office.browser()
    if row.may == "stream":
        assert re.findall("event: (.*)", browser.get(address).text) == ["signed_out"]
        return
    fields = FIELDS.get(row.route, {})
    answer = browser.request(method, address, data=fields if method == "POST" else None)
    assert (answer.status_code, answer.headers.get("location", "").split("?")[0]) == (303, "/desk/login")
    assert browser.request(method, address, data=fields, headers={"HX-Request": "true"}).status_code == 401


POSTS = sorted({row.route for row in ROWS if row.route.startswith("POST") and not row.strangers})


@pytest.mark.parametrize("route", POSTS)
def test_nothing_is_done_without_the_secret_of_the_page(floor: Floor, route: str) -> None:
    row = next(row for row in ROWS if row.route == route and row.object not in REASONS)
    address = floor.address(row, Role.ADMIN)
    answer = floor.people[Role.ADMIN].http.post(address, data=FIELDS.get(route, {}), headers={"HX-Request": "true"})
    assert (answer.status_code, answer.json()["error"]) == (403, "csrf")


def test_what_is_kept_is_listed_without_its_words(tmp_path: Path) -> None:
    secret = "密码被人改了六百块没了"
    with office_in(tmp_path) as office:
        floor = Floor(office)
        conversation = office.customer(secret, reason="risk")
        with office.desk.database.write() as session:
            open_ticket(session, "risk", secret, dedupe=uuid4().hex, created_by="bot")
        for role, shown in ((Role.AGENT, False), (Role.FINANCE, False), (Role.RISK, True), (Role.SUPERVISOR, True)):
            lists, tickets = (floor.people[role].page(path) for path in ("/desk/lists", "/desk/tickets?kind=risk"))
            assert conversation in lists
            assert (secret in lists, secret in tickets) == (shown, shown)
            assert shown or "风控或资金案件" in lists


def test_an_earlier_case_stays_covered_when_the_next_matter_is_for_everybody(floor: Floor) -> None:
    office, secret, later = floor.office, "绑定手机被人换了", "怎么查订单"
    conversation = office.customer(secret, reason="risk")
    risk = Agent(floor.ids[Role.RISK], "员工")
    with office.desk.database.write() as session:
        handoff.take(session, conversation, risk)
        handoff.answer(session, conversation, risk, "已经帮您冻结了", uuid4().hex)
        handoff.give_back(session, conversation, risk)
    agent, supervisor = floor.people[Role.AGENT], floor.people[Role.SUPERVISOR]
    assert agent.http.get(f"/desk/c/{conversation}").status_code == 403
    office.says(conversation, later)
    with office.desk.database.write() as session:
        handoff.request(session, conversation, "requested", "query_order")
    for path in ("", "/live?after=0", "/earlier?before=99"):
        page, whole = (each.page(f"/desk/c/{conversation}{path}") for each in (agent, supervisor))
        assert (later in page, secret in page, "冻结" in page, "不公开" in page) == (True, False, False, True)
        assert (later in whole, secret in whole, "冻结" in whole) == (True, True, True)
