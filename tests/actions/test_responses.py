"""domain.yml words every outcome of the desk with its facts only, and its buttons lead somewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from outcome_table import ROOT, outcomes

from actions.fallback import FLOOR
from actions.table import CASES
from actions.wording import intent_labels

DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
RESPONSES: dict[str, list[dict[str, Any]]] = DOMAIN["responses"]
TAXONOMY = """
    card_key_not_received card_key_invalid card_key_used card_key_expired resend_card_key topup_failed
    balance_not_credited payment_failed duplicate_charge wrong_account query_order cancel_order request_refund
    refund_progress ticket_progress urge request_invoice
    ask_price ask_stock ask_denominations ask_delivery_time ask_how_to_use ask_region_restriction
    merchant_bulk_order merchant_api merchant_settlement become_reseller
    account_stolen account_frozen report_fraud fund_dispute
    request_human complain suggest praise
    greet goodbye thank affirm deny cancel inform bot_challenge ask_capabilities out_of_scope
"""
# What a customer would not choose from buttons.
NEVER_OFFERED = {"praise", "greet", "goodbye", "thank", "affirm", "deny", "cancel", "inform"}
NEVER_OFFERED |= {"bot_challenge", "out_of_scope"}
KINDS = ("card_key", "topup")
# Facts of what is no outcome.
FACTS = {
    "utter_greet_named": {"name"},
    "utter_offer_resume": {"label"},
    "utter_offer_further": {"order_no"},
    "utter_complain_in_form": {"label"},
    "utter_end_locked": {"minutes"},
    "utter_end_person": {"label"},
    "utter_fallback_choices": {"choices"},
    "utter_fallback_choices_again": {"choices"},
    "utter_ask_proof_rejected": {"tries_left"},
    "utter_ask_order_no_query_order_cards": {"count"},
    "utter_stock_choice_ask": {"order_no"},
    "utter_ask_card_keys": {"order_no"},
}


def _names(text: str) -> set[str]:
    return set(re.findall(r"(?<!\{)\{(\w+)\}(?!\})", text))


def _worded() -> Iterator[tuple[str, str, frozenset[str]]]:
    for (topic, outcome), facts in outcomes().items():
        prefixed = [case for case in CASES.values() if case.prefix and topic == "order"]
        # A flow answers by an order's state only now and then; what it does not word itself is said as for 查订单.
        worded = {
            str(case.prefix)
            for case in prefixed
            if case.call == "orders/status" or f"utter_{case.prefix}_{outcome}" in RESPONSES
        }
        for prefix in {topic, *worded}:
            yield prefix, outcome, facts


@pytest.mark.parametrize(("topic", "outcome", "facts"), list(_worded()))
def test_outcome_is_worded_with_its_facts(topic: str, outcome: str, facts: frozenset[str]) -> None:
    variations = RESPONSES[f"utter_{topic}_{outcome}"]
    for variation in variations:
        used = _names(variation["text"]).union(*(_names(each["payload"]) for each in variation.get("buttons", [])))
        assert used <= facts, f"{sorted(used - facts)} is not told"


def _of_kind() -> Iterator[tuple[str, str, frozenset[str]]]:
    for topic, outcome, facts in _worded():
        for kind in KINDS:
            if f"utter_{topic}_{outcome}_{kind}" in RESPONSES:
                yield topic, f"{outcome}_{kind}", facts


@pytest.mark.parametrize(("topic", "outcome", "facts"), list(_of_kind()))
def test_wording_of_a_kind_of_goods_uses_the_same_facts(topic: str, outcome: str, facts: frozenset[str]) -> None:
    test_outcome_is_worded_with_its_facts(topic, outcome, facts)


def test_other_responses_use_known_facts() -> None:
    told = {f"utter_{topic}_{outcome}" for topic, outcome, _ in [*_worded(), *_of_kind()]}
    for name in RESPONSES.keys() - told:
        allowed = FACTS.get(name, {"label"} if name.startswith("utter_ask_order_no") else set())
        for variation in RESPONSES[name]:
            assert _names(variation["text"]) <= allowed, name


def _buttons() -> list[tuple[str, str, str]]:
    return [
        (name, button["title"], button["payload"])
        for name, variations in RESPONSES.items()
        for variation in variations
        for button in variation.get("buttons", [])
    ]


def test_buttons_are_intents_with_known_entities() -> None:
    entities = {name for each in DOMAIN["entities"] for name in ([each] if isinstance(each, str) else each)}
    for name, title, payload in _buttons():
        intent, brace, data = payload.partition("{{")
        assert intent[1:] in DOMAIN["intents"], (name, title)
        if brace:
            held = json.loads(re.sub(r"\{(\w+)\}", r"\1", (brace + data).replace("{{", "{").replace("}}", "}")))
            assert held.keys() <= entities, (name, title)
            assert "question" not in held or f"utter_faq/{held['question']}" in RESPONSES, (name, title)


def test_buttons_are_few_and_short() -> None:
    for name, variations in RESPONSES.items():
        for variation in variations:
            assert len(variation.get("buttons", [])) <= 4, name
    assert [title for _, title, _ in _buttons() if len(title) > 10] == []


def test_actions_say_only_what_is_worded() -> None:
    for file in (ROOT / "actions").glob("*.py"):
        for name in re.findall(r'"(utter_\w+)"', file.read_text(encoding="utf-8")):
            assert name in RESPONSES, f"{file.name}: {name}"


def test_no_empty_phrases() -> None:
    for name, variations in RESPONSES.items():
        for variation in variations:
            assert not re.search(r"亲[，,~～]|已为您提交工单|敬请谅解|您好，您的问题已", variation["text"]), name
            assert "你" not in variation["text"], name


def test_labels_are_intents() -> None:
    assert {name.partition("/")[0] for name in intent_labels()} <= set(DOMAIN["intents"])
    assert {f"utter_{name}" for name in intent_labels() if "/" in name} == {name for name in RESPONSES if "/" in name}
    assert all(len(label) <= 10 for label in intent_labels().values())
    assert 0 < FLOOR < 0.5


def test_every_intent_of_the_taxonomy_is_there_and_can_be_offered() -> None:
    assert set(DOMAIN["intents"]) >= {*TAXONOMY.split(), "faq", "nlu_fallback"}
    assert {*TAXONOMY.split()} - NEVER_OFFERED <= intent_labels().keys()


def test_topics_that_customers_name_have_a_label() -> None:
    named = CASES.keys() & set(DOMAIN["intents"])
    assert named <= intent_labels().keys()


@pytest.mark.parametrize("slot", ["order_no", "proof", "card_keys", "ticket_no"])
def test_every_question_has_its_wordings(slot: str) -> None:
    for note in ("again", "waiting", "unclear"):
        assert f"utter_ask_{slot}_{note}" in RESPONSES
    for stage in (f"utter_fallback_{slot}", f"utter_fallback_rephrase_{slot}", f"utter_ask_{slot}"):
        assert stage in RESPONSES
