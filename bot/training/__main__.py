"""`python -m bot.training evaluate|gate|check-data`, at the root of the project, in the bot's environment."""

import os
import sys
import warnings

if __name__ == "__main__":
    # Before Rasa is imported. Filters of warnings do not do: its libraries set their own.
    warnings.showwarning = lambda *_args, **_kwargs: None  # type: ignore[assignment]
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    from bot.training.commands import main

    sys.exit(main(sys.argv[1:]))
