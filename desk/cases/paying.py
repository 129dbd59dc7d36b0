"""付不了款: what became of the payment, why, and how to go on; money that came without the order knowing goes first."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from desk import clock
from desk.cases import access, duplicates, money_seen, orders, paid_fault, timing
from desk.cases.access import Asker, Owned
from desk.cases.outcomes import Outcome, about, build
from desk.cases.services import Services
from desk.cases.spoken import duration, money
from desk.cases.states import pay_url, time_left
from desk.cases.tickets_of import ticket
from desk.shop.base import Channel, Order, OrderStatus, Payment, PaymentState

INTENT = "payment_failed"


def answer(
    session: Session, services: Services, asker: Asker, order_no: str | None, details: Mapping[str, str]
) -> Outcome:
    """Say why an order could not be paid and how it can; without an order, which ways to pay work.

    Args:
        details: of the flow for surplus payments, where there are any.

    Returns:
        An outcome of topic payment or pay; of topic order where it is paid, or nothing was charged.

    Raises:
        NotYours: see `access.require`.
    """
    if not order_no:
        return _general(session, services, asker)
    owned = access.require(session, services, asker, order_no)
    payments = services.shop.payments(session, owned.order.no)
    if said := paid_fault.earlier(session, services, owned, INTENT):
        return said
    if came := money_seen.unnoticed(owned.order, payments):
        return paid_fault.answer(session, services, owned, came, INTENT)
    if duplicates.open_surplus(payments):
        return duplicates.answer(session, services, asker, order_no, details)
    if owned.order.status is OrderStatus.UNPAID and not timing.lapsed(owned.order):
        return _unpaid(session, services, owned, payments)
    return orders.status(session, services, asker, order_no)


def _unpaid(session: Session, services: Services, owned: Owned, payments: list[Payment]) -> Outcome:
    tried = money_seen.last_tried(payments)
    code = tried.method if tried else ""
    broken = [one for one in services.shop.channels(session) if one.down_since is not None]
    channel = next((one for one in broken if one.code == code), None)
    if channel is not None:
        return _channel_down(session, services, owned, channel)
    if tried is not None and tried.state is PaymentState.FAILED:
        others = money_seen.open_channels(session, services, owned.asker, owned.order, but=code)
        return about(
            owned.order,
            "payment",
            "refused",
            **_payable(owned.order),
            why=money_seen.why(tried),
            advice=money_seen.advice(tried),
            channels=money_seen.named(others),
        )
    said = orders.status(session, services, owned.asker, owned.order.no)
    return replace(said, also=tuple(_down(one) for one in broken))


def _channel_down(session: Session, services: Services, owned: Owned, channel: Channel) -> Outcome:
    order = owned.order
    since = money_seen.at(channel.down_since)
    others = money_seen.open_channels(session, services, owned.asker, order)
    if not others:
        opened = ticket(session, owned, "channels_down")
        within = duration(services.policy.times.technical)
        facts = {"product": order.product_name, "amount": money(order.amount), "since": since}
        return about(order, "payment", "channels_down", **facts, within=within, ticket_no=opened.number)
    return about(
        order,
        "payment",
        "channel_down",
        **_payable(order),
        channel=channel.name,
        since=since,
        channels=money_seen.named(others),
    )


def _general(session: Session, services: Services, asker: Asker) -> Outcome:
    channels = money_seen.named(money_seen.open_channels(session, services, asker))
    broken = [one for one in services.shop.channels(session) if one.down_since is not None]
    return build("pay", "general", channels=channels, also=[_down(one) for one in broken])


def _down(channel: Channel) -> Outcome:
    since = clock.spoken(channel.down_since) if channel.down_since else ""
    return build("pay", "down", channel=channel.name, since=since)


def _payable(order: Order) -> dict[str, str]:
    return {
        "product": order.product_name,
        "amount": money(order.amount),
        "pay_url": pay_url(order),
        "time_left": time_left(order),
    }
