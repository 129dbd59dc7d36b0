"""Customers: who they are across channels, what kind, what staff noted of them, what they agreed to."""
