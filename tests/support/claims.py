"""Claiming orders, as guests do."""

from desk.cases import access
from desk.cases.access import Asker
from desk.cases.outcomes import Outcome
from tests.support.cases import Bench

PHONE = "13912345678"


def claim(bench: Bench, no: str, proof: str | None = None, asker: Asker | None = None) -> Outcome:
    return bench.call(access.claim, no, proof, asker=asker or bench.guest)


def guest(bench: Bench, conversation: str = "guest", client: str = "ip-guest") -> Asker:
    return Asker(bench.conversation(conversation), None, client)
