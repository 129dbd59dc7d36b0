"""How the desk holds up with many agents' pages and customers' streams open at once, over a full database."""
