"""The customer's buttons under a step (`desk.conversations.meanwhile.Meanwhile`)."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from desk.conversations.bot import Reply
from desk.conversations.model import Conversation
from desk.guidance import service
from desk.texts import table


class Guides:
    """Marks the step; the agent sees it and goes on, so nothing is said while one is there."""

    def pressed(self, session: Session, conversation: Conversation, payload: str) -> Sequence[Reply] | None:
        """Deal with a step's button; None for others'."""
        if not payload.startswith(service.PREFIX):
            return None
        going = service.answered(session, conversation, payload)
        if going is None:
            return None
        return [] if going else [Reply(table("guidance")["left"])]

    def heard(
        self, session: Session, conversation: Conversation, reason: str, text: str, *, picture: bool
    ) -> Sequence[Reply]:
        """Say nothing to what is typed."""
        return []
