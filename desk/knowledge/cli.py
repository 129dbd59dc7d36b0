"""`python -m desk kb ask` and `kb check`: the knowledge base without a running desk."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from pydantic import ValidationError
from sqlalchemy import inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from desk import settings
from desk.db import Database
from desk.errors import DeskError
from desk.knowledge import compose, spoken
from desk.knowledge.check import check
from desk.knowledge.scoring import outcome_of
from desk.knowledge.service import Hit, Knowledge
from desk.policies.source import PolicyFile
from desk.shop.embedded.adapter import EmbeddedShop
from desk.shop.embedded.model import ShopProduct
from desk.shop.embedded.seed import bring_products
from desk.vault.service import Vault


def run(arguments: argparse.Namespace) -> int:
    """Run the sub-command; return the exit code."""
    try:
        with _opened() as (database, knowledge):
            code = _COMMANDS[arguments.kb](arguments, database, knowledge)
    except DeskError as problem:
        print(problem.text, *problem.details.values(), file=sys.stderr)
        return 2
    return code


def _ask(arguments: argparse.Namespace, database: Database, knowledge: Knowledge) -> int:
    with database.read() as session:
        hits = knowledge.find(session, arguments.question, audience=arguments.audience, top=arguments.top)
    outcome = outcome_of(hits[0].score if hits else 0.0)
    if arguments.json:
        answer = {"question": arguments.question, "outcome": outcome, "results": [_result(hit) for hit in hits]}
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return 0
    print(outcome)
    for hit in hits:
        print(f"\n{hit.score:.2f}  {hit.question}  [{hit.group}/{hit.id}]\n{hit.answer.strip()}")
        for place, step in enumerate(hit.steps, 1):
            print(f"  {place}. {step}")
    return 0


def _check(_: argparse.Namespace, database: Database, knowledge: Knowledge) -> int:
    with database.read() as session:
        report = check(session, knowledge)
    for fault in report.faults:
        print(f"{'warning' if fault.warning else 'ERROR  '}  {fault}")
    for group, count in report.groups.items():
        print(f"{count:6}  {group}")
    errors = sum(not fault.warning for fault in report.faults)
    print(f"{sum(report.groups.values()):6}  articles, {errors} errors, {len(report.faults) - errors} warnings")
    return int(report.failed)


_COMMANDS = {"ask": _ask, "check": _check}


def _result(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "question": hit.question,
        "answer": hit.answer,
        "steps": list(hit.steps),
        "score": hit.score,
        "group": hit.group,
        "source": spoken.source(hit.group),
        "highlights": hit.highlights,
    }


@contextmanager
def _opened() -> Iterator[tuple[Database, Knowledge]]:
    """Give the desk's database and knowledge base; the demo's catalogue where there is no desk yet."""
    try:
        chosen = settings.load()
    except ValidationError:  # no settings file yet
        chosen = None
    if chosen is not None and _has_shop(chosen.database):
        database = Database(chosen.database)
        vault = Vault(chosen.vault_key.get_secret_value())
        policies = PolicyFile(chosen.policies, demo=chosen.demo)
        yield database, compose.knowledge(database, EmbeddedShop(vault, chosen.site), vault, policies)
        database.close()
        return
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/demo.db")
        ShopProduct.metadata.create_all(database.engine)
        with database.write() as session:
            bring_products(session)
        vault = Vault(Fernet.generate_key())
        policies = PolicyFile(chosen.policies if chosen else settings.ROOT / "policies.yml", demo=True)
        yield database, compose.knowledge(database, EmbeddedShop(vault), vault, policies)
        database.close()


def _has_shop(url: str) -> bool:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not (parsed.database and Path(parsed.database).is_file()):
        return False  # connecting would make the file
    database = Database(url)
    try:
        return inspect(database.engine).has_table(ShopProduct.__tablename__)
    except SQLAlchemyError:
        return False
    finally:
        database.close()
