"""What every action shares: the desk, the voice, and one place where all errors end."""

from __future__ import annotations

import logging
import traceback
from typing import Any, Mapping

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import composition, scam
from actions.desk import Answer, DeskFailed, DeskRefused
from actions.turn import Turn
from actions.wording import first_known

logger = logging.getLogger(__name__)

Events = list[EventType]


class Voice:
    """Says responses of domain.yml."""

    def __init__(self, dispatcher: CollectingDispatcher, manner: tuple[str, ...] = ()) -> None:
        """Make a voice.

        Args:
            manner: to whom it speaks and in what mood he is: `utter_x_merchant` stands in for `utter_x`.
        """
        self._dispatcher, self._manner = dispatcher, manner

    def say(
        self,
        response: str,
        facts: Mapping[str, Any] | None = None,
        cards: tuple[dict[str, Any], ...] = (),
        buttons: list[dict[str, str]] | None = None,
    ) -> None:
        """Utter a response, as it suits the customer; `buttons` follow the domain's, cards travel as custom data."""
        custom = {"cards": list(cards)} if cards else None
        fitting = first_known(*(f"{response}_{each}" for each in self._manner if each), response)
        self._dispatcher.utter_message(response=fitting, json_message=custom, buttons=buttons, **(facts or {}))

    def first(self, response: str) -> None:
        """Utter a response before all that has been said in this action."""
        self.say(response)
        self._dispatcher.messages.insert(0, self._dispatcher.messages.pop())

    def hush(self) -> None:
        """Take back what has been said in this action."""
        self._dispatcher.messages.clear()


class DeskAction(Action):  # type: ignore[misc]
    """Base of all actions: subclasses set `title` and write `act`."""

    title = ""

    def name(self) -> str:
        """Return the name that domain.yml lists."""
        return self.title

    async def act(self, turn: Turn, voice: Voice) -> Events:
        """Do the work and return the events."""
        raise NotImplementedError

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Run `act`; whatever fails becomes a polite reply and an offer of a person.

        There is always an event: the channel takes a custom action without any for one that died.
        """
        turn = Turn(tracker)
        voice = Voice(dispatcher, (turn.profile, turn.mood))
        try:
            events = await self.act(turn, voice)
        except DeskRefused as refusal:
            logger.warning("%s: the desk refused: %s", self.title, refusal.code)
            voice.hush()
            voice.say("utter_desk_refused")
            events = stop()
        except Exception as error:
            logger.error("%s failed: %s", self.title, _where(error))
            voice.hush()
            await self._trouble(turn, voice)
            events = stop()
        return [*events, *scam.warned(turn, voice, events), SlotSet("handled_by", self.title)]

    async def ask(self, turn: Turn, what: str, body: Mapping[str, Any], part: str = "") -> Answer:
        """Ask the desk within this turn; see `Desk.ask`.

        Args:
            part: tells two questions of the same kind in one turn apart.
        """
        return await composition.desk().ask(turn.sender, what, body, self._key(turn, what + part))

    async def hand_off(self, turn: Turn, voice: Voice, reason: str, intent: str | None = None) -> None:
        """Queue the conversation for a person and say so."""
        answer = await self.ask(turn, "handoff", {"reason": reason, "intent": intent or turn.slot("topic")})
        voice.say(f"utter_handoff_{answer.outcome}", answer.facts)

    async def _trouble(self, turn: Turn, voice: Voice) -> None:
        try:
            await self.ask(turn, "handoff", {"reason": "failure", "intent": turn.slot("topic")})
        except (DeskFailed, DeskRefused):
            voice.say("utter_desk_trouble")
        else:
            voice.say("utter_desk_trouble_handed")

    def _key(self, turn: Turn, what: str) -> str:
        return f"{turn.sender}:{turn.message_id}:{self.title}:{what}"


def stop() -> Events:
    """Return the events that end whatever was being asked, after something has been said."""
    return [SlotSet("case_end", {"why": "said"}), SlotSet("requested_slot", None), ActiveLoop(None)]


def _where(error: Exception) -> str:
    """Return kind and place of an error, without its words: those can quote what the customer wrote."""
    if isinstance(error, DeskFailed):
        return str(error)
    return type(error).__name__ + "\n" + "".join(traceback.format_tb(error.__traceback__))
