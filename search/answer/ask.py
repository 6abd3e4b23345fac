"""Answers that are quotations: the sentences that answer, verbatim and checked, or a refusal.

`answer` is the way of a question: what it cites and the index lacks, what it names and no unit holds, the
units found, the evidence for each, the decision, the passages, the checks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.types import Span
from search.answer.candidates import ask_of, evidence_of
from search.answer.quotes import Quote, check_quote, quote_place
from search.answer.refusals import (
    NO_CONTENT,
    NO_SUPPORT,
    NOT_VERIFIED,
    NOTHING_FOUND,
    reason_before,
    reason_of,
)
from search.opened import OpenIndex, Place

if TYPE_CHECKING:
    from search.answer.asked import Asked
    from search.query import Query
    from search.searcher import Hit, Results

__all__ = ["Answer", "Quote", "answer", "answer_from", "answer_precedent"]

LOOKED_AT = 10
"""Hits whose evidence is collected: about 7 ms."""

MOST_UNITS = 5
NEAREST = 3
ENOUGH_MEANING = 0.4
"""Cosine from which a precedent may share no word with its unit."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A quoted answer, or a refusal with its reason; exactly one of `text` and `reason` is None.

    `answer_span` marks the answer to a factoid in `text`. `nearest` are units that come close under a
    refusal: they are offered and not cited.
    Example: `Answer("林泽国的人口是多少？", None, (), "……", "1-3f2a9c")`
    """

    query: str | None
    text: str | None
    quotes: tuple[Quote, ...]
    reason: str | None
    index_version: str
    answer_span: Span | None = None
    nearest: tuple[Place, ...] = ()


def answer(library: OpenIndex, asking: "str | Query") -> Answer:
    """Answer a question from the units that hold the answer, or refuse; raises BadQuery as search does.

    Where the question names documents by year, body or country, these alone are asked.
    """
    from search.query import Query

    query = Query(asking, k=LOOKED_AT) if isinstance(asking, str) else replace(asking, k=LOOKED_AT)
    named = library.searcher.records.named_in(query)
    return _answer(library, query if named is None else replace(query, documents=named))


def _answer(library: OpenIndex, query: "Query") -> Answer:
    question = query.text
    asked = ask_of(library, query.folded)
    results = library.searcher.search(query)
    reason = reason_before(library, query, asked, results)
    if reason is not None:
        return _refused(library, question, reason, () if reason == NO_CONTENT else results.hits)
    referred = tuple(hit for hit in results.hits if hit.why.reference is not None)
    if referred and results.hits[0].why.reference is not None:
        if asked.wanted is None:
            return answer_from(library, referred, question)
        return _answered(library, question, asked, referred)
    return _answered(library, question, asked, results.hits)


def answer_precedent(library: OpenIndex, results: "Results") -> Answer:
    """Quote the best precedent of a unit, or refuse; that they share a telling word is enough."""
    from search.answer.asked import is_content

    if results.hits:
        why = results.hits[0].why
        near = why.meaning is not None and why.meaning >= ENOUGH_MEANING
        if not near and not any(is_content(word) for word in (*why.words, *why.variants)):
            return _refused(library, None, NO_SUPPORT, results.hits)
    return answer_from(library, results.hits[:1], None)


def answer_from(library: OpenIndex, hits: "Sequence[Hit]", question: str | None) -> Answer:
    """Quote units or items whole, as many as may be served; a refusal where none passes the checks."""
    if not hits:
        return _refused(library, question, NOTHING_FOUND, ())
    quotes = [quote_place(library, library.at(hit.row, hit.item)) for hit in hits[:MOST_UNITS]]
    return _composed(library, question, quotes)


def _answered(library: OpenIndex, question: str, asked: "Asked", hits: "Sequence[Hit]") -> Answer:
    """Decide by the evidence, and quote the passages that answer."""
    from search.answer.decision import packaged_decision
    from search.answer.ranking import choose, rank
    from search.answer.select import select_passages

    evidence = evidence_of(library, asked, hits)
    ranked = rank(asked, [hit.score for hit in hits], evidence)
    chosen = choose(asked, ranked, packaged_decision(), MOST_UNITS)
    if not chosen:
        return _refused(library, question, reason_of(asked, ranked[0].evidence), hits)
    quotes = []
    for one in chosen:
        unit = one.evidence.candidate.unit
        for passage in select_passages(asked, one.evidence):
            place = library.at(hits[one.place].row, passage.item)
            text = unit.text[passage.span.start : passage.span.end]
            quotes.append(
                check_quote(library, place, text, passage.span, answer=passage.answer, lead=passage.lead)
            )
    return _composed(library, question, quotes)


def _composed(library: OpenIndex, question: str | None, quotes: "Sequence[Quote]") -> Answer:
    """The quotes that passed both checks, a line each; a refusal where none is left."""
    served = tuple(quote for quote in quotes if quote.verified)
    if not served:
        return _refused(library, question, NOT_VERIFIED, ())
    text = "\n".join(quote.text for quote in served)
    return Answer(question, text, served, None, library.index_version, served[0].answer)


def _refused(library: OpenIndex, question: str | None, reason: str, hits: "Sequence[Hit]") -> Answer:
    return Answer(question, None, (), reason, library.index_version, None, tuple(_nearest(library, hits)))


def _nearest(library: OpenIndex, hits: "Sequence[Hit]") -> Iterator[Place]:
    for hit in hits[:NEAREST]:
        place = library.at(hit.row)
        if library.is_verbatim(place):
            yield place
