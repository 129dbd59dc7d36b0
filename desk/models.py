"""Every room's tables, so that `Base.metadata` is complete wherever this is imported."""

from desk.audit import model as audit
from desk.cases import model as cases
from desk.channels.web import model as web
from desk.conversations import model as conversations
from desk.shop.embedded import model as shop
from desk.staff import model as staff
from desk.tickets import model as tickets
from desk.vault import model as vault

__all__ = ["audit", "cases", "conversations", "shop", "staff", "tickets", "vault", "web"]
