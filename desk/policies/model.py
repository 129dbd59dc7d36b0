"""What policies.yml can say. Each field is explained to operators in the file itself and in docs/operators.md."""

from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PositiveInt, model_validator

Switch = Literal["on", "off", "demo"]
Yuan = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2)]
Count = Annotated[int, Field(ge=0)]
Word = Annotated[str, Field(min_length=1)]


def _switch(value: object) -> object:
    # YAML reads a bare on/off as true/false.
    return {True: "on", False: "off"}.get(value, value) if isinstance(value, bool) else value


class Part(BaseModel):
    """A section: no unknown names, never changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Action(StrEnum):
    """What moves keys or money, and can be switched off."""

    DELIVER = "deliver"
    REISSUE = "reissue"
    RETRY_TOPUP = "retry_topup"
    REFUND = "refund"
    COUPON = "coupon"
    CORRECT_ACCOUNT = "correct_account"
    CANCEL_ORDER = "cancel_order"
    FREEZE = "freeze"
    CREDIT_BALANCE = "credit_balance"


class Delivery(Part):
    """When an order is late, in multiples of its product's usual minutes, and what is tried again."""

    usual: PositiveInt
    late_factor: float = Field(ge=1, le=100)
    topup_late_factor: float = Field(ge=1, le=100)
    payment_window: PositiveInt
    topup_retries: Count
    hopeless_failures: tuple[Word, ...]


class Delay(Part):
    """The coupon for an order delivered later than `over` minutes after payment."""

    over: PositiveInt
    coupon: Yuan
    valid_days: PositiveInt


class Keys(Part):
    """How often and until when faulty keys are replaced without a person."""

    reissues_per_order: Count
    reissues_per_customer_day: Count
    expired_grace_days: Count

    @property
    def expired_grace(self) -> timedelta:
        """How long after its end an unused key is still replaced."""
        return timedelta(days=self.expired_grace_days)


class Decision(StrEnum):
    """What is done about a wish for the money back."""

    REFUND = "refund"
    APPROVAL = "approval"
    TICKET = "ticket"
    WAIT = "wait"
    REFUSE = "refuse"


KeysState = Literal["none", "partial", "unused", "used", "faulty", "expired"]
RefundableState = Literal["paid_wait", "processing", "delivered", "completed", "failed", "out_of_stock_after_pay"]


class RefundRule(Part):
    """One line of the table of refunds; what is left out matches everything."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    kind: Literal["card_key", "topup"] | None = None
    states: tuple[RefundableState, ...] = ()
    keys: tuple[KeysState, ...] = ()
    products: tuple[Word, ...] = ()
    within_hours: PositiveInt | None = None
    decision: Decision


class Refunds(Part):
    """Who gets the money back, and how."""

    arrival_days: PositiveInt
    reasons: tuple[Word, ...] = Field(min_length=1, max_length=8)
    rules: tuple[RefundRule, ...]
    otherwise: Decision
    cooling_hours: PositiveInt

    @model_validator(mode="after")
    def _named_once(self) -> "Refunds":
        names = [rule.name for rule in self.rules]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"退款规则重名：{'、'.join(sorted(twice))}")
        return self


class Once(Part):
    """The largest amounts of one action, in yuan."""

    refund: Yuan
    coupon: Yuan


class Sums(Once):
    """Sums of a day, in yuan; re-issues in keys where they are counted."""

    reissue: Count | None = None


class Limits(Part):
    """What one role may do without asking."""

    once: Once
    customer_day: Sums
    day: Sums


class LimitTable(Part):
    """The limits of each role; those that are left out have the first line's, admins the supervisors'."""

    bot: Limits
    agent: Limits
    second_line: Limits | None = None
    risk: Limits | None = None
    finance: Limits | None = None
    merchant: Limits | None = None
    supervisor: Limits

    def of(self, role: str) -> Limits:
        """Return the limits of a role; of one that is not known, the first line's."""
        named = {
            "bot": self.bot,
            "second_line": self.second_line,
            "risk": self.risk,
            "finance": self.finance,
            "merchant": self.merchant,
            "supervisor": self.supervisor,
            "admin": self.supervisor,
        }
        return named.get(role) or self.agent


class Times(Part):
    """Promised times in minutes (requirements SLA-06 to SLA-12, SLA-19)."""

    key_cause: PositiveInt
    key_reissue: PositiveInt
    payment_refund: PositiveInt
    technical: PositiveInt
    urgent_reply: PositiveInt
    urgent_solved: PositiveInt
    ticket: PositiveInt
    emergency_lane: PositiveInt
    follow_up: PositiveInt
    proof_window: PositiveInt


class Proofs(Part):
    """How an order is proved to be one's own.

    Four digits are 10,000 possibilities: 8 tries a day leave a guesser 0.08 % a day (the shop system acg-faka
    allows 8 per order and 40 per address in 10 minutes; many honest customers share an address).
    """

    tries_per_conversation: PositiveInt
    tries_per_order_day: PositiveInt
    tries_per_client: PositiveInt
    valid_hours: PositiveInt
    explained_hours: PositiveInt

    @property
    def valid(self) -> timedelta:
        """How long a proof holds in its conversation."""
        return timedelta(hours=self.valid_hours)

    @property
    def explained(self) -> timedelta:
        """How long an explanation counts as given: within it, a second complaint goes to a person."""
        return timedelta(hours=self.explained_hours)


class Profiles(Part):
    """From what on a customer has which level and counts as what kind; see `desk.cases.profile`.

    Levels are reached by what is spent in a calendar month, in yuan.
    """

    silver_month_spend: Yuan
    gold_month_spend: Yuan
    vip_month_spend: Yuan
    merchant_month_orders: PositiveInt
    merchant_quantity: PositiveInt
    novice_orders: Count

    @model_validator(mode="after")
    def _rising(self) -> "Profiles":
        if not self.silver_month_spend <= self.gold_month_spend <= self.vip_month_spend:
            raise ValueError("会员等级的消费额要从小到大：银卡、金卡、VIP")
        return self


class Policy(Part):
    """The whole file."""

    switches: dict[Action, Annotated[Switch, BeforeValidator(_switch)]]
    delivery: Delivery
    delays: tuple[Delay, ...]
    keys: Keys
    refunds: Refunds
    limits: LimitTable
    always_approve: tuple[Literal["reissue", "refund", "coupon", "extend", "discount"], ...]
    times: Times
    proofs: Proofs
    profiles: Profiles
    recent_orders: int = Field(ge=1, le=10)
    facts: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Word]

    @model_validator(mode="after")
    def _whole(self) -> "Policy":
        if missing := [action for action in Action if action not in self.switches]:
            raise ValueError(f"switches 缺少：{'、'.join(missing)}")
        overs = [delay.over for delay in self.delays]
        if overs != sorted(set(overs)):
            raise ValueError("delays 要按 over 从小到大写，不能重复")
        return self

    def coupon_for(self, late: timedelta) -> Delay | None:
        """Return the highest step of the table that a delay since payment has reached."""
        minutes = late / timedelta(minutes=1)
        return next((delay for delay in reversed(self.delays) if minutes > delay.over), None)
