"""The agents' workbench under /desk: pages, fragments and one live stream."""

from fastapi import Depends, FastAPI

from desk.web.workbench import (
    accounts,
    actions,
    approvals,
    audit,
    board,
    dialogue,
    events,
    me,
    pictures,
    reveal,
    sign_in,
    ticket_actions,
    tickets,
)
from desk.web.workbench.case_guard import guard
from desk.web.workbench.failures import error_page, fallback

__all__ = ["error_page", "install"]


def install(app: FastAPI) -> None:
    """Add the workbench's routes, and its way of showing failures."""
    for part in (sign_in, board, dialogue, actions, events, pictures, tickets, ticket_actions, approvals):
        app.include_router(part.router, dependencies=[Depends(guard)])
    for part in (me, accounts, audit, reveal):
        app.include_router(part.router, dependencies=[Depends(guard)])
    app.include_router(fallback)
    app.state.error_pages = {**getattr(app.state, "error_pages", {}), "/desk": error_page}
