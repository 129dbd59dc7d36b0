"""What a message opens: its topic, the order and keys it means, and what it interrupts."""

from __future__ import annotations

import re
from typing import Any

from actions import picking, reading
from actions.answers import offered
from actions.details import LONGEST
from actions.folder import Folder
from actions.goods import carried_on, named_next
from actions.table import CASES, LOOKING, REMEMBERED, same_trouble
from actions.turn import Turn

KEPT = 2  # interrupted topics that are offered again

# Outcomes after which the customer chooses between waiting and his money.
OUT_OF_STOCK = {
    "not_received/out_of_stock",
    "stock_choice/waiting",
}

# Outcomes that a 付不了款 or 我付过款了 answers.
NOT_PAID = {"unpaid", "expired", "canceled"}

# Asks for the list, whichever order was looked at last.
_LIST = re.compile(r"(?:我要|帮我|给我)?(?:查|看|查询|查看|查一下|看一下|看看)?我?的?订单[吧。]?")

# A card that is bought; 卡里 is in what was topped up.
_CARD = re.compile("卡(?!里|上)|[码券]")

Paused = list[dict[str, Any]]


def opened(turn: Turn) -> tuple[Folder, Paused]:
    """Return the new case, and the list of interrupted ones."""
    before = Folder.of(turn) if turn.in_form else Folder()
    memory = recalled(turn)
    topic, choice = _topic(turn, before, memory)
    folder = Folder(topic=topic, choice=choice)
    folder.ticket_no = named_ticket(turn)
    if "order_no" in folder.case.needs and turn.entity("choice") != "other_order":
        folder.candidate = named_order(turn) or _meant_order(turn, folder, before, memory)
    folder.card_keys = _keys(turn, folder, before, memory)
    if folder.case.hears and turn.written:
        folder.details = {"said": turn.written[:LONGEST]}
    if turn.entity("choice") == "other_order":
        folder.word("other")
    return folder, _paused(turn, before, folder)


def _topic(turn: Turn, before: Folder, memory: dict[str, Any]) -> tuple[str, str | None]:
    choice = turn.entity("choice")
    if choice in {"wait", "refund"}:
        return "stock_choice", choice
    if said := _stock_choice(turn, memory):
        return "stock_choice", said
    last = before.topic or memory.get("topic")
    if choice == "other_order":
        return (str(last) if _needs(last, "order_no") else "query_order"), None
    if turn.intent == "urge":
        return ("ticket_progress" if named_ticket(turn) else "urge_order"), None
    if _pushed(turn):
        return "urge_order", None
    if turn.intent == "card_key_not_received" and _still_topup(turn, memory):
        return "topup_failed", None
    if turn.intent == "wrong_account" and (goods := named_next(turn)):
        return goods, None  # 打错了 is about the question, not about an order
    if turn.intent in CASES:
        return turn.intent, None
    return _by_contents(turn, last), None


def _pushed(turn: Turn) -> bool:
    """Say whether 查啊 takes the order that was offered in answer to a push."""
    return turn.intent == "query_order" and offered(turn, "push") and reading.look(turn.written)


def _still_topup(turn: Turn, memory: dict[str, Any]) -> bool:
    """Say whether 还是没看到 goes on about the top-up just answered, and not about a card."""
    case = CASES.get(memory.get("topic") or "")
    named = named_order(turn) or turn.said("product") or _CARD.search(turn.written)
    return bool(case and case.family == "topup" and turn.written and not named)


def _stock_choice(turn: Turn, memory: dict[str, Any]) -> str | None:
    """Return the choice that is made by word about goods out of stock: 退款吧, 我再等等."""
    if memory.get("outcome") not in OUT_OF_STOCK or named_order(turn):
        return None
    if turn.intent in {"request_refund", "cancel_order"}:
        return "refund"
    waits = turn.intent in {"urge", "affirm"} and "等" in turn.written and "不等" not in turn.written
    return "wait" if waits and offered(turn, "stock_choice") else None


def _by_contents(turn: Turn, last: str | None) -> str:
    """Return the topic of bare data: a number, a key, a phone."""
    if named_ticket(turn):
        return "ticket_progress"
    if named_order(turn):
        return str(last) if _needs(last, "order_no") and last not in LOOKING else "query_order"
    if turn.entities("card_key"):
        return str(last) if _needs(last, "card_keys") else "loose_key"
    return carried_on(turn) or "loose_data"


