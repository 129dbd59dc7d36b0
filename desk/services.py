"""The composition: everything that one desk process is made of, put together in one place."""

from dataclasses import dataclass

from desk.cases.services import Services as CaseServices
from desk.channels.web.limits import WebLimits
from desk.conversations import standing
from desk.conversations.bot import BotClient
from desk.conversations.bus import Bus
from desk.conversations.pump import Pump
from desk.db import Database
from desk.settings import Settings
from desk.shop.base import Shop
from desk.shop.embedded.adapter import EmbeddedShop
from desk.vault.service import Vault


@dataclass(frozen=True)
class Desk:
    """One desk process: settings, store, vault, shop, live bus, bot, pump and limits."""

    settings: Settings
    database: Database
    vault: Vault
    shop: Shop
    cases: CaseServices
    bus: Bus
    bot: BotClient
    pump: Pump
    web_limits: WebLimits


def compose(settings: Settings) -> Desk:
    """Build a desk from its settings; nothing runs yet."""
    database = Database(settings.database)
    bus = Bus()
    database.listen(bus.publish)
    vault = Vault(settings.vault_key.get_secret_value())
    shop = EmbeddedShop(vault, settings.site)
    bot = BotClient(settings.bot_url, settings.bot_token.get_secret_value(), settings.bot_timeout)
    return Desk(
        settings=settings,
        database=database,
        vault=vault,
        shop=shop,
        cases=CaseServices(shop=shop, vault=vault, people=standing),
        bus=bus,
        bot=bot,
        pump=Pump(database, bot, bus),
        web_limits=WebLimits(),
    )
