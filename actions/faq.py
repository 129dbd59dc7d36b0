"""Questions about accounts (`faq/register`): answered from the knowledge base, by the article nearest to the words.

Where the desk has none, domain.yml's `utter_faq/…` stands in. Not Rasa's own retrieval action: a button's payload does
not pass the NLU's response selector, and Rasa takes `/faq/register` for no intent at all.
"""

from __future__ import annotations

from actions import knowledge
from actions.base import DeskAction, Events, Voice
from actions.turn import Turn
from actions.wording import first_known


class Faq(DeskAction):
    """Says the article, or `utter_faq/{question}`."""

    title = "action_faq"

    async def act(self, turn: Turn, voice: Voice) -> Events:
        answer = await knowledge.looked_up(self, turn, turn.written, turn.question)
        if answer is not None and answer.outcome == knowledge.FULL:
            knowledge.tell(voice, answer)
        else:
            voice.say(first_known(f"utter_faq/{turn.question}", "utter_fallback_common"))
        return []
