"""The desk's web application: routers, static files, errors, and what runs beside them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from desk import health, housekeeping, settings
from desk.api import app as public_api
from desk.audit import checking, sealing
from desk.channels.web import api as widget_api
from desk.channels.web import pictures as widget_pictures
from desk.channels.web import stream as widget_stream
from desk.customers import forgetting
from desk.edge import BodyLimit, TheDesk, install_errors
from desk.internal import api as internal_api
from desk.internal import catalogue as internal_catalogue
from desk.internal import knowledge as internal_knowledge
from desk.internal import pictures as internal_pictures
from desk.pictures.checking import MOST_BYTES
from desk.pictures.errors import PictureTooBig
from desk.remedies import asking
from desk.routing import sweep as routing
from desk.services import compose
from desk.sla import sweep as sla_sweep
from desk.tickets import sweeping as ticket_sweeping
from desk.tickets.errors import AttachmentTooBig
from desk.web import progress, widget, workbench
from desk.web import shop as shop_pages
from desk.web.workbench import pictures as desk_pictures
from desk.web.workbench import ticket_files

_LARGER = {
    widget_pictures.PATH: (MOST_BYTES, PictureTooBig),
    desk_pictures.PATH: (MOST_BYTES, PictureTooBig),
    ticket_files.PATH: (ticket_files.BODY_LIMIT, AttachmentTooBig),
}
_WEB = Path(__file__).parent / "web"


def create_app(given: settings.Settings | None = None) -> FastAPI:
    """Return the desk as an ASGI application.

    Args:
        given: the settings; read from environment and settings file when left out.
    """
    desk = compose(given or settings.load())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(widget.script)  # a second's work that no customer shall wait for
        desk.bus.start()
        desk.pump.start()
        desk.knowledge.library.warm()
        beside = [
            asyncio.create_task(housekeeping.run(desk.database, desk.gallery)),
            asyncio.create_task(asking.run(desk.database)),
            asyncio.create_task(routing.run(desk.database, desk.cases)),
            asyncio.create_task(sla_sweep.run(desk.database, desk.policies)),
            asyncio.create_task(ticket_sweeping.run(desk.database)),
            asyncio.create_task(forgetting.run(desk.database, desk.bot)),
            asyncio.create_task(desk.courier.run()),
            asyncio.create_task(sealing.run(desk.database, desk.vault, desk.settings.state)),
            asyncio.create_task(checking.run(desk.database, desk.vault, desk.settings.state)),
        ]
        yield
        for task in beside:
            task.cancel()
        await desk.pump.stop()
        await desk.bot.close()
        desk.database.close()

    # The documentation pages of the framework load scripts from elsewhere: off.
    app = FastAPI(title="Kamidesk", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.desk = desk
    install_errors(app)
    app.add_middleware(BodyLimit, other=_LARGER)
    origins = [o.strip() for o in desk.settings.allowed_origins.split(",") if o.strip()]
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
            max_age=600,
        )
    app.include_router(widget_api.router)
    app.include_router(widget_pictures.router)
    app.include_router(widget_stream.router)
    app.include_router(internal_api.router)
    app.include_router(internal_catalogue.router)
    app.include_router(internal_knowledge.router)
    app.include_router(internal_pictures.router)
    app.include_router(widget.router)
    workbench.install(app)
    progress.install(app)
    if desk.settings.demo:
        for router in shop_pages.routers:
            app.include_router(router)
    app.mount(public_api.PREFIX, public_api.create(desk))
    app.mount("/static", StaticFiles(directory=_WEB / "static"), name="static")

    @app.get("/healthz")
    async def healthz(desk: TheDesk) -> JSONResponse:
        found: dict[str, Any] = await health.check(desk)
        return JSONResponse(found, 200 if found["status"] == "ok" else 503)

    return app
