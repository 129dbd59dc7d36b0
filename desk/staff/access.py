"""The rules of signing in, which admins set in a page: lock-out, sessions, passwords, two-factor."""

from typing import ClassVar

from pydantic import Field

from desk.options.service import Options
from desk.staff.roles import Role


class Access(Options):
    """The document `access`.

    Failed tries are counted over `window_minutes`: of one login from one address, of one login from all addresses
    (higher, so that a stranger cannot easily lock somebody out), and from one address. `session_hours` is how long a
    sign-in holds. Accounts of `two_factor_roles` do nothing else before they have set up the second step.
    """

    NAME: ClassVar[str] = "access"

    window_minutes: int = Field(ge=1, le=1440)
    tries_per_login_and_client: int = Field(ge=3, le=50)
    tries_per_login: int = Field(ge=3, le=500)
    tries_per_client: int = Field(ge=3, le=1000)
    session_hours: int = Field(ge=1, le=168)
    password_length: int = Field(ge=10, le=64)
    two_factor_roles: tuple[Role, ...]
