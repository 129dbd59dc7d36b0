"""A desk with staff and a customer's conversation, for tests of tickets."""

from typing import Any
from uuid import uuid4

from desk.conversations import timeline
from desk.conversations.model import Button, Entry
from desk.options.service import current, save, version
from desk.staff.model import StaffAccount
from desk.staff.roles import Role
from desk.tickets import holding, service
from desk.tickets.by import By
from desk.tickets.model import Ticket
from desk.tickets.options import TicketRules
from desk.tickets.progress import ProgressLinks
from tests.support.cases import Bench

LINKS = ProgressLinks("http://desk.test", "s" * 40)


class Counter:
    """Two agents (3, 4), two supervisors (7, 8), and the bench's customer."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.database = bench, bench.database
        self.lin, self.zhou = By(3, "林晓"), By(4, "周敏")
        self.chen, self.xu = By(7, "陈主管", lead=True), By(8, "徐主管", lead=True)
        self.conversation_id = bench.owner.conversation_id
        with self.database.write() as session:
            for by in (self.lin, self.zhou, self.chen, self.xu):
                role = Role.SUPERVISOR if by.lead else Role.AGENT
                session.add(StaffAccount(id=by.id, login=f"a{by.id}", name=by.name, role=role, password_hash=""))

    def open(self, kind: str = "key", *, chat: bool = True, **more: Any) -> str:
        """Open a ticket of the customer's; return its number."""
        with self.database.write() as session:
            mine = {"customer_id": "c_owner", "conversation_id": self.conversation_id} if chat else {}
            fields = {"dedupe": uuid4().hex, **mine, **more}
            return service.open_ticket(session, kind, fields.pop("title", "查卡密"), **fields).number

    def at(self, number: str) -> Ticket:
        """Return a ticket as it is now."""
        with self.database.read() as session:
            ticket = holding.hold(session, number)
            session.expunge(ticket)
            return ticket

    def rule(self, **figures: Any) -> None:
        """Change the rules of closing."""
        with self.database.write() as session:
            rules = current(session, TicketRules).model_copy(update=figures)
            save(session, rules, seen=version(session, TicketRules), actor="agent:7")

    def chat(self, conversation_id: str | None = None) -> list[Entry]:
        """Return what was said to the customer."""
        with self.database.read() as session:
            found = timeline.entries(session, conversation_id or self.conversation_id)
            session.expunge_all()
        return found

    def payloads(self) -> dict[str, str]:
        """Return the payloads of all buttons, by title; of two the newer one."""
        with self.database.read() as session:
            return {button.title: button.payload for button in session.query(Button)}
