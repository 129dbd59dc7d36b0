"""The words for kinds, states and titles of tickets: `desk/texts/tickets.yml`, which operators may edit."""

from desk.texts import table
from desk.tickets.model import Priority


def kinds() -> list[str]:
    """Return the kinds of tickets, in the order of the table."""
    return [key.removeprefix("kind.") for key in table("tickets") if key.startswith("kind.")]


def kind_text(kind: str) -> str:
    """Return the kind in Chinese."""
    return table("tickets")[f"kind.{kind}"]


def department(kind: str) -> str:
    """Return who works on tickets of this kind."""
    return table("tickets")[f"department.{kind}"]


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
