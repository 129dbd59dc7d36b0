"""What a customer's text holds, read by what was asked. Pure functions over text, no NLU.

汉字 beside digits is no word boundary for `\\b`, hence the look-arounds.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Iterable

_ALNUM = "0-9A-Za-z"
_REFERENCE = re.compile(r"⟦key:[^⟧]*⟧")
_ORDER = re.compile(rf"(?<![{_ALNUM}])(DD[\s-]?20\d{{6}}[\s-]?[{_ALNUM}]{{4,8}}|20\d{{13,17}})(?![{_ALNUM}])", re.I)
_TICKET = re.compile(rf"(?<![{_ALNUM}])T[\s-]?(20\d{{6}})[\s-]?(\d{{4,6}})(?![{_ALNUM}])", re.I)
_PHONE = re.compile(r"(?<!\d)(?:\+?86[\s-]?)?(1[3-9]\d)[\s-]?(\d{4})[\s-]?(\d{4})(?!\d)")
_TOKEN = re.compile(rf"(?<![{_ALNUM}])[{_ALNUM}](?:[{_ALNUM}-]*[{_ALNUM}])?(?![{_ALNUM}])")
_TAIL = re.compile(r"(?:尾号|[后末尾](?:四|4)位?|last\s?4)\D{0,4}?(\d{4})(?!\d)", re.I)
_NAMED_PASSWORD = re.compile(r"(?:提取码|提取密码|查询密码|查单密码)(?:是|为|[:=]|\s)*([!-~]{3,32})")
_PASSWORD = re.compile(r"(?:密码|口令|提取码)(?:是|为|[:=]|\s)*([!-~]{3,32})")
_WHOLE = re.compile(r"[\x21-\x7e]{4,32}")
_DIGITS = {**{char: str(at) for at, char in enumerate("零一二三四五六七八九")}, "〇": "0", "幺": "1", "两": "2"}
_DIGIT_RUN = re.compile(f"[{''.join(_DIGITS)}]{{4,}}")
_SAME_FOUR = re.compile(f"[四4]个([{''.join(_DIGITS)}\\d])")

_LACKING = re.compile(
    r"找不到|找不着|不记得|记不得|记不住|记不清|没记|没存|没留|没保存|没截|忘|不知道|不清楚|不晓得|看不到|查不到|看不见"
    r"|删了|删掉|丢了|没了|不见了|没有?(?:订单|单号|号|卡密|卡号|手机|密码|提取码|工单)|哪里?(?:看|找|查|有|弄)|在哪"
    r"|换(?:了)?(?:号|手机)|(?:手机|号码?)(?:也|都|已经|早)*(?:换|注销|停)|怎么(?:看|找|查)|啥是|什么是|是什么|^没有?[了啊呀的哦。！!]*$|^都?没有?$|^真没"
)
_NO_ORDER = re.compile(r"没(?:有)?下(?:过|成)?单|下不了单|没(?:有)?(?:生成)?订单(?!号|编号)|没买成")
_OTHER_ORDER = re.compile(
    r"不是(?:这|那|上面|我)的?(?:一|个)*(?:订单|单|笔)|(?:另外?|别的|其他|其它|换)(?:一|个|的)*(?:订单|单|笔)"
    r"|另外?一个|^不是(?:这|那)(?:个|单|笔)?[的了吧呀啊]*$|都不是|一个都不|哪个都不|(?:查|发|说|弄)错(?:了|单)"
)
_OTHER_KEY = re.compile(r"(?:另外?|别的|其他|其它|还有|(?<![再给我能])换)一?(?:张|个|组)|第[二三四五2-5](?:张|个|组)")
_WANTS_PERSON = re.compile(r"(?:转接?|找|要|叫|接|换|来)(?:个|一下|到|给)?(?:人工|真人|活人)|人工客服")
_PERSON = re.compile(
    r"人工|真人|活[人的]|[找叫换喊派].{0,4}人|[来來]个?人|[有换換]人|人[呢在接来來出过]|客服|专员|專員|经理|經理|老板|老闆|主管|老师|领导|负责|同事"
    r"|技术员|叫.{0,4}出来|电话|電話|转接|轉接|接线|[rk][gf]|human|agent",
    re.I,
)
_NO_PERSON = re.compile(r"(?:不|别|甭|勿|无需)[^,。;!?\s]{0,3}(?:人工|真人|活人)|(?:人工|真人).{0,4}(?:没用|不在|不理)")
_PLACE = re.compile(r"第\s?([一二三四五1-5])\s?(?:个|单|笔|条|张|项)?")
# What stands around a name that goes on with a question, or puts it right: 那…呢, 打错了我是问….
_AROUND = re.compile(
    r"(?:不对|不是|(?:打|说|问|写|看|搞|弄)错了?|我?(?:是|想)?(?:说|问|看)的?是?|应该|换成?|还有|那么?|[是的个种款呢吗么嘛呀啊哦噢]"
    r"|\W)*"
)
_UNITS = r"张|个(?:月|多?小时)|多?小时|多?分|秒|天|点|号|日|月|年|次|单|笔|条|位|楼|多|几|%"
_FACE = re.compile(rf"(?<![0-9.:-])(\d{{2,4}})(?![0-9.:-])(?![A-Za-z]*\d)(?!\s?(?:{_UNITS}))")
_LOOK = re.compile(r"(?:[嗯好行那就你快]|现在|赶紧|马上|帮我|给我)*查(?:一?下|查|看|吧|啊|呀|呗|嘛|啦)*[。!]*")
_NEWEST = re.compile(r"最新|最近|刚刚?(?:买|下|拍|付)?的?(?:那|这)|最上面|头一个|上面那个")


def plain(text: str) -> str:
    """Return the text with full-width forms made narrow."""
    return unicodedata.normalize("NFKC", text).strip()


def order_no(text: str) -> str | None:
    """Return the first thing that is written like an order number, in upper case."""
    found = _ORDER.search(_REFERENCE.sub(" ", plain(text)))
    return re.sub(r"[\s-]", "", found[1]).upper() if found else None


def order_nos(text: str) -> list[str]:
    """Return everything that is written like an order number, each once, in upper case."""
    found = _ORDER.findall(_REFERENCE.sub(" ", plain(text)))
    return list(dict.fromkeys(re.sub(r"[\s-]", "", each).upper() for each in found))


def number_like(text: str) -> str | None:
    """Return what may be meant as an order number though it is not written like one: the shop decides."""
    rest = _PHONE.sub(" ", _REFERENCE.sub(" ", plain(text)))
    tokens = [token for token in _TOKEN.findall(rest) if len(token) >= 6 and sum(c.isdigit() for c in token) >= 4]
    return max(tokens, key=len).upper() if tokens else None


def ticket_no(text: str) -> str | None:
    """Return a ticket number, in the desk's form."""
    found = _TICKET.search(plain(text))
    return f"T{found[1]}-{found[2]}" if found else None


