"""A picture came: where it went, and what happens next. The bot cannot read it; people at the desk can."""

from __future__ import annotations

from actions.base import DeskAction, Events, Voice
from actions.turn import Turn


class TakePicture(DeskAction):
    """Has the picture filed to the open case; in the middle of a case the form goes on with its question."""

    title = "action_picture"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        answer = await self.ask(turn, "pictures/filed", {})
        voice.say("utter_picture_in_form" if turn.in_form else f"utter_picture_{answer.outcome}", answer.facts)
        return []
