"""Pages: the demo shop, the embeddable widget, the agents' workbench."""
