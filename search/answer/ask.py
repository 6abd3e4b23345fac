"""Answers that are quotations: the sentences that answer, verbatim and checked, or a refusal.

`answer` is the way of a question, in six steps: understand, find, read, decide, quote, check.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from corpus.types import Span
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
    from models.reading.packaged import Judge
    from search.answer.asked import Asked
    from search.answer.decision import Choice
    from search.hits import Hit, Results
    from search.query import Query

__all__ = ["Answer", "Quote", "answer", "answer_from", "answer_precedent"]

LOOKED_AT = 10
"""Hits among which the units to be read are found."""

MOST_UNITS = 5
NEAREST = 3
ENOUGH_MEANING = 0.4
"""Cosine from which a precedent may share no word with its unit."""

MET = 0.7
"""Share of the words of a keyword, by rarity, from which the unit that has them is shown."""


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


def answer(library: OpenIndex, asking: "str | Query", judge: "Judge | None" = None) -> Answer:
    """Answer a question from the units that hold the answer, or refuse; raises BadQuery as search does.

    Where the question names documents by year, body or country, these alone are asked. `judge` is the reader
    with its calibration; the packaged one where none is given.
    """
    from search.query import Query

    query = Query(asking, k=LOOKED_AT) if isinstance(asking, str) else replace(asking, k=LOOKED_AT)
    named = library.searcher.records.named_in(query)
    return _answer(library, query if named is None else replace(query, documents=named), judge)


def _answer(library: OpenIndex, query: "Query", judge: "Judge | None") -> Answer:
    """The six steps."""
    from models.reading.packaged import packaged_judge
    from search.answer.asked import read_asked
    from search.answer.decision import decide
    from search.answer.reading import read_units
    from search.candidates.lexical import inverse_doc_freq

    question = query.text
    asked = read_asked(  # understand
        query.folded, library.segmenter, partial(inverse_doc_freq, library.snapshot, "words")
    )
    results = library.searcher.search(query)  # find
    reason = reason_before(library, query, asked, results)
    if reason is not None:
        return _refused(library, question, reason, () if reason == NO_CONTENT else results.hits)
    referred = tuple(hit for hit in results.hits if hit.why.reference is not None)
    named = bool(referred) and results.hits[0].why.reference is not None
    if named and not asked.asks:
        return answer_from(library, referred, question)
    if not asked.asks and _meets(asked, results.hits[0]):
        return answer_from(library, [hit for hit in results.hits if _meets(asked, hit)], question)
    judge = judge or packaged_judge()
    hits = referred if named else results.hits
    read = read_units(library, judge.reader, query.cleaned, asked, hits)
    answered, chosen = decide(asked, query.cleaned, read, judge)
    if named and (not chosen or chosen[0].mark is None):
        return answer_from(library, referred, question)
    if answered < judge.calibration.answer_from:
        return _refused(library, question, reason_of(library, asked, hits, read), hits)
    return _composed(library, question, [_quoted(library, choice) for choice in chosen])  # quote and check


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


def _quoted(library: OpenIndex, choice: "Choice") -> Quote:
    """The passage of a unit that answers, checked against the store."""
    from search.answer.passages import passage_of_choice

    hit = choice.read.hit
    passage = passage_of_choice(choice.read, choice.mark)
    text = hit.unit.text[passage.span.start : passage.span.end]
    return check_quote(
        library,
        library.at(hit.row, passage.item),
        text,
        passage.span,
        answer=choice.mark,
        lead=passage.lead,
        confidence=choice.probability,
    )


def _meets(asked: "Asked", hit: "Hit") -> bool:
    """Whether a unit has nearly all words of a keyword, or terms that stand for them."""
    total = float(asked.weights.sum())
    held = sum(
        weight
        for word, weight in zip(asked.words, asked.weights.tolist(), strict=True)
        if word in hit.why.words or any(own in word or word in own for own in hit.why.words)
    )
    return bool(hit.why.variants) or (total > 0 and held >= MET * total)


def _composed(library: OpenIndex, question: str | None, quotes: Sequence[Quote]) -> Answer:
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