def phone(text: str) -> str | None:
    """Return a Chinese mobile number as 11 digits."""
    found = _PHONE.search(_ORDER.sub(" ", plain(text)))
    return "".join(found.groups()) if found else None


def keys(text: str) -> list[str]:
    """Return references of card keys and, outside the desk's channel, what is written like a key."""
    rest = _ORDER.sub(" ", plain(text))
    found = _REFERENCE.findall(rest)
    rest = _TICKET.sub(" ", _PHONE.sub(" ", _REFERENCE.sub(" ", rest)))
    found += [token for token in _TOKEN.findall(rest) if len(token) >= 6 and any(c.isdigit() for c in token)]
    return list(dict.fromkeys(found))


def reference(text: str) -> str | None:
    """Return the reference that stands for the only long number in a text: a fuel card's looks like a card key's."""
    found = _REFERENCE.findall(text)
    return str(found[0]) if len(found) == 1 else None


def named_proof(text: str) -> str | None:
    """Return what says itself that it proves the order: 尾号 8000, 提取码 abc123."""
    rest = _ORDER.sub(" ", _REFERENCE.sub(" ", plain(text)))
    found = _TAIL.search(_spoken_digits(rest)) or _NAMED_PASSWORD.search(rest)
    return found[1] if found else None


def proof(text: str) -> str | None:
    """Return the contact's last four digits or the look-up password from an answer to the question for it."""
    rest = _ORDER.sub(" ", _REFERENCE.sub(" ", plain(text)))
    if named := named_proof(rest):
        return named
    if number := phone(rest):
        return number[-4:]
    if found := _PASSWORD.search(rest):
        return found[1]
    if found := _SAME_FOUR.search(rest):
        return _DIGITS.get(found[1], found[1]) * 4
    spoken = _spoken_digits(rest)
    if _WHOLE.fullmatch(spoken):
        return spoken
    tokens = [token for token in _TOKEN.findall(spoken) if 4 <= len(token) <= 32 and any(c.isdigit() for c in token)]
    return tokens[0] if len(tokens) == 1 else None


def lacks(text: str) -> bool:
    """Say whether somebody says that he does not have what was asked for, or where it would be."""
    return len(text) <= 30 and bool(_LACKING.search(plain(text)))


def no_order(text: str) -> bool:
    """Say whether somebody says that he has not ordered yet, or could not."""
    return bool(_NO_ORDER.search(plain(text)))


def asks(text: str) -> bool:
    """Say whether the text is a question, and so no yes: 可以开发票吗."""
    return bool(re.search(r"[吗么嘛?]\W*$", plain(text)))


def look(text: str) -> bool:
    """Say whether the text tells to look, and nothing else: 查啊, 那你快查一下."""
    return bool(_LOOK.fullmatch(plain(text)))


def other_order(text: str) -> bool:
    """Say whether another order is meant than the one talked about."""
    return len(text) <= 30 and bool(_OTHER_ORDER.search(plain(text)))


def puts_right(text: str) -> bool:
    """Say whether one of the things named is taken back: 不是 A, 是 B."""
    return bool(re.search("不是|错", text))


def other_key(text: str) -> bool:
    """Say whether another card is meant than the one talked about."""
    return bool(_OTHER_KEY.search(plain(text)))


def wants_person(text: str) -> bool:
    """Say whether the text asks for a person, whatever else it says."""
    return bool(_WANTS_PERSON.search(plain(text))) and not _NO_PERSON.search(plain(text))


def names_person(text: str) -> bool:
    """Say whether a text has any word for somebody of the shop."""
    return bool(_PERSON.search(plain(text)))


def hardly_more(text: str, names: Iterable[str]) -> bool:
    """Say whether a text is hardly more than these names."""
    for name in names:
        text = text.replace(name, " ")
    return bool(_AROUND.fullmatch(plain(text)))


def place(text: str) -> int | None:
    """Return which of the shown orders is meant, from 0."""
    if len(text) > 20:
        return None
    if found := _PLACE.search(text):
        return int(_DIGITS.get(found[1], found[1])) - 1
    return 0 if _NEWEST.search(text) else None


def face_value(text: str) -> str | None:
    """Return the face value that tells one order from another: 100的, 500面值那个."""
    rest = _ORDER.sub(" ", _PHONE.sub(" ", _REFERENCE.sub(" ", plain(text))))
    found = list(dict.fromkeys(_FACE.findall(rest)))
    return found[0] if len(found) == 1 else None


def _spoken_digits(text: str) -> str:
    return _DIGIT_RUN.sub(lambda run: "".join(_DIGITS[char] for char in run[0]), text)
