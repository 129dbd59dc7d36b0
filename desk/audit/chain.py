"""How an entry is linked to the one before it; no database here."""

import json
from datetime import UTC

from desk.audit.model import AuditEntry
from desk.vault.service import Vault

#: What the first entry has for the hash of the one before it.
START = "0" * 64


class Chain:
    """Computes links: HMAC-SHA256 under a key derived from the vault's.

    A plain hash would stop nobody who can write to the database: after a change, the rest of the chain is computed
    anew. The key is not in the database. It is the vault's, so there is no further secret to make and to back up.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        #: Tells this key from another one, and nothing else about it.
        self.key_mark = vault.digest("audit.key", "")[:16]

    def link(self, entry: AuditEntry, place: int, prev_hash: str) -> str:
        """Return the hash (hex) of an entry that stands at `place`, after the entry of `prev_hash`."""
        return self._vault.digest("audit.chain", canonical(entry, place, prev_hash))

    def holds(self, entry: AuditEntry) -> bool:
        """Say whether a sealed entry is as it was sealed."""
        return entry.hash == self.link(entry, entry.place or 0, entry.prev_hash or "")


def canonical(entry: AuditEntry, place: int, prev_hash: str) -> str:
    """Return all of an entry but its hash as one text, the same on each kind of store."""
    fields = {
        "id": entry.id,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "conversation_id": entry.conversation_id,
        "detail": entry.detail,
        "place": place,
        "prev_hash": prev_hash,
    }
    # SQLite lets anybody put bytes into a text: that is another text, and no reason to fail.
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), default=repr)
