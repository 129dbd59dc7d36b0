"""The demo: an invented shop with customers, orders and staff."""

from desk import clock
from desk.db import Database
from desk.settings import Settings
from desk.shop.embedded import seed as shop_seed
from desk.staff import service as staff
from desk.vault.service import Vault


def seed(database: Database, settings: Settings) -> None:
    """Fill the demo shop and its staff; what is there stays."""
    vault = Vault(settings.vault_key.get_secret_value())
    with database.write() as session:
        shop_seed.seed(session, vault, today=clock.local(clock.now()).date())
    with database.write() as session:
        staff.seed_demo(session, settings.demo_password.get_secret_value())


def logins(settings: Settings) -> str:
    """Return the demo's log-ins as lines to print."""
    password = settings.demo_password.get_secret_value()
    lines = [f"  {login:10} {name}（{role}）" for login, name, role in staff.DEMO_STAFF]
    return "\n".join([*lines, f"  password   {password}"])
