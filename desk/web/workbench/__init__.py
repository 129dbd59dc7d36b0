"""The agents' workbench under /desk: pages, fragments and one live stream."""

from fastapi import FastAPI

from desk.web.workbench import (
    actions,
    api_actions,
    api_page,
    approvals,
    board,
    dialogue,
    events,
    pictures,
    sign_in,
    ticket_actions,
    tickets,
)
from desk.web.workbench.failures import error_page, fallback

__all__ = ["error_page", "install"]


def install(app: FastAPI) -> None:
    """Add the workbench's routes, and its way of showing failures."""
    for part in (sign_in, board, dialogue, actions, events, pictures, tickets, ticket_actions, approvals):
        app.include_router(part.router)
    for part in (api_page, api_actions):
        app.include_router(part.router)
    app.include_router(fallback)
    app.state.error_pages = {**getattr(app.state, "error_pages", {}), "/desk": error_page}
