"""The API's own application: only public routes are in it, and so in its OpenAPI document."""

from fastapi import FastAPI

from desk.api import conversations, customers, knowledge, tickets, webhook_routes
from desk.api.edge import PROBLEMS
from desk.api.errors import CallsTooFast
from desk.channels.web.limits import Buckets
from desk.edge import install_errors
from desk.services import Desk

PREFIX = "/api/v1"
BURST, PER_SECOND = 120, 10  # calls of one token
_ABOUT = """
The desk's public API for the shop's own programs: tickets, conversations, customers, knowledge, webhooks.

Every call brings a token (`Authorization: Bearer kd_…`) that has the call's scope. Every writing call brings an
`Idempotency-Key`. Moments are ISO 8601 in UTC. Card keys never leave the desk: texts show them as `••••` and the last
characters; phone numbers, mail addresses and names are masked.
"""


def create(desk: Desk) -> FastAPI:
    """Return the API as an application to be mounted at `PREFIX`."""
    api = FastAPI(
        title="Kamidesk API",
        version="1",
        description=_ABOUT.strip(),
        docs_url=None,
        redoc_url=None,
        responses=PROBLEMS,
    )
    api.state.desk = desk
    api.state.limits = Buckets(burst=BURST, per_second=PER_SECOND, error=CallsTooFast)
    install_errors(api)
    for part in (tickets, conversations, customers, knowledge, webhook_routes):
        api.include_router(part.router)
    return api
