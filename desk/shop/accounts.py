"""What a shop can be asked to change about orders and accounts. Part of `base.Shop`."""

from datetime import timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from desk.shop.types import Account, CardKey, Order


class Accounts(Protocol):
    """See `base.Shop` for what all methods share."""

    def cancel(self, session: Session, no: str) -> Order:
        """Close an order that is not paid yet; one that is closed already is returned as it is.

        Raises:
            OrderNotFound: no such order.
            NotCancellable: it is paid.
        """

    def checked_account(self, session: Session, no: str, account: str) -> str:
        """Return an account as this shop would keep it for the order's product (without blanks, say); changes nothing.

        Raises:
            OrderNotFound: no such order.
            NotCorrectable: not a top-up.
            BadAccount: not of the form that this product's accounts have; details: expected.
        """

    def correct_account(self, session: Session, no: str, account: str) -> Order:
        """Change the account of a top-up that has not been sent upstream (or failed there).

        Raises:
            OrderNotFound: no such order.
            NotCorrectable: not a top-up, or on its way or done.
            BadAccount: not of the form that this product's accounts have; details: expected.
        """

    def freeze_order(self, session: Session, no: str) -> int:
        """Lock the order's unused keys and stop what is not delivered; return how many keys were locked in all.

        Raises:
            OrderNotFound: no such order.
        """

    def freeze_account(self, session: Session, customer_id: str, reason: str) -> Account:
        """Freeze the customer's account and wallet, once; asked again, return it.

        Raises:
            CustomerNotFound: no such customer.
        """

    def unfreeze_account(self, session: Session, customer_id: str) -> Account:
        """Undo `freeze_account`; orders and keys stay as they are.

        Raises:
            CustomerNotFound: no such customer.
        """

    def account(self, session: Session, customer_id: str) -> Account | None:
        """Return how the customer's account stands, or None."""

    def extend_key(self, session: Session, no: str, key_id: int, by: timedelta) -> CardKey:
        """Let an unused key of the order be redeemed longer.

        Raises:
            KeyNotFound: not a key of this order.
            NotDeliverable: it is used, replaced, or has no end.
        """
