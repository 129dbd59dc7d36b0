"""A suggestion: kept for the people who can follow it."""

from __future__ import annotations

from actions.base import DeskAction, Events, Voice
from actions.turn import Turn


class Suggest(DeskAction):
    """Has the customer's words recorded; thanks only for what was."""

    title = "action_suggest"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        if not turn.written.strip():
            voice.say("utter_suggest_go_on")
            return []
        answer = await self.ask(turn, "feedback", {"text": turn.written[:1000]})
        voice.say(f"utter_{answer.topic}_{answer.outcome}", answer.facts)
        return []
