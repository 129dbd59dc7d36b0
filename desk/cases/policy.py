"""The figures by which cases are decided, each with its source."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Policy:
    """What the shop allows without asking a person. "Own choice" marks figures an operator should look at.

    Attributes:
        late_factor: an order is late after this many times the product's usual minutes. Beyond the
            usual time a key is delivered at once.
        topup_late_factor: the same for top-ups and goods delivered by hand; the default target SLA-14 tells
            15 minutes and calls 30 a delay.
        topup_retries: automatic repeats of a failed top-up before the money goes back. Own choice.
        hopeless_failures: words of the upstream that make a repeat pointless. Own choice.
        refund_automatically: whether the bot may ask the shop for a refund, or only opens the ticket
            (a money action; the shop still has to pay it out).
        refund_days: working days until the money is back, as payment channels tell (微信, 支付宝: 1-3).
        reissues_per_order: one by policy, further ones go to a person.
        expired_grace: an unused key that expired at most this long ago is replaced. Own choice.
        told_for: how long an explanation counts as given: within it, a second complaint goes to a person.
            Own choice: a conversation is one long thread, and last month's steps are forgotten.
        grant_for: how long a proof holds in its conversation. Own choice: keys are bought on shared
            computers too.
        tries_per_conversation, tries_window: wrong proofs per conversation. Own choice.
        tries_per_order, order_window: wrong proofs per order number, whoever tries; four digits are 10,000
            possibilities, so 8 a day leave a guesser 0.08 % a day (the shop system acg-faka: 8 per 10 minutes).
        tries_per_client: wrong proofs per address within `tries_window` (acg-faka: 40 per 10 minutes; many
            honest customers share an address).
        recent_orders: how many orders are offered as cards.
    """

    late_factor: float = 1.0
    topup_late_factor: float = 2.0
    topup_retries: int = 1
    hopeless_failures: tuple[str, ...] = (
        "不存在",
        "空号",
        "停机",
        "销号",
        "销户",
        "冻结",
        "状态异常",
        "已达上限",
        "有误",
        "不支持",
    )
    refund_automatically: bool = True
    refund_days: int = 3
    reissues_per_order: int = 1
    expired_grace: timedelta = timedelta(days=7)
    told_for: timedelta = timedelta(hours=72)
    grant_for: timedelta = timedelta(hours=24)
    tries_per_conversation: int = 5
    tries_window: timedelta = timedelta(minutes=60)
    tries_per_order: int = 8
    order_window: timedelta = timedelta(hours=24)
    tries_per_client: int = 20
    recent_orders: int = 5