def _needs(topic: str | None, slot: str) -> bool:
    case = CASES.get(topic or "")
    return bool(case and slot in case.needs and topic != "stock_choice")


def recalled(turn: Turn) -> dict[str, Any]:
    """Return the last case, as long as it may be meant when nothing is named."""
    memory: dict[str, Any] = turn.slot("memory") or {}
    return memory if turn.at - float(memory.get("at") or 0) <= REMEMBERED else {}


def named_order(turn: Turn) -> str | None:
    """Return the order number that the message names."""
    named = turn.entity("order_no")
    # Of DD20261121 A7K3 the entity may hold the first half only.
    return (named and reading.order_no(named)) or reading.order_no(turn.written) or (named and named[:64])


def named_ticket(turn: Turn) -> str | None:
    """Return the ticket number that the message names."""
    named = turn.entity("ticket_no")
    return (reading.ticket_no(named) or named) if named else reading.ticket_no(turn.written)


def _meant_order(turn: Turn, folder: Folder, before: Folder, memory: dict[str, Any]) -> str | None:
    """Return the order just talked about, where the new topic goes on from it."""
    if _pushed(turn):
        return turn.slot("asked").get("order_no")
    if folder.topic == "query_order" and (turn.pressed or _LIST.fullmatch(turn.written)):
        return before.order_no or before.candidate
    if reading.other_order(turn.written) or picking.other_than(turn, memory.get("product")):
        return None
    known = before.order_no or before.candidate
    if known and (folder.case.follows or same_trouble(folder.topic, before.topic)):
        return known
    last = memory.get("topic")
    unpaid = str(memory.get("outcome")).partition("/")[2] in NOT_PAID
    goes_on = folder.case.follows or folder.topic == last or last in LOOKING
    goes_on = goes_on or (folder.topic == "payment_failed" and unpaid)
    return memory.get("order_no") if goes_on else None


def _keys(turn: Turn, folder: Folder, before: Folder, memory: dict[str, Any]) -> list[str] | None:
    if "card_keys" not in folder.case.needs and folder.topic != "loose_key":
        return None
    found = turn.entities("card_key") or [key for key in reading.keys(turn.written) if key.startswith("⟦")]
    if found:
        return found
    if reading.other_key(turn.written) or picking.other_than(turn, memory.get("product")):
        return None
    named = named_order(turn)
    if before.card_keys and same_trouble(folder.topic, before.topic):
        return before.card_keys
    return memory.get("keys") if not named or named == memory.get("order_no") else None


def _paused(turn: Turn, before: Folder, new: Folder) -> Paused:
    """Return the interrupted topics, the latest last; one that the customer took up again is none."""
    kept: Paused = [each for each in turn.slot("paused_topic") or [] if not same_trouble(each["topic"], new.topic)]
    unfinished = before.topic in CASES and before.topic not in LOOKING
    if unfinished and not same_trouble(before.topic, new.topic):
        kept = [each for each in kept if each["topic"] != before.topic]
        order = before.order_no or before.candidate
        kept.append({"topic": before.topic, "candidate": order, "card_keys": before.card_keys, "at": turn.at})
    return [*kept, *_further(turn, new)][-KEPT:]


def _further(turn: Turn, new: Folder) -> Paused:
    """Return the other orders of a message that names several, the next one last."""
    if new.candidate is None or reading.puts_right(turn.written):
        return []
    rest = [number for number in reading.order_nos(turn.written) if number != new.candidate][:KEPT]
    return [
        {"topic": new.topic, "candidate": number, "card_keys": None, "at": turn.at, "further": True}
        for number in reversed(rest)
    ]


def another(turn: Turn) -> tuple[Folder, Paused]:
    """Return the last case about another order: 不是这单，是 DD…; asked for where none is named."""
    folder, paused = opened(turn)
    folder.topic = (turn.slot("memory") or {}).get("topic") or "query_order"
    folder.candidate = named_order(turn)
    if folder.candidate is None:
        folder.word("other")
    return folder, paused
