"""Guided mode: an agent leads a customer through numbered steps, one card at a time, and sees which were done."""
