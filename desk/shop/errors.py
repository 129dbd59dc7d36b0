"""Failures of the shop. None of them carries a card key."""

from desk.errors import DeskError, NotFound


class ShopError(DeskError):
    """The shop cannot do what was asked."""

    code, status, message = "shop_error", 409, "店铺系统没能完成这个操作"


class OrderNotFound(NotFound):
    """No order has this number."""

    code, message = "order_not_found", "没有查到这个订单"


class ProductNotFound(NotFound):
    """No product has this id."""

    code, message = "product_not_found", "没有查到这个商品"


class KeyNotFound(NotFound):
    """The key does not belong to this order."""

    code, message = "key_not_found", "这个订单里没有这张卡"


class CustomerNotFound(NotFound):
    """No customer has this id."""

    code, message = "customer_not_found", "没有查到这个客户"


class NotCancellable(ShopError):
    """The order is paid: only a refund undoes it."""

    code, message = "not_cancellable", "订单已经付款，不能直接取消"


class NotCorrectable(ShopError):
    """Not a top-up, or no longer in the shop's hands; `details["order_status"]` says which state."""

    code, message = "not_correctable", "这笔充值已经提交，账号改不了了"


class BadAccount(ShopError):
    """The account has not the form that the product needs; `details["expected"]` says which."""

    code, status, message = "bad_account", 422, "账号格式不对"


class NotCreditable(ShopError):
    """Unknown, not paid, or closed."""

    code, message = "not_creditable", "这笔余额充值目前不能入账"


class OutOfStock(ShopError):
    """Fewer unsold keys than needed; `details` has `needed` and `available`. Nothing was assigned."""

    code, message = "out_of_stock", "这个商品暂时没有库存"


class NotDeliverable(ShopError):
    """The order's state or kind rules out handing out keys; `details["order_status"]` says which state."""

    code, message = "not_deliverable", "这个订单目前不能发卡"


class AlreadyReplaced(ShopError):
    """The key has its one replacement; `details["replaced_by"]` is that key's id."""

    code, message = "already_replaced", "这张卡已经补发过一次"


class NotRetryable(ShopError):
    """Only a top-up that failed upstream can be sent again; `details["order_status"]` says what it is."""

    code, message = "not_retryable", "这笔充值目前不能重新提交"


class NotRefundable(ShopError):
    """Nothing was paid, or everything was delivered; `details["order_status"]` says which state."""

    code, message = "not_refundable", "这个订单目前不能退款"


class Unsupported(ShopError):
    """This back end cannot do that (a read-only connection, say): a person has to."""

    code, status, message = "shop_unsupported", 501, "当前店铺系统不支持这个操作"


class ShopUnavailable(ShopError):
    """The back end does not answer. Worth another try later."""

    code, status, message = "shop_unavailable", 503, "店铺系统暂时连不上"
