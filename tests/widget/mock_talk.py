"""One customer's conversation at the mock desk, and the scripted bot that answers there."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Entry = dict[str, Any]


@dataclass
class Conversation:
    """One customer's conversation."""

    user: str | None
    entries: list[Entry] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=lambda: {"owner": "bot", "position": None, "agent": None})
    signals: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: dict[str, Entry] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    read: int = 0
    typed: int = 0
    ratings: list[dict[str, Any]] = field(default_factory=list)

    def add(self, sender: str, text: str = "", *, kind: str = "text", at: datetime | None = None, **more: Any) -> Entry:
        """Append an entry, as the desk would."""
        seq = len(self.entries) + 1
        names = {"bot": "小卡", "agent": "小林", "customer": "访客", "system": ""}
        entry: Entry = {
            "seq": seq,
            "id": f"m_{seq}",
            "at": (at or datetime.now(UTC)).isoformat().replace("+00:00", "Z"),
            "from": sender,
            "name": names[sender],
            "kind": kind,
            "text": text,
            "buttons": [],
            "cards": [],
            **more,
        }
        self.entries.append(entry)
        return entry

    def become(self, owner: str, position: int | None = None, agent: str | None = None) -> None:
        """Change who answers."""
        self.state = {"owner": owner, "position": position, "agent": agent}

    def signal(self, event: str, **data: Any) -> None:
        """Send an event that is not an entry."""
        self.signals.append((event, data))

    def texts(self, sender: str = "customer") -> list[str]:
        """Return what one side has said."""
        return [entry["text"] for entry in self.entries if entry["from"] == sender]


def order(no: str, product: str, status: str, words: str, amount: str) -> dict[str, Any]:
    """Return an order card."""
    return {
        "type": "order",
        "order_no": no,
        "product": product,
        "status": status,
        "status_text": words,
        "amount": amount,
        "placed_at": "今天 09:12",
        "select": {"id": f"b_{no}", "title": "就是这笔"},
    }


ORDERS = [
    order("DD20261121A7K3", "网易一卡通 300 点", "out_of_stock_after_pay", "已付款，暂时缺货", "¥29.70"),
    order("DD20261120QX9B", "Steam 充值卡 100 元（国区，自动发货）", "delivered", "已发货", "¥98.50"),
    order("202611190001234", "移动话费直充 50 元", "processing", "处理中", "¥49.90"),
]
KEYS = [
    {
        "type": "key",
        "label": "第1张",
        "number": "WY3002611210001",
        "secret": "8K3F-Q2ZD-77PM-L0XA",
        "product": "网易一卡通 300 点",
    },
    {
        "type": "key",
        "label": "第2张",
        "number": None,
        "secret": "J5TT-90QW-B6VN-4HEC",
        "product": "网易一卡通 300 点",
    },
]
CHOICES = [
    {"id": "b_order", "title": "查订单"},
    {"id": "b_time", "title": "到账时效"},
    {"id": "b_human", "title": "转人工"},
]
BUTTONS = {button["id"]: button["title"] for button in CHOICES} | {f"b_{o['order_no']}": o["order_no"] for o in ORDERS}


def rating() -> dict[str, Any]:
    """Return what makes an entry a request for stars."""
    return {"kind": "rating", "rating": {"rating_id": "r_1", "stars": None}}


def bot(talk: Conversation, text: str) -> None:
    """Answer like a very small bot."""
    if "卡密没到" in text:
        talk.add("bot", "收到。您要查哪一项？", buttons=CHOICES)
    elif "查订单" in text:
        talk.add("bot", "您最近有 3 笔订单，是哪一笔？", cards=ORDERS)
    elif text.startswith("DD"):
        talk.add("bot", "这笔已经补发，卡密在下面，请收好。", cards=KEYS)
    elif "转人工" in text:
        talk.add("system", "正在为您转接人工客服", kind="notice")
        talk.become("queued", 3)
    elif text != "别回":
        talk.add("bot", f"收到：{text}")
