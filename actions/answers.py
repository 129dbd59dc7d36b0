"""Reads a reply to the form's question by what was asked, whatever the NLU made of it."""

from __future__ import annotations

import re

from actions import details, reading
from actions.folder import Folder
from actions.table import CASES, LOOKING, RISKS, same_trouble
from actions.turn import Turn

SURE = 0.6  # confidence from which another problem is taken for a change of subject
VERY_SURE = 0.8  # the same where the message answers the question too
_CHAT = frozenset({"greet", "goodbye", "thank", "affirm", "deny", "bot_challenge", "out_of_scope", "complain"})
_ANSWERED_BY_FORM = frozenset({"inform", "affirm", "deny"})
# What "I do not have it" looks like to the NLU, which does not know what was asked.
_LIKE_LACKING = frozenset({"resend_card_key", "card_key_not_received", "query_order"})
_STOP_WORDS = ("算了", "不查了", "不弄了", "不问了", "不办了", "不找了", "取消", "不用了")


def read(turn: Turn, folder: Folder) -> bool:
    """Put what the message holds into the folder; say whether the question got any answer."""
    if turn.requested == "detail" and details.chosen(turn, folder):
        return True
    got = _order(turn, folder)
    needs = folder.case.needs
    if "card_keys" in needs and (keys := _keys(turn)):
        folder.card_keys, got = keys, True
    if "ticket_no" in needs and (ticket := turn.entity("ticket_no") or reading.ticket_no(turn.written)):
        folder.ticket_no, got = reading.ticket_no(ticket) or ticket, True
    if turn.requested == "detail" and not got:
        got = details.read(turn, folder)
    if turn.requested == "proof" and not got:
        folder.proof = _proof(turn)
        got = folder.proof is not None
    if turn.requested == "order_no" and not got and not _keys(turn):
        folder.candidate = reading.number_like(turn.written)
        got = folder.candidate is not None
    return got


def steps_aside(turn: Turn, folder: Folder, answered: bool) -> bool:
    """Say whether the message is about something else, so that the rules react to it and not the form."""
    intent = turn.intent
    if intent == "send_picture":
        return True  # no answer, and no failed one either
    if turn.requested == "order_no" and folder.case.unpaid and reading.no_order(turn.written):
        return False  # no order is needed, then
    if turn.requested == "detail" and intent != "request_human":
        return details.leaves(turn, folder, answered)
    if intent == "cancel":
        return any(word in turn.text for word in _STOP_WORDS) or not (answered or reading.lacks(turn.text))
    if intent == "request_human":
        return True
    if intent in RISKS:
        return turn.pressed or turn.confidence >= SURE
    if intent in CASES and not same_trouble(intent, folder.topic):
        if intent == "query_order" and turn.requested == "order_no":
            return False  # that is what we are doing
        about_key = folder.topic in LOOKING and re.search("卡密|激活码|兑换码", turn.written)
        lacking = turn.requested != "order_no" or intent in _LIKE_LACKING
        if reading.lacks(turn.written) and lacking and not about_key:
            return False  # 提取码忘了, 卡密找不到了, 手机号换了
        if turn.pressed:
            return True
        if answered and (_hanzi(turn.text) < 3 or reading.other_order(turn.text)):
            return False  # hardly a word beside the number, or a number put right
        return turn.confidence >= (VERY_SURE if answered else SURE)
    if answered:
        return False
    if intent in _ANSWERED_BY_FORM:
        return intent == "affirm" and offered(turn, "person")
    if intent in CASES:
        return False
    if intent == "faq" and turn.requested != "proof" and turn.confidence >= SURE:
        return True  # 登录密码忘了怎么办 is no answer to the question for an order
    return not reading.lacks(turn.text) or intent == "ask_delivery_time"


def missed(turn: Turn, folder: Folder) -> None:
    """Choose what to say to a reply that does not answer the question."""
    asked, text = turn.requested, turn.written
    if reading.other_order(text) and asked != "ticket_no":
        folder.candidate = folder.order_no = None
        folder.word("other")
    elif turn.intent == "query_order" and asked == "order_no" and not reading.lacks(text):
        folder.word("number")
    elif turn.intent == "affirm":
        # 就是这个, and there are several: show them again.
        folder.word("number" if asked == "order_no" and re.search("[这那]", text) else "waiting")
    elif asked == "detail":
        folder.missed("again")
    elif asked == "card_keys" and (reading.lacks(text) or turn.intent == "deny" or folder.tries >= 1):
        folder.card_keys = []  # the order alone says much; never insist
    elif reading.lacks(text) or turn.intent == "deny":
        folder.missed("help")
    elif asked == "order_no" and reading.phone(text):
        folder.missed("phone")
    elif asked == "order_no" and _keys(turn):
        folder.missed("is_key")
    else:
        folder.missed("again" if same_trouble(turn.intent, folder.topic) else "unclear")


def offered(turn: Turn, what: str) -> bool:
    """Say whether a yes now answers our offer of `what`, made in one of the last two replies."""
    asked = turn.slot("asked") or {}
    return asked.get("what") == what and 0 <= turn.number - asked.get("turn", 0) <= 2


def _order(turn: Turn, folder: Folder) -> bool:
    named = turn.entity("order_no")
    number = (named and reading.order_no(named)) or reading.order_no(turn.written) or (named and named[:64])
    if not number or "order_no" not in folder.case.needs:
        return False
    if number != folder.order_no:
        if folder.order_no:  # what was answered about that one says nothing about this one
            folder.details = folder.answer = None
        folder.candidate, folder.order_no = number, None
    return True


def _keys(turn: Turn) -> list[str]:
    keys = turn.entities("card_key")
    if keys or turn.pressed:
        return keys
    written = reading.keys(turn.text)
    return written if turn.requested == "card_keys" else [key for key in written if key.startswith("⟦")]


def _proof(turn: Turn) -> str | None:
    found = reading.proof(turn.written)
    hello = found and found.isalpha() and turn.intent in _CHAT and turn.confidence >= 0.8
    return None if hello else found


def _hanzi(text: str) -> int:
    return sum("一" <= char <= "鿿" for char in text)
