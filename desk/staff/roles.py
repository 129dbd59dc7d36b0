"""What each role may do: one table, asked through `may`."""

from enum import StrEnum


class Role(StrEnum):
    """The roles of staff; `agent` is the first line."""

    AGENT = "agent"
    SECOND_LINE = "second_line"
    RISK = "risk"
    FINANCE = "finance"
    MERCHANT = "merchant"
    ANALYST = "analyst"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Permission(StrEnum):
    """What can be allowed. Whoever is signed in may read what is not guarded."""

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
    PLAN_TEAM = "plan_team"
    """Edit rosters, who serves which group, and who looks after whom."""
    REMEDY = "remedy"
    """Set things right for a customer within the limits of policies.yml: re-issue, refund, coupon."""
    EDIT_SCRIPTS = "edit_scripts"
    """Change the canned replies and what is checked in replies."""
    MANAGE_STAFF = "manage_staff"
    """Add, change and stop accounts; set the rules of signing in; let programs in."""
    RISK_CASES = "risk_cases"
    """See and work on cases of account safety: stolen or frozen accounts, fraud."""
    FUND_CASES = "fund_cases"
    """See and work on cases about money that has gone astray: disputes, finance's tickets."""
    REVEAL = "reveal"
    """See a customer's phone number or account in full, with a reason."""
    MANAGE_DESK = "manage_desk"
    """Change what operators set in pages: groups, hours, targets, scripts."""
    SEE_AUDIT = "see_audit"
    """Search the audit."""
    EXPORT = "export"
    """Take lists away as files."""


_P = Permission
_AGENT = frozenset({_P.CONVERSE, _P.WORK_TICKETS, _P.SEE_CUSTOMERS, _P.REMEDY, _P.REVEAL})
_SECOND_LINE = _AGENT | {_P.TAKE_OVER}
_SUPERVISOR = _SECOND_LINE | {
    _P.SEE_TEAM,
    _P.APPROVE,
    _P.RISK_CASES,
    _P.FUND_CASES,
    _P.MANAGE_DESK,
    _P.SEE_AUDIT,
    _P.EXPORT,
    _P.PLAN_TEAM,
    _P.LEAD_TICKETS,
    _P.EDIT_MACROS,
    _P.EDIT_SCRIPTS,
    _P.MERGE_CUSTOMERS,
    _P.PERSONAL_DATA,
}
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.AGENT: _AGENT,
    Role.SECOND_LINE: _SECOND_LINE,
    Role.RISK: _AGENT | {_P.RISK_CASES, _P.FUND_CASES, _P.SEE_AUDIT},
    Role.FINANCE: _AGENT | {_P.FUND_CASES, _P.EXPORT},
    Role.MERCHANT: _AGENT,
    Role.ANALYST: frozenset({_P.SEE_TEAM, _P.EXPORT}),
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMIN: _SUPERVISOR | {_P.MANAGE_STAFF},
}


def may(role: str, permission: Permission) -> bool:
    """Return whether `role` has the permission; an unknown role has none."""
    return role in PERMISSIONS and permission in PERMISSIONS[Role(role)]
