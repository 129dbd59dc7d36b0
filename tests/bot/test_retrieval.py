import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.retrieval import full_name, ranked, selection


@pytest.mark.parametrize(
    ("data", "label"),
    [
        ({"intent": "faq", "intent_response_key": "faq/register"}, "faq/register"),  # as Rasa reads `faq/register`
        ({"intent": "greet"}, "greet"),
    ],
)
def test_labels(data: dict[str, str], label: str) -> None:
    assert full_name(Message(data)) == label


def test_an_entry_names_both_parts() -> None:
    assert ranked("greet", 0.9) == {"name": "greet", "confidence": 0.9}
    assert ranked("faq/coupon", 0.9) == {
        "name": "faq",
        "full_retrieval_intent_name": "faq/coupon",
        "confidence": 0.9,
    }


def test_the_likeliest_question_is_selected() -> None:
    selected = selection([("greet", 0.9), ("faq/coupon", 0.5), ("faq/register", 0.1), ("chat/joke", 0.05)])
    assert selected["all_retrieval_intents"] == ["faq", "chat"]
    assert selected["faq"]["response"]["intent_response_key"] == "faq/coupon"
    assert selected["faq"]["response"]["utter_action"] == "utter_faq/coupon"
    assert [each["intent_response_key"] for each in selected["faq"]["ranking"]] == ["faq/coupon", "faq/register"]
    assert selected["chat"]["response"]["utter_action"] == "utter_chat/joke"


def test_without_retrieval_intents_nothing_is_selected() -> None:
    assert selection([("greet", 0.9)]) == {}
