"""One member of staff at the workbench, as a program: a browser that signs in and does what its pages would do."""

import re
from uuid import uuid4

import httpx

PASSWORD = "demo-password"
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


class Colleague:
    """A signed-in browser of one member of staff."""

    def __init__(self, http: httpx.Client, login: str, password: str = PASSWORD) -> None:
        self.http = http
        answer = http.post("/desk/login", data={"login": login, "password": password})
        assert answer.status_code == 303, answer.text
        found = _CSRF.search(self.page("/desk"))
        assert found, "the page has no CSRF token"
        self.csrf = found[1]

    def page(self, path: str) -> str:
        """Return a page's HTML."""
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, script: bool = True, **fields: str) -> httpx.Response:
        """Send a form the way the page's script does, or the way a browser without it does."""
        headers = {"X-CSRF-Token": self.csrf, "HX-Request": "true"} if script else {}
        return self.http.post(path, data=fields if script else {**fields, "csrf": self.csrf}, headers=headers)

    def does(self, conversation_id: str, what: str, **fields: str) -> httpx.Response:
        """Do something with a conversation: take, answer, return, close."""
        return self.post(f"/desk/c/{conversation_id}/{what}", **fields)

    def answers(self, conversation_id: str, text: str, client_id: str | None = None) -> httpx.Response:
        """Write to the customer."""
        return self.does(conversation_id, "answer", text=text, client_id=client_id or uuid4().hex)

    def live(self, conversation_id: str, after: int = 0) -> str:
        """Return what the page would add after an entry."""
        return self.page(f"/desk/c/{conversation_id}/live?after={after}")
