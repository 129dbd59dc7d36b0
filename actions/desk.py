"""The desk's internal API as the actions see it: one question, one answer, every failure an exception."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import asdict, dataclass, field
from typing import Any, Mapping
from urllib.parse import quote

import requests

TIMEOUT = 3.0  # seconds to connect, and to wait for an answer; the desk gives a whole turn 8


class DeskFailed(Exception):
    """The desk is down, slow, refuses the token, or answers nonsense: the customer cannot help it."""


class DeskRefused(Exception):
    """The desk understood and said no (4xx).

    Attributes:
        code: the desk's name of the refusal, such as `not_yours`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Answer:
    """What a case service decided: `utter_{topic}_{outcome}` words it with `facts`.

    Attributes:
        choices: what the customer can answer, in his words.
        handoff: the desk has queued the conversation for a person already.
        asks: the detail that the desk needs to go on; empty when it is done.
        also: what is to be said after it.
    """

    topic: str
    outcome: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    cards: tuple[dict[str, Any], ...] = ()
    choices: tuple[str, ...] = ()
    handoff: bool = False
    asks: str = ""
    also: tuple[Answer, ...] = ()


class Desk:
    """A client of the internal API. Requests run in threads, so that the action server's loop never waits.

    Args:
        base_url: of the desk, without a path.
        token: the shared secret of desk and bot.
        timeout: seconds, for connecting and for reading alike.
    """

    def __init__(self, base_url: str, token: str, timeout: float = TIMEOUT) -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._timeout = timeout
        self._local = threading.local()

    async def ask(self, conversation: str, what: str, body: Mapping[str, Any], key: str) -> Answer:
        """Return the desk's answer to `what` (see desk/cases/outcomes.py).

        Args:
            conversation: the sender id.
            key: idempotency key; the same key again gets the same answer and changes nothing.

        Raises:
            DeskFailed: no usable answer.
            DeskRefused: the desk said no.
        """
        return _answer(what, await self.call(conversation, what, body, key))

    async def call(self, conversation: str, what: str, body: Mapping[str, Any], key: str) -> dict[str, Any]:
        """Return the JSON object that the desk answers; raises as `ask`."""
        url = f"{self._base_url}/internal/v1/conversations/{quote(conversation, safe='')}/{what}"
        # A server that sends byte after byte would never hit the socket's own time-out.
        limit = self._timeout + 0.5
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._post, url, what, dict(body), key), limit)
        except (asyncio.TimeoutError, requests.RequestException, ValueError) as error:
            raise DeskFailed(f"{what}: {type(error).__name__}") from error

    def _post(self, url: str, what: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": key}
        reply = self._session().post(
            url, json=body, headers=headers, timeout=(self._timeout, self._timeout), allow_redirects=False
        )
        if 400 <= reply.status_code < 500 and reply.status_code != 401:
            raise DeskRefused(_code(reply))
        if reply.status_code != 200:
            raise DeskFailed(f"{what}: status {reply.status_code}")
        data = reply.json()
        if not isinstance(data, dict):
            raise ValueError("not an object")
        return data

    def _session(self) -> requests.Session:
        """Return this thread's session: one kept connection each, no sharing."""
        session = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.trust_env = False  # the desk is on loopback; a proxy of the environment is not for it
        return session


def _answer(what: str, data: dict[str, Any]) -> Answer:
    topic, outcome = data.get("topic"), data.get("outcome")
    facts, cards, choices = data.get("facts") or {}, data.get("cards") or [], data.get("choices") or []
    words = isinstance(topic, str) and isinstance(outcome, str)
    if not (words and isinstance(facts, dict) and isinstance(cards, list) and isinstance(choices, list)):
        raise DeskFailed(f"{what}: answer without topic and outcome")
    return Answer(
        str(topic),
        str(outcome),
        facts,
        tuple(cards),
        tuple(map(str, choices)),
        data.get("handoff") is True,
        str(data.get("asks") or ""),
        tuple(_answer(what, each) for each in data.get("also") or []),
    )


def as_slot(answer: Answer) -> dict[str, Any]:
    """Return an answer so that a slot can keep it: as JSON has it, wherever the tracker lives."""
    kept: dict[str, Any] = json.loads(json.dumps(asdict(answer)))
    return kept


def from_slot(kept: Mapping[str, Any]) -> Answer:
    """Return the answer that a slot has kept."""
    return _answer("slot", dict(kept))


def _code(reply: requests.Response) -> str:
    try:
        return str(reply.json()["error"])
    except (ValueError, KeyError, TypeError):
        return str(reply.status_code)
