"""What a dialogue did to the shop: orders, keys, payments, coupons, wallets and accounts, compared."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.shop.base import AccountState, CardKey, Order, OrderStatus, Payment, PaymentState, RechargeState
from desk.shop.embedded.adapter import EmbeddedShop
from desk.shop.embedded.model_money import ShopCoupon
from tests.dialogue_runner.happened import Effects
from tests.dialogue_runner.stage import Stage

_BACK = {PaymentState.REFUNDING, PaymentState.REFUNDED}


@dataclass(frozen=True)
class ShopSnapshot:
    """The shop at one moment, by the sample's names.

    Attributes:
        coupons: anybody's, by code: yuan and the shop's id of the owner. Samples are played one by one.
    """

    orders: dict[str, Order]
    keys: dict[str, list[CardKey]]
    payments: dict[str, list[Payment]]
    coupons: dict[str, tuple[str, str | None]]
    recharges: dict[str, RechargeState]
    accounts: dict[str, AccountState]
    balances: dict[str, str]


def look(session: Session, shop: EmbeddedShop, stage: Stage) -> ShopSnapshot:
    """Look at everything that belongs to a sample."""
    orders = {name: shop.find_order(session, no) for name, no in stage.orders.items()}
    rows = session.execute(select(ShopCoupon.code, ShopCoupon.value, ShopCoupon.customer_id))
    owners = stage.customers.values()
    states = {one.no: one.state for owner in owners for one in shop.recharges_of(session, owner, limit=100)}
    accounts = {name: shop.account(session, id_) for name, id_ in stage.customers.items()}
    return ShopSnapshot(
        orders={name: order for name, order in orders.items() if order},
        keys={name: shop.keys_of(session, no) for name, no in stage.orders.items()},
        payments={name: shop.payments(session, no) for name, no in stage.orders.items()},
        coupons={code: (f"{yuan:.2f}", owner) for code, yuan, owner in rows},
        recharges={name: states[no] for name, no in stage.recharges.items()},
        accounts={name: account.state for name, account in accounts.items() if account},
        balances={name: f"{shop.balance(session, id_):.2f}" for name, id_ in stage.customers.items()},
    )


def compare(stage: Stage, before: ShopSnapshot, after: ShopSnapshot) -> Effects:
    """Return what happened to the shop between two looks."""
    effects = Effects()
    for name in stage.orders:
        _keys_moved(effects, name, before.keys[name], after.keys[name])
        _order_moved(effects, name, before.orders[name], after.orders[name])
        _surplus_refunded(effects, name, before.payments[name], after.payments[name])
    _coupons_given(effects, stage, before, after)
    _wallets_moved(effects, before, after)
    return effects


def _keys_moved(effects: Effects, name: str, before: list[CardKey], after: list[CardKey]) -> None:
    places = {key.id: place for place, key in enumerate(after, 1)}
    old = {key.id: key for key in before}
    successors = {key.replaced_by for key in after if key.replaced_by}
    reissued = [places[key.id] for key in after if key.replaced_by and not (key.id in old and old[key.id].replaced_by)]
    delivered = [place for id_, place in places.items() if id_ not in old and id_ not in successors]
    if reissued:
        effects.reissued[name] = reissued
    if delivered:
        effects.delivered[name] = delivered
    if extended := [places[key.id] for key in after if key.id in old and _longer(old[key.id], key)]:
        effects.extended[name] = extended


def _longer(before: CardKey, after: CardKey) -> bool:
    return before.expires_at is not None and after.expires_at is not None and after.expires_at > before.expires_at


def _order_moved(effects: Effects, name: str, before: Order, after: Order) -> None:
    effects.status[name] = str(after.status)
    if after.status != before.status:
        effects.changed[name] = str(after.status)
    if after.status == OrderStatus.CANCELED != before.status:
        effects.canceled.append(name)
    if after.frozen and not before.frozen:
        effects.order_frozen.append(name)
    if after.account is not None and after.account != before.account:
        effects.corrected[name] = after.account
    if after.attempts > before.attempts:
        effects.retried[name] = after.attempts - before.attempts
    asked = after.refund_amount is not None and before.refund_amount is None
    if asked or (after.refunded_at and not before.refunded_at):
        state = "done" if after.refunded_at else "requested"
        effects.refunds[name] = {"state": state, "amount": f"{after.refund_amount or 0:.2f}"}


def _surplus_refunded(effects: Effects, order: str, before: list[Payment], after: list[Payment]) -> None:
    states = [payment.state for payment in before]
    back = [
        place
        for place, payment in enumerate(after, 1)
        if payment.surplus and payment.state in _BACK and not set(states[place - 1 : place]) & _BACK
    ]
    if back:
        effects.surplus_refunded[order] = back


def _coupons_given(effects: Effects, stage: Stage, before: ShopSnapshot, after: ShopSnapshot) -> None:
    names = {id_: name for name, id_ in stage.customers.items()}
    for code in sorted(after.coupons.keys() - before.coupons.keys()):
        yuan, owner = after.coupons[code]
        effects.coupons.append({"yuan": yuan, "of": names.get(owner or "", owner or "none")})


def _wallets_moved(effects: Effects, before: ShopSnapshot, after: ShopSnapshot) -> None:
    credited = RechargeState.CREDITED
    effects.credited = [n for n, state in after.recharges.items() if state == credited != before.recharges[n]]
    for name, state in after.accounts.items():
        if state == AccountState.FROZEN != before.accounts[name]:
            effects.account_frozen.append(name)
        elif state != before.accounts[name] or after.balances[name] != before.balances[name]:
            effects.changed[f"account {name}"] = f"{state}, ¥{after.balances[name]}"
