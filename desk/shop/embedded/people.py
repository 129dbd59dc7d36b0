"""Invented customers: common surnames and given names put together at random, numbers likewise."""

from random import Random

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_SHORT = "伟芳娜敏静磊洋艳勇杰娟涛明超霞平刚丹萍鑫"
_LONG = "欣怡子轩梓涵浩然雨桐思远佳琪俊杰晓东志强雅婷文博诗涵嘉豪海燕春梅国庆立群若曦天宇可馨一鸣晨曦小龙美玲家明"
_GIVEN: list[str] = [*_SHORT, *(_LONG[at : at + 2] for at in range(0, len(_LONG), 2))]
_PREFIXES = (134, 135, 136, 137, 138, 139, 150, 151, 157, 158, 159, 177, 180, 186, 187, 188, 189, 199)


def name(random: Random) -> str:
    """Return a surname and a given name."""
    return f"{random.choice(_SURNAMES)}{random.choice(_GIVEN)}"


def phone(random: Random) -> str:
    """Return 11 digits in the form of a mobile number (+86)."""
    return f"{random.choice(_PREFIXES)}{random.randrange(10**8):08d}"
