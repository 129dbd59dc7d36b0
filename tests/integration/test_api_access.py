"""The API's edge: tokens, scopes by route, limits, and the one shape of failures."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from desk import clock
from desk.api import app as public_api
from desk.api import tokens
from desk.api.errors import CallsTooFast
from desk.api.model import ApiToken
from desk.api.scopes import Scope
from desk.audit import service as audit
from desk.channels.web.limits import Buckets
from desk.ids import digest
from tests.support.api import EVERYTHING, ROUTES, Program
from tests.support.staff import Office

FILLED = {"number": "T20200101-0001", "conversation_id": "c_x", "customer_id": "u_x", "webhook_id": "wh_x"}


def address(path: str) -> str:
    return path.format(**FILLED, delivery_id=1) + ("?q=卡密" if path.endswith("/search") else "")


@pytest.fixture
def program(office: Office) -> Program:
    return Program(office)


def test_every_route_is_in_the_table(program: Program) -> None:
    paths = program.http.get("/api/v1/openapi.json").json()["paths"]
    told = {(method, path): route["security"] for path, routes in paths.items() for method, route in routes.items()}
    assert told == {route: [{"token": [scope]}] for route, (scope, _) in ROUTES.items()}


def test_the_document_has_public_routes_only(office: Office) -> None:
    document = office.browser().get("/api/v1/openapi.json").json()
    assert document["servers"] == [{"url": "/api/v1"}]
    assert not [path for path in document["paths"] if "desk" in path or "internal" in path or "widget" in path]
    for routes in document["paths"].values():
        for route in routes.values():
            assert route["description"]
            assert {"401", "403", "429", "422"} <= set(route["responses"])


@pytest.mark.parametrize(("route", "needs"), ROUTES.items(), ids=lambda it: " ".join(map(str, it)))
def test_a_route_needs_its_scope_and_no_other(
    office: Office, route: tuple[str, str], needs: tuple[Scope, object]
) -> None:
    (method, path), (scope, body) = route, needs
    others = Program(office, [each for each in EVERYTHING if each != scope])
    refused = others.call(method, address(path), json=body)
    assert refused.status_code == 403, refused.text
    assert (refused.status_code, refused.json()["error"], refused.json()["scope"]) == (403, "missing_scope", scope)
    allowed = Program(office, [scope]).call(method, address(path), json=body)
    assert allowed.status_code in {200, 201, 204, 404}, allowed.text


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x", "Basic eA==", "Bearer kd_" + "a" * 43, "Bearer ü"])
def test_strangers_are_told_the_same(office: Office, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header.encode()}
    answer = office.browser().get("/api/v1/tickets", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "bad_token")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_revoked_or_expired_token_is_none(office: Office) -> None:
    revoked, short = Program(office), Program(office, days=1)
    assert revoked.call("GET", "/tickets").status_code == 200
    with office.desk.database.write() as session:
        tokens.revoke(session, revoked.id, actor="agent:1")
        tokens.revoke(session, revoked.id, actor="agent:1")
    assert revoked.call("GET", "/tickets").status_code == 401
    assert short.call("GET", "/tickets").status_code == 200
    with clock.frozen(clock.now() + timedelta(days=1, seconds=1)):
        assert short.call("GET", "/tickets").status_code == 401
    with office.desk.database.read() as session:
        done = [entry.action for entry in audit.of_subject(session, f"api:{revoked.id}")]
    assert done == ["api_token.add", "api_token.revoke"]


def test_only_the_digest_is_kept_and_the_use_noted(office: Office, program: Program) -> None:
    program.get("/tickets")
    with office.desk.database.read() as session:
        row = session.get_one(ApiToken, program.id)
        assert row.digest == digest(program.token)
        assert row.prefix == program.token[:9]
        assert program.token not in str(vars(row))
        first = row.last_used_at
    assert first is not None
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        program.get("/tickets")
    with office.desk.database.read() as session:
        assert session.get_one(ApiToken, program.id).last_used_at > first  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "scopes", "days", "code"),
    [
        ("", ["tickets:read"], None, "bad_name"),
        ("x" * 61, ["tickets:read"], None, "bad_name"),
        ("x", [], None, "bad_scopes"),
        ("x", ["everything"], None, "bad_scopes"),
        ("x", ["tickets:read"], 0, "bad_lifetime"),
        ("x", ["tickets:read"], 3651, "bad_lifetime"),
    ],
)
def test_tokens_that_cannot_be(office: Office, name: str, scopes: list[str], days: int | None, code: str) -> None:
    from desk.errors import DeskError

    with pytest.raises(DeskError) as failed, office.desk.database.write() as session:
        tokens.issue(session, name, scopes, actor="system", days=days)
    assert failed.value.code == code


@pytest.fixture
def impatient(office: Office) -> Iterator[None]:
    """The API with a limit that is soon reached."""
    (api,) = (route.app for route in office.app.routes if getattr(route, "path", "") == public_api.PREFIX)
    usual, api.state.limits = api.state.limits, Buckets(burst=2, per_second=0.01, error=CallsTooFast)
    yield
    api.state.limits = usual


@pytest.mark.usefixtures("impatient")
def test_a_token_has_a_rate_of_its_own(office: Office, program: Program) -> None:
    assert [program.call("GET", "/tickets").status_code for _ in range(3)] == [200, 200, 429]
    refused = program.call("GET", "/tickets")
    assert refused.json()["error"] == "too_fast"
    assert int(refused.headers["retry-after"]) >= refused.json()["retry_after"] > 50
    assert Program(office).call("GET", "/tickets").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/nothing", None, 404, "not_found"),
        ("PUT", "/tickets", {}, 405, "method_not_allowed"),
        ("GET", "/tickets/T1", None, 404, "no_ticket"),
        ("GET", "/tickets/%00", None, 422, "bad_request"),
        ("GET", "/tickets?cursor=xx", None, 422, "bad_cursor"),
        ("GET", "/tickets?cursor=bnVsbA", None, 422, "bad_cursor"),
        ("GET", "/conversations?cursor=WzFd", None, 422, "bad_cursor"),
        ("GET", "/tickets?limit=0", None, 422, "bad_request"),
        ("GET", "/tickets?custommer_id=u1", None, 422, "bad_request"),
        ("GET", "/tickets?cursor=bnVs%0A", None, 422, "bad_request"),
        ("GET", "/tickets?updated_after=2026-01-01T00:00:00", None, 422, "bad_request"),
        ("GET", "/conversations/c_x", None, 404, "no_conversation"),
        ("GET", "/conversations/c_x/messages", None, 404, "no_conversation"),
        ("GET", "/customers/nobody", None, 404, "no_customer"),
        ("GET", "/knowledge/search?q=%20", None, 422, "empty"),
        ("POST", "/tickets", {"kind": "nonsense", "title": "x"}, 422, "unknown_kind"),
        ("POST", "/tickets", {"kind": "delivery", "title": "x", "order_no": "DD1"}, 422, "unknown_order"),
        ("POST", "/tickets", {"kind": "delivery", "title": "x", "customer_id": "u9"}, 422, "unknown_customer"),
        ("POST", "/tickets", {"kind": "delivery", "title": "​"}, 422, "empty"),
        ("POST", "/tickets", {"kind": "delivery", "title": "x", "more": 1}, 422, "bad_request"),
        ("POST", "/webhooks", {"url": "ftp://x.example", "events": ["ticket.opened"]}, 422, "bad_url"),
        ("POST", "/webhooks", {"url": "https://127.0.0.1/", "events": ["ticket.opened"]}, 422, "forbidden_url"),
        ("POST", "/webhooks", {"url": "https://x.example", "events": ["nonsense"]}, 422, "bad_request"),
        ("POST", "/webhook-deliveries/9/replay", None, 404, "no_delivery"),
    ],
)
def test_failures_have_one_shape(
    program: Program, method: str, path: str, body: object, status: int, code: str
) -> None:
    answer = program.call(method, path, json=body)
    told = answer.json()
    assert (answer.status_code, told["error"]) == (status, code)
    assert told["message"]


@pytest.mark.parametrize("key", [None, "", "short", "x" * 101, "with blank", "ü" * 10])
def test_writing_needs_a_key(program: Program, key: str | None) -> None:
    headers = {"Authorization": f"Bearer {program.token}"}
    if key is not None:
        headers["Idempotency-Key"] = key.encode()  # type: ignore[assignment]
    answer = program.http.post("/api/v1/tickets", json={"kind": "delivery", "title": "x"}, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")
