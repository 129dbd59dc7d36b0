"""The web channel: the embeddable chat widget and its API."""
