"""Marks in a text what a question has in common with it."""

from desk.knowledge.plain import same_length
from desk.knowledge.tokens import PAIR, Tokeniser

Span = tuple[int, int]


def spans(text: str, tokeniser: Tokeniser, question: str) -> list[Span]:
    """Return the places (start, end) of what a text shares with the question, in order, joined where they touch."""
    plain = same_length(text)
    marked = bytearray(len(text))
    for part in _parts(tokeniser, question):
        at = plain.find(part)
        while at >= 0:
            marked[at : at + len(part)] = b"\1" * len(part)
            at = plain.find(part, at + 1)
    found: list[Span] = []
    for place, mark in enumerate(marked):
        if mark and found and found[-1][1] == place:
            found[-1] = (found[-1][0], place + 1)
        elif mark:
            found.append((place, place + 1))
    return found


def _parts(tokeniser: Tokeniser, question: str) -> set[str]:
    """Return words, their synonyms and pairs of characters; a single character alone says nothing."""
    words = {each for word in tokeniser.words(question) for each in tokeniser.synonyms.same_as(word)}
    pairs = {token.removeprefix(PAIR) for token in tokeniser.tokens(question) if token.startswith(PAIR)}
    return {part for part in words | pairs if len(part) > 1}
