"""The record of what a dialogue did."""

from dataclasses import dataclass, field
from typing import Any

_HAPPENED = (
    *("delivered", "resent", "reissued", "retried", "extended", "surplus_refunded", "refunds", "coupons", "credited"),
    *("canceled", "corrected", "order_frozen", "account_frozen", "tickets", "touched", "handoffs"),
)


@dataclass
class Effects:
    """What happened. Orders, recharges, customers by the sample's names; keys and payments by their place, from 1.

    Attributes:
        delivered, resent, reissued, extended: order -> places of keys; of re-issued ones the places of the old keys.
        surplus_refunded: order -> places of payments.
        retried: order -> how often.
        canceled, order_frozen, credited, account_frozen: names.
        corrected: order -> the account that it has now.
    """

    delivered: dict[str, list[int]] = field(default_factory=dict)
    resent: dict[str, list[int]] = field(default_factory=dict)
    reissued: dict[str, list[int]] = field(default_factory=dict)
    retried: dict[str, int] = field(default_factory=dict)
    extended: dict[str, list[int]] = field(default_factory=dict)
    surplus_refunded: dict[str, list[int]] = field(default_factory=dict)
    canceled: list[str] = field(default_factory=list)
    order_frozen: list[str] = field(default_factory=list)
    credited: list[str] = field(default_factory=list)
    account_frozen: list[str] = field(default_factory=list)
    corrected: dict[str, str] = field(default_factory=dict)
    coupons: list[dict[str, str]] = field(default_factory=list)
    refunds: dict[str, dict[str, str]] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)
    tickets: list[dict[str, Any]] = field(default_factory=list)
    touched: list[dict[str, Any]] = field(default_factory=list)
    handoffs: list[dict[str, Any]] = field(default_factory=list)
    owner: str = "bot"
    audit: list[str] = field(default_factory=list)
    changed: dict[str, str] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        """Whether nothing at all happened but talking."""
        return not (self.changed or any(getattr(self, name) for name in _HAPPENED))

    def as_json(self) -> dict[str, Any]:
        """Return what is printed: effects that there were, and how things stand."""
        happened = {name: getattr(self, name) for name in _HAPPENED if getattr(self, name)}
        return {**happened, "nothing": self.nothing, "status": self.status, "owner": self.owner, "audit": self.audit}
