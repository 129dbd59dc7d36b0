"""What can be asked for at the counter, and by whom. No tables: what is done stands in the remedies and the audit."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from desk.errors import BadRequest, DeskError
from desk.policies.model import Action
from desk.remedies.doing import SWITCH
from desk.remedies.model import Kind


class Act(StrEnum):
    """What an agent can do about an order, in the order in which it is offered."""

    RESEND = "resend"
    DELIVER = "deliver"
    RETRY_TOPUP = "retry_topup"
    REISSUE = "reissue"
    EXTEND = "extend"
    CORRECT_ACCOUNT = "correct_account"
    REFUND = "refund"
    DISCOUNT = "discount"
    COUPON = "coupon"
    CANCEL_ORDER = "cancel_order"
    FREEZE_ORDER = "freeze_order"
    FREEZE_ACCOUNT = "freeze_account"
    UNFREEZE_ACCOUNT = "unfreeze_account"


KINDS: Mapping[Act, Kind] = {act: Kind(act) for act in Act if act.value in set(Kind)}
"""Those that are remedies: with limits, approval and a mark. The others only repeat what the order is owed."""

SWITCHES: Mapping[Act, Action] = {
    **{act: SWITCH[kind] for act, kind in KINDS.items()},
    Act.DELIVER: Action.DELIVER,
    Act.RETRY_TOPUP: Action.RETRY_TOPUP,
}


@dataclass(frozen=True)
class Who:
    """The agent: "agent:3", and whose limits count ("agent" or "supervisor")."""

    actor: str
    role: str


@dataclass(frozen=True)
class Ask:
    """What an agent asks for.

    Attributes:
        form: the form's own id; the same form again is the same wish.
        reason: why, in the agent's words; stands in the audit and before the supervisor.
        yuan: of refunds, discounts and coupons.
        key: which card key, of re-issues and extensions.
        days: of extensions.
        account: of corrections, in clear.
    """

    act: Act
    form: str
    reason: str
    yuan: Decimal = Decimal(0)
    key: int = 0
    days: int = 0
    account: str = ""


class NotOffered(DeskError):
    """The order's state or the operator rules it out; the text says which."""

    code, status, message = "not_offered", 409, "这单现在不能这样处理"


class BadAsk(BadRequest):
    """A field is missing or wrong; the text says which."""

    code, message = "bad_ask", "请检查填写的内容"


class RefusedBefore(DeskError):
    """A supervisor has refused the same thing for this order."""

    code, status, message = "refused_before", 409, "主管之前没有批准这项申请，请先和主管沟通"
