"""Starts bot, actions and desk, restarts what dies, and leaves nothing running when it ends."""
