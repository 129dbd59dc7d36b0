"""Sets Kamidesk up from a clean clone. Standard library only: it runs before any environment exists."""
