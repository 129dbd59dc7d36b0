"""What the API needs of a request: whose token it brings, what it may do, and the key of a writing call."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from desk.api import calls, tokens
from desk.api.errors import BadToken, MissingScope
from desk.api.tokens import Client
from desk.channels.web.limits import Buckets
from desk.edge import TheDesk
from desk.services import Desk

S = TypeVar("S", bound=BaseModel)

_bearer = HTTPBearer(auto_error=False, scheme_name="token", description="`Authorization: Bearer kd_…`")


class Problem(BaseModel):
    """Every failure: a code for programs, a sentence for people, and sometimes details."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={"example": {"error": "missing_scope", "message": "…", "scope": "tickets:read"}},
    )

    error: str
    message: str


_MEANINGS = {
    400: "the request cannot be read",
    401: "no token, or one that is unknown, revoked or expired",
    403: "the token lacks a scope; `scope` names it",
    404: "there is no such thing",
    405: "the address has no such method",
    409: "the state of things, or an Idempotency-Key that belongs to another request, does not allow it",
    413: "the body is over 256 KB",
    422: "a field is missing or wrong; `field` names it where one does",
    429: "too many requests; try again after `retry_after` seconds",
    503: "the shop or the store does not answer; try again",
}
PROBLEMS: dict[int | str, dict[str, object]] = {
    status: {"model": Problem, "description": meaning} for status, meaning in _MEANINGS.items()
}


def the_client(
    request: Request,
    desk: TheDesk,
    wanted: SecurityScopes,
    given: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Client:
    """Return whose token the request brings.

    Raises:
        BadToken, CallsTooFast, MissingScope: it may not.
    """
    if given is None:
        raise BadToken
    client = tokens.client_of(desk.database, given.credentials)
    limits: Buckets = request.app.state.limits
    limits.take(str(client.id))
    for scope in wanted.scopes:
        if scope not in client.scopes:
            raise MissingScope(scope=scope)
    return client


@dataclass(frozen=True)
class Writing:
    """A writing call: whose it is, and under which key its answer is kept."""

    desk: Desk
    key: str
    method: str
    path: str

    def once(self, client: Client, body: BaseModel | None, shape: type[S], work: Callable[[Session], S]) -> S:
        """Return what `work` makes, or what it made when the key came before.

        Args:
            work: decides and does, in the session that it is given; what it returns holds no card keys and secrets.

        Raises:
            KeyUsedOtherwise: the key belongs to another request.
        """
        form = body.model_dump_json(exclude_unset=True) if body is not None else ""
        request = calls.digest_of(self.method, self.path, form)
        with self.desk.database.write() as session:
            answer = calls.once(session, client.id, self.key, request, lambda: work(session).model_dump(mode="json"))
        return shape.model_validate(answer)


def _writing(
    request: Request,
    desk: TheDesk,
    key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            pattern=r"^[!-~]{8,100}$",
            description="a name of your own for this very request, e.g. a UUID. The same key again gives the same "
            "answer and does nothing; with another request it is refused. Kept for two days",
            examples=["3f1c9a52-7e1b-4d0a-9c3e-2b7a5d1f8e60"],
        ),
    ],
) -> Writing:
    return Writing(desk, key, request.method, request.url.path)


TheWriting = Annotated[Writing, Depends(_writing)]
