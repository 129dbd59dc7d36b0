"""What can be done with the vault: seal, find, refer, and fill in for those who may see."""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Iterable, Sequence

from cryptography.fernet import Fernet, InvalidToken
from pydantic import SecretStr
from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from desk.errors import DeskError, NotFound
from desk.vault.model import VaultItem, VaultRef
from desk.vault.patterns import key_spans, windows
from desk.vault.scan import Scan, canonical, neutralise

REFERENCE = re.compile(r"⟦key:([A-Za-z0-9_-]{1,32})⟧")
HIDDEN = "••••"
_CHUNK = 500
_SEALED = "加密的内容暂时无法读取，请联系管理员"


class VaultItemMissing(NotFound):
    """No item has this id."""

    code, message = "vault_item_missing", "这条卡密记录不存在"


class VaultUnreadable(DeskError):
    """The item was sealed with another key: KAMIDESK_VAULT_KEY was changed."""

    code, status, message = "vault_unreadable", 500, "卡密暂时无法读取，请联系管理员"


class Vault:
    """Seals texts with one Fernet key; fingerprints and references are HMACs under keys derived from it.

    Args:
        key: the Fernet key (url-safe base64 of 32 bytes).
    """

    def __init__(self, key: str | bytes | SecretStr) -> None:
        plain = key.get_secret_value() if isinstance(key, SecretStr) else key
        self._fernet = Fernet(plain)
        self._secret = plain.encode() if isinstance(plain, str) else plain
        self._derived: dict[str, bytes] = {}

    def __repr__(self) -> str:
        return "<Vault>"

    def digest(self, purpose: str, text: str) -> str:
        """Return the hex HMAC-SHA256 of `text` under a key of its own for `purpose`."""
        if purpose not in self._derived:
            self._derived[purpose] = hmac.digest(self._secret, purpose.encode(), "sha256")
        return hmac.digest(self._derived[purpose], text.encode(), "sha256").hex()

    def seal(self, text: str, purpose: str) -> bytes:
        """Return a small secret encrypted; only `unseal` with the same purpose opens it."""
        return self._fernet.encrypt(f"{purpose}\n{text}".encode())

    def unseal(self, sealed: bytes, purpose: str) -> str:
        """Return what was sealed.

        Raises:
            VaultUnreadable: sealed with another key, or for another purpose.
        """
        try:
            stated, _, text = self._fernet.decrypt(sealed).decode().partition("\n")
        except InvalidToken:
            raise VaultUnreadable(_SEALED) from None
        if stated != purpose:
            raise VaultUnreadable(_SEALED)
        return text

    def put(self, session: Session, text: str) -> int:
        """Seal a card number or secret; the same text again gets the same id."""
        return self._put(session, text, typed=False)

    def put_many(self, session: Session, texts: Sequence[str]) -> list[int]:
        """Seal new, distinct texts in bulk; ids in the order of `texts`."""
        if not texts:
            return []
        rows = [self._row(text, typed=False) for text in texts]
        statement = insert(VaultItem).returning(VaultItem.id, sort_by_parameter_order=True)
        return list(session.scalars(statement, rows))

    def open_item(self, session: Session, item_id: int) -> str:
        """Return the sealed text. Only for the owner's screen and for comparing.

        Raises:
            VaultItemMissing: no such item.
            VaultUnreadable: sealed with another key.
        """
        item = session.get(VaultItem, item_id)
        if item is None:
            raise VaultItemMissing(item_id=item_id)
        return self._open(item)

    def find(self, session: Session, text: str) -> list[int]:
        """Return the items that are this key, however it is written, the oldest first."""
        return self._with_fingerprint(session, self._fingerprint(text))

    def same_as(self, session: Session, item_id: int) -> list[int]:
        """Return the items that are the same key as this one, itself included; [] if it is missing."""
        item = session.get(VaultItem, item_id)
        return [] if item is None else self._with_fingerprint(session, item.fingerprint)

    def reference(self, session: Session, item_id: int, conversation_id: str) -> str:
        """Return ⟦key:REF⟧, the item's name in this conversation; asked again, the same."""
        own = bytes.fromhex(self.digest("reference", f"{item_id}\n{conversation_id}"))
        ref = urlsafe_b64encode(own[:12]).decode()
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        row = {"ref": ref, "item_id": item_id, "conversation_id": conversation_id}
        # The customer's message and the bot's reply may name the same key at the same moment.
        session.execute(dialect.insert(VaultRef).values(row).on_conflict_do_nothing())
        return f"⟦key:{ref}⟧"

    def resolve(self, session: Session, reference: str, conversation_id: str) -> int | None:
        """Return the item behind ⟦key:REF⟧ (or the bare REF), None if not minted for this conversation."""
        match = REFERENCE.fullmatch(reference)
        row = session.get(VaultRef, match[1] if match else reference)
        return row.item_id if row is not None and row.conversation_id == conversation_id else None

    def move(self, session: Session, from_conversation: str, to_conversation: str) -> None:
        """Let the references of one conversation go over to another (an anonymous one is merged)."""
        own = VaultRef.conversation_id == from_conversation
        session.execute(update(VaultRef).where(own).values(conversation_id=to_conversation))

    def erase(self, session: Session, conversation_ids: Collection[str]) -> None:
        """Forget what customers typed in these conversations, and their references. What the shop sells stays."""
        mine = VaultRef.conversation_id.in_(conversation_ids)
        items = list(session.scalars(select(VaultRef.item_id).where(mine).distinct()))
        session.execute(delete(VaultRef).where(mine).execution_options(synchronize_session=False))
        for first in range(0, len(items), _CHUNK):
            some = VaultItem.id.in_(items[first : first + _CHUNK])
            unused = some & VaultItem.typed & VaultItem.id.not_in(select(VaultRef.item_id))
            session.execute(delete(VaultItem).where(unused).execution_options(synchronize_session=False))

    def fill(self, session: Session, text: str, conversation_id: str) -> str:
        """Return `text` with the references of this conversation replaced by their texts, others hidden."""
        items = self._referred(session, text, conversation_id)
        return REFERENCE.sub(lambda m: self._open(items[m[1]]) if m[1] in items else HIDDEN, text)

    def release(self, session: Session, item_id: int) -> None:
        """Note that what a customer typed is no key; what the shop sells stays one."""
        item = session.get_one(VaultItem, item_id)
        item.no_key = item.typed

    def mask(self, session: Session, text: str) -> str:
        """Return `text` with every reference replaced by dots and the last characters."""
        items = self._referred(session, text, None)
        return REFERENCE.sub(lambda m: HIDDEN + (items[m[1]].tail if m[1] in items else ""), text)

    def redact(self, session: Session, text: str, conversation_id: str, order_no_like: Callable[[str], bool]) -> str:
        """Return a customer's text fit to leave the desk: keys replaced by references.

        Args:
            session: a writing session.
            text: what the customer typed; ⟦ ⟧ in it are neutralised.
            conversation_id: the only conversation in which `fill` gives the keys back.
            order_no_like: says whether a token has the form of an order number (`Shop.order_no_like`).
        """
        text = neutralise(text)
        scan = Scan(text)
        pieces, done = [], 0
        for start, end in key_spans(scan, self._known(session, scan), order_no_like):
            start, end = scan.original(start, end)
            item_id = self._put(session, text[start:end], typed=True)
            pieces += [text[done:start], self.reference(session, item_id, conversation_id)]
            done = end
        return "".join([*pieces, text[done:]])

    def holds_keys(self, session: Session, text: str, order_no_like: Callable[[str], bool]) -> bool:
        """Return whether `redact` would find keys in a text; nothing is stored."""
        scan = Scan(neutralise(text))
        return bool(key_spans(scan, self._known(session, scan), order_no_like))

    def _put(self, session: Session, text: str, typed: bool) -> int:
        row = self._row(text, typed)
        same = select(VaultItem).where(VaultItem.fingerprint == row["fingerprint"]).order_by(VaultItem.id)
        for item in session.scalars(same):
            if self._open(item) == text:
                if not typed:
                    item.typed = item.no_key = False
                return item.id
        item = VaultItem(**row)
        session.add(item)
        session.flush()
        return item.id

    def _row(self, text: str, typed: bool) -> dict[str, object]:
        plain = canonical(text)
        tail = plain[-4:] if len(plain) >= 12 else plain[-2:] if len(plain) >= 8 else ""
        sealed = self._fernet.encrypt(text.encode())
        return {"sealed": sealed, "fingerprint": self._fingerprint(text), "tail": tail, "typed": typed}

    def _open(self, item: VaultItem) -> str:
        try:
            return self._fernet.decrypt(item.sealed).decode()
        except InvalidToken:
            raise VaultUnreadable(item_id=item.id) from None

    def _fingerprint(self, text: str) -> str:
        # Some shops sell texts without one ASCII letter or digit; those are only found as they are.
        return self.digest("fingerprint", canonical(text) or text.strip())

    def _with_fingerprint(self, session: Session, fingerprint: str) -> list[int]:
        found = select(VaultItem.id).where(VaultItem.fingerprint == fingerprint).order_by(VaultItem.id)
        return list(session.scalars(found))

    def _known(self, session: Session, scan: Scan) -> Iterable[tuple[int, int]]:
        """Return the places whose words are a key of the shop. What customers typed makes nothing known."""
        places = [(self._fingerprint(plain), span) for plain, span in windows(scan)]
        asked = sorted({fingerprint for fingerprint, _ in places})
        known: set[str] = set()
        for first in range(0, len(asked), _CHUNK):
            among = VaultItem.fingerprint.in_(asked[first : first + _CHUNK])
            known.update(session.scalars(select(VaultItem.fingerprint).where(among, ~VaultItem.typed)))
        return [span for fingerprint, span in places if fingerprint in known]

    def _referred(self, session: Session, text: str, conversation_id: str | None) -> dict[str, VaultItem]:
        refs = set(REFERENCE.findall(text))
        if not refs:
            return {}
        query = select(VaultRef.ref, VaultItem).join(VaultItem, VaultItem.id == VaultRef.item_id)
        if conversation_id is not None:
            query = query.where(VaultRef.conversation_id == conversation_id)
        return {row[0]: row[1] for row in session.execute(query.where(VaultRef.ref.in_(refs)))}
