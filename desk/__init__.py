"""The desk: channels, conversations, hand-off, shop data, tickets and the agents' workbench."""
