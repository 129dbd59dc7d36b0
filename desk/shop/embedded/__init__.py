"""A small shop of its own, for demos, tests and beginners without a shop system."""
