"""Words that staff put on customers."""

import unicodedata

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desk import clock
from desk.audit.service import record
from desk.conversations import timeline
from desk.customers.errors import BadTag, TooManyTags
from desk.customers.model import CustomerTag
from desk.customers.people import Person
from desk.customers.rules import SegmentRules
from desk.db import announce
from desk.options.service import current
from desk.serial import hold

LONGEST, MOST = 12, 20


def normal(text: str) -> str:
    """Return a tag in its one form: half width, no number sign in front, single blanks.

    Raises:
        BadTag: nothing is left, or too much.
    """
    plain = unicodedata.normalize("NFKC", text)
    kept = "".join(char for char in plain if unicodedata.category(char)[0] not in "C" or char == " ")
    tag = " ".join(kept.lstrip("#＃ ").split())
    if not 1 <= len(tag) <= LONGEST:
        raise BadTag
    return tag


def of(session: Session, person: Person) -> list[str]:
    """Return the person's tags, the oldest first."""
    query = select(CustomerTag).where(CustomerTag.key.in_(person.keys)).order_by(CustomerTag.at, CustomerTag.fold)
    return list({each.fold: each.tag for each in session.scalars(query)}.values())


def suggested(session: Session, have: list[str]) -> list[str]:
    """Return the tags that staff may pick, without those that are there."""
    there = {tag.casefold() for tag in have}
    return [tag for tag in current(session, SegmentRules).suggested_tags if tag.casefold() not in there]


def put(session: Session, person: Person, text: str, actor: str) -> str:
    """Put a tag on a person, once; return it as it stands there.

    Raises:
        BadTag, TooManyTags: nothing was added.
    """
    tag = normal(text)
    hold(session, f"customer:{person.key}")
    have = of(session, person)
    if tag.casefold() in {each.casefold() for each in have}:
        return tag
    if len(have) >= MOST:
        raise TooManyTags
    session.add(CustomerTag(key=person.key, fold=tag.casefold(), tag=tag, actor=actor, at=clock.now()))
    _done(session, person, actor, "customer.tag")
    return tag


def take_off(session: Session, person: Person, text: str, actor: str) -> None:
    """Take a tag off; one that is not there is no failure."""
    mine = CustomerTag.key.in_(person.keys), CustomerTag.fold == normal(text).casefold()
    if session.scalar(select(CustomerTag.fold).where(*mine).limit(1)) is not None:
        session.execute(delete(CustomerTag).where(*mine))
        _done(session, person, actor, "customer.untag")


def _done(session: Session, person: Person, actor: str, action: str) -> None:
    # The tag itself may be personal, and the audit cannot forget.
    session.flush()
    record(session, actor, action, person.key)
    announce(session, *(timeline.topic(each) for each in person.conversation_ids))
