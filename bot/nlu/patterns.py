r"""What customers hand over that has a shape: numbers, keys, phones, accounts, addresses, sums, ways to pay, errors.

`PATTERNS` is the table, strongest first: what one row has claimed, a later row cannot take, so a phone never
becomes an order number and a link never becomes a card key. No `\b`: it does not match between 汉字 and digits.
Everything runs on normalised text (`normalise`), so letters are lower case here; values come from the original.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Callable

from bot.nlu.normalise import normalise, simplified
from bot.nlu.numerals import NUMERAL, money

ALNUM = "0-9a-z"
OPEN, CLOSE = rf"(?<![{ALNUM}])", rf"(?![{ALNUM}])"  # not in the middle of a longer number or word


@dataclass(frozen=True)
class Found:
    """One thing found, with its place in the original text.

    Attributes:
        entity: Entity name, None for what is only kept away from later rows (links, e-mail addresses).
        start: First character in the original.
        end: One past the last.
        value: The canonical value.
    """

    entity: str | None
    start: int
    end: int
    value: str


@dataclass(frozen=True)
class Pattern:
    """A row of the table.

    Attributes:
        entity: Entity name or None (claims the text and yields no entity).
        regex: Searched in normalised text; a group `v` is the thing itself, the rest its surroundings.
        value: From the text of the match as typed to the value; None refuses the match.
    """

    entity: str | None
    regex: re.Pattern[str]
    value: Callable[[str], str | None]


def _upper(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).upper()


def _order(typed: str) -> str | None:
    """Accepts an order number; one of figures only must begin with a date, or it is a card number."""
    text = _upper(typed)
    dated = 1 <= int(text[4:6]) <= 12 and 1 <= int(text[6:8]) <= 31 if text.isdigit() else True
    return text if dated else None


def _ticket(typed: str) -> str:
    digits = re.sub(r"\D", "", _upper(typed))
    return f"T{digits[:8]}-{digits[8:]}"


def _phone(typed: str) -> str:
    return re.sub(r"\D", "", _upper(typed))[-11:]


def _key(typed: str) -> str | None:
    """Accepts a card number or secret as typed; refuses words, names (player123) and numbers of other lengths."""
    text = unicodedata.normalize("NFKC", typed).strip()
    packed = re.sub(r"[- ]", "", text)
    if packed.isdigit():
        return text if 12 <= len(packed) <= 24 else None
    if packed != text and packed.isupper():
        return text
    runs = re.findall(r"\d+|[A-Za-z]+", packed)
    return text if len(runs) >= (2 if packed.isupper() else 3) else None


def _labelled_key(typed: str) -> str:
    """Accepts figures that a word before them calls a card's."""
    return unicodedata.normalize("NFKC", typed)


UNITS = {"块": Decimal(1), "元": Decimal(1), "毛": Decimal("0.1"), "角": Decimal("0.1"), "万": Decimal(10_000)}


def amount(typed: str) -> str | None:
    """Reads a sum as a plain decimal.

    Args:
        typed: 50元, ¥9.9, 五十块, 一百二十块钱, 9块9, 十块五, 12万8; 十几块 and 三百多 are the number that is said.

    Returns:
        The sum; None where it is none, or more than anyone pays here.
    """
    text = simplified(unicodedata.normalize("NFKC", typed)).strip("¥￥ ")
    if re.match(r"0(?:\.0+)?\s*[块元]", text):
        return "0"  # a card may hold nothing, and cost nothing
    text = re.sub("[一二两三四五六七八](?=[两三四五六七八九][十百千万])", "", text)  # 五六万: up to 六万
    value = None
    if match := re.match(rf"([\d.,]+|{NUMERAL}+)\s*([块元毛角万])\s*([\d一二三四五六七八九])?", text):
        unit = UNITS[match[2]]
        whole, rest = money(match[1]), money(match[3] or "")
        value = whole and whole * unit + (rest or 0) * unit / 10
    elif found := re.search(rf"\d[\d.,]*|{NUMERAL}+", text):
        value = money(found[0].strip(".,"))
    return None if value is None or value > 1_000_000 else f"{value.normalize():f}"


def _same(typed: str) -> str:
    return typed


def _account(typed: str) -> str | None:
    """Accepts the number or id of an account; refuses dates, hotlines and plain words."""
    text = unicodedata.normalize("NFKC", typed)
    dated = re.fullmatch(r"20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])", text)
    return None if dated or re.fullmatch(r"[A-Za-z]{1,3}|(?:100|95)\d{2,3}", text) else text


def _error(typed: str) -> str | None:
    """Accepts what a screen said; a key or a number in quotation marks is none."""
    return None if re.search(r"⟦key:|\d{9}", typed) else typed.strip()


