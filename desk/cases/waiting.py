"""What the desk does for a customer in danger who waits for a person; see `risk` for the whole design.

Called inside the transaction that takes the message from the inbox: what is done here is done once.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from desk.cases import evidence, freezing, matters, risk, screenshots, signs
from desk.cases.access import Asker
from desk.cases.claiming import claimed
from desk.cases.services import Services
from desk.cases.spoken import word
from desk.conversations.bot import Reply
from desk.conversations.model import Conversation
from desk.tickets import confirming, search
from desk.tickets.model import Ticket

FREEZE, KEEP = "desk:freeze", "desk:keep"


class Desk:
    """Answers in the bot's place (`desk.conversations.meanwhile.Meanwhile`).

    Args:
        services: what all cases work with.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    def pressed(self, session: Session, conversation: Conversation, payload: str) -> Sequence[Reply] | None:
        """Deal with a button of ours; None for others', and when the matter is closed."""
        if (about_ticket := confirming.pressed(session, conversation, payload)) is not None:
            return about_ticket
        asker, ticket = _asker(conversation), self._ticket(session, conversation)
        if ticket is None or payload not in {FREEZE, KEEP}:
            return None
        said = self._freeze(session, asker, ticket) if payload == FREEZE else Reply(word("freeze.kept"))
        return [said, *self._next(session, conversation, asker, ticket)]

    def heard(
        self, session: Session, conversation: Conversation, reason: str, text: str, *, picture: bool
    ) -> Sequence[Reply]:
        """File what a waiting customer writes or sends, and ask the next thing."""
        asker, ticket = _asker(conversation), self._ticket(session, conversation)
        if reason != risk.KIND or ticket is None:
            return []
        if picture:
            screenshots.filed(session, self._services, asker)
            evidence.mark(session, asker, ticket, "picture")
            return self._next(session, conversation, asker, ticket)
        matters.write(session, ticket, "more", matters.heard(session, self._services, text))
        replies = self._answered(session, asker, ticket, text)
        if any(reply.buttons for reply in replies):
            return replies  # one question at a time
        return [*replies, *self._next(session, conversation, asker, ticket)]

    def _answered(self, session: Session, asker: Asker, ticket: Ticket, text: str) -> list[Reply]:
        if signs.shows("stop", text):
            evidence.stop(session, asker, ticket)
            return [Reply(word("evidence.stopped", ticket_no=ticket.number))]
        if evidence.is_marked(session, asker, ticket, "freeze"):  # only once it has been offered
            if signs.shows("keep", text):
                return [Reply(word("freeze.kept"))]
            if signs.shows("freeze", text):
                return [self._freeze(session, asker, ticket)]
        offer = self._order_named(session, asker, ticket, text)
        evidence.take(session, self._services, asker, ticket, text)
        return offer

    def _order_named(self, session: Session, asker: Asker, ticket: Ticket, text: str) -> list[Reply]:
        """Take an own order that is named now into the matter, and offer to freeze it."""
        order_no = claimed(session, self._services, asker, text)
        if order_no is None or order_no == ticket.order_no or evidence.intent_of(ticket) not in risk.FREEZES:
            return []
        ticket.order_no = order_no
        evidence.mark(session, asker, ticket, "freeze")
        things = freezing.possible(session, self._services, asker, order_no)
        buttons = [{"title": word("freeze.yes"), "payload": FREEZE}, {"title": word("freeze.no"), "payload": KEEP}]
        return [Reply(word("freeze.offer", things=things), buttons)]

    def _freeze(self, session: Session, asker: Asker, ticket: Ticket) -> Reply:
        facts = self._services.policy.facts
        done = freezing.freeze(session, self._services, asker, ticket)
        if not done.things:
            return Reply(word("freeze.by_hand", ticket_no=ticket.number))
        said = word(
            "freeze.done",
            things=word("freeze.and").join(done.things),
            documents=facts["risk_docs"],
            review=facts["risk_review"],
        )
        return Reply(f"{said}{word('freeze.rest')}" if done.left else said)

    def _next(self, session: Session, conversation: Conversation, asker: Asker, ticket: Ticket) -> list[Reply]:
        # An agent asks for himself; back with the bot, nobody waits for evidence.
        question = evidence.ask(session, asker, ticket) if conversation.owner == "queued" else None
        return [Reply(question)] if question else []

    def _ticket(self, session: Session, conversation: Conversation) -> Ticket | None:
        found = search.of_owner(session, None, conversation.id, unfinished=True)
        return next((each for each in found if each.kind == risk.KIND and evidence.intent_of(each)), None)


def _asker(conversation: Conversation) -> Asker:
    return Asker(conversation.id, conversation.customer_id, conversation.client)
