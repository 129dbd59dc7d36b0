"""What each role may do: one table, asked through `may`."""

from enum import StrEnum


class Role(StrEnum):
    """The roles of staff."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Permission(StrEnum):
    """What can be allowed."""

    CONVERSE = "converse"
    """Take waiting customers, answer, give back, close."""
    TAKE_OVER = "take_over"
    """Take a conversation that is not waiting: from the bot, or one that has ended."""
    SEE_TEAM = "see_team"
    """See who of the colleagues talks with whom."""
    WORK_TICKETS = "work_tickets"
    """Open tickets, note on them, move them on."""
    APPROVE = "approve"
    """Decide about refunds and compensation above the others' limits."""
    LEAD_TICKETS = "lead_tickets"
    """Close tickets before the customer has confirmed, see those that were urged, set the rules of closing."""
    EDIT_MACROS = "edit_macros"
    """Change what one click does with a ticket."""
    SEE_CUSTOMERS = "see_customers"
    """Look customers up, tag them, note on them, record what they agree to."""
    MERGE_CUSTOMERS = "merge_customers"
    """Say that two identities are one person, and undo it."""
    PERSONAL_DATA = "personal_data"
    """Export and erase a customer's personal data."""
    MANAGE_STAFF = "manage_staff"
    """Add and stop accounts."""
    PLAN_TEAM = "plan_team"
    """Edit rosters, who serves which group, and who looks after whom."""
    MANAGE_DESK = "manage_desk"
    """Set promised times, hours and holidays."""


_P = Permission
_AGENT = frozenset({_P.CONVERSE, _P.WORK_TICKETS, _P.SEE_CUSTOMERS})
_SUPERVISOR = _AGENT | {
    _P.TAKE_OVER,
    _P.SEE_TEAM,
    _P.APPROVE,
    _P.PLAN_TEAM,
    _P.LEAD_TICKETS,
    _P.EDIT_MACROS,
    _P.MERGE_CUSTOMERS,
    _P.PERSONAL_DATA,
}
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.AGENT: _AGENT,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMIN: _SUPERVISOR | {_P.MANAGE_STAFF, _P.MANAGE_DESK},
}


def may(role: str, permission: Permission) -> bool:
    """Return whether `role` has the permission; an unknown role has none."""
    return role in PERMISSIONS and permission in PERMISSIONS[Role(role)]
