"""What can be wrong with a webhook."""

from desk.errors import BadRequest, DeskError, NotFound


class BadAddress(BadRequest):
    """The address is no http(s) URL that may be called."""

    code, message = "bad_url", "地址要以 http:// 或 https:// 开头，不能带用户名、密码和 # 后面的部分"


class ForbiddenAddress(BadRequest):
    """The address is inside the network."""

    code, message = "forbidden_url", "不能使用内网或本机地址"


class BadEvents(BadRequest):
    """An endpoint wants at least one event, and only known ones."""

    code, message = "bad_events", "请至少勾选一种事件，且只能是列出的事件"


class TooManyEndpoints(DeskError):
    """There are enough endpoints."""

    code, status, message = "too_many_webhooks", 409, "推送地址已达上限，请先删除不用的"


class NoEndpoint(NotFound):
    """No endpoint has this id."""

    code, message = "no_webhook", "没有找到这个推送地址"


class NoDelivery(NotFound):
    """No delivery has this id."""

    code, message = "no_delivery", "没有找到这条推送记录"


class NotDead(DeskError):
    """Only what was given up can be sent again by hand."""

    code, status, message = "not_dead", 409, "这条推送没有失败，不用重发"


class EndpointGone(DeskError):
    """The delivery's endpoint has been removed."""

    code, status, message = "webhook_removed", 409, "推送地址已删除，不能重发"
