"""The composition: everything that one desk process is made of, put together in one place."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from desk.api.webhooks import outbox
from desk.api.webhooks.courier import Courier
from desk.cases import ticket_due
from desk.cases.services import Services as CaseServices
from desk.cases.waiting import Desk as Waiting
from desk.channels.web.limits import WebLimits
from desk.conversations.bot import BotClient
from desk.conversations.bus import Bus
from desk.conversations.meanwhile import InTurn
from desk.conversations.model import Conversation
from desk.conversations.pump import About, Pump
from desk.customers import people as persons
from desk.customers import segments
from desk.customers.cards import Cards
from desk.customers.following import Following
from desk.db import Database
from desk.guidance.pressed import Guides
from desk.happenings import TicketOpened, TicketRaised
from desk.knowledge import compose as knowledge_base
from desk.knowledge.service import Knowledge
from desk.pictures.folder import Folder
from desk.pictures.gallery import Gallery
from desk.policies.source import PolicyFile
from desk.routing import following as routing
from desk.routing import people
from desk.routing.away import Messages, Nobody
from desk.settings import Settings
from desk.shop.base import Shop
from desk.shop.embedded.adapter import EmbeddedShop
from desk.sla.following import Following as SlaClocks
from desk.tickets.files import Files
from desk.tickets.progress import ProgressLinks
from desk.vault.service import Vault


@dataclass(frozen=True)
class Desk:
    """One desk process: settings, store, pictures, files, vault, shop, live bus, bot, pump and limits."""

    settings: Settings
    database: Database
    gallery: Gallery
    vault: Vault
    shop: Shop
    policies: PolicyFile
    cases: CaseServices
    cards: Cards
    knowledge: Knowledge
    bus: Bus
    bot: BotClient
    pump: Pump
    web_limits: WebLimits
    ticket_files: Files
    progress: ProgressLinks
    courier: Courier


def _about(cases: CaseServices, cards: Cards) -> About:
    """Return what tells the bot to whom it speaks."""

    def about(session: Session, conversation: Conversation) -> dict[str, str]:
        found = segments.of(session, cards, cases.policy, persons.of(session, conversation))
        return {"profile": found.wording}

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
    cases = CaseServices(shop=shop, vault=vault, people=people, policies=policies)
    routing.subscribe(database, cases)
    SlaClocks(policies).attach(database.followers)
    for happening in (TicketOpened, TicketRaised):
        database.followers.follow(happening, ticket_due.follower(policies))
    cards = Cards(shop, vault)
    Following(cards).subscribe(database)
    bot = BotClient(settings.bot_url, settings.bot_token.get_secret_value(), settings.bot_timeout)
    meanwhile = InTurn(Messages(cases), Waiting(cases), Guides(), Nobody())
    return Desk(
        settings=settings,
        database=database,
        gallery=Gallery(Folder(settings.state / "pictures"), timedelta(days=settings.picture_days)),
        vault=vault,
        shop=shop,
        policies=policies,
        cases=cases,
        cards=cards,
        knowledge=knowledge_base.knowledge(database, shop, vault, policies),
        bus=bus,
        bot=bot,
        pump=Pump(database, bot, bus, meanwhile, _about(cases, cards)),
        web_limits=WebLimits(),
        ticket_files=Files(settings.state / "attachments"),
        progress=ProgressLinks(settings.site, settings.secret_key.get_secret_value()),
        courier=Courier(
            database,
            vault,
            private=settings.webhook_private,
            kept=timedelta(days=settings.webhook_log_days),
        ),
    )
