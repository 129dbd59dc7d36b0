"""`python -m bench.desk.server STATE PORT DATABASE`: a desk in a process of its own; nobody asks its bot anything."""

import sys
from pathlib import Path

import uvicorn

from desk import migrate
from desk.app import create_app
from desk.db import Database
from tests.support.desk_server import settings_for

if __name__ == "__main__":
    state, port, url = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    settings = settings_for(state, database_url=url)
    migrate.upgrade(Database(settings.database))
    uvicorn.run(create_app(settings), host="127.0.0.1", port=port, log_level="warning", access_log=False)
