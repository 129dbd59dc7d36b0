"""The rows of the pictures: whose they are, which ticket they belong to, when they go."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from desk import clock
from desk.ids import new_id
from desk.pictures.checking import Prepared
from desk.pictures.errors import NoPicture, TooManyPictures
from desk.pictures.model import Picture

MOST_A_DAY = 60  # of one conversation
_DAY = timedelta(days=1)


def admit(session: Session, conversation_id: str) -> None:
    """Check that the conversation may have another picture.

    Raises:
        TooManyPictures: it has had too many within a day.
    """
    mine = Picture.conversation_id == conversation_id, ~Picture.by_staff, Picture.created_at > clock.now() - _DAY
    if (session.scalar(select(func.count()).where(*mine)) or 0) >= MOST_A_DAY:
        raise TooManyPictures


def row(conversation_id: str, made: Prepared, file: str, *, by_staff: bool = False) -> Picture:
    """Return the row of a picture whose file is stored, to be added to a session."""
    return Picture(
        id=new_id("p"),
        conversation_id=conversation_id,
        file=file,
        media_type=made.media_type,
        width=made.width,
        height=made.height,
        by_staff=by_staff,
    )


def find(session: Session, picture_id: str, conversation_id: str | None = None) -> Picture:
    """Return a picture; with `conversation_id` only if it belongs there.

    Raises:
        NoPicture: there is none, or it is not theirs.
    """
    found = session.get(Picture, picture_id[:40])
    if found is None or conversation_id not in (None, found.conversation_id):
        raise NoPicture
    return found


def existing(session: Session, ids: Collection[str]) -> set[str]:
    """Return those ids whose pictures have not been deleted."""
    return set(session.scalars(select(Picture.id).where(Picture.id.in_(ids)))) if ids else set()


def file_to(session: Session, conversation_id: str, ticket_no: str) -> list[str]:
    """File the conversation's pictures of the last day that are with no ticket yet; return their ids."""
    query = select(Picture).where(
        Picture.conversation_id == conversation_id,
        ~Picture.by_staff,
        Picture.ticket_no.is_(None),
        Picture.created_at > clock.now() - _DAY,
    )
    found = list(session.scalars(query.order_by(Picture.created_at).with_for_update()))
    for picture in found:
        picture.ticket_no = ticket_no
    return [picture.id for picture in found]


def of_ticket(session: Session, ticket_no: str, conversation_id: str | None, opened_at: datetime) -> list[Picture]:
    """Return the pictures of a ticket: those filed to it, and those sent shortly before it or since."""
    beside = and_(
        Picture.conversation_id == conversation_id,
        ~Picture.by_staff,
        Picture.ticket_no.is_(None),
        Picture.created_at > opened_at - _DAY,
    )
    query = select(Picture).where(or_(Picture.ticket_no == ticket_no, beside))
    return list(session.scalars(query.order_by(Picture.created_at)))


def forget(session: Session, before: datetime) -> None:
    """Delete the pictures from before a moment; their files go with the next `Folder.sweep`."""
    session.execute(delete(Picture).where(Picture.created_at < before))


def erase(session: Session, conversation_ids: Collection[str]) -> list[str]:
    """Delete the pictures of these conversations; return the names of their files, to be dropped after the commit."""
    mine = Picture.conversation_id.in_(conversation_ids)
    names = list(session.scalars(select(Picture.file).where(mine)))
    session.execute(delete(Picture).where(mine).execution_options(synchronize_session=False))
    return names


def files(session: Session) -> set[str]:
    """Return the names of all files that are still needed."""
    return set(session.scalars(select(Picture.file)))
