"""The HTTP edge: how a request finds the desk, and the one place where failures become replies."""

import json
import logging
import math
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk.errors import BadRequest, DeskError, NotFound, TooLarge
from desk.services import Desk

_log = logging.getLogger(__name__)
BODY_LIMIT = 256 * 1024


class Trouble(DeskError):
    """Something broke on our side; nothing of it is shown."""

    code, status, message = "trouble", 500, "系统出了点问题，请稍后再试"


class Busy(DeskError):
    """The store does not answer in time."""

    code, status, message = "busy", 503, "系统繁忙，请稍后再试"


class MethodNotAllowed(DeskError):
    """The address is right, the HTTP method is not."""

    code, status = "method_not_allowed", 405


def the_desk(request: Request) -> Desk:
    """Return the desk of this process."""
    desk: Desk = request.app.state.desk
    return desk


TheDesk = Annotated[Desk, Depends(the_desk)]


def reply(error: DeskError) -> JSONResponse:
    """Return the JSON reply to a failure."""
    details = {k: v for k, v in error.details.items() if isinstance(v, str | int | float | bool)}
    body = {"error": error.code, "message": error.text, **details}
    return JSONResponse(body, error.status, headers=_headers(error))


def _headers(error: DeskError) -> dict[str, str]:
    """Return what HTTP wants beside a failure's body."""
    headers = {}
    if "retry_after" in error.details:
        headers["Retry-After"] = str(math.ceil(error.details["retry_after"]))
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def shown(request: Request, error: DeskError) -> Response:
    """Return the reply to a failure: JSON, or what the part of the desk that was asked for shows instead.

    Such a part puts its function into `app.state.error_pages`, by the prefix of its paths.
    """
    pages: dict[str, Callable[[Request, DeskError], Response]] = getattr(request.app.state, "error_pages", {})
    for prefix, error_page in pages.items():
        if request.url.path == prefix or request.url.path.startswith(f"{prefix}/"):
            return error_page(request, error)
    return reply(error)


def install_errors(app: FastAPI) -> None:
    """Map every failure to a reply."""

    @app.exception_handler(DeskError)
    async def _desk_error(request: Request, error: DeskError) -> Response:
        return shown(request, error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        # Only where, never what: the value may be a card key.
        first = error.errors()[0] if error.errors() else {}
        where = ".".join(str(part) for part in first.get("loc", ())[1:])
        return shown(request, BadRequest(field=where))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return shown(request, NotFound("没有这个页面"))
        if error.status_code == 405:
            answer = shown(request, MethodNotAllowed())
            answer.headers.update(error.headers or {})  # Allow
            return answer
        return JSONResponse({"error": "error", "message": DeskError.message}, error.status_code)

    @app.exception_handler(OperationalError)
    async def _busy(request: Request, error: OperationalError) -> Response:
        _log.error("database: %s", type(error.orig).__name__)
        return shown(request, Busy())

    @app.exception_handler(Exception)
    async def _trouble(request: Request, error: Exception) -> Response:
        return shown(request, Trouble())


class BodyLimit:
    """Refuses bodies over the limit before they are read into memory.

    Args:
        limit: bytes.
        other: paths with a limit of their own, and what is said above it.
    """

    def __init__(
        self,
        app: ASGIApp,
        limit: int = BODY_LIMIT,
        other: Mapping[str, tuple[int, type[DeskError]]] | None = None,
    ) -> None:
        self._app, self._usual, self._other = app, (limit, TooLarge), other or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit, error = self._other.get(scope["path"], self._usual)
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit:
            await self._refuse(send, error)
            return
        size = 0
        refused = False

        async def counted() -> Message:
            nonlocal size, refused
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                refused = True
                return {"type": "http.disconnect"}
            return message

        async def guarded(message: Message) -> None:
            if not refused:
                await send(message)

        try:
            await self._app(scope, counted, guarded)
        except Exception:
            if not refused:
                raise
        if refused:
            await self._refuse(send, error)

    async def _refuse(self, send: Send, error: type[DeskError]) -> None:
        body: dict[str, Any] = {"error": error.code, "message": error.message}
        payload = json.dumps(body, ensure_ascii=False).encode()
        headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": error.status, "headers": headers})
        await send({"type": "http.response.body", "body": payload})
