"""`make check-data`: looks for faults in what the bot is trained from, before anything is trained."""
