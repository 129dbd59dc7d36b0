"""Why the embedded shop's pay page does not take a payment."""

from desk.shop.errors import ShopError


class AccountFrozen(ShopError):
    """The customer's account is frozen: nothing is paid from or through it."""

    code, message = "account_frozen", "账户已冻结，暂时不能付款，也不能使用余额。请联系客服核实身份后解冻"


class OrderFrozen(ShopError):
    """The order was stopped for safety."""

    code, message = "order_frozen", "这笔订单已冻结，暂时不能付款。请联系客服核实"


class ChannelDown(ShopError):
    """No such way to pay, or it is out of order."""

    code, message = "channel_down", "这种付款方式暂时用不了，请换一种"


class BalanceTooLow(ShopError):
    """The wallet holds less than the price."""

    code, message = "balance_too_low", "余额不够付这笔订单，请换一种付款方式"
