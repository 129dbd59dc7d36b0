"""What can go wrong with groups, rosters and transfers, in the agents' words."""

from desk.errors import BadRequest, DeskError, Forbidden, NotFound


class NoGroup(BadRequest):
    """No group has this name."""

    code, message = "no_group", "没有这个客服组，请重新选择"


class NoColleague(BadRequest):
    """Nobody who works here and may talk with customers has this number."""

    code, message = "no_colleague", "没有这位同事，或者他不能接待客户"


class BadShift(BadRequest):
    """A shift ends before it begins, is too long or lies outside of the plan."""

    code, message = "bad_shift", "班次时间不对，请检查开始和结束"


class ShiftClash(DeskError):
    """The agent is rostered for the same time already."""

    code, status, message = "shift_clash", 409, "这位同事这段时间已经排了班"


class NoShift(NotFound):
    """The shift is not in the roster any more."""

    code, message = "no_shift", "这个班次已经不在排班表里了"


class BadCapacity(BadRequest):
    """Not a number of conversations that a person can have."""

    code, message = "bad_capacity", "同时接待数请填 1 到 50"


class ReasonMissing(BadRequest):
    """A transfer, or its refusal, without a reason."""

    code, message = "reason_missing", "请写明原因，同事才知道怎么接着办"


class TransferPending(DeskError):
    """The conversation is being transferred already."""

    code, status, message = "transfer_pending", 409, "这段会话正在转交，请先撤回再换人"


class NoTransfer(NotFound):
    """No such transfer, or not for this agent."""

    code, message = "no_transfer", "没有找到这次转交"


class TransferOver(DeskError):
    """It has been accepted, refused or taken back meanwhile."""

    code, status, message = "transfer_over", 409, "这次转交已经有结果了，请刷新看看"


class NotForReceiver(Forbidden):
    """What it is about, not everybody may see."""

    code, message = "not_for_receiver", "这是风控或资金案件，您没有查看权限，请拒绝并说明，由主管安排"
