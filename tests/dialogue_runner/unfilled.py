"""What is wrong when a placeholder stands for nothing."""


class Unfilled(Exception):
    """A placeholder stands for nothing now; the message says why."""
