"""What every failure of the set-up derives from."""


class SetupError(Exception):
    """The set-up cannot go on. The message says what is wrong and what to do, in plain words."""
