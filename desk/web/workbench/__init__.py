"""The agents' workbench under /desk: pages, fragments and one live stream."""

from fastapi import Depends, FastAPI

from desk.web.workbench import (
    accounts,
    actions,
    api_actions,
    api_page,
    approvals,
    audit,
    board,
    composing,
    counter,
    customer_actions,
    customer_merges,
    customers,
    dialogue,
    duty,
    events,
    group_settings,
    kb,
    me,
    personal_data,
    pictures,
    reveal,
    script_pages,
    sign_in,
    sla_settings,
    team,
    ticket_actions,
    ticket_facts,
    ticket_files,
    ticket_macros,
    ticket_many,
    ticket_page,
    ticket_parts,
    ticket_report,
    tickets,
    transfers,
)
from desk.web.workbench import sla as sla_page
from desk.web.workbench.case_guard import guard
from desk.web.workbench.failures import error_page, fallback

__all__ = ["error_page", "install"]

_PARTS = (
    *(sign_in, me, accounts, audit, reveal),
    *(board, dialogue, actions, events, pictures, duty, transfers, team, group_settings),
    *(composing, counter, kb, script_pages, api_page, api_actions),
    *(tickets, ticket_actions, ticket_page, ticket_facts, ticket_parts, ticket_files, ticket_report),
    *(ticket_many, ticket_macros, approvals, sla_page, sla_settings),
    *(customer_actions, customer_merges, personal_data, customers),  # last: /desk/customers/{key} takes what is left
)


def install(app: FastAPI) -> None:
    """Add the workbench's routes, and its way of showing failures."""
    for part in _PARTS:
        app.include_router(part.router, dependencies=[Depends(guard)])
    app.include_router(fallback)
    app.state.error_pages = {**getattr(app.state, "error_pages", {}), "/desk": error_page}
