"""The catalogue's names for the bot: complete, cheap to ask for again, and nobody else's."""

from collections.abc import Iterator

import httpx
import pytest

from desk import clock
from desk.shop.embedded import seed
from desk.shop.embedded.model import ShopProduct
from desk.vault.service import Vault
from tests.support.desk_server import Served, serve


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("desk")) as served:
        with served.database.write() as session:
            seed.seed(session, Vault(served.settings.vault_key), today=clock.local(clock.now()).date())
        yield served


def _ask(desk: Served, tag: str = "") -> httpx.Response:
    token = f"Bearer {desk.settings.bot_token.get_secret_value()}"
    headers = {"Authorization": token, **({"If-None-Match": tag} if tag else {})}
    return httpx.get(f"{desk.url}/internal/v1/catalogue", headers=headers)


def test_face_values_are_one_product(desk: Served) -> None:
    steam = [p for p in _ask(desk).json()["products"] if "steam-100" in p["ids"]]
    assert [p["name"] for p in steam] == ["Steam 钱包充值码"]
    assert "steam-50" in steam[0]["ids"]
    assert "蒸汽卡" in steam[0]["said"]


def test_an_unchanged_catalogue_is_not_sent_again(desk: Served) -> None:
    tag = _ask(desk).headers["ETag"]
    assert _ask(desk, tag).status_code == 304
    with desk.database.write() as session:
        row = session.get(ShopProduct, "steam-100")
        assert row is not None
        row.aliases = [*row.aliases, "史低卡"]
    changed = _ask(desk, tag)
    assert changed.status_code == 200
    assert "史低卡" in changed.text


@pytest.mark.parametrize("token", ["", "Bearer wrong"])
def test_it_is_for_the_bot_only(desk: Served, token: str) -> None:
    assert httpx.get(f"{desk.url}/internal/v1/catalogue", headers={"Authorization": token}).status_code == 401
