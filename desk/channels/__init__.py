"""Channels: one package per way in, all meeting the same contract (verify, inbox, outbox)."""
