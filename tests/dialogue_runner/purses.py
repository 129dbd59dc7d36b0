"""Makes what a sample wants of money beside its orders: accounts, wallets, recharges, coupons, channels."""

from datetime import timedelta
from random import Random

from sqlalchemy.orm import Session

from desk import clock
from desk.shop.base import AccountState
from desk.shop.embedded import catalogue, channels
from desk.shop.embedded.adapter import EmbeddedShop
from desk.shop.embedded.draft import Draft
from desk.shop.embedded.model_money import ShopWalletEntry
from desk.shop.embedded.scenario_money import add_coupon, add_recharge
from tests.dialogue_runner.world import ShopWanted
from tests.support.stack import Stack

USUAL_COUPON = timedelta(days=30)


def make(
    session: Session, stack: Stack, customers: dict[str, str], wanted: ShopWanted
) -> tuple[dict[str, str], dict[str, str]]:
    """Make everything; return the numbers of the recharges and the codes of the coupons, by the sample's names."""
    now, shop = clock.now(), EmbeddedShop(stack.vault)
    for name, one in wanted.customers.items():
        if one.balance is not None:
            mark = f"sample:{customers[name]}"
            session.add(ShopWalletEntry(customer_id=customers[name], amount=one.balance, mark=mark, at=now))
        if one.account is AccountState.FROZEN:
            shop.freeze_account(session, customers[name], "risk")
    draft = Draft(Random(), now)
    recharges = {
        name: add_recharge(draft, customers[one.customer], one.amount, one.state, one.age, one.method)
        for name, one in wanted.recharges.items()
    }
    coupons = {
        name: add_coupon(
            draft,
            customers[one.customer],
            one.yuan,
            one.ends.at(now, None) - now if one.ends else USUAL_COUPON,
            one.used,
        )
        for name, one in wanted.coupons.items()
    }
    draft.write(session, stack.vault)
    for code in catalogue.channels():
        since = wanted.channels.get(code)
        channels.report(session, code, None if since is None else now - since)
    return recharges, coupons
