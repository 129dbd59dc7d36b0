"""The desk's side of a bot turn: text in, replies out, over the bot's `desk` channel."""

from dataclasses import dataclass, field
from typing import Any

import httpx


class BotUnavailable(Exception):
    """The bot did not give a usable answer: down, slow, or failing."""


@dataclass(frozen=True)
class Reply:
    """One thing the bot says."""

    text: str = ""
    buttons: list[dict[str, str]] = field(default_factory=list)
    cards: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Turn:
    """What a turn came to. `failed`: an action was lost on the way, the replies may be incomplete."""

    replies: list[Reply]
    nlu: dict[str, Any]
    failed: bool


class BotClient:
    """Asks the bot for one turn at a time.

    Args:
        url: the bot's base URL.
        token: the token shared with the bot.
        timeout: seconds after which the customer must not wait longer.
    """

    def __init__(self, url: str, token: str, timeout: float) -> None:
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(timeout, connect=1.0),
            trust_env=False,
        )

    async def turn(
        self, conversation: str, message_id: str, text: str, *, trusted: bool, about: dict[str, str] | None = None
    ) -> Turn:
        """Give the bot a message.

        Args:
            conversation: the sender id of the present consultation.
            message_id: the same id again gives the same replies again, not a second turn.
            trusted: the text is the payload of one of our own buttons.
            about: what the actions may know of the customer, e.g. {"profile": "merchant"}.

        Raises:
            BotUnavailable: no usable answer; the message is safe with the desk.
        """
        body = {"conversation": conversation, "message_id": message_id, "text": text, "trusted": trusted}
        try:
            response = await self._http.post("/webhooks/desk/turn", json={**body, "metadata": about or {}})
            response.raise_for_status()
            return _parsed(response.json())
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as problem:
            # The problem's text may quote the message: only its kind goes on.
            raise BotUnavailable(type(problem).__name__) from None

    async def forget(self, conversations: list[str]) -> None:
        """Let the bot forget everything of these conversations; safe to repeat.

        Raises:
            BotUnavailable: it has not, or not all of it.
        """
        try:
            response = await self._http.post("/webhooks/desk/forget", json={"conversations": conversations})
            response.raise_for_status()
        except httpx.HTTPError as problem:
            raise BotUnavailable(type(problem).__name__) from None

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def _parsed(answer: dict[str, Any]) -> Turn:
    replies = [
        Reply(
            text=str(reply.get("text") or ""),
            buttons=[{"title": str(b["title"]), "payload": str(b["payload"])} for b in reply.get("buttons") or []],
            cards=[dict(card) for card in reply.get("cards") or []],
        )
        for reply in answer["replies"]
    ]
    return Turn(replies, dict(answer.get("nlu") or {}), bool(answer.get("failed")))
