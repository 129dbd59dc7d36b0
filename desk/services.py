"""The composition: everything that one desk process is made of, put together in one place."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from desk.api.webhooks import outbox
from desk.api.webhooks.courier import Courier
from desk.cases import profile
from desk.cases.services import Services as CaseServices
from desk.cases.waiting import Desk as Waiting
from desk.channels.web.limits import WebLimits
from desk.conversations import standing
from desk.conversations.bot import BotClient
from desk.conversations.bus import Bus
from desk.conversations.model import Conversation
from desk.conversations.pump import About, Pump
from desk.db import Database
from desk.knowledge import compose as knowledge_base
from desk.knowledge.service import Knowledge
from desk.pictures.folder import Folder
from desk.pictures.gallery import Gallery
from desk.policies.source import PolicyFile
from desk.settings import Settings
from desk.shop.base import Shop
from desk.shop.embedded.adapter import EmbeddedShop
from desk.vault.service import Vault


@dataclass(frozen=True)
class Desk:
    """One desk process: settings, store, pictures, vault, shop, live bus, bot, pump and limits."""

    settings: Settings
    database: Database
    gallery: Gallery
    vault: Vault
    shop: Shop
    policies: PolicyFile
    cases: CaseServices
    knowledge: Knowledge
    bus: Bus
    bot: BotClient
    pump: Pump
    web_limits: WebLimits
    courier: Courier


def _about(cases: CaseServices) -> About:
    """Return what tells the bot to whom it speaks."""

    def about(session: Session, conversation: Conversation) -> dict[str, str]:
        return {"profile": profile.of(session, cases.shop, cases.policy, conversation.customer_id).kind}

    return about


def compose(settings: Settings) -> Desk:
    """Build a desk from its settings; nothing runs yet."""
    database = Database(settings.database)
    bus = Bus()
    database.listen(bus.publish)
    vault = Vault(settings.vault_key.get_secret_value())
    shop = EmbeddedShop(vault, settings.site)
    outbox.follow(database.followers, vault)
    policies = PolicyFile(settings.policies, demo=settings.demo)
    cases = CaseServices(shop=shop, vault=vault, people=standing, policies=policies)
    bot = BotClient(settings.bot_url, settings.bot_token.get_secret_value(), settings.bot_timeout)
    return Desk(
        settings=settings,
        database=database,
        gallery=Gallery(Folder(settings.state / "pictures"), timedelta(days=settings.picture_days)),
        vault=vault,
        shop=shop,
        policies=policies,
        cases=cases,
        knowledge=knowledge_base.knowledge(database, shop, vault, policies),
        bus=bus,
        bot=bot,
        pump=Pump(database, bot, bus, Waiting(cases), _about(cases)),
        web_limits=WebLimits(),
        courier=Courier(
            database,
            vault,
            private=settings.webhook_private,
            kept=timedelta(days=settings.webhook_log_days),
        ),
    )
