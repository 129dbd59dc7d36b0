"""What only colleagues read in a conversation: an agent's notes, and what a supervisor whispers to him."""

from sqlalchemy.orm import Session

from desk.conversations import timeline
from desk.conversations.handoff import Agent
from desk.conversations.model import Author, Entry, Kind, Owner


def write(session: Session, conversation_id: str, agent: Agent, text: str, client_id: str) -> Entry:
    """Write a note, once per `client_id`; in a colleague's conversation it is a whisper.

    Args:
        text: cleaned, with references instead of card keys.
    """
    conversation = timeline.lock(session, conversation_id)
    earlier = timeline.written(session, conversation_id, Author.AGENT, client_id)
    if earlier is not None:
        return earlier
    served = conversation.owner == Owner.AGENT
    return timeline.append(
        session,
        conversation,
        Author.AGENT,
        text,
        kind=Kind.NOTE,
        name=agent.name,
        agent_id=agent.id,
        body={"whisper": served and conversation.agent_id != agent.id},
        internal=True,
        client_id=client_id,
    )
