"""A shop's program that uses the API of an office's desk."""

from collections.abc import Collection
from typing import Any
from uuid import uuid4

import httpx
from fastapi.testclient import TestClient

from desk.api import tokens
from desk.api.scopes import Scope
from tests.support.staff import Office

EVERYTHING = tuple(Scope)
S = Scope
# Every route of the API, the scope that it needs, and a body that is well-formed.
ROUTES: dict[tuple[str, str], tuple[Scope, object]] = {
    ("get", "/tickets"): (S.TICKETS_READ, None),
    ("get", "/tickets/{number}"): (S.TICKETS_READ, None),
    ("post", "/tickets"): (S.TICKETS_WRITE, {"kind": "delivery", "title": "没发货"}),
    ("post", "/tickets/{number}/notes"): (S.TICKETS_WRITE, {"text": "已核实"}),
    ("post", "/tickets/{number}/status"): (S.TICKETS_WRITE, {"status": "solved"}),
    ("get", "/conversations"): (S.CONVERSATIONS_READ, None),
    ("get", "/conversations/{conversation_id}"): (S.CONVERSATIONS_READ, None),
    ("get", "/conversations/{conversation_id}/messages"): (S.CONVERSATIONS_READ, None),
    ("post", "/conversations/{conversation_id}/messages"): (S.CONVERSATIONS_WRITE, {"text": "您好"}),
    ("post", "/conversations/{conversation_id}/handoff"): (S.CONVERSATIONS_WRITE, {}),
    ("get", "/customers/{customer_id}"): (S.CUSTOMERS_READ, None),
    ("get", "/knowledge/search"): (S.KNOWLEDGE_READ, None),
    ("get", "/webhooks"): (S.WEBHOOKS_MANAGE, None),
    ("post", "/webhooks"): (S.WEBHOOKS_MANAGE, {"url": "https://shop.example/x", "events": ["ticket.opened"]}),
    ("get", "/webhooks/{webhook_id}"): (S.WEBHOOKS_MANAGE, None),
    ("patch", "/webhooks/{webhook_id}"): (S.WEBHOOKS_MANAGE, {"active": False}),
    ("delete", "/webhooks/{webhook_id}"): (S.WEBHOOKS_MANAGE, None),
    ("get", "/webhook-deliveries"): (S.WEBHOOKS_MANAGE, None),
    ("get", "/webhook-deliveries/{delivery_id}"): (S.WEBHOOKS_MANAGE, None),
    ("post", "/webhook-deliveries/{delivery_id}/replay"): (S.WEBHOOKS_MANAGE, None),
}


class Program:
    """A program with a token of its own."""

    def __init__(self, office: Office, scopes: Collection[str] = EVERYTHING, days: int | None = None) -> None:
        with office.desk.database.write() as session:
            row, self.token = tokens.issue(session, "店铺后台", scopes, actor="system", days=days)
            self.id = row.id
        self.http = TestClient(office.app, raise_server_exceptions=False)

    def call(self, method: str, path: str, key: str | None = None, **more: Any) -> httpx.Response:
        """Call a route below /api/v1; writing calls get a fresh key unless one is given."""
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key or uuid4().hex}
        return self.http.request(method, f"/api/v1{path}", headers=headers, **more)

    def get(self, path: str, **query: Any) -> Any:
        """Return the JSON of a page that is there."""
        answer = self.call("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, key: str | None = None) -> httpx.Response:
        """Send a body."""
        return self.call("POST", path, key, json=body)
