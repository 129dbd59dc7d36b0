"""The API against its own OpenAPI document: whatever is asked, the answer is documented and no failure of ours."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from schemathesis.specs.openapi.schemas import OpenApiSchema

from desk.api import app as public_api
from desk.channels.web.limits import Buckets
from desk.db import Database
from tests.support import databases
from tests.support.api import ROUTES, Program
from tests.support.staff import Office


class Bureau(Office):
    """An office whose API is in no hurry, with a token for everything and something to find."""

    def __init__(self, database: Database, state: Path) -> None:
        super().__init__(database, state)
        (api,) = (route.app for route in self.app.routes if getattr(route, "path", "") == public_api.PREFIX)
        api.state.limits = Buckets(burst=1e6, per_second=1e6)
        self.program = Program(self)
        self.customer("你好", customer_id="u1001", reason="requested")
        self.program.post("/tickets", {"kind": "delivery", "title": "没发货"})


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    """The office on PostgreSQL, which takes less for granted: no NULs in texts, no numbers beyond its columns."""
    folder = tmp_path_factory.mktemp("schema")
    with databases.empty("postgresql", folder) as database:
        made = Bureau(database, folder)
        yield made
        made.desk.database.close()


@pytest.fixture(scope="module")
def document(bureau: Bureau) -> OpenApiSchema:
    return schemathesis.openapi.from_asgi(f"{public_api.PREFIX}/openapi.json", bureau.app)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_answers_are_as_documented(
    bureau: Bureau, document: OpenApiSchema, method: str, path: str, mode: GenerationMode
) -> None:
    headers = {"Authorization": f"Bearer {bureau.program.token}"}

    @settings(max_examples=6, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=document[path][method].as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case) -> None:
        # A form cannot tell which cursors, orders and addresses there are: refusing some of the right form is right.
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    check()
