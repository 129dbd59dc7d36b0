"""The words for kinds, states and titles of tickets: `desk/texts/tickets.yml`, which operators may edit."""

from desk.texts import table
from desk.tickets.model import Priority


def kinds() -> list[str]:
    """Return the kinds of tickets, in the order of the table."""
    return [key.removeprefix("kind.") for key in table("tickets") if key.startswith("kind.")]


def kind_text(kind: str) -> str:
    """Return the kind in Chinese."""
    return table("tickets")[f"kind.{kind}"]


def groups() -> list[str]:
    """Return the keys of the groups, in the order of the table."""
    return [key.removeprefix("group.") for key in table("tickets") if key.startswith("group.")]


def group_text(group: str) -> str:
    """Return the group in Chinese; its key where the table does not know it."""
    return table("tickets").get(f"group.{group}", group)


def group_of(kind: str) -> str:
    """Return the key of the group that works on tickets of this kind."""
    return table("tickets")[f"group_of.{kind}"]


def department(kind: str) -> str:
    """Return who works on tickets of this kind, in Chinese."""
    return group_text(group_of(kind))


def usual_priority(kind: str) -> Priority:
    """Return the priority of a ticket of this kind when its opener names none."""
    return Priority(table("tickets")[f"priority_of.{kind}"])


def status_text(status: str) -> str:
    """Return the state in Chinese."""
    return table("tickets")[f"status.{status}"]


def priority_text(priority: str) -> str:
    """Return the priority in Chinese."""
    return table("tickets")[f"priority.{priority}"]


def title(problem: str, **facts: object) -> str:
    """Return the title of a ticket about `problem`."""
    return table("tickets")[f"title.{problem}"].format(**facts)


def step_text(kind: str) -> str:
    """Return what a line of the history is called on the customer's page."""
    return table("tickets")[f"step.{kind}"]


def chat(key: str, **values: object) -> str:
    """Return the customer's text `key` about a ticket, for the conversation."""
    return table("tickets")[f"chat.{key}"].format(**values)
