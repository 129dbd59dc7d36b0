"""Failures of remedies."""

from desk.errors import DeskError


class SwitchedOff(DeskError):
    """The operator has not switched this on: a person of the shop does it by hand."""

    code, status, message = "switched_off", 409, "这项操作没有开启，请在店铺后台处理"


class OverLimit(DeskError):
    """More than the one who decides may do; details: limit in yuan or pieces."""

    code, status, message = "over_limit", 409, "超出了您的处理上限"


class AlreadyDecided(DeskError):
    """Somebody was quicker; details: state."""

    code, status, message = "already_decided", 409, "这条申请已经有人处理过了"


class NoRemedy(DeskError):
    """There is no such request."""

    code, status, message = "no_remedy", 404, "没有找到这条申请"
