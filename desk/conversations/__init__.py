"""Conversations: who owns one, what was said, what waits for a turn, who waits for a person."""
