"""截图: a picture that a customer sends belongs to what is being worked on for them."""

from sqlalchemy.orm import Session

from desk.cases import feedback, told
from desk.cases.access import Asker
from desk.cases.outcomes import Outcome, build
from desk.cases.services import Services
from desk.cases.spoken import word
from desk.pictures import service as pictures
from desk.tickets import search
from desk.tickets.service import add_note

_SEEN_AT = "/desk/pictures/{}"


def filed(session: Session, services: Services, asker: Asker) -> Outcome:
    """File the conversation's new pictures to its newest unfinished ticket; without one they stay where they are.

    Several in a row are answered at length once.
    """
    found = search.of_owner(session, None, asker.conversation_id, unfinished=True)
    ticket = next((each for each in found if each.kind != feedback.KIND), None)
    if ticket is not None and (ids := pictures.file_to(session, asker.conversation_id, ticket.number)):
        links = " ".join(map(_SEEN_AT.format, ids))
        add_note(session, ticket, word("note.picture", links=links), "bot")
    about = f"picture:{ticket.number if ticket else ''}"
    again = told.again(session, services.policy, asker.conversation_id, about)
    if ticket is None:
        return build("picture", "kept_again" if again else "kept")
    return build("picture", "filed_again" if again else "filed", ticket_no=ticket.number)
