"""What a token may do: each route of the API needs one of these."""

from enum import StrEnum


class Scope(StrEnum):
    """The scopes of tokens."""

    CONVERSATIONS_READ = "conversations:read"
    CONVERSATIONS_WRITE = "conversations:write"
    TICKETS_READ = "tickets:read"
    TICKETS_WRITE = "tickets:write"
    CUSTOMERS_READ = "customers:read"
    KNOWLEDGE_READ = "knowledge:read"
    WEBHOOKS_MANAGE = "webhooks:manage"
