"""The internal API: what the bot's actions may ask and do."""
