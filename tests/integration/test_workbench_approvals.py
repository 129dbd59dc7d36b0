"""Approvals at the workbench: seen and decided by supervisors, once, and the customer is told."""

from decimal import Decimal

import pytest

from desk import clock
from desk.conversations import timeline
from desk.remedies import approvals
from desk.remedies.model import Kind
from desk.remedies.service import Wish, ask
from desk.shop.embedded.model import ShopCustomer
from tests.support.staff import Colleague, Office


@pytest.fixture
def chief(office: Office) -> Colleague:
    """A supervisor."""
    return office.sign_in("zhuguan")


def wait(office: Office, mark: str, reason: str = "客户等了两天") -> tuple[int, str]:
    """Ask for a coupon above the bot's limit; return its number and the conversation."""
    conversation_id = office.customer("券还没给我", customer_id="c_approval")
    wish = Wish(
        Kind.COUPON,
        mark,
        customer_id="c_approval",
        conversation_id=conversation_id,
        yuan=Decimal(50),
        reason=reason,
        detail={"valid_days": 30},
    )
    with office.desk.database.write() as session:
        session.merge(ShopCustomer(id="c_approval", name="林小雨", phone="13900000001", created_at=clock.now()))
        session.flush()
        return ask(session, office.desk.shop, office.desk.policies, wish).id, conversation_id


def last_said(office: Office, conversation_id: str) -> str:
    with office.desk.database.read() as session:
        return timeline.entries(session, conversation_id)[-1].text


def test_agents_neither_see_nor_decide(office: Office, lin: Colleague) -> None:
    number, _ = wait(office, "a1")
    assert "/desk/approvals" not in lin.page("/desk")
    assert lin.http.get("/desk/approvals").status_code == 403
    assert lin.post(f"/desk/approvals/{number}", decision="approve").status_code == 403
    with office.desk.database.read() as session:
        assert number in {each.id for each in approvals.waiting(session)}


@pytest.mark.parametrize(
    ("decision", "note", "told"),
    [("approve", "", "给您补了一张 ¥50.00 的优惠券"), ("refuse", "这单按时到的。", "没有通过：这单按时到的。")],
)
def test_a_supervisor_decides_once(office: Office, chief: Colleague, decision: str, note: str, told: str) -> None:
    number, conversation_id = wait(office, f"b-{decision}")
    shown = chief.page("/desk/approvals")
    assert "补偿券" in shown
    assert "¥50.00" in shown
    assert chief.post(f"/desk/approvals/{number}", decision=decision, note=note).status_code == 204
    assert told in last_said(office, conversation_id)
    again = chief.post(f"/desk/approvals/{number}", decision="approve")
    assert (again.status_code, again.json()["message"]) == (409, "这条申请已经有人处理过了")
    assert f'id="ok-{number}"' not in chief.page("/desk/approvals/rows")


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/desk/approvals/999999", {"decision": "approve"}, 404),
        ("/desk/approvals/abc", {"decision": "approve"}, 422),
        ("/desk/approvals/1", {"decision": "maybe"}, 422),
        ("/desk/approvals/1", {}, 422),
        ("/desk/approvals/1", {"decision": "refuse", "note": "长" * 201}, 422),
    ],
)
def test_bad_decisions(office: Office, chief: Colleague, path: str, fields: dict[str, str], status: int) -> None:
    assert chief.post(path, **fields).status_code == status


def test_what_a_customer_wrote_is_only_text(office: Office, chief: Colleague) -> None:
    wait(office, "c1", reason="<script>alert(1)</script>")
    assert "<script>alert(1)" not in chief.page("/desk/approvals")
