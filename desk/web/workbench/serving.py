"""Whether a member of staff may act in a conversation: it is theirs, or they may take over any."""

from desk.conversations.errors import NotYourConversation
from desk.conversations.model import Conversation, Owner
from desk.staff.roles import Permission
from desk.staff.service import SignedIn


def is_mine(conversation: Conversation, staff: SignedIn) -> bool:
    """Say whether this member of staff serves the customer now."""
    return conversation.owner == Owner.AGENT and conversation.agent_id == staff.id


def must_be_mine(conversation: Conversation, staff: SignedIn) -> None:
    """Check that this member of staff serves the customer now.

    Raises:
        NotYourConversation: somebody else does, or nobody.
    """
    if not is_mine(conversation, staff):
        raise NotYourConversation


def may_act(conversation: Conversation, staff: SignedIn) -> bool:
    """Say whether this member of staff may do something for the customer: whoever serves him, and supervisors."""
    return is_mine(conversation, staff) or staff.may(Permission.TAKE_OVER)
