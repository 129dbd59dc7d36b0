"""Case services: what is decided and done about a customer's order. Decisions and facts, no wording."""
