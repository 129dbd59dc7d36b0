"""The inverted index (Tantivy, in memory): finds the articles worth a closer look among all of them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import tantivy
from tantivy import Occur, Query

from desk.knowledge.tokens import SIGNS

_HEAP = 15_000_000  # the least that Tantivy takes
_ASKED_ABOUT, _SAID, _GROUP, _INTENT, _TAG, _AUDIENCE, _PLACE = (
    "asked",
    "said",
    "group",
    "intent",
    "tag",
    "audience",
    "place",
)
_ANYBODY = "-"
_SAID_WEIGHT = 0.3  # of a word that only the answer has, beside one of the question


@dataclass(frozen=True)
class Row:
    """An article as the index sees it: tokens of its wordings and of its answers, and what it is filtered by."""

    asked: Sequence[str]
    said: Sequence[str]
    group: str
    intents: Sequence[str]
    tags: Sequence[str]
    audience: str | None


@dataclass(frozen=True)
class Filter:
    """What an article must be; nothing given means any. One of the intents and one of the tags is enough."""

    group: str | None = None
    intents: Collection[str] = ()
    tags: Collection[str] = ()
    audience: str | None = None


class Index:
    """An index of rows, named by their places. Never changed after it is made; safe for many threads."""

    def __init__(self, rows: Iterable[Row]) -> None:
        builder = tantivy.SchemaBuilder()
        for field in (_ASKED_ABOUT, _SAID):
            builder.add_text_field(field, tokenizer_name="tokens", index_option="freq")
        for field in (_GROUP, _INTENT, _TAG, _AUDIENCE):
            builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
        builder.add_unsigned_field(_PLACE, stored=True, fast=True)
        self._schema = builder.build()
        index = tantivy.Index(self._schema)
        index.register_tokenizer("tokens", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        writer = index.writer(heap_size=_HEAP, num_threads=1)
        for place, row in enumerate(rows):
            writer.add_document(self._document(place, row))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def best(self, tokens: Collection[str], only: Filter, limit: int) -> list[int]:
        """Return the places of the rows that have most of the tokens, by BM25, the best first."""
        if not tokens:
            return []
        asked = [(Occur.Should, self._term(_ASKED_ABOUT, token)) for token in tokens]
        said = [
            (Occur.Should, Query.boost_query(self._term(_SAID, token), _SAID_WEIGHT))
            for token in tokens
            if token[0] not in SIGNS
        ]
        query = Query.boolean_query([*asked, *said])
        if must := self._musts(only):
            query = Query.boolean_query([(Occur.Must, query), *((Occur.Must, each) for each in must)])
        hits = self._searcher.search(query, limit, count=False).hits
        return [int(self._searcher.doc(address)[_PLACE][0]) for _, address in hits]

    def _musts(self, only: Filter) -> list[Query]:
        musts = [self._any_of(_GROUP, [only.group])] if only.group else []
        if only.intents:
            musts.append(self._any_of(_INTENT, only.intents))
        if only.tags:
            musts.append(self._any_of(_TAG, only.tags))
        if only.audience:
            musts.append(self._any_of(_AUDIENCE, [only.audience, _ANYBODY]))
        return musts

    def _any_of(self, field: str, values: Collection[str]) -> Query:
        terms = Query.boolean_query([(Occur.Should, self._term(field, value)) for value in values])
        return Query.boost_query(terms, 0.0)  # a filter says nothing about likeness

    def _term(self, field: str, value: str) -> Query:
        return Query.term_query(self._schema, field, value, "freq")

    def _document(self, place: int, row: Row) -> tantivy.Document:
        document = tantivy.Document()
        document.add_text(_ASKED_ABOUT, " ".join(row.asked))
        document.add_text(_SAID, " ".join(row.said))
        document.add_text(_GROUP, row.group)
        document.add_text(_AUDIENCE, row.audience or _ANYBODY)
        for intent in row.intents:
            document.add_text(_INTENT, intent)
        for tag in row.tags:
            document.add_text(_TAG, tag)
        document.add_unsigned(_PLACE, place)
        return document
