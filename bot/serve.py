"""`python -m bot.serve`: `rasa run` for this bot alone, without importing what it does not have (`bot.absent`).

Takes the arguments of `rasa run` that the supervisor gives. For everything else there is `rasa run` itself.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Sequence

from bot import absent


def main(arguments: Sequence[str] | None = None) -> None:
    """Serves the model until it is stopped.

    Args:
        arguments: Of the command line; by default the process's.
    """
    parser = argparse.ArgumentParser(prog="python -m bot.serve")
    parser.add_argument("--model", required=True)
    parser.add_argument("--interface", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--endpoints", default="bot/endpoints.yml")
    parser.add_argument("--credentials", default="credentials.yml")
    wanted = parser.parse_args(arguments)
    if not os.path.isfile(wanted.model):
        parser.error(f"{wanted.model}: no such model; `make train` makes it")
    absent.install()

    import rasa.core.run
    import rasa.utils.common
    import rasa.utils.io
    from rasa.core.utils import AvailableEndpoints
    from rasa.shared.exceptions import RasaException
    from rasa.utils.log_utils import configure_structlog

    rasa.utils.common.configure_logging_and_warnings(None, None, warn_only_once=True, filter_repeated_logs=True)
    rasa.utils.io.configure_colored_logging(None)
    configure_structlog(None)
    try:
        rasa.core.run.serve_application(
            wanted.model,
            interface=wanted.interface,
            port=wanted.port,
            credentials=wanted.credentials,
            endpoints=AvailableEndpoints.read_endpoints(wanted.endpoints),
        )
    except RasaException as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
