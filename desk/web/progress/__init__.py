"""The customer's page of a ticket, `/t/<number>?k=<token>`: no sign-in, only the link."""

from fastapi import FastAPI

from desk.web.progress import page

__all__ = ["install"]


def install(app: FastAPI) -> None:
    """Add the page, and its way of showing failures."""
    app.include_router(page.router)
    app.state.error_pages = {**getattr(app.state, "error_pages", {}), page.PREFIX: page.error_page}
