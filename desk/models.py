"""Every room's tables, so that `Base.metadata` is complete wherever this is imported."""

from desk.api import model as api
from desk.api.webhooks import model as webhooks
from desk.audit import model as audit
from desk.cases import model as cases
from desk.channels.web import model as web
from desk.conversations import model as conversations
from desk.customers import model as customers
from desk.guidance import model as guidance
from desk.knowledge import model as knowledge
from desk.options import model as options
from desk.pictures import model as pictures
from desk.remedies import model as remedies
from desk.routing import model as routing
from desk.shop.embedded import model as shop
from desk.shop.embedded import model_money as shop_money
from desk.sla import model as sla
from desk.staff import model as staff
from desk.tickets import model as tickets
from desk.tickets import model_parts as ticket_parts
from desk.vault import model as vault

__all__ = [
    "api",
    "audit",
    "cases",
    "conversations",
    "customers",
    "guidance",
    "knowledge",
    "options",
    "pictures",
    "remedies",
    "routing",
    "shop",
    "shop_money",
    "sla",
    "staff",
    "ticket_parts",
    "tickets",
    "vault",
    "web",
    "webhooks",
]