# Repetitions are bounded: an unbounded one inside a search costs the square of a 10,000-character message.
FIGURES = r"\d[\d,]{0,12}(?:\.\d{1,2})?"
WORDS = rf"{NUMERAL}{{1,10}}"
YUAN = r"(?:元|块(?:钱|[\d一二三四五六七八九])?|rmb|人民币|刀|美[元金]|港[元币]|日元)"
BEFORE = "|".join(
    f"(?<={word})" for word in ["面值", "面额", "充", "充了", "充值", "扣", "扣了", "付了", "到账", "到了"]
)
COUNTED = "个张次月年天号点分小秒位条单"  # 充了3个月: no sum

SAID = r"(?:提示|显示|弹出?|跳出?|报错?|说|写着?|出现|返回|错误|告诉我|回复|信息|页面)[^“”「」『』\"'，。,！!？?]{0,8}"
TROUBLE = (
    "错误|失败|无效|失效|不存在|不支持|不可用|已被?|过期|异常|超时|频繁|不足|拒绝|限制|冻结|锁定|invalid|error|fail"
)
QUOTES = (("“", "”"), ("「", "」"), ("『", "』"), ('"', '"'), ("‘", "’"), ("'", "'"), ("【", "】"))
OPENING = {a for a, _ in QUOTES}
_QUOTED = "|".join(rf"{a}[^{a}{b}\0]{{2,60}}{b}" for a, b in QUOTES)
_TROUBLED = "|".join(rf"{a}[^{a}{b}\0]{{0,40}}(?:{TROUBLE})[^{a}{b}\0]{{0,40}}{b}" for a, b in QUOTES)

# Whose account: the words that stand before its number or id.
OWN = (
    rf"{OPEN}(?:qq|q|u?id|uin)(?:号码?)?|(?:扣扣|企鹅)(?:号码?)?"
    r"|(?:账|帐|户|表|会员|角色|玩家|用户|宽带|客户|通行证|数字|抖音|快手|微博|微信|油卡)(?:编)?号(?:码)?"
    r"|(?:账户|用户)名|昵称|角色名?|战网|拳头"
)
LINK = (
    r"\s?(?:[:：=]|是|为|就是|应该是|填成了?|写成了?|打成了?|输成了?|改成|换成"
    r"|充到|充给|发到|发给你|叫|填的|写的|正确的是)?\s?"
)

BANKS = "工商|建设|农业|招商|中国|交通|邮储|邮政|浦发|民生|平安|中信|兴业|光大|广发|工|建|农|招|中|交"
PAYING = (
    "微信支付|微信零钱|微信钱包|微信红包|支付宝|云闪付|银联|花呗|京东白条|jd白条|白条|京东支付|美团支付"
    "|抖音支付|快捷支付|财付通|qq钱包|qq支付|数字人民币|数币|翼支付|和包|零钱通|余额宝|信用卡|储蓄卡|借记卡"
    "|银行卡|亲属卡|亲情卡|公务卡|网银|网上银行|对公转账|对公转帐|对公打款|对公账户|银行转账|话费支付"
    "|货到付款|转数快|八达通|街口支付|街口|全支付|悠游付|超商代码|超商缴费|超商|line ?pay|apple ?pay"
    "|google ?pay|samsung ?pay|credit ?card|payme|alipay|wechat ?pay|paypal|visa卡|visa|万事达卡|万事达"
    "|master ?card|touch ?n ?go|tng|grabpay|usdt|泰达币|比特币|trc20|trc-20|zfb|wxzf|wx支付|vx支付|weixin"
    "|wechat|zhifubao"
)
PAYING_WORDS = tuple(word.replace(" ?", " ") for word in PAYING.split("|"))

