"""The workbench's edge: strangers, wrong addresses, foreign pages, headers."""

import re

import pytest

from tests.support.staff import Colleague, Office

PAGES = ["/desk", "/desk/lists", "/desk/c/x", "/desk/c/x/live", "/desk/c/x/earlier?before=3", "/desk/c/x/ticket"]
PAGES += ["/desk/tickets", "/desk/tickets/rows", "/desk/tickets/T20261121-0001", "/desk/nothing/here"]
ACTIONS = ["/desk/logout", "/desk/c/x/take", "/desk/c/x/answer", "/desk/c/x/return", "/desk/c/x/close"]
ACTIONS += ["/desk/c/x/typing", "/desk/c/x/ticket", "/desk/tickets/T1/note", "/desk/tickets/T1/status"]
PAGES += ["/desk/approvals", "/desk/approvals/rows"]
ACTIONS += ["/desk/approvals/1"]
PAGES += ["/desk/api", "/desk/api/rows", "/desk/api/token", "/desk/api/webhook"]
ACTIONS += ["/desk/api/tokens", "/desk/api/tokens/1/revoke", "/desk/api/webhooks", "/desk/api/webhooks/x/active"]
ACTIONS += ["/desk/api/webhooks/x/remove", "/desk/api/deliveries/1/replay"]


@pytest.mark.parametrize("method_path", [*(("GET", p) for p in PAGES), *(("POST", p) for p in ACTIONS)])
def test_strangers_are_sent_to_the_sign_in(office: Office, method_path: tuple[str, str]) -> None:
    browser = office.browser()
    page = browser.request(*method_path)
    assert (page.status_code, page.headers["location"].split("?")[0]) == (303, "/desk/login")
    script = browser.request(*method_path, headers={"HX-Request": "true"})
    assert (script.status_code, script.headers["hx-redirect"]) == (401, "/desk/login")


def test_every_route_is_in_these_tables() -> None:
    known = {re.sub(r"/(x|T1|1|T20261121-0001)(?=/|$)", "/{}", path.split("?")[0]) for path in [*PAGES, *ACTIONS]}
    known |= {"/desk/login", "/desk/events", "/desk/{}"}
    for path in workbench_paths():
        assert re.sub(r"\{[^}]+\}", "{}", path) in known, path


def workbench_paths() -> set[str]:
    from desk.web.workbench import (
        actions,
        api_actions,
        api_page,
        approvals,
        board,
        dialogue,
        events,
        sign_in,
        ticket_actions,
        tickets,
    )

    rooms = (api_actions, api_page, actions, approvals, board, dialogue, events, sign_in, ticket_actions, tickets)
    return {str(getattr(route, "path", "")) for room in rooms for route in room.router.routes}


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/desk/c/c_unknown", "没有找到这段会话"),
        ("/desk/c/' OR 1=1 --", "没有找到这段会话"),
        ("/desk/c/c_unknown/live", "没有找到这段会话"),
        ("/desk/c/c_unknown/ticket", "没有找到这段会话"),
        ("/desk/tickets/T20200101-0001", "没有找到这张工单"),
        ("/desk/tickets/" + "x" * 3000, "没有找到这张工单"),
        ("/desk/nothing", "没有这个页面"),
        ("/desk/c/x/y/z", "没有这个页面"),
    ],
)
def test_addresses_that_lead_nowhere(lin: Colleague, path: str, says: str) -> None:
    page = lin.http.get(path)
    assert (page.status_code, says in page.text, "回到工作台" in page.text) == (404, True, True)
    script = lin.http.get(path, headers={"HX-Request": "true"})
    assert (script.status_code, says in script.json()["message"]) == (404, True)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/desk/c/{id}/live?after=x", 422),
        ("/desk/c/{id}/live?after=-1", 422),
        ("/desk/c/{id}/live?after=99999999999", 422),
        ("/desk/c/{id}/earlier", 422),
        ("/desk/tickets?page=0", 422),
        ("/desk/tickets?status=nonsense&kind=nonsense", 200),
        ("/desk/lists?open=nonsense", 200),
    ],
)
def test_parameters_of_the_wrong_form(office: Office, lin: Colleague, path: str, status: int) -> None:
    assert lin.http.get(path.format(id=office.customer("你好"))).status_code == status


@pytest.mark.parametrize("path", ACTIONS)
@pytest.mark.parametrize("token", [None, "", "wrong", "ü", "another session's"])
def test_actions_need_the_secret_of_their_own_page(
    office: Office, lin: Colleague, path: str, token: str | None
) -> None:
    given = office.sign_in("xiaozhou").csrf if token == "another session's" else token
    fields = {} if given is None else {"csrf": given}
    answer = lin.http.post(path, data=fields, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.json()["error"]) == (403, "csrf")
    page = lin.http.post(path, data=fields)
    assert (page.status_code, "请刷新" in page.text) == (403, True)


@pytest.mark.parametrize("path", ["/desk", "/desk/login", "/desk/tickets", "/desk/nothing", "/desk/lists"])
def test_pages_are_not_cached_framed_or_sniffed(lin: Colleague, office: Office, path: str) -> None:
    answer = (office.browser() if path == "/desk/login" else lin.http).get(path)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    if "<html" in answer.text:
        policy = answer.headers["content-security-policy"]
        nonce = re.search(r"script-src 'nonce-([^']+)'", policy)
        assert nonce
        assert "unsafe" not in policy
        scripts = re.findall(r"<script[^>]*>", answer.text)
        assert all(f'nonce="{nonce[1]}"' in script for script in scripts)
        assert not re.search(r'\son\w+="|style="|javascript:', answer.text)
