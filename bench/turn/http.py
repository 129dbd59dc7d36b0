"""The client of both systems: blocking, on kept connections, as light as it gets, since it shares the processors."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

PATIENCE = 30.0
"""Seconds after which a turn counts as lost."""


class UnexpectedAnswer(Exception):
    """An HTTP status that is not the one of a working system."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body


class Line:
    """One kept connection to a server on this machine.

    Args:
        port: where it listens on loopback.
    """

    def __init__(self, port: int) -> None:
        self._http = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.token = ""

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Return the decoded answer to a JSON request.

        Raises:
            UnexpectedAnswer: the status is not 2xx.
            OSError: there is no connection.
        """
        self._http.request("POST", path, json.dumps(body).encode(), self._headers())
        response = self._http.getresponse()
        answer = json.loads(response.read() or b"null")
        if not 200 <= response.status < 300:
            raise UnexpectedAnswer(response.status, answer)
        return answer

    def events(self, path: str) -> Iterator[tuple[str, Any]]:
        """Yield (name, data) of each server-sent event; the connection is taken up by it."""
        self._http.request("GET", path, headers=self._headers())
        response = self._http.getresponse()
        if response.status != 200:
            raise UnexpectedAnswer(response.status, {})
        name = ""
        while line := response.readline():
            field, _, value = line.decode().rstrip("\n").partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                yield name, json.loads(value)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        return {**headers, "Authorization": f"Bearer {self.token}"} if self.token else headers
