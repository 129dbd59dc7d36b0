"""The root of the desk's failures. Each failure is a class of its own; `edge` maps them to replies."""

from typing import Any, ClassVar


class DeskError(Exception):
    """A failure that the person at the other end can understand.

    Subclasses set the machine-readable `code`, the HTTP `status` and the Chinese `message`;
    `details` adds fields to the JSON answer.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    message: ClassVar[str] = "请求有误，请检查后重试"

    def __init__(self, message: str | None = None, **details: Any) -> None:
        self.text = message or self.message
        self.details = details
        super().__init__(self.text)


class NotFound(DeskError):
    """The thing does not exist, or is not the asker's."""

    code, status, message = "not_found", 404, "没有找到"


class BadRequest(DeskError):
    """The request's fields are not of the documented form."""

    code, status, message = "bad_request", 422, "请求内容不符合格式"


class Unauthorized(DeskError):
    """No valid session or token."""

    code, status, message = "unauthorized", 401, "登录已失效，请重新登录"


class Forbidden(DeskError):
    """A valid session that may not do this."""

    code, status, message = "forbidden", 403, "您没有这项权限"


class TooLarge(DeskError):
    """The body exceeds the limit."""

    code, status, message = "too_large", 413, "内容太大了"
