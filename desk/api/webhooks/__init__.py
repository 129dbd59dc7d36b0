"""Webhooks: what happens at the desk, told to a shop's own server, signed, at least once."""
