"""What the case services work with: the shop, the vault, the people behind the bot, the policy."""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from desk.policies.model import Policy
from desk.policies.source import Policies
from desk.shop.base import Shop
from desk.vault.service import Vault


@dataclass(frozen=True)
class Standing:
    """Who has a conversation: "bot", "queued" (with the place in the queue), "agent" or "closed".

    `staffed`: somebody is there who can take it.
    """

    owner: str
    position: int | None = None
    staffed: bool = True


class People(Protocol):
    """The agents' queue, as far as cases need it (`desk.conversations.standing` is one)."""

    def request(
        self,
        session: Session,
        conversation_id: str,
        reason: str,
        intent: str | None = None,
        note: str | None = None,
        priority: str | None = None,
    ) -> object:
        """Queue the conversation for a person; one that is queued keeps its place."""

    def standing(self, session: Session, conversation_id: str) -> Standing:
        """Say who has the conversation."""


@dataclass(frozen=True)
class Services:
    """Made once where the desk is put together, and given to every case service."""

    shop: Shop
    vault: Vault
    people: People
    policies: Policies

    @property
    def policy(self) -> Policy:
        """The policy in force now."""
        return self.policies.current
