"""Top-ups: sending them again, and to the right account."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import clock
from desk.shop.embedded import targets
from desk.shop.embedded.delivery import lock_order
from desk.shop.embedded.model import ShopOrder, ShopProduct, ShopTopupAttempt
from desk.shop.errors import NotCorrectable, NotRetryable
from desk.shop.types import OrderStatus, ProductKind

_WITH_US = {OrderStatus.UNPAID, OrderStatus.PAID_WAIT, OrderStatus.OUT_OF_STOCK_AFTER_PAY, OrderStatus.FAILED}


def retry(session: Session, no: str) -> None:
    """Send a failed top-up upstream again; see `Shop.retry_topup`."""
    order = lock_order(session, no)
    topup = _is_topup(session, order)
    if topup and order.status == OrderStatus.PROCESSING:
        return
    if not topup or order.status != OrderStatus.FAILED or order.frozen_at is not None:
        raise NotRetryable(order_status=order.status)
    send_upstream(session, order)


def send_upstream(session: Session, order: ShopOrder) -> None:
    """Count one more sending of a top-up and mark it as on its way. The order is locked."""
    last = select(func.coalesce(func.max(ShopTopupAttempt.attempt), 0))
    attempts = session.scalar(last.where(ShopTopupAttempt.order_no == order.no)) or 0
    session.add(ShopTopupAttempt(order_no=order.no, attempt=attempts + 1, at=clock.now()))
    order.status, order.failure = OrderStatus.PROCESSING, None
    session.flush()


def correct_account(session: Session, no: str, account: str) -> None:
    """See `Accounts.correct_account`; how often it was sent and what came back stay as they are."""
    order = lock_order(session, no)
    if not _is_topup(session, order) or order.status not in _WITH_US or order.frozen_at is not None:
        raise NotCorrectable(order_status=order.status)
    order.account = targets.checked(order.product_id, account)
    session.flush()


def _is_topup(session: Session, order: ShopOrder) -> bool:
    return session.get_one(ShopProduct, order.product_id).kind == ProductKind.TOPUP
