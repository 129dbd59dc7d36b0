"""The agents' workbench under /desk: pages, fragments and one live stream."""

from fastapi import FastAPI

from desk.web.workbench import (
    actions,
    approvals,
    board,
    dialogue,
    events,
    pictures,
    sign_in,
    ticket_actions,
    ticket_facts,
    ticket_files,
    ticket_macros,
    ticket_many,
    ticket_page,
    ticket_parts,
    ticket_report,
    tickets,
)
from desk.web.workbench.failures import error_page, fallback

__all__ = ["error_page", "install"]


def install(app: FastAPI) -> None:
    """Add the workbench's routes, and its way of showing failures."""
    for part in (sign_in, board, dialogue, actions, events, pictures, tickets, ticket_actions, approvals):
        app.include_router(part.router)
    for part in (ticket_page, ticket_facts, ticket_parts, ticket_files, ticket_report, ticket_many, ticket_macros):
        app.include_router(part.router)
    app.include_router(fallback)
    app.state.error_pages = {**getattr(app.state, "error_pages", {}), "/desk": error_page}
