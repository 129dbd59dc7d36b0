"""What the API refuses, in one shape: `error` (a code), `message`, and details."""

from desk.channels.web.limits import TooFast
from desk.errors import BadRequest, DeskError, Forbidden, NotFound, Unauthorized


class BadToken(Unauthorized):
    """No token, or one that is unknown, revoked or expired."""

    code, message = "bad_token", "访问令牌无效、已过期或已停用"


class MissingScope(Forbidden):
    """The token may not do this; details: scope."""

    code, message = "missing_scope", "这个访问令牌没有所需的权限"


class CallsTooFast(TooFast):
    """The token is over its rate; details: retry_after seconds."""

    message = "请求太频繁，请按 Retry-After 等一会儿再试"


class KeyUsedOtherwise(DeskError):
    """The Idempotency-Key was used for another request."""

    code, status, message = "idempotency_key_reused", 409, "这个 Idempotency-Key 已用于另一个请求，请换一个"


class BadCursor(BadRequest):
    """The cursor is not one that a page gave out."""

    code, message = "bad_cursor", "cursor 无效，请使用上一页返回的 next_cursor"


class BadName(BadRequest):
    """A token needs a name of 1 to 60 characters."""

    code, message = "bad_name", "请填写 1 到 60 字的名称"


class BadScopes(BadRequest):
    """A token needs at least one scope, and only known ones."""

    code, message = "bad_scopes", "请至少勾选一项权限，且只能是列出的权限"


class BadLifetime(BadRequest):
    """A token lives between one day and ten years, or without end."""

    code, message = "bad_lifetime", "有效期请填 1 到 3650 天，留空表示长期有效"


class NoToken(NotFound):
    """No token has this id."""

    code, message = "no_token", "没有找到这个访问令牌"


class UnknownOrder(BadRequest):
    """The order does not exist."""

    code, message = "unknown_order", "没有这个订单"


class UnknownCustomer(BadRequest):
    """The customer does not exist."""

    code, message = "unknown_customer", "没有这位客户"


class NotTheSameCustomer(BadRequest):
    """Order, conversation and customer do not belong together."""

    code, message = "not_the_same_customer", "订单、会话和客户不属于同一个人"


class NoSuchTicket(NotFound):
    """No ticket has this number."""

    code, message = "no_ticket", "没有找到这张工单"


class NoSuchCustomer(NotFound):
    """The shop does not know this customer."""

    code, message = "no_customer", "没有找到这位客户"


class UnknownKind(BadRequest):
    """No such kind of ticket."""

    code, message = "unknown_kind", "没有这种工单类型"
