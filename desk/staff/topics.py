"""What is announced about staff."""


def topic(agent_id: int) -> str:
    """Return the topic that is announced when one of the agent's sessions ends."""
    return f"staff:{agent_id}"
