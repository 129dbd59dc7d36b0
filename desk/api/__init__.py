"""The public API of a shop's own programs (`/api/v1`): tokens with scopes, resources, and webhooks."""
