"""`python -m desk audit verify`: is the audit as it was written?"""

import sys
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from desk.audit.anchor import anchor_of
from desk.audit.chain import Chain
from desk.audit.verifying import Verdict, verify
from desk.db import Database
from desk.errors import DeskError
from desk.settings import Settings
from desk.vault.service import Vault


def run(settings: Settings) -> int:
    """Check the audit and print what was found; return the exit code: 0 fine, 1 broken, 2 not checked."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        print(f"no database: {url.database}", file=sys.stderr)  # connecting would make the file
        return 2
    database = Database(settings.database)
    try:
        chain = Chain(Vault(settings.vault_key.get_secret_value()))
        verdict = verify(database, chain, anchor_of(database, settings.state))
    except DeskError as problem:
        print(problem.text, *problem.details.values(), file=sys.stderr)
        return 2
    except (SQLAlchemyError, OSError) as problem:
        print(f"the audit cannot be read: {type(problem).__name__}", file=sys.stderr)
        return 2
    finally:
        database.close()
    _show(verdict)
    return int(verdict.broken is not None)


def _show(verdict: Verdict) -> None:
    if verdict.broken:
        which = f" (id {verdict.broken.entry_id})" if verdict.broken.entry_id is not None else ""
        print(f"BROKEN at entry {verdict.broken.place}{which}: {verdict.broken.why}")
        print(f"{verdict.entries} entries before it are fine")
    else:
        print(f"{verdict.entries} entries are fine; the last one is {verdict.last}")
    if not verdict.anchored:
        print("There was no anchor to compare with: entries missing at the end would not show.")
