"""Runs dialogue samples through a whole Kamidesk. The format of samples is in docs/trainers.md."""
