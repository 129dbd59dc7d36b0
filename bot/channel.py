"""The one way into the bot: a turn in, its replies out, in the same request.

Loopback only, behind a token. A turn that is under way is finished even when the desk stops waiting, and a message id
that has had its turn gets the same replies again: the desk may repeat a request without harm.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
from typing import Any, Awaitable, Callable
from weakref import WeakValueDictionary

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.core.tracker_store import TrackerStore
from rasa.shared.exceptions import RasaException
from sanic import Blueprint
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot import answer_check, turn_log
from bot.turn_body import ID, BadTurn, TurnBody, parse

logger = logging.getLogger(__name__)

TURN_SECONDS = 15.0  # a hanging action must not hold a conversation for Rasa's five minutes


class SilentOutput(OutputChannel):
    """Sends nothing: replies are read from the stored turn. An output channel that raises would lose the turn."""

    @classmethod
    def name(cls) -> str:
        """Names the channel in response variations."""
        return DeskInput.name()

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Does nothing."""


class DeskInput(InputChannel):
    """The channel between desk and bot.

    Args:
        token: Shared secret that each request has to show.
    """

    def __init__(self, token: str) -> None:
        self._token = f"Bearer {token}".encode()
        # One turn at a time per conversation, in order, without waiting in Rasa's lock store, which polls each second.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @classmethod
    def name(cls) -> str:
        """Names the channel in URLs and events."""
        return "desk"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> DeskInput:
        """Builds the channel from its block in `credentials.yml`.

        Args:
            credentials: `token_env`: the environment variable that holds the token.

        Raises:
            RasaException: The variable is unset or empty.
        """
        variable = (credentials or {}).get("token_env") or "KAMIDESK_BOT_TOKEN"
        token = os.environ.get(variable, "")
        if not token:
            raise RasaException(f"{variable} is not set: the desk channel takes no requests without a token.")
        answer_check.install()
        return cls(token)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Builds the routes.

        Args:
            on_new_message: Rasa's handler of a message.

        Returns:
            `GET /` (is a model loaded), `POST /turn` and `POST /forget`.
        """
        routes = Blueprint("desk_channel")

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return json({"status": "loading", "model": None}, 503)
            return json({"status": "ok", "model": agent.model_id})

        @routes.route("/turn", methods=["POST"])
        async def turn(request: Request) -> HTTPResponse:
            if not self._known(request):
                return json({"error": "unauthorized"}, 401)
            try:
                body = parse(request.json)
            except BadTurn as bad:
                return json({"error": "bad_turn", "field": str(bad)}, 422)
            except SanicException:
                return json({"error": "bad_turn", "field": "body"}, 422)
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return json({"error": "loading"}, 503)
            # Shielded: Sanic cancels a handler whose client has gone, and half a turn is not stored.
            return json(await asyncio.shield(self._answer(body, agent.tracker_store, on_new_message)))

        @routes.route("/forget", methods=["POST"])
        async def forget(request: Request) -> HTTPResponse:
            if not self._known(request):
                return json({"error": "unauthorized"}, 401)
            try:
                wanted = request.json.get("conversations") if isinstance(request.json, dict) else None
            except SanicException:
                wanted = None
            if not isinstance(wanted, list) or not all(isinstance(one, str) and ID.fullmatch(one) for one in wanted):
                return json({"error": "bad_request", "field": "conversations"}, 422)
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return json({"error": "loading"}, 503)
            store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)  # as in `_stored`
            return json({"events": sum([await store.forget(one) for one in wanted])})

        return routes

    def _known(self, request: Request) -> bool:
        shown = request.headers.get("authorization", "").encode("utf-8", "replace")
        return hmac.compare_digest(shown, self._token)

    async def _answer(
        self, body: TurnBody, store: TrackerStore, on_new_message: Callable[[UserMessage], Awaitable[Any]]
    ) -> dict[str, Any]:
        """Runs the turn, or finds that it has been run, and reports it. Never raises."""
        lock = self._locks.setdefault(body.conversation, asyncio.Lock())
        async with lock:
            crashed = False
            events = await self._stored(store, body)
            replayed = bool(events)
            if not replayed:
                crashed = not await self._run(body, on_new_message)
                events = await self._stored(store, body)
        said = turn_log.replies(events)
        return {
            "message_id": body.message_id,
            "replies": said,
            "nlu": turn_log.understood(events),
            "failed": crashed or not said or turn_log.lost_action(events),
            "replayed": replayed,
        }

    async def _run(self, body: TurnBody, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> bool:
        """Lets Rasa handle the message; says whether it came through."""
        message = UserMessage(
            body.text, SilentOutput(), body.conversation, None, self.name(), body.message_id, body.metadata
        )
        try:
            await asyncio.wait_for(on_new_message(message), TURN_SECONDS)
        except Exception as error:  # whatever a component or policy raises: the desk has to hear of it
            # Kind and place only: an error's words can quote the customer.
            logger.error("Turn of message %s was lost: %s", body.message_id, type(error).__name__)
            logger.debug("The lost turn", exc_info=error)
            return False
        return True

    async def _stored(self, store: TrackerStore, body: TurnBody) -> list[dict[str, Any]]:
        """Reads the turn's events; none when it has not run or cannot be read."""
        try:
            store = getattr(store, "_tracker_store", store)  # Rasa wraps the store of endpoints.yml
            read_turn = getattr(store, "turn", None)
            if read_turn is not None:
                events = await read_turn(body.conversation, body.message_id)
            else:
                tracker = await store.retrieve(body.conversation)
                events = [event.as_dict() for event in tracker.events] if tracker else []
                ids = [e.get("message_id") if e["event"] == "user" else None for e in events]
                events = events[ids.index(body.message_id) :] if body.message_id in ids else []
        except Exception as error:
            logger.error("Turn of message %s cannot be read: %s", body.message_id, type(error).__name__)
            return []
        return turn_log.of_turn(events, body.message_id, self.name())
