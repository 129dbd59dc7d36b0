"""The agents' workbench under /desk: pages, fragments and one live stream."""

from fastapi import Depends, FastAPI

from desk.web.workbench import (
    accounts,
    actions,
    approvals,
    audit,
    board,
    customer_actions,
    customer_merges,
    customers,
    dialogue,
    duty,
    events,
    me,
    personal_data,
    pictures,
    reveal,
    sign_in,
    sla_settings,
    team,
    ticket_actions,
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


def install(app: FastAPI) -> None:
    """Add the workbench's routes, and its way of showing failures."""
    for part in (
        sign_in,
        board,
        dialogue,
        actions,
        events,
        pictures,
        tickets,
        ticket_actions,
        ticket_page,
        ticket_parts,
        ticket_files,
        ticket_report,
        ticket_many,
        ticket_macros,
        approvals,
        sla_page,
        sla_settings,
        customer_actions,  # before `customers`: /desk/customers/{key}/… before /{key}
        customer_merges,
        personal_data,
        customers,
        duty,
        transfers,
        team,
    ):
        app.include_router(part.router, dependencies=[Depends(guard)])
    for part in (me, accounts, audit, reveal):
        app.include_router(part.router, dependencies=[Depends(guard)])
    app.include_router(fallback)
    app.state.error_pages = {**getattr(app.state, "error_pages", {}), "/desk": error_page}
