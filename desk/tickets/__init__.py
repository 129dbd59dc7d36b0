"""Tickets: what a person has to do after the conversation, with number, state and history."""
