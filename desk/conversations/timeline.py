"""The timeline: entries are appended under the conversation's lock and numbered without gaps."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import clock
from desk.conversations.errors import EmptyMessage, MessageTooLong, NoConversation
from desk.conversations.model import Author, Button, Conversation, Entry, Kind
from desk.db import announce
from desk.ids import new_id

TEXT_LIMIT = 2000
_BLANK_LINES = re.compile(r"\n{3,}")


def topic(conversation_id: str) -> str:
    """Return the topic that is announced whenever the conversation changes."""
    return f"conversation:{conversation_id}"


def clean(text: str) -> str:
    """Return a person's text without control characters and blank edges.

    Raises:
        EmptyMessage: nothing visible is left.
        MessageTooLong: more than `TEXT_LIMIT` characters.
    """
    kept = "".join(
        c for c in text.replace("\r\n", "\n") if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"}
    )
    kept = _BLANK_LINES.sub("\n\n", kept).strip()
    if not kept or all(unicodedata.category(c) in {"Cf", "Zs", "Zl", "Zp"} or c in "\n\t" for c in kept):
        raise EmptyMessage
    if len(kept) > TEXT_LIMIT:
        raise MessageTooLong(f"一条消息最多 {TEXT_LIMIT} 字，您这条有 {len(kept)} 字，请分几条发送")
    return kept


def lock(session: Session, conversation_id: str) -> Conversation:
    """Return the conversation, locked until the transaction's end.

    Raises:
        NoConversation: there is none.
    """
    found = session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NoConversation
    return found


def append(
    session: Session,
    conversation: Conversation,
    author: Author,
    text: str = "",
    *,
    kind: Kind = Kind.TEXT,
    name: str = "",
    agent_id: int | None = None,
    body: dict[str, Any] | None = None,
    internal: bool = False,
    client_id: str | None = None,
) -> Entry:
    """Append an entry to a locked conversation and announce it.

    Args:
        text: with references instead of card keys.
        body: buttons (`[{"id", "title"}]`), cards, nlu, rating id: whatever the kind of entry shows.
        internal: for agents' eyes only.
        client_id: the sender's own id of the message; unique per conversation and author.
    """
    conversation.last_seq += 1
    conversation.updated_at = clock.now()
    entry = Entry(
        id=new_id("m"),
        conversation_id=conversation.id,
        seq=conversation.last_seq,
        at=conversation.updated_at,
        author=author,
        agent_id=agent_id,
        name=name,
        kind=kind,
        text=text,
        body=body or {},
        internal=internal,
        client_id=client_id,
    )
    session.add(entry)
    announce(session, topic(conversation.id))
    return entry


def written(session: Session, conversation_id: str, author: Author, client_id: str) -> Entry | None:
    """Return the entry that was written under the sender's own id, if it was."""
    query = select(Entry).where(Entry.conversation_id == conversation_id, Entry.author == author)
    return session.scalar(query.where(Entry.client_id == client_id))


def make_buttons(session: Session, conversation_id: str, wanted: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Store `{"title", "payload"}` buttons; return what the browser may know: id and title."""
    made = []
    for button in wanted:
        row = Button(id=new_id("b"), conversation_id=conversation_id, title=button["title"], payload=button["payload"])
        session.add(row)
        made.append({"id": row.id, "title": row.title})
    return made


def entries(
    session: Session,
    conversation_id: str,
    *,
    after: int = 0,
    before: int | None = None,
    limit: int = 200,
    internal: bool = False,
) -> list[Entry]:
    """Return entries in ascending order: the first `limit` after a number, or the last `limit` before one.

    Args:
        internal: include what only agents may see.
    """
    query = select(Entry).where(Entry.conversation_id == conversation_id, Entry.seq > after)
    if not internal:
        query = query.where(Entry.internal.is_(False))
    if before is None:
        return list(session.scalars(query.order_by(Entry.seq).limit(limit)))
    newest_first = query.where(Entry.seq < before).order_by(Entry.seq.desc()).limit(limit)
    return list(reversed(session.scalars(newest_first).all()))


def mark_read(session: Session, conversation_id: str, seq: int) -> None:
    """Remember that the customer has read up to `seq`; it never goes back."""
    conversation = lock(session, conversation_id)
    conversation.read_seq = max(conversation.read_seq, min(seq, conversation.last_seq))
