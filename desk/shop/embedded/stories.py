"""The demo's named customers, each with orders that tell a story."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from desk.shop.embedded.scenario_money import Paid
from desk.shop.types import KeyState, OrderStatus, PaymentState, RechargeState

S, K, P, R = OrderStatus, KeyState, PaymentState, RechargeState


@dataclass(frozen=True, slots=True)
class Person:
    """Someone to sign in as.

    Attributes:
        note: what is up, in one line.
        orders: product, state, minutes since the payment, further fields of `Scenario`; newest first.
        recharges: yuan, state, minutes since the payment; newest first.
        coupons: yuan, days until it ends.
    """

    id: str
    name: str
    phone: str
    note: str
    orders: tuple[tuple[str, OrderStatus, int, dict[str, Any]], ...]
    recharges: tuple[tuple[str, RechargeState, int], ...] = ()
    coupons: tuple[tuple[str, int], ...] = ()


def _used(**after: float) -> dict[str, Any]:
    return {"key_state": K.USED, "used_after": timedelta(**after)}


#: 云闪付 is the channel that is out of order in the demo.
_REFUSED = (Paid(P.FAILED, "unionpay", "云闪付返回：通道维护中，请稍后再试"), Paid(P.PENDING, "unionpay"))
_TWICE = (Paid(P.SUCCESS, "wechat"), Paid(P.SUCCESS, "wechat"))

PEOPLE = (
    Person(
        "u1001",
        "林小雨",
        "13800006688",
        "刚买的 Steam 卡付了款没收到，库里有货；昨天的腾讯视频月卡已发",
        (
            ("steam-100", S.PAID_WAIT, 40, {}),
            ("txvideo-1m", S.DELIVERED, 1500, {}),
            ("jd-100", S.COMPLETED, 43000, _used(hours=5)),
        ),
        coupons=(("5", 20),),
    ),
    Person(
        "u1002",
        "陈浩",
        "13900005213",
        "Steam 卡提示已被使用，其实卖出前就被用过；还有一张Q币卡没用、一张苹果卡自己用过",
        (
            ("steam-50", S.DELIVERED, 130, _used(days=-5)),
            ("qcoin-card-30", S.DELIVERED, 1700, {}),
            ("appstore-100", S.DELIVERED, 4000, _used(minutes=18)),
        ),
    ),
    Person(
        "u1003",
        "王建国",
        "13700002046",
        "话费充值失败；另有一笔已到账、一笔Q币正在充",
        (
            ("qcoin-50", S.PROCESSING, 3, {"account": "345120678"}),
            ("phone-100", S.FAILED, 75, {"failure": "运营商返回：号段维护中"}),
            ("phone-50", S.DELIVERED, 2900, {}),
        ),
    ),
    Person(
        "u1004",
        "赵敏",
        "15800003371",
        "付款后没货：Steam 500 元缺货；还有一笔正在退款",
        (
            ("steam-500", S.OUT_OF_STOCK_AFTER_PAY, 95, {}),
            ("win11-pro", S.PAID_WAIT, 180, {}),
            ("steam-500", S.REFUNDING, 2400, {}),
        ),
    ),
    Person(
        "u1005",
        "刘洋",
        "18600009105",
        "下了单，云闪付没付成；充了 200 元余额没到账；上一单超时关闭了",
        (
            ("iqiyi-1m", S.UNPAID, 4, {"pay_limit": timedelta(hours=24), "payments": _REFUSED}),
            ("bilibili-1m", S.EXPIRED, 300, {}),
            ("netease-music-1m", S.CANCELED, 5000, {}),
        ),
        recharges=(("200.00", R.PAID, 90), ("100.00", R.CREDITED, 20000)),
    ),
    Person(
        "u1006",
        "周倩",
        "18900007432",
        "买 5 张只发了 3 张；购物卡人工发货超时；哔哩哔哩会员扣了两次钱",
        (
            ("steam-200", S.PAID_WAIT, 1, {}),
            ("bilibili-1m", S.DELIVERED, 50, {"payments": _TWICE}),
            ("steam-500", S.PROCESSING, 150, {"quantity": 5, "handed_out": 3}),
            ("market-500", S.PROCESSING, 420, {}),
        ),
    ),
    Person(
        "u1007",
        "吴磊",
        "15000004819",
        "卡已经补过一次；另有一张被锁、一张买到时就过期、一张放过期了",
        (
            ("steam-200", S.DELIVERED, 600, {**_used(days=-9), "reissued": True}),
            ("jd-500", S.DELIVERED, 3000, {"key_state": K.LOCKED}),
            ("youku-1m", S.DELIVERED, 5000, {"key_state": K.EXPIRED, "shelf": True}),
            ("mgtv-1m", S.DELIVERED, 100000, {"key_state": K.EXPIRED}),
        ),
    ),
    Person(
        "u1008",
        "孙丽",
        "17700008250",
        "刚下的话费填错了号码，还没充；另有一笔充了几个小时没到、一笔充错号码、一笔已退款",
        (
            ("phone-100", S.PAID_WAIT, 2, {"account": "17700008205"}),
            ("phone-200", S.PROCESSING, 200, {}),
            ("phone-30", S.DELIVERED, 1800, {"account": "17700008520"}),
            ("steam-100", S.REFUNDED, 12000, {}),
        ),
    ),
)