_ROWS: tuple[tuple[str | None, str, Callable[[str], str | None]], ...] = (
    ("card_key", r"⟦key:[\w-]{1,64}⟧", _same),  # the desk's reference to a key that the customer pasted
    (None, rf"(?:https?://|www\.)[{ALNUM}./?=&%#:_~+-]+", _same),
    ("email", rf"{OPEN}[{ALNUM}._+-]{{1,64}}@(?:[{ALNUM}-]{{1,40}}\.){{1,3}}[a-z]{{2,10}}{CLOSE}", _same),
    ("ticket_no", rf"{OPEN}t\s?20\d{{6}}\s?[-—–_]?\s?\d{{4}}{CLOSE}", _ticket),
    ("order_no", rf"{OPEN}(?:dd)?(?P<v>dd20[{ALNUM}]{{6,16}}){CLOSE}", _order),  # also a mistyped one: the desk says so
    ("order_no", rf"{OPEN}20\d{{13,17}}{CLOSE}", _order),
    ("phone", rf"{OPEN}(?:\+?86[- ]?)?1[3-9]\d(?:\d{{8}}|([- ])\d{{4}}\1\d{{4}}){CLOSE}", _phone),
    ("card_key", rf"{OPEN}[{ALNUM}]{{4,8}}(?:-[{ALNUM}]{{4,8}}){{1,7}}{CLOSE}", _key),
    (
        "card_key",
        r"(?<!油)(?:卡号|卡密|序列号|兑换码|激活码)\s?(?:[:：]|是)?\s?"
        rf"(?P<v>(?=[a-z]{{0,23}}\d)[{ALNUM}]{{8,24}}){CLOSE}",
        _labelled_key,
    ),
    (
        "account",
        rf"(?:{OWN}){LINK}"
        rf"(?P<v>\d{{5,12}}|\d{{1,12}}_[{ALNUM}_]{{2,20}}|(?=[a-z.-]{{0,20}}[\d_])[a-z_][{ALNUM}_.-]{{3,20}}){CLOSE}",
        _account,
    ),
    (
        "account",
        rf"(?:账号|用户名|角色名?|昵称|u?id)\s?(?:[:：=]|是|叫)\s?(?P<v>[a-z][a-z_.-]{{3,20}}){CLOSE}",
        _account,
    ),
    ("card_key", rf"{OPEN}[{ALNUM}]{{4}}(?: [{ALNUM}]{{4}}){{2,7}}{CLOSE}", _key),
    ("card_key", rf"{OPEN}[{ALNUM}]{{5}}(?: [{ALNUM}]{{5}}){{2,4}}{CLOSE}", _key),
    ("card_key", rf"{OPEN}\d{{3}}(?: \d{{3}}){{3,6}}{CLOSE}", _key),
    ("card_key", rf"{OPEN}(?!0x)[{ALNUM}]{{10,32}}{CLOSE}", _key),
    ("error_text", rf"{SAID}(?P<v>{_QUOTED})", _error),
    ("error_text", rf"(?P<v>{_TROUBLED})", _error),
    ("error_text", r"(?:提示|显示|报错|弹窗|错误信息)\s?[:：]\s?(?P<v>[^，。,;；!！?？\n“”\0]{2,40})", _error),
    ("amount", rf"[¥￥]\s?{FIGURES}(?![\d.])(?:\s?元)?", amount),
    ("amount", rf"(?:(?<![\d.]){FIGURES}|{WORDS})\s?{YUAN}", amount),
    ("amount", rf"(?:{BEFORE})\d{{1,4}}(?:\.\d{{1,2}})?(?![\d.{COUNTED}a-z])", amount),
    ("amount", rf"{OPEN}(?<!\.)\d{{2,4}}(?=面[值额]|那张|话费|q币|点券)", amount),
    ("amount", rf"{OPEN}(?<!\.)(?:10|20|30|50|68|100|198|200|300|328|500|648|1000)(?=的(?!时候|号))", amount),
    ("amount", rf"^(?:\d{{2,3}}|{NUMERAL}{{1,6}})$", amount),  # four figures alone are a proof, not a sum
    (
        "account",
        rf"(?<![{ALNUM}._])(?<!验证码)(?<!验证码是)(?<!尾号)(?<!后四位)(?<!尾号 )"
        rf"(?:\d{{6,10}}|[02-9]\d{{10}})(?![{ALNUM}._{COUNTED}元块])",
        _account,
    ),
    ("account", r"^\d{5}$", _account),
    ("payment_method", rf"(?:{BANKS})(?:银行|行)(?:信用卡|储蓄卡|借记卡|卡|(?=[付支扣转里刷的，,]|$))", _same),
    ("payment_method", PAYING, _same),
    ("payment_method", r"(?<![加你留个])(?:微信|wx|vx|v信)(?![号群好公客小上里账帐联登昵名聊圈])", _same),
    (
        "payment_method",
        r"(?:(?<=[用拿走选使从])|(?<=使用))(?:账户)?余额|(?:账户)?余额(?=支付|付款|抵扣|购买|下单)",
        _same,
    ),
    ("payment_method", r"qq(?=付)|刷卡(?!机)", _same),
)

PATTERNS: tuple[Pattern, ...] = tuple(Pattern(e, re.compile(r), v) for e, r, v in _ROWS)


@lru_cache(maxsize=64)  # several components of one pipeline ask for the same message
def find(text: str) -> tuple[Found, ...]:
    """Finds everything of the table in a text.

    Args:
        text: As typed.

    Returns:
        What was found, in order of place, no two overlapping.
    """
    normal = normalise(text)
    rest = normal.text
    found: list[Found] = []
    for pattern in PATTERNS:
        for match in pattern.regex.finditer(rest):
            first, last = match.span("v" if "v" in pattern.regex.groupindex else 0)
            if pattern.entity == "error_text" and rest[first] in OPENING:
                first, last = first + 1, last - 1
            start, end = normal.span(first, last)
            value = pattern.value(text[start:end])
            if value is not None:
                found.append(Found(pattern.entity, start, end, value))
                rest = rest[:first] + "\0" * (last - first) + rest[last:]
    return tuple(sorted(found, key=lambda f: f.start))
