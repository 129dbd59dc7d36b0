"""What a model made of a message, read from Rasa's parse result; properties that an older model lacks are left open."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bot.training.marks import Mark
from bot.training.samples import OUT_OF_SCOPE, Sample

FALLBACK = "nlu_fallback"
ACT, ASK, UNKNOWN = "act", "ask", "unknown"


@dataclass(frozen=True)
class Answer:
    """One message with what the model made of it.

    Attributes:
        sample: The message.
        guess: The likeliest intent, whether or not it was acted on.
        confidence: Of that.
        second: The next likeliest, "" if there is none.
        margin: How much likelier the first is than the second.
        band: What the bot does: act, ask, or say that it does not understand (unknown).
        candidates: Which intents it asks about.
        found: The entities.
        mood: None from a model that tells none.
        wants_human: None from a model that does not tell.
        cpu_ms: Processor time that it took.
    """

    sample: Sample
    guess: str
    confidence: float
    second: str
    margin: float
    band: str
    candidates: tuple[str, ...]
    found: tuple[Mark, ...]
    mood: str | None
    wants_human: bool | None
    cpu_ms: float

    @property
    def acted(self) -> bool:
        """Whether the bot acts on its guess; a message taken for out_of_scope starts nothing."""
        return self.band == ACT and self.guess != OUT_OF_SCOPE

    @property
    def asked(self) -> bool:
        """Whether the bot asks back which of a few is meant."""
        return self.band == ASK

    @property
    def right(self) -> bool:
        """Whether the bot does what it should: acts on the intent meant, or on nothing where there is nothing."""
        if self.sample.intent == OUT_OF_SCOPE:
            return not self.acted
        return self.acted and self.guess == self.sample.intent


def read(sample: Sample, parsed: dict[str, Any], cpu_ms: float) -> Answer:
    """Reads a parse result.

    Args:
        sample: The message that was parsed.
        parsed: What Rasa returned.
        cpu_ms: Processor time that it took.

    Returns:
        The answer.
    """
    ranked = _ranked(parsed)
    (guess, confidence), (second, behind) = (*ranked, ("", 0.0), ("", 0.0))[:2]
    top = (parsed.get("intent") or {}).get("name")
    doubt = parsed.get("doubt") or {}
    band = doubt.get("band") or (ASK if top == FALLBACK else ACT if top else UNKNOWN)
    candidates = [each.get("name", "") if isinstance(each, dict) else str(each) for each in doubt.get("candidates", [])]
    mood = parsed.get("mood")
    wants_human = parsed.get("wants_human")
    return Answer(
        sample=sample,
        guess=guess,
        confidence=round(confidence, 4),
        second=second,
        margin=round(confidence - behind, 4),
        band=band,
        candidates=tuple(candidates),
        found=tuple(
            Mark(e["start"], e["end"], e["entity"], str(e.get("value", ""))) for e in parsed.get("entities") or []
        ),
        mood=mood.get("name") if isinstance(mood, dict) else mood,
        wants_human=bool(wants_human) if wants_human is not None else None,
        cpu_ms=round(cpu_ms, 2),
    )


def _ranked(parsed: dict[str, Any]) -> list[tuple[str, float]]:
    """Returns the real guesses, likeliest first, retrieval intents in full (faq/register)."""
    intent = parsed.get("intent") or {}
    ranking = parsed.get("intent_ranking") or [intent]
    full: dict[str, str] = {}
    for name, selector in (parsed.get("response_selector") or {}).items():
        if name != "all_retrieval_intents":  # a list of names that Rasa puts among the selectors
            full[name] = ((selector or {}).get("response") or {}).get("intent_response_key") or name
    if intent.get("full_retrieval_intent_name"):
        full[intent["name"]] = intent["full_retrieval_intent_name"]
    return [
        (each.get("full_retrieval_intent_name") or full.get(each["name"], each["name"]), each.get("confidence") or 0.0)
        for each in ranking
        if each.get("name") and each["name"] != FALLBACK
    ]


def plain(answer: Answer) -> dict[str, Any]:
    """Makes what JSON can hold."""
    return asdict(answer)


def from_plain(stored: dict[str, Any]) -> Answer:
    """Reads what `plain` made and JSON kept."""
    sample = dict(stored["sample"])
    sample["marks"] = tuple(Mark(**mark) for mark in sample["marks"])
    sample["scored"] = tuple(sample["scored"])
    lists = {"candidates": tuple(stored["candidates"]), "found": tuple(Mark(**mark) for mark in stored["found"])}
    return Answer(**{**stored, **lists, "sample": Sample(**sample)})
