"""Tables of the vault."""

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from desk.db import Base


class VaultItem(Base):
    """A sealed text.

    `typed` marks what customers wrote, as against what the shop sells; `no_key` what looked like a key on its way in
    and turned out to be something else (a tax number), so that it may stand in clear where it is needed.
    """

    __tablename__ = "vault_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    tail: Mapped[str] = mapped_column(String(4))
    typed: Mapped[bool] = mapped_column(default=False)
    no_key: Mapped[bool] = mapped_column(default=False)

    def __repr__(self) -> str:
        return f"<VaultItem {self.id}>"


class VaultRef(Base):
    """The name under which one conversation may see one item."""

    __tablename__ = "vault_refs"

    ref: Mapped[str] = mapped_column(String(32), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("vault_items.id"), index=True)
    conversation_id: Mapped[str] = mapped_column(String(64), index=True)
