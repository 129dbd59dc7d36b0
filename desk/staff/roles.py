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
    MANAGE_STAFF = "manage_staff"
    """Add and stop accounts; let programs in."""


_P = Permission
_AGENT = frozenset({_P.CONVERSE, _P.WORK_TICKETS})
_SUPERVISOR = _AGENT | {_P.TAKE_OVER, _P.SEE_TEAM, _P.APPROVE}
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.AGENT: _AGENT,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMIN: _SUPERVISOR | {_P.MANAGE_STAFF},
}


def may(role: str, permission: Permission) -> bool:
    """Return whether `role` has the permission; an unknown role has none."""
    return role in PERMISSIONS and permission in PERMISSIONS[Role(role)]
